/**
 * Reading and writing of the values that hold no others: numbers, strings, bytes, records. Writing checks the type and the range, because a
 * value that is wrong here came out of a handler, and its field should be named where it is found.
 */
import type { ByteReader } from '#engine/protocol/byte-reader.ts';
import { sizeOfPieces, type ByteWriter } from '#engine/protocol/byte-writer.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

export type Read = (reader: ByteReader) => unknown;
export type Write = (writer: ByteWriter, value: unknown) => void;

export interface Codec {
  read: Read;
  write: Write;
  /** No encoding is shorter: bounds how many elements an announced count can mean. */
  sizeMin: number;
}

export const fixedSizeCodecs: Record<'bool' | 'int8' | 'int16' | 'uint16' | 'int32' | 'int64' | 'float64' | 'uuid', Codec> = {
  bool: {
    sizeMin: 1,
    read: (reader) => reader.bool(),
    write: (writer, value) => {
      if (typeof value !== 'boolean') throw unfit('a boolean', value);
      writer.bool(value);
    },
  },
  int8: integerCodec(1, -128, 127, (reader) => reader.int8(), (writer, value) => writer.int8(value)),
  int16: integerCodec(2, -32_768, 32_767, (reader) => reader.int16(), (writer, value) => writer.int16(value)),
  uint16: integerCodec(2, 0, 65_535, (reader) => reader.uint16(), (writer, value) => writer.int16(value)),
  int32: integerCodec(4, -2_147_483_648, 2_147_483_647, (reader) => reader.int32(), (writer, value) => writer.int32(value)),
  int64: {
    sizeMin: 8,
    read: (reader) => reader.int64(),
    write: (writer, value) => {
      if (typeof value !== 'bigint') throw unfit('a bigint', value);
      writer.int64(value);
    },
  },
  float64: {
    sizeMin: 8,
    read: (reader) => reader.float64(),
    write: (writer, value) => {
      if (typeof value !== 'number') throw unfit('a number', value);
      writer.float64(value);
    },
  },
  uuid: {
    sizeMin: 16,
    read: (reader) => reader.uuid(),
    write: (writer, value) => {
      if (typeof value !== 'string') throw unfit('a UUID', value);
      writer.uuid(value);
    },
  },
};

function integerCodec(sizeMin: number, min: number, max: number, read: (reader: ByteReader) => number, write: (writer: ByteWriter, value: number) => void): Codec {
  return {
    sizeMin,
    read,
    write: (writer, value) => {
      if (typeof value !== 'number' || !Number.isInteger(value) || value < min || value > max) throw unfit(`an integer from ${min} to ${max}`, value);
      write(writer, value);
    },
  };
}

export function stringCodec(nullable: boolean, flexible: boolean): Codec {
  return {
    sizeMin: flexible ? 1 : 2,
    read: (reader) => {
      const start = reader.position;
      const length = reader.stringLength(flexible);
      return length < 0 ? readNull(nullable, start) : reader.text(length);
    },
    write: (writer, value) => {
      if (typeof value === 'string') writer.string(value, flexible);
      else if (value === null && nullable) writer.nullString(flexible);
      else throw unfit('a string', value);
    },
  };
}

export function bytesCodec(nullable: boolean, flexible: boolean): Codec {
  return {
    sizeMin: flexible ? 1 : 4,
    read: (reader) => {
      const start = reader.position;
      const length = reader.length(flexible);
      return length < 0 ? readNull(nullable, start) : reader.slice(length);
    },
    write: (writer, value) => {
      if (value instanceof Uint8Array) {
        writer.length(value.length, flexible);
        writer.slice(value);
      } else if (value === null && nullable) writer.length(-1, flexible);
      else throw unfit('bytes', value);
    },
  };
}

export function recordsCodec(nullable: boolean, flexible: boolean): Codec {
  return {
    sizeMin: flexible ? 1 : 4,
    read: (reader) => {
      const start = reader.position;
      const length = reader.length(flexible);
      if (length < 0) return readNull(nullable, start);
      return length === 0 ? [] : [reader.slice(length)];
    },
    write: (writer, value) => {
      if (value === null && nullable) {
        writer.length(-1, flexible);
        return;
      }
      if (!Array.isArray(value)) throw unfit('a list of runs of record batches', value);
      const runs = value as Uint8Array[];
      writer.length(sizeOfPieces(runs), flexible);
      for (const run of runs) writer.slice(run);
    },
  };
}

export function readNull(nullable: boolean, position: number): null {
  if (!nullable) throw new ProtocolError('null where a value is required', position);
  return null;
}

export function unfit(expected: string, value: unknown): ProtocolError {
  const found = typeof value === 'string' ? `"${value.slice(0, 40)}"` : typeof value === 'object' && value !== null ? value.constructor.name : String(value);
  return new ProtocolError(`${expected} expected, got ${found}`);
}

/**
 * Reads Kafka's primitive types, big-endian, from a slice of bytes. Every read is checked against the end, so that no length that a
 * peer sent is ever trusted: what it announces must be there before anything is allocated for it.
 */
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { decodeUtf8 } from '#engine/protocol/utf8.ts';
import { uuidFromBytes } from '#engine/protocol/uuid.ts';

/** All arrays of one frame together may have this many elements: an element costs far more memory than its bytes on the wire. */
export const frameElementsMax = 2_000_000;

export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;
  readonly #view: DataView;
  #elementsLeft = frameElementsMax;

  constructor(bytes: Uint8Array, start = 0, end = bytes.length) {
    this.bytes = bytes;
    this.position = start;
    this.end = end;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  remaining(): number {
    return this.end - this.position;
  }

  /** Moves past `sizeBytes` bytes and answers where they began. */
  skip(sizeBytes: number): number {
    const start = this.position;
    if (sizeBytes < 0 || sizeBytes > this.end - start) {
      throw new ProtocolError(`${sizeBytes} bytes needed, ${this.end - start} left`, start);
    }
    this.position = start + sizeBytes;
    return start;
  }

  bool(): boolean {
    return this.bytes[this.skip(1)] !== 0;
  }
  int8(): number {
    return (this.bytes[this.skip(1)]! << 24) >> 24;
  }
  int16(): number {
    return this.#view.getInt16(this.skip(2));
  }
  uint16(): number {
    return this.#view.getUint16(this.skip(2));
  }
  int32(): number {
    return this.#view.getInt32(this.skip(4));
  }
  uint32(): number {
    return this.#view.getUint32(this.skip(4));
  }
  int64(): bigint {
    return this.#view.getBigInt64(this.skip(8));
  }
  float64(): number {
    return this.#view.getFloat64(this.skip(8));
  }
  uuid(): string {
    return uuidFromBytes(this.bytes, this.skip(16));
  }

  /** An unsigned varint of at most 32 bits. */
  unsignedVarint(): number {
    const start = this.position;
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.bytes[this.skip(1)]!;
      if (shift === 28 && byte > 15) break;
      value |= (byte & 127) << shift;
      if (byte < 128) return value >>> 0;
    }
    throw new ProtocolError('a varint is longer than 32 bits', start);
  }

  /** A zigzag varint of at most 32 bits. */
  varint(): number {
    const raw = this.unsignedVarint();
    return (raw >>> 1) ^ -(raw & 1);
  }

  /** A zigzag varint of at most 64 bits. */
  varlong(): bigint {
    const start = this.position;
    let low = 0;
    for (let index = 0; index < 4; index++) {
      const byte = this.bytes[this.skip(1)]!;
      low |= (byte & 127) << (index * 7);
      if (byte < 128) return BigInt((low >>> 1) ^ -(low & 1));
    }
    let value = BigInt(low);
    for (let shift = 28n; shift < 70n; shift += 7n) {
      const byte = this.bytes[this.skip(1)]!;
      if (shift === 63n && byte > 1) break;
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return BigInt.asIntN(64, (value >> 1n) ^ -(value & 1n));
    }
    throw new ProtocolError('a varint is longer than 64 bits', start);
  }

  /** A length or count: 32 bits, or in flexible versions an unsigned varint of one more. Any negative one stands for null, as in Kafka. */
  length(flexible: boolean): number {
    return flexible ? (this.unsignedVarint() | 0) - 1 : this.int32();
  }

  /** The length of a string: as `length`, but 16 bits where it is not flexible. */
  stringLength(flexible: boolean): number {
    return flexible ? (this.unsignedVarint() | 0) - 1 : this.int16();
  }

  text(sizeBytes: number): string {
    const start = this.skip(sizeBytes);
    return decodeUtf8(this.bytes, start, this.position);
  }

  slice(sizeBytes: number): Uint8Array {
    const start = this.skip(sizeBytes);
    return this.bytes.subarray(start, this.position);
  }

  /** Checks an announced count of elements, each of which takes at least `elementSizeMin` bytes. */
  claimElements(count: number, elementSizeMin: number, position: number): void {
    if (count * elementSizeMin > this.end - this.position) {
      throw new ProtocolError(`${count} elements of at least ${elementSizeMin} bytes announced, ${this.end - this.position} bytes left`, position);
    }
    this.#elementsLeft -= count;
    if (this.#elementsLeft < 0) throw new ProtocolError(`more than ${frameElementsMax} array elements in one frame`, position);
  }
}

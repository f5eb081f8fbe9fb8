/** Record batches as producers send them, whole and damaged. */
import { deflateRawSync, gzipSync, zstdCompressSync } from 'node:zlib';
import * as batch from '#engine/protocol/record-batch.ts';
import type { BatchToEncode } from '#engine/protocol/records.ts';

/** Times are fixed, so that both sides are sent the same bytes; retention is off where they are kept. */
export const firstTimestamp = 1_700_000_000_000n;

export function recordsOf(count: number, options: { key?: string | null; timestamp?: bigint; sizeBytes?: number } = {}): BatchToEncode['records'] {
  const key = options.key === undefined || options.key === null ? null : Buffer.from(options.key);
  return Array.from({ length: count }, (_, index) => ({
    timestamp: (options.timestamp ?? firstTimestamp) + BigInt(index),
    key,
    value: Buffer.from(`value ${index} ${'.'.repeat(options.sizeBytes ?? 0)}`),
  }));
}

export function batchOf(count: number, options: Partial<BatchToEncode> & Parameters<typeof recordsOf>[1] = {}): Uint8Array {
  const { key, timestamp, sizeBytes, ...rest } = options;
  return batch.encodeBatch({ records: recordsOf(count, { ...(key === undefined ? {} : { key }), ...(timestamp === undefined ? {} : { timestamp }), ...(sizeBytes === undefined ? {} : { sizeBytes }) }), ...rest });
}

function signed(bytes: Uint8Array): Uint8Array {
  new DataView(bytes.buffer, bytes.byteOffset).setUint32(17, batch.computeCrc(bytes, 0));
  return bytes;
}

/** The same batch with one part of it changed, and its checksum made to fit. */
export function altered(bytes: Uint8Array, alter: (view: DataView) => void): Uint8Array {
  const copy = Uint8Array.from(bytes);
  alter(new DataView(copy.buffer));
  return signed(copy);
}

/** The same batch with its checksum as it was. */
export function damaged(bytes: Uint8Array, alter: (view: DataView) => void): Uint8Array {
  const copy = Uint8Array.from(bytes);
  alter(new DataView(copy.buffer));
  return copy;
}

const codecNumbers = { gzip: 1, snappy: 2, lz4: 3, zstd: 4 } as const;

/** The batch with its records compressed; snappy and lz4 as one stored block of their framing. */
export function compressed(codec: keyof typeof codecNumbers, count: number, options: Parameters<typeof batchOf>[1] = {}): Uint8Array {
  const plain = batchOf(count, options);
  const body = plain.subarray(batch.batchHeaderSizeBytes);
  const packed = { gzip: () => gzipSync(body), zstd: () => zstdCompressSync(body), snappy: () => snappyLiteral(body), lz4: () => lz4Stored(body) }[codec]();
  return withBody(plain, packed, codecNumbers[codec]);
}

/** A batch that says it is compressed, of bytes that are not. */
export function wronglyCompressed(codec: keyof typeof codecNumbers): Uint8Array {
  return withBody(batchOf(1), deflateRawSync(Buffer.from('not of this codec')), codecNumbers[codec]);
}

export function withBody(plain: Uint8Array, body: Uint8Array, codec: number): Uint8Array {
  const whole = new Uint8Array(batch.batchHeaderSizeBytes + body.length);
  whole.set(plain.subarray(0, batch.batchHeaderSizeBytes));
  whole.set(body, batch.batchHeaderSizeBytes);
  const view = new DataView(whole.buffer);
  view.setInt32(8, whole.length - 12);
  view.setInt16(21, (view.getInt16(21) & ~7) | codec);
  return signed(whole);
}

/** Raw snappy: the length, then literals. */
function snappyLiteral(body: Uint8Array): Uint8Array {
  const head: number[] = [];
  for (let rest = body.length; ; rest >>>= 7) {
    if (rest < 128) {
      head.push(rest);
      break;
    }
    head.push((rest & 127) | 128);
  }
  return Buffer.concat([Buffer.from(head), Buffer.from([61 << 2, (body.length - 1) & 255, (body.length - 1) >>> 8]), body]);
}

/** An LZ4 frame of one stored block, without checksums of content; 0xC0 0x40 … are flags, block size and the header's checksum. */
function lz4Stored(body: Uint8Array): Uint8Array {
  const header = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0x82]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE((body.length | 0x80000000) >>> 0);
  return Buffer.concat([header, size, body, Buffer.alloc(4)]);
}

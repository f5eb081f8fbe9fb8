/**
 * LZ4 frames as Kafka reads and writes them (KIP-57): one frame a batch, blocks that do not know of each other. What Kafka refuses is
 * refused: linked blocks, a dictionary's reserved bits, a header whose checksum is wrong. What comes behind the frame is not looked at,
 * and neither is the checksum of the content, as in Kafka. Written are blocks of 64 KiB without checksums, as the Java client does.
 */
import { CompressionError, openedBytesMax } from '#engine/ports/compression.ts';
import { closeLz4Block, lz4BlockBytesMax, lz4OpenedBytesMax, openLz4Block } from '#engine/runtime/compression/lz4-block.ts';
import { xxhash32 } from '#engine/runtime/compression/xxhash32.ts';

const magic = 0x184d2204;
const version = 1;
const storedBit = 0x8000_0000;
const writtenBlockBytes = 65_536;
/** Version 1, independent blocks. */
const writtenFlags = 0x60;
/** Blocks of at most 64 KiB. */
const writtenBlockSize = 0x40;

export function openLz4(bytes: Uint8Array): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const { blockBytesMax, hasBlockChecksum, next } = headerOf(bytes, view);
  let opened = new Uint8Array(Math.min(openedBytesMax, bytes.length * 4));
  let out = 0;
  for (let at = next; ; ) {
    const size = at + 4 > bytes.length ? undefined : view.getUint32(at, true);
    if (size === undefined) throw corrupt('it ends before its end mark');
    at += 4;
    if (size === 0) return opened.subarray(0, out);
    const isStored = size >= storedBit;
    const sizeBytes = isStored ? size - storedBit : size;
    if (sizeBytes > blockBytesMax) throw corrupt(`a block of ${sizeBytes} bytes is larger than ${blockBytesMax}`);
    if (sizeBytes + (hasBlockChecksum ? 4 : 0) > bytes.length - at) throw corrupt('it ends within a block');
    const openedMax = isStored ? sizeBytes : Math.min(blockBytesMax, lz4OpenedBytesMax(sizeBytes));
    if (out + openedMax > opened.length) opened = grown(opened, out, openedMax);
    if (isStored) opened.set(bytes.subarray(at, at + sizeBytes), out);
    out = isStored ? out + sizeBytes : openLz4Block(bytes, at, at + sizeBytes, opened, out, out + openedMax);
    if (out > openedBytesMax) throw new CompressionError('tooLarge', `${bytes.length} bytes of lz4 open to more than ${openedBytesMax}`);
    if (hasBlockChecksum && xxhash32(bytes, at, at + sizeBytes) !== view.getUint32(at + sizeBytes, true)) throw corrupt('the checksum of a block is wrong');
    at += sizeBytes + (hasBlockChecksum ? 4 : 0);
  }
}

export function closeLz4(bytes: Uint8Array): Uint8Array {
  const blockCount = Math.ceil(bytes.length / writtenBlockBytes);
  const closed = new Uint8Array(7 + blockCount * (4 + lz4BlockBytesMax(Math.min(bytes.length, writtenBlockBytes))) + 4);
  const view = new DataView(closed.buffer);
  view.setUint32(0, magic, true);
  closed[4] = writtenFlags;
  closed[5] = writtenBlockSize;
  closed[6] = xxhash32(closed, 4, 6) >>> 8;
  let out = 7;
  for (let from = 0; from < bytes.length; from += writtenBlockBytes) {
    const end = Math.min(bytes.length, from + writtenBlockBytes);
    const blockEnd = closeLz4Block(bytes, from, end, closed, out + 4);
    const blockBytes = blockEnd - out - 4;
    if (blockBytes < end - from) {
      view.setUint32(out, blockBytes, true);
      out = blockEnd;
    } else {
      view.setUint32(out, (storedBit | (end - from)) >>> 0, true);
      closed.set(bytes.subarray(from, end), out + 4);
      out += 4 + end - from;
    }
  }
  view.setUint32(out, 0, true);
  return closed.slice(0, out + 4);
}

interface FrameHeader {
  blockBytesMax: number;
  hasBlockChecksum: boolean;
  /** Where the first block is. */
  next: number;
}

function headerOf(bytes: Uint8Array, view: DataView): FrameHeader {
  if (bytes.length < 7) throw corrupt(`${bytes.length} bytes are too few`);
  if (view.getUint32(0, true) !== magic) throw corrupt('it does not begin like one');
  const flags = bytes[4]!;
  const blockSize = bytes[5]!;
  if (flags >>> 6 !== version) throw corrupt(`version ${flags >>> 6} is none`);
  if ((flags & 0x20) === 0) throw corrupt('its blocks depend on each other, which Kafka does not take');
  if ((flags & 0x03) !== 0 || (blockSize & 0x8f) !== 0 || blockSize >>> 4 < 4) throw corrupt('its header has bits that mean nothing');
  const hashAt = 6 + ((flags & 0x08) === 0 ? 0 : 8);
  if (hashAt >= bytes.length) throw corrupt('it ends within its header');
  if (((xxhash32(bytes, 4, hashAt) >>> 8) & 0xff) !== bytes[hashAt]) throw corrupt('the checksum of its header is wrong');
  return { blockBytesMax: 2 ** (2 * (blockSize >>> 4) + 8), hasBlockChecksum: (flags & 0x10) !== 0, next: hashAt + 1 };
}

function grown(opened: Uint8Array<ArrayBuffer>, used: number, more: number): Uint8Array<ArrayBuffer> {
  const larger = new Uint8Array(Math.max(used + more, Math.min(openedBytesMax, opened.length * 2)));
  larger.set(opened.subarray(0, used));
  return larger;
}

function corrupt(why: string): CompressionError {
  return new CompressionError('corrupt', `not a frame of lz4: ${why}`);
}

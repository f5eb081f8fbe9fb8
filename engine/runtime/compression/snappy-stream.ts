/**
 * Snappy as Kafka's clients send it: in the frames of Java's snappy library (a magic, two versions, then blocks with their sizes), or
 * as one bare block, as librdkafka does. Both open; written are frames of 32 KiB, as the Java client writes them.
 */
import { CompressionError, openedBytesMax } from '#engine/ports/compression.ts';
import { closeSnappyBlock, openSnappyBlock, snappyBlockBytesMax, snappyOpenedBytes } from '#engine/runtime/compression/snappy-block.ts';

const magic = Uint8Array.of(0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0);
/** The magic, then version and least compatible version as int32. */
const headerBytes = 16;
const versionsAt = 8;
const blockBytesMax = 32_768;

export function openSnappy(bytes: Uint8Array): Uint8Array {
  const blocks = isFramed(bytes, 0) ? blocksOf(bytes) : [bytes];
  let openedBytes = 0;
  for (const block of blocks) openedBytes += snappyOpenedBytes(block);
  if (openedBytes > openedBytesMax) throw new CompressionError('tooLarge', `${bytes.length} bytes of snappy open to ${openedBytes}, more than ${openedBytesMax}`);
  const opened = new Uint8Array(openedBytes);
  let end = 0;
  for (const block of blocks) end = openSnappyBlock(block, opened, end);
  return opened;
}

export function closeSnappy(bytes: Uint8Array): Uint8Array {
  const blockCount = Math.ceil(bytes.length / blockBytesMax);
  const closed = new Uint8Array(headerBytes + blockCount * (4 + snappyBlockBytesMax(Math.min(bytes.length, blockBytesMax))));
  const view = new DataView(closed.buffer);
  closed.set(magic);
  view.setInt32(versionsAt, 1);
  view.setInt32(versionsAt + 4, 1);
  let out = headerBytes;
  for (let from = 0; from < bytes.length; from += blockBytesMax) {
    const end = closeSnappyBlock(bytes, from, Math.min(bytes.length, from + blockBytesMax), closed, out + 4);
    view.setInt32(out, end - out - 4);
    out = end;
  }
  return closed.slice(0, out);
}

function isFramed(bytes: Uint8Array, at: number): boolean {
  return bytes.length - at >= headerBytes && magic.every((byte, index) => bytes[at + index] === byte);
}

function blocksOf(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getInt32(versionsAt) < 1) throw new CompressionError('corrupt', `frames of snappy of version ${view.getInt32(versionsAt)}, which is none`);
  const blocks: Uint8Array[] = [];
  for (let at = headerBytes; at < bytes.length; ) {
    // Streams may be joined end to end, each with a header of its own.
    if (isFramed(bytes, at)) {
      at += headerBytes;
      continue;
    }
    if (bytes.length - at < 4) throw new CompressionError('corrupt', `${bytes.length - at} bytes where the size of a block of snappy should be`);
    const sizeBytes = view.getInt32(at);
    at += 4;
    if (sizeBytes < 0) throw new CompressionError('corrupt', `a block of snappy of ${sizeBytes} bytes`);
    if (sizeBytes > bytes.length - at) throw new CompressionError('corrupt', `a block of snappy of ${sizeBytes} bytes announced, ${bytes.length - at} are there`);
    blocks.push(bytes.subarray(at, at + sizeBytes));
    at += sizeBytes;
  }
  return blocks;
}

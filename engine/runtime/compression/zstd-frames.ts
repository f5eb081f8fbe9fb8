/**
 * Where the frames of a zstd stream end: Node opens only the first of several that are joined, Kafka's clients open all. Only headers
 * are read; whether the blocks are sound shows when they are opened.
 */
import { CompressionError } from '#engine/ports/compression.ts';

const magic = 0xfd2fb528;
/** Sixteen numbers from here on mark frames to be passed over. */
const skippableMagic = 0x184d2a50;
const dictionaryIdBytes = [0, 1, 2, 4] as const;
const contentSizeBytes = [0, 2, 4, 8] as const;
const repeatedByte = 1;

export function zstdFrames(bytes: Uint8Array): Uint8Array[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const frames: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    if (bytes.length - at < 8) throw corrupt(`${bytes.length - at} bytes are too few for a frame`);
    const begins = view.getUint32(at, true);
    const isSkippable = (begins & 0xffff_fff0) >>> 0 === skippableMagic;
    if (!isSkippable && begins !== magic) throw corrupt('a frame does not begin like one');
    const end = isSkippable ? at + 8 + view.getUint32(at + 4, true) : frameEnd(bytes, at);
    if (end > bytes.length) throw corrupt('it ends within a frame');
    if (!isSkippable) frames.push(bytes.subarray(at, end));
    at = end;
  }
  return frames;
}

function frameEnd(bytes: Uint8Array, start: number): number {
  const flags = bytes[start + 4]!;
  const isSingleSegment = (flags & 0x20) !== 0;
  const sizeFlag = flags >>> 6;
  const contentBytes = sizeFlag === 0 && isSingleSegment ? 1 : contentSizeBytes[sizeFlag]!;
  let at = start + 5 + (isSingleSegment ? 0 : 1) + dictionaryIdBytes[flags & 3]! + contentBytes;
  for (let isLast = false; !isLast; ) {
    if (at + 3 > bytes.length) throw corrupt('it ends before its last block');
    const header = bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16);
    isLast = (header & 1) === 1;
    at += 3 + (((header >>> 1) & 3) === repeatedByte ? 1 : header >>> 3);
  }
  return at + ((flags & 0x04) === 0 ? 0 : 4);
}

function corrupt(why: string): CompressionError {
  return new CompressionError('corrupt', `not zstd: ${why}`);
}

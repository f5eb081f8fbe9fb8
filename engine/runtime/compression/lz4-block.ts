/**
 * The block format of LZ4: runs of literals, each followed by a copy of what came before. The last copy ends at least five bytes before
 * the end and begins at least twelve before it, as the format asks of whoever writes.
 */
import { CompressionError } from '#engine/ports/compression.ts';
import { copyLiterals, copyMatch, findMatches } from '#engine/runtime/compression/copy-bytes.ts';

const matchBytesMin = 4;
const lastLiterals = 5;
const matchBeginsBefore = 12;
const distanceMax = 65_535;

/** At most so many bytes can a block of this size open to. */
export function lz4OpenedBytesMax(blockBytes: number): number {
  return blockBytes * 255;
}

/** Writes what bytes[from..end) open to at `to`, not beyond `limit`, and answers where it ends. A copy may not reach before `to`. */
export function openLz4Block(bytes: Uint8Array, from: number, end: number, opened: Uint8Array, to: number, limit: number): number {
  let at = from;
  let out = to;
  while (at < end) {
    const token = bytes[at++]!;
    let length = token >>> 4;
    if (length === 15) {
      let byte: number;
      do {
        if (at >= end) throw corrupt('a run of literals ends within its length');
        byte = bytes[at++]!;
        length += byte;
      } while (byte === 255);
    }
    if (length > end - at || length > limit - out) throw corrupt(`a run of ${length} literals does not fit`);
    copyLiterals(bytes, at, opened, out, length);
    at += length;
    out += length;
    if (at === end) return out;
    if (at + 2 > end) throw corrupt('a copy ends within its distance');
    const distance = bytes[at]! | (bytes[at + 1]! << 8);
    at += 2;
    length = (token & 15) + matchBytesMin;
    if (length === 15 + matchBytesMin) {
      let byte: number;
      do {
        if (at >= end) throw corrupt('a copy ends within its length');
        byte = bytes[at++]!;
        length += byte;
      } while (byte === 255);
    }
    if (distance === 0 || distance > out - to || length > limit - out) throw corrupt(`a copy of ${length} bytes from ${distance} bytes before does not fit`);
    copyMatch(opened, out, distance, length);
    out += length;
  }
  throw corrupt('it does not end with literals');
}

/** At most this many bytes does a block of so many become. */
export function lz4BlockBytesMax(length: number): number {
  return length + Math.ceil(length / 255) + 16;
}

/** Writes the block of bytes[from..end) at `to`; answers where it ends. */
export function closeLz4Block(bytes: Uint8Array, from: number, end: number, closed: Uint8Array, to: number): number {
  let out = to;
  let literalsFrom = from;
  findMatches(bytes, from, end - matchBeginsBefore, end - lastLiterals, distanceMax, ({ at, distance, length }) => {
    out = writeLiterals(bytes, literalsFrom, at, length - matchBytesMin, closed, out);
    closed[out++] = distance;
    closed[out++] = distance >>> 8;
    out = writeLength(closed, out, length - matchBytesMin);
    literalsFrom = at + length;
  });
  return writeLiterals(bytes, literalsFrom, end, 0, closed, out);
}

function writeLiterals(bytes: Uint8Array, from: number, end: number, matchLength: number, closed: Uint8Array, to: number): number {
  const length = end - from;
  closed[to] = (Math.min(length, 15) << 4) | Math.min(matchLength, 15);
  const out = writeLength(closed, to + 1, length);
  copyLiterals(bytes, from, closed, out, length);
  return out + length;
}

/** What of a length does not fit into its half of the token. */
function writeLength(closed: Uint8Array, to: number, length: number): number {
  if (length < 15) return to;
  let out = to;
  let rest = length - 15;
  for (; rest >= 255; rest -= 255) closed[out++] = 255;
  closed[out++] = rest;
  return out;
}

function corrupt(why: string): CompressionError {
  return new CompressionError('corrupt', `not a block of lz4: ${why}`);
}

/**
 * The block format of Snappy: the length of what comes out as a varint, then literals and copies of what came before.
 * Written greedily, as Google's library does it; the bytes need not be the same, they only have to open everywhere.
 */
import { CompressionError } from '#engine/ports/compression.ts';
import { copyLiterals, copyMatch, findMatches } from '#engine/runtime/compression/copy-bytes.ts';

/** The most that an element of three bytes can bring is 64. */
const expansionMax = 22;
const distanceMax = 65_535;

/** What the block says that it opens to; checked against what so many bytes could be. */
export function snappyOpenedBytes(block: Uint8Array): number {
  const { value } = lengthOf(block);
  if (value > block.length * expansionMax) throw corrupt(`${block.length} bytes cannot open to ${value}`);
  return value;
}

/** Writes what the block opens to at `to` of `opened`; answers where it ends. */
export function openSnappyBlock(block: Uint8Array, opened: Uint8Array, to: number): number {
  const { value: openedBytes, next } = lengthOf(block);
  const end = to + openedBytes;
  let at = next;
  let out = to;
  while (at < block.length) {
    const tag = block[at++]!;
    const kind = tag & 3;
    if (kind === 0) {
      let length = (tag >>> 2) + 1;
      if (length > 60) {
        const lengthBytes = length - 60;
        if (at + lengthBytes > block.length) throw corrupt('a literal ends within its length');
        length = littleEndian(block, at, lengthBytes) + 1;
        at += lengthBytes;
      }
      if (length > block.length - at || length > end - out) throw corrupt(`a literal of ${length} bytes at ${at} does not fit`);
      copyLiterals(block, at, opened, out, length);
      at += length;
      out += length;
      continue;
    }
    const distanceBytes = kind === 3 ? 4 : kind;
    if (at + distanceBytes > block.length) throw corrupt('a copy ends within its distance');
    const length = kind === 1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const distance = kind === 1 ? ((tag >>> 5) << 8) | block[at]! : littleEndian(block, at, distanceBytes);
    at += distanceBytes;
    if (distance === 0 || distance > out - to || length > end - out) throw corrupt(`a copy of ${length} bytes from ${distance} bytes before does not fit`);
    copyMatch(opened, out, distance, length);
    out += length;
  }
  if (out !== end) throw corrupt(`${openedBytes} bytes announced, ${out - to} came`);
  return end;
}

/** At most this many bytes does a block of so many become. */
export function snappyBlockBytesMax(length: number): number {
  return 32 + length + Math.ceil(length / 6);
}

/** Writes the block of bytes[from..end) at `to`; answers where it ends. */
export function closeSnappyBlock(bytes: Uint8Array, from: number, end: number, closed: Uint8Array, to: number): number {
  let out = to;
  let rest = end - from;
  for (; rest >= 128; rest >>>= 7) closed[out++] = (rest & 127) | 128;
  closed[out++] = rest;
  let literalsFrom = from;
  findMatches(bytes, from, end - 3, end, distanceMax, ({ at, distance, length }) => {
    out = writeLiterals(bytes, literalsFrom, at, closed, out);
    out = writeCopy(closed, out, distance, length);
    literalsFrom = at + length;
  });
  return writeLiterals(bytes, literalsFrom, end, closed, out);
}

function writeLiterals(bytes: Uint8Array, from: number, end: number, closed: Uint8Array, to: number): number {
  const length = end - from;
  if (length === 0) return to;
  let out = to;
  const last = length - 1;
  if (last < 60) closed[out++] = last << 2;
  else {
    const lengthBytes = last < 0x100 ? 1 : last < 0x1_0000 ? 2 : last < 0x100_0000 ? 3 : 4;
    closed[out++] = (59 + lengthBytes) << 2;
    for (let index = 0; index < lengthBytes; index++) closed[out++] = last >>> (8 * index);
  }
  copyLiterals(bytes, from, closed, out, length);
  return out + length;
}

/** A long copy is several of at most 64 bytes, none of them shorter than four. */
function writeCopy(closed: Uint8Array, to: number, distance: number, lengthInAll: number): number {
  let out = to;
  for (let rest = lengthInAll; rest > 0; ) {
    const length = rest <= 64 ? rest : rest < 68 ? 60 : 64;
    if (length < 12 && distance < 2048) {
      closed[out++] = 1 | ((length - 4) << 2) | ((distance >>> 8) << 5);
      closed[out++] = distance;
    } else {
      closed[out++] = 2 | ((length - 1) << 2);
      closed[out++] = distance;
      closed[out++] = distance >>> 8;
    }
    rest -= length;
  }
  return out;
}

function lengthOf(block: Uint8Array): { value: number; next: number } {
  let value = 0;
  for (let index = 0; index < 5 && index < block.length; index++) {
    value += (block[index]! & 127) * 2 ** (7 * index);
    if (block[index]! < 128 && value <= 0xffff_ffff) return { value, next: index + 1 };
  }
  throw corrupt('its length is none');
}

function littleEndian(bytes: Uint8Array, at: number, length: number): number {
  let value = 0;
  for (let index = length - 1; index >= 0; index--) value = value * 256 + bytes[at + index]!;
  return value;
}

function corrupt(why: string): CompressionError {
  return new CompressionError('corrupt', `not a block of snappy: ${why}`);
}

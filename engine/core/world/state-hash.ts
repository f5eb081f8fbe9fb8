/**
 * A hash over everything the world is: the whole state root and the content of every disk. Two runs that agree on it agree on
 * what they did; the determinism proofs stand on it.
 *
 * 64 bits in two lanes of 32. Order counts in arrays, Maps and Sets (their order decides what happens next); fields of a record are
 * combined without order, since a decoded and a literal object may list them differently. `undefined` fields count as absent.
 */
import type { Disk, SegmentFile } from '#engine/ports/disk.ts';
import type { World } from '#engine/core/world/world-state.ts';
import { AssertionError } from '#engine/ports/assert.ts';

const basisA = 0x811c_9dc5 | 0;
const basisB = 0x9e37_79b9 | 0;
const primeA = 0x0100_0193;
const primeB = 0x85eb_ca77 | 0;

/** Two lanes, moved on word by word. */
class Lanes {
  a = basisA;
  b = basisB;

  word(word: number): void {
    this.a = Math.imul(this.a ^ word, primeA);
    this.a ^= this.a >>> 15;
    this.b = Math.imul((this.b << 5) ^ (this.b >>> 27) ^ word, primeB);
  }

  text(text: string): void {
    this.word(text.length);
    for (let i = 0; i < text.length; i++) this.word(text.charCodeAt(i));
  }

  number(value: number): void {
    if ((value | 0) === value && !Object.is(value, -0)) {
      this.word(value);
      return;
    }
    floatScratch[0] = value;
    this.word(wordScratch[0]! ^ 0x5bd1_e995);
    this.word(wordScratch[1]!);
  }

  bytes(bytes: Uint8Array): void {
    this.word(bytes.length);
    this.pieces([bytes]);
  }

  /** Bytes in pieces hash as if they were one: how they are cut says nothing. */
  pieces(pieces: Iterable<Uint8Array>): void {
    let carry = 0;
    let carried = 0;
    for (const piece of pieces) {
      let i = 0;
      while (carried !== 0 && i < piece.length) {
        carry |= piece[i++]! << (8 * carried);
        carried = (carried + 1) & 3;
        if (carried === 0) {
          this.word(carry);
          carry = 0;
        }
      }
      for (const end = piece.length - 3; i < end; i += 4) this.word(piece[i]! | (piece[i + 1]! << 8) | (piece[i + 2]! << 16) | (piece[i + 3]! << 24));
      while (i < piece.length) carry |= piece[i++]! << (8 * carried++);
    }
    if (carried > 0) this.word(carry ^ (carried << 29));
  }
}

const floatScratch = new Float64Array(1);
const wordScratch = new Uint32Array(floatScratch.buffer);

const tag = { null: 1, true: 2, false: 3, number: 4, string: 5, bigint: 6, array: 7, map: 8, set: 9, bytes: 10, record: 11, runs: 12 };

function hashValue(value: unknown, lanes: Lanes): void {
  switch (typeof value) {
    case 'number':
      lanes.word(tag.number);
      lanes.number(value);
      return;
    case 'string':
      lanes.word(tag.string);
      lanes.text(value);
      return;
    case 'boolean':
      lanes.word(value ? tag.true : tag.false);
      return;
    case 'bigint':
      lanes.word(tag.bigint);
      lanes.text(value.toString(36));
      return;
    case 'object':
      if (value === null) lanes.word(tag.null);
      else hashObject(value, lanes);
      return;
    case 'undefined':
      lanes.word(0);
      return;
    default:
      throw new AssertionError(`a ${typeof value} has no place in the world's state`);
  }
}

function hashObject(value: object, lanes: Lanes): void {
  if (Array.isArray(value)) {
    // A records field is a list of runs; over the wire the same bytes arrive as one.
    if (value.length > 0 && value.every((item) => item instanceof Uint8Array)) {
      lanes.word(tag.runs);
      lanes.word(value.reduce((sum, run) => sum + run.length, 0));
      lanes.pieces(value);
      return;
    }
    lanes.word(tag.array);
    lanes.word(value.length);
    for (const item of value) hashValue(item, lanes);
  } else if (value instanceof Map) {
    lanes.word(tag.map);
    lanes.word(value.size);
    for (const [key, item] of value) {
      hashValue(key, lanes);
      hashValue(item, lanes);
    }
  } else if (value instanceof Set) {
    lanes.word(tag.set);
    lanes.word(value.size);
    for (const item of value) hashValue(item, lanes);
  } else if (ArrayBuffer.isView(value)) {
    lanes.word(tag.bytes);
    lanes.bytes(new Uint8Array(value.buffer, value.byteOffset, value.byteLength));
  } else {
    hashRecord(value as Record<string, unknown>, lanes);
  }
}

function hashRecord(record: Record<string, unknown>, lanes: Lanes): void {
  const prototype: unknown = Object.getPrototypeOf(record);
  if (prototype !== Object.prototype && prototype !== null) throw new AssertionError(`the world's state holds an instance of a class: ${record.constructor?.name ?? 'unknown'}`);
  let sumA = 0;
  let sumB = 0;
  const fields = new Lanes();
  for (const name in record) {
    const item = record[name];
    if (item === undefined) continue;
    fields.a = basisA;
    fields.b = basisB;
    fields.text(name);
    hashValue(item, fields);
    sumA = (sumA + fields.a) | 0;
    sumB = (sumB + fields.b) | 0;
  }
  lanes.word(tag.record);
  lanes.word(sumA);
  lanes.word(sumB);
}

/** The content of one disk: directories, segment files, small files. */
function hashDisk(disk: Disk, lanes: Lanes): void {
  for (const directory of disk.listDirectories()) {
    lanes.text(directory);
    for (const file of disk.listSegments(directory)) {
      lanes.text(file.path);
      lanes.number(file.sizeBytes);
      lanes.pieces(chunksOf(disk, file));
    }
  }
  for (const path of disk.listSmallFiles()) {
    lanes.text(path);
    lanes.bytes(disk.readSmallFile(path) ?? new Uint8Array(0));
  }
}

function* chunksOf(disk: Disk, file: SegmentFile): Iterable<Uint8Array> {
  const readMaxBytes = 1 << 20;
  let position = 0;
  while (position < file.sizeBytes) {
    const chunks = disk.read(file.path, position, readMaxBytes);
    if (chunks.length === 0) throw new AssertionError(`${file.path} ends before its size`);
    for (const chunk of chunks) {
      yield chunk.bytes;
      position = chunk.position + chunk.bytes.length;
    }
  }
}

function hexOf(lanes: Lanes): string {
  return (lanes.a >>> 0).toString(16).padStart(8, '0') + (lanes.b >>> 0).toString(16).padStart(8, '0');
}

/** 16 hexadecimal digits. */
export function stateHash(world: World): string {
  const lanes = new Lanes();
  hashValue(world.state, lanes);
  for (const [brokerId, disk] of world.disks) {
    lanes.word(brokerId);
    hashDisk(disk.inner, lanes);
  }
  return hexOf(lanes);
}

/** The hash of any plain value: for finding which part of two states differs. */
export function hashOf(value: unknown): string {
  const lanes = new Lanes();
  hashValue(value, lanes);
  return hexOf(lanes);
}

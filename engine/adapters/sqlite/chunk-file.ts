/**
 * The chunks of one segment file, as a plain file that is only ever appended to: for each chunk its size and its position in the
 * segment, eight bytes together, then its bytes. A chunk whose position is not behind the one before says that the segment was cut there.
 * So nothing that was committed is ever written over, and how far the file counts (its extent) is all that a commit must note.
 *
 * What was appended waits in memory until `write`. Where chunks lie is kept for every 64 KiB, and found anew from the file
 * when it is first asked for.
 */
import { assert } from '#engine/ports/assert.ts';
import { DiskError, type Chunk } from '#engine/ports/disk.ts';
import type { ChunkFolder } from '#engine/adapters/sqlite/chunk-folder.ts';

const headerBytes = 8;
const indexEveryBytes = 65_536;
/** The most that one read asks of the file at once, unless a chunk is larger. */
const windowBytesMax = 1_310_720;

/** Answers whether it wants more. */
type ChunkVisitor = (position: number, chunkBytes: number, bytesOf: () => Uint8Array) => boolean;

export class ChunkFile {
  readonly id: number;
  readonly #folder: ChunkFolder;
  /** Size of the segment file, with what waits to be written. */
  sizeBytes: number;
  /** How far the plain file counts. */
  extentBytes: number;
  /** Size of the segment file without what waits. */
  #writtenBytes: number;
  #waiting: Chunk[] = [];
  /** Where some chunks begin: in the segment, and in the file. Undefined: not yet looked. */
  #positions: number[] | undefined;
  #offsets: number[] = [];
  /** The next chunk needs an entry of its own, for it does not lie behind the one before it. */
  #apart = false;

  constructor(folder: ChunkFolder, id: number, sizeBytes: number, extentBytes: number) {
    this.#folder = folder;
    this.id = id;
    this.sizeBytes = sizeBytes;
    this.extentBytes = extentBytes;
    this.#writtenBytes = sizeBytes;
    if (extentBytes === 0) this.#positions = [];
  }

  get waitingBytes(): number {
    return this.sizeBytes - this.#writtenBytes;
  }

  /** Answers the bytes as they are kept. */
  append(chunk: Uint8Array): Uint8Array {
    // A small part of a large array is copied out, or it would hold the whole of it in memory.
    const bytes = chunk.length * 4 < chunk.buffer.byteLength ? new Uint8Array(chunk) : chunk;
    this.#waiting.push({ position: this.sizeBytes, bytes });
    this.sizeBytes += bytes.length;
    return bytes;
  }

  /** Writes what waits behind the extent. A failure leaves everything as it was. */
  write(): void {
    if (this.#waiting.length === 0) return;
    const headers = new Uint8Array(this.#waiting.length * headerBytes);
    const view = new DataView(headers.buffer);
    const pieces: Uint8Array[] = [];
    let sizeBytes = 0;
    for (const [index, { position, bytes }] of this.#waiting.entries()) {
      view.setUint32(index * headerBytes, bytes.length);
      view.setUint32(index * headerBytes + 4, position);
      pieces.push(headers.subarray(index * headerBytes, (index + 1) * headerBytes), bytes);
      sizeBytes += headerBytes + bytes.length;
    }
    this.#folder.write(this.id, this.extentBytes, pieces, sizeBytes);
    for (const { position, bytes } of this.#waiting) {
      this.#note(position, this.extentBytes);
      this.extentBytes += headerBytes + bytes.length;
    }
    this.#writtenBytes = this.sizeBytes;
    this.#waiting = [];
  }

  /** Adds chunks to `found`, as the port says of a read from `position` on. */
  read(position: number, maxBytes: number, found: Chunk[]): void {
    let leftBytes = maxBytes;
    const take: ChunkVisitor = (chunkPosition, chunkBytes, bytesOf) => {
      if (chunkPosition + chunkBytes <= position) return true;
      if (found.length > 0 && chunkBytes > leftBytes) return false;
      leftBytes -= chunkBytes;
      found.push({ position: chunkPosition, bytes: bytesOf() });
      return true;
    };
    if (position < this.#writtenBytes && !this.#walk(position, take, maxBytes)) return;
    for (const chunk of this.#waiting) if (!take(chunk.position, chunk.bytes.length, () => chunk.bytes)) return;
  }

  isBoundary(position: number): boolean {
    if (position === this.sizeBytes) return true;
    if (position >= this.#writtenBytes) return this.#waiting.some((chunk) => chunk.position === position);
    let isFound = false;
    this.#walk(position, (chunkPosition) => {
      isFound = chunkPosition === position;
      return chunkPosition < position;
    });
    return isFound;
  }

  /** Cuts at a chunk boundary. */
  truncate(sizeBytes: number): void {
    this.#waiting = this.#waiting.filter(({ position }) => position < sizeBytes);
    this.sizeBytes = sizeBytes;
    if (sizeBytes >= this.#writtenBytes) return;
    this.#writtenBytes = sizeBytes;
    this.#cutIndex(sizeBytes);
  }

  /** After an end that was not in order the file may hold less than was noted. */
  isSound(): boolean {
    return this.extentBytes === 0 || (this.#folder.sizeBytes(this.id) >= this.extentBytes && this.#lookThrough(this.extentBytes).extentBytes === this.extentBytes);
  }

  /** The segment ends where the file stops being one. */
  cutToSound(): void {
    const sound = this.#lookThrough(Math.min(this.extentBytes, this.#folder.sizeBytes(this.id)));
    this.extentBytes = sound.extentBytes;
    this.sizeBytes = this.#writtenBytes = Math.min(this.sizeBytes, sound.sizeBytes);
    this.#cutIndex(this.sizeBytes);
  }

  /** Finds where chunks lie; answers up to where the file is one, at most `extentBytes`. */
  #lookThrough(extentBytes: number): { extentBytes: number; sizeBytes: number } {
    this.#positions = [];
    this.#offsets = [];
    this.#apart = false;
    let endBytes = 0;
    let offset = 0;
    while (offset + headerBytes <= extentBytes) {
      const { chunkBytes, position } = headerOf(this.#folder.read(this.id, offset, headerBytes), 0);
      if (chunkBytes === 0 || position > endBytes || offset + headerBytes + chunkBytes > extentBytes) break;
      if (position < endBytes) this.#cutIndex(position);
      this.#note(position, offset);
      endBytes = position + chunkBytes;
      offset += headerBytes + chunkBytes;
    }
    if (endBytes > this.#writtenBytes) this.#cutIndex(this.#writtenBytes);
    return { extentBytes: offset, sizeBytes: endBytes };
  }

  #indexed(): number[] {
    if (this.#positions === undefined) {
      const sound = this.#lookThrough(this.extentBytes);
      if (sound.extentBytes !== this.extentBytes) throw this.#damaged(sound.extentBytes);
    }
    return this.#positions!;
  }

  #note(position: number, offset: number): void {
    const positions = this.#indexed();
    const last = positions.at(-1);
    if (last !== undefined && !this.#apart && position - last < indexEveryBytes) return;
    positions.push(position);
    this.#offsets.push(offset);
    this.#apart = false;
  }

  #cutIndex(position: number): void {
    const positions = this.#indexed();
    while (positions.length > 0 && positions.at(-1)! >= position) {
      positions.pop();
      this.#offsets.pop();
    }
    this.#apart = true;
  }

  /** Visits the written chunks from the last noted one at or before `position` on; answers false when the visitor had enough. */
  #walk(position: number, visit: ChunkVisitor, readBytes = 0): boolean {
    const positions = this.#indexed();
    let entry = lastAtMost(positions, position);
    assert(entry >= 0, `file ${this.id} of ${this.#folder.path} has no chunk at ${position}`);
    let next = positions[entry]!;
    let offset = this.#offsets[entry]!;
    let windowOffset = 0;
    let window: Uint8Array = noBytes;
    const fill = (sizeBytes: number): void => {
      const isThere = offset >= windowOffset && offset + sizeBytes <= windowOffset + window.length;
      if (isThere) return;
      const wantedBytes = Math.min(windowBytesMax, position + readBytes - next + headerBytes * 64);
      window = this.#folder.read(this.id, offset, Math.min(this.extentBytes - offset, Math.max(sizeBytes, wantedBytes)));
      windowOffset = offset;
      if (window.length < sizeBytes) throw this.#damaged(offset);
    };
    while (next < this.#writtenBytes) {
      if (positions[entry + 1] === next) offset = this.#offsets[++entry]!;
      fill(headerBytes);
      const { chunkBytes, position: noted } = headerOf(window, offset - windowOffset);
      if (noted !== next || chunkBytes === 0 || offset + headerBytes + chunkBytes > this.extentBytes) throw this.#damaged(offset);
      const bytesOf = (): Uint8Array => {
        fill(headerBytes + chunkBytes);
        const at = offset - windowOffset + headerBytes;
        return window.subarray(at, at + chunkBytes);
      };
      if (!visit(next, chunkBytes, bytesOf)) return false;
      next += chunkBytes;
      offset += headerBytes + chunkBytes;
    }
    return true;
  }

  #damaged(offset: number): DiskError {
    return new DiskError('ECORRUPT', `file ${this.id} of "${this.#folder.path}" is damaged at byte ${offset} of ${this.extentBytes}`);
  }
}

const noBytes = new Uint8Array(0);

function headerOf(bytes: Uint8Array, at: number): { chunkBytes: number; position: number } {
  if (bytes.length < at + headerBytes) return { chunkBytes: 0, position: 0 };
  const view = new DataView(bytes.buffer, bytes.byteOffset + at, headerBytes);
  return { chunkBytes: view.getUint32(0), position: view.getUint32(4) };
}

/** Index of the last of rising numbers that is at most `limit`; -1 when all are above. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = -1;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (numbers[middle]! <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

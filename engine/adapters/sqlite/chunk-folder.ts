/**
 * The folder of plain files beside a disk's SQLite file: one file for each segment file that holds anything, named by its id.
 * Files are opened when they are needed, and only so many stay open.
 */
import { closeSync, constants, existsSync, fdatasyncSync, fsyncSync, mkdirSync, openSync, readdirSync, readSync, rmSync, statSync, writevSync } from 'node:fs';
import { join } from 'node:path';
import { lendBytes } from '#engine/ports/lent-bytes.ts';
import { toDiskError } from '#engine/adapters/sqlite/sqlite-error.ts';

const openFilesMax = 256;

/** The folder that belongs to a disk's SQLite file. */
export function chunkFolderOf(file: string): string {
  return `${file.replace(/\.sqlite$/, '')}.chunks`;
}

export class ChunkFolder {
  readonly path: string;
  readonly #readOnly: boolean;
  /** Descriptors by id, the one that was used longest ago first. */
  readonly #open = new Map<number, number>();
  /** Written to, and not known to be on the medium. */
  readonly #unsynced = new Set<number>();
  #entriesUnsynced = false;

  constructor(path: string, readOnly: boolean) {
    this.path = path;
    this.#readOnly = readOnly;
  }

  /** Bytes of the file; 0 when there is none. */
  sizeBytes(id: number): number {
    return this.#attempt(() => statSync(this.#fileOf(id), { throwIfNoEntry: false })?.size ?? 0);
  }

  /** Writes all pieces, one behind the other, from byte `offset` on. */
  write(id: number, offset: number, pieces: readonly Uint8Array[], sizeBytes: number): void {
    this.#attempt(() => {
      const descriptor = this.#descriptor(id);
      let rest = pieces;
      let written = writevSync(descriptor, rest, offset);
      while (written < sizeBytes) {
        rest = behind(pieces, written);
        written += writevSync(descriptor, rest, offset + written);
      }
    });
    this.#unsynced.add(id);
  }

  /** Up to `sizeBytes` bytes from `offset` on; fewer where the file ends before. */
  read(id: number, offset: number, sizeBytes: number): Uint8Array {
    return this.#attempt(() => {
      // Every byte that is handed out is read below, so that none needs to be cleared first.
      const bytes = lendBytes(sizeBytes) ?? new Uint8Array(Buffer.allocUnsafeSlow(sizeBytes).buffer);
      const descriptor = this.#descriptor(id);
      let filled = 0;
      while (filled < sizeBytes) {
        const count = readSync(descriptor, bytes, filled, sizeBytes - filled, offset + filled);
        if (count === 0) break;
        filled += count;
      }
      return filled === sizeBytes ? bytes : bytes.subarray(0, filled);
    });
  }

  /** What was written is on the medium when this returns. */
  sync(): void {
    this.#attempt(() => {
      for (const id of this.#unsynced) fdatasyncSync(this.#descriptor(id));
      if (this.#entriesUnsynced) syncFolder(this.path);
    });
    this.#unsynced.clear();
    this.#entriesUnsynced = false;
  }

  delete(id: number): void {
    this.#close(id);
    this.#unsynced.delete(id);
    // A file that stays behind is removed at the next opening.
    this.#attempt(() => rmSync(this.#fileOf(id), { force: true }));
  }

  /** Removes files that belong to nobody: their segments were never committed, or deleted just before the process died. */
  deleteAllBut(known: ReadonlySet<number>): void {
    this.#attempt(() => {
      if (!existsSync(this.path)) return;
      for (const name of readdirSync(this.path)) if (!known.has(Number(name))) rmSync(join(this.path, name), { force: true });
    });
  }

  close(): void {
    for (const id of this.#open.keys()) this.#close(id);
  }

  #fileOf(id: number): string {
    return join(this.path, String(id));
  }

  #descriptor(id: number): number {
    let descriptor = this.#open.get(id);
    if (descriptor !== undefined) {
      if (this.#open.size >= openFilesMax) {
        this.#open.delete(id);
        this.#open.set(id, descriptor);
      }
      return descriptor;
    }
    if (this.#open.size >= openFilesMax) this.#close(this.#open.keys().next().value!);
    descriptor = this.#openFile(id);
    this.#open.set(id, descriptor);
    return descriptor;
  }

  #openFile(id: number): number {
    if (this.#readOnly) return openSync(this.#fileOf(id), 'r');
    if (!existsSync(this.path)) mkdirSync(this.path, { mode: 0o700 });
    this.#entriesUnsynced = true;
    return openSync(this.#fileOf(id), constants.O_RDWR | constants.O_CREAT, 0o600);
  }

  #close(id: number): void {
    const descriptor = this.#open.get(id);
    if (descriptor === undefined) return;
    this.#open.delete(id);
    closeSync(descriptor);
  }

  #attempt<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      throw toDiskError(error, this.path);
    }
  }
}

/** What of the pieces lies behind the first `sizeBytes` bytes. */
function behind(pieces: readonly Uint8Array[], sizeBytes: number): Uint8Array[] {
  let skip = sizeBytes;
  const rest: Uint8Array[] = [];
  for (const piece of pieces) {
    if (skip < piece.length) rest.push(piece.subarray(skip));
    skip = Math.max(0, skip - piece.length);
  }
  return rest;
}

/** The names of new files; Windows keeps them by itself and refuses to open a folder. */
function syncFolder(path: string): void {
  if (process.platform === 'win32' || !existsSync(path)) return;
  const descriptor = openSync(path, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

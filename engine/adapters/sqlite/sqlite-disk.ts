/**
 * A disk in one SQLite file. Directories, segment files and small files are rows; a chunk is a row with the bytes as they
 * came, at a rowid made of its file and its position (disk-schema.ts).
 *
 * One transaction holds everything between two commits (group commit). A call that the medium refuses has no effect, but SQLite
 * may have to give up the whole transaction with it; then the next commit is refused too. A refused commit takes everything since
 * the last one with it. Sizes and names are kept in memory beside the rows, and are read again after such a loss.
 */
import type { Database } from 'better-sqlite3';
import { assert } from '#engine/ports/assert.ts';
import { DiskError, type Chunk, type Disk, type SegmentFile } from '#engine/ports/disk.ts';
import { checkDirectoryName, splitDiskPath, splitSegmentPath } from '#engine/adapters/disk-path.ts';
import { ChunkCache } from '#engine/adapters/sqlite/chunk-cache.ts';
import { fileIdMax, pageSizeBytes, placesPerFile } from '#engine/adapters/sqlite/disk-schema.ts';
import { openForeign, openOwn, type Durability } from '#engine/adapters/sqlite/open-database.ts';
import { toDiskError } from '#engine/adapters/sqlite/sqlite-error.ts';
import { prepareStatements, type Statements } from '#engine/adapters/sqlite/statements.ts';

export interface SqliteDiskOptions {
  durability?: Durability;
  /** At this size the write-ahead log is checkpointed within a commit, whoever waits. */
  walBytesMax?: number;
  /** How much of what was appended last is kept in memory for those who read at the end. */
  cacheBytesMax?: number;
  /** A limit to the file's size, in pages of 8 KiB; a larger disk is a full one. */
  pagesMax?: number;
}

const defaults = { durability: 'process', walBytesMax: 50_331_648, cacheBytesMax: 4_194_304 } as const;

interface FileRow {
  id: number;
  sizeBytes: number;
}

/** Opens a disk of this program for this process alone, or creates it. */
export function openSqliteDisk(file: string, options: SqliteDiskOptions = {}): SqliteDisk {
  return new SqliteDisk(file, openOwn(file, options.durability ?? defaults.durability), options);
}

/** Opens a file that came from elsewhere: checked first, and only to be read. */
export function openForeignDisk(file: string): SqliteDisk {
  return new SqliteDisk(file, openForeign(file), {});
}

export class SqliteDisk implements Disk {
  readonly file: string;
  readonly #database: Database;
  readonly #statements: Statements;
  readonly #cache: ChunkCache;
  readonly #walBytesMax: number;
  readonly #directories = new Set<string>();
  readonly #files = new Map<string, FileRow>();
  #dirty = false;
  /** Why the open transaction was lost before its commit. */
  #lost: DiskError | undefined;
  /** Upper bound of what the write-ahead log holds since it was last checkpointed, and of the open transaction's share. */
  #walBytes = 0;

  constructor(file: string, database: Database, options: SqliteDiskOptions) {
    this.file = file;
    this.#database = database;
    if (options.pagesMax !== undefined) database.pragma(`max_page_count = ${options.pagesMax}`);
    this.#statements = prepareStatements(database);
    this.#cache = new ChunkCache(options.cacheBytesMax ?? defaults.cacheBytesMax);
    this.#walBytesMax = options.walBytesMax ?? defaults.walBytesMax;
    this.#load();
  }

  get dirty(): boolean {
    return this.#dirty;
  }

  listDirectories(): string[] {
    return [...this.#directories].toSorted();
  }

  createDirectory(directory: string): void {
    checkDirectoryName(directory);
    if (this.#directories.has(directory)) return;
    this.#write(1, () => this.#statements.insertDirectory.run(directory));
    this.#directories.add(directory);
  }

  deleteDirectory(directory: string): void {
    checkDirectoryName(directory);
    if (!this.#directories.has(directory)) return;
    for (const { path } of this.listSegments(directory)) this.deleteSegment(path);
    this.#write(2, () => {
      // '0' is the character behind '/': the range holds exactly the paths within the directory.
      this.#statements.deleteSmallFiles.run(`${directory}/`, `${directory}0`);
      this.#statements.deleteDirectory.run(directory);
    });
    this.#directories.delete(directory);
  }

  listSegments(directory: string): SegmentFile[] {
    this.#checkDirectory(directory);
    const prefix = `${directory}/`;
    const found: SegmentFile[] = [];
    for (const [path, { sizeBytes }] of this.#files) if (path.startsWith(prefix)) found.push({ path, sizeBytes });
    return found.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  createSegment(path: string): void {
    this.#checkDirectory(splitSegmentPath(path).directory);
    if (this.#files.has(path)) throw new DiskError('EEXIST', `segment file "${path}" exists already`);
    const id = this.#freeFileId();
    this.#write(1, () => this.#statements.insertSegment.run(id, path));
    this.#files.set(path, { id, sizeBytes: 0 });
  }

  append(path: string, chunk: Uint8Array): number {
    assert(chunk.length > 0, `an empty chunk was appended to "${path}"`);
    const row = this.#file(path);
    const position = row.sizeBytes;
    assert(position + chunk.length < placesPerFile, `"${path}" would grow beyond ${placesPerFile} bytes`);
    const place = row.id * placesPerFile + position;
    const bytes = new Uint8Array(chunk);
    this.#write(1 + Math.ceil(chunk.length / (pageSizeBytes - 4)), () => this.#statements.insertChunk.run(place, bytes));
    this.#cache.add(place, bytes);
    row.sizeBytes += chunk.length;
    return position;
  }

  read(path: string, position: number, maxBytes: number): Chunk[] {
    const { id, sizeBytes } = this.#file(path);
    assert(position >= 0, `"${path}" was read at position ${position}`);
    const first = id * placesPerFile;
    const found: Chunk[] = [];
    let next = position;
    for (let cached = this.#cache.get(first + next); cached !== undefined; cached = this.#cache.get(first + next)) {
      if (found.length > 0 && next + cached.length - position > maxBytes) return found;
      found.push({ position: next, bytes: cached });
      next += cached.length;
    }
    if (next >= sizeBytes) return found;
    this.#attempt(() => this.#readRows(first, next, maxBytes - (next - position), found));
    return found;
  }

  truncate(path: string, sizeBytes: number): void {
    const row = this.#file(path);
    if (sizeBytes === row.sizeBytes) return;
    assert(sizeBytes >= 0 && sizeBytes < row.sizeBytes, `"${path}" of ${row.sizeBytes} bytes cannot be cut to ${sizeBytes}`);
    const first = row.id * placesPerFile;
    const boundary = this.#attempt(() => this.#statements.chunkAt.get(first + sizeBytes));
    assert(boundary !== undefined, `"${path}" has no chunk boundary at ${sizeBytes}`);
    this.#deletePlaces(first + sizeBytes, first + placesPerFile, row.sizeBytes - sizeBytes);
    row.sizeBytes = sizeBytes;
  }

  /** Nothing to do: see the port. */
  flush(path: string): void {
    this.#file(path);
  }

  deleteSegment(path: string): void {
    const row = this.#file(path);
    const first = row.id * placesPerFile;
    if (row.sizeBytes > 0) this.#deletePlaces(first, first + placesPerFile, row.sizeBytes);
    this.#write(1, () => this.#statements.deleteSegment.run(row.id));
    this.#files.delete(path);
  }

  renameSegment(path: string, newPath: string): void {
    const from = splitSegmentPath(path);
    const to = splitSegmentPath(newPath);
    assert(from.directory === to.directory, `"${path}" cannot be renamed to "${newPath}": another directory`);
    const row = this.#file(path);
    if (path === newPath) return;
    if (this.#files.has(newPath)) this.deleteSegment(newPath);
    this.#write(1, () => this.#statements.renameSegment.run(newPath, row.id));
    this.#files.delete(path);
    this.#files.set(newPath, row);
  }

  readSmallFile(path: string): Uint8Array | undefined {
    splitDiskPath(path);
    const row = this.#attempt(() => this.#statements.readSmallFile.get(path));
    return row && plain(row.bytes);
  }

  writeSmallFile(path: string, bytes: Uint8Array): void {
    const { directory } = splitDiskPath(path);
    if (directory !== '') this.#checkDirectory(directory);
    this.#write(1 + Math.ceil(bytes.length / (pageSizeBytes - 4)), () => this.#statements.writeSmallFile.run(path, bytes));
  }

  deleteSmallFile(path: string): void {
    splitDiskPath(path);
    if (this.readSmallFile(path) !== undefined) this.#write(1, () => this.#statements.deleteSmallFile.run(path));
  }

  listSmallFiles(): string[] {
    // SQLite sorts by UTF-8 bytes, the port by JavaScript's strings.
    return this.#attempt(() => this.#statements.listSmallFiles.all()).map((row) => row.path).toSorted();
  }

  commit(): void {
    if (!this.#dirty) return;
    let failure: unknown = this.#lost;
    try {
      if (failure === undefined) this.#attempt(() => this.#statements.commit.run());
    } catch (error) {
      failure = error;
    }
    this.#dirty = false;
    this.#lost = undefined;
    if (failure !== undefined) {
      if (this.#database.inTransaction) this.#statements.rollback.run();
      this.#load();
      throw failure;
    }
    if (this.#walBytes >= this.#walBytesMax) this.checkpoint();
  }

  /**
   * Moves what was committed from the write-ahead log into the file; to be called when nobody waits. Does nothing while a
   * transaction is open. A failure is not one of the commits', which are safe in the log: it is tried again later.
   */
  checkpoint(): void {
    if (this.isClosed || this.#dirty || this.#walBytes === 0) return;
    try {
      this.#database.pragma('wal_checkpoint(PASSIVE)');
      this.#walBytes = 0;
    } catch (error) {
      if (!(toDiskError(error, this.file) instanceof DiskError)) throw error;
    }
  }

  /** At most so many bytes wait in the write-ahead log. */
  get walBytes(): number {
    return this.#walBytes;
  }

  get isClosed(): boolean {
    return !this.#database.open;
  }

  /** What was not committed is gone, as with any process that ends. */
  close(): void {
    if (this.#database.inTransaction) this.#statements.rollback.run();
    this.#cache.clear();
    this.#database.close();
  }

  #load(): void {
    this.#directories.clear();
    this.#files.clear();
    this.#cache.clear();
    for (const { name } of this.#statements.listDirectories.all()) this.#directories.add(name);
    for (const { id, path } of this.#statements.listSegments.all()) {
      const first = id * placesPerFile;
      const last = this.#statements.lastChunk.get(first, first + placesPerFile);
      this.#files.set(path, { id, sizeBytes: last === undefined ? 0 : last.place - first + last.sizeBytes });
    }
  }

  /** Adds the rows from `position` on; the first of all counts whole, wherever in it the read began. */
  #readRows(first: number, position: number, maxBytes: number, found: Chunk[]): void {
    let from = first + position;
    let limit = from + maxBytes;
    if (found.length === 0) {
      const row = this.#statements.chunkContaining.get(from, first);
      assert(row !== undefined, `disk file "${this.file}" has no chunk at ${position} of file ${first / placesPerFile}`);
      found.push({ position: row.place - first, bytes: plain(row.bytes) });
      from = row.place + row.bytes.length;
      limit = row.place + maxBytes;
    }
    limit = Math.min(limit, first + placesPerFile);
    if (limit <= from) return;
    for (const { place, bytes } of this.#statements.chunksWithin.all(from, limit, limit)) found.push({ position: place - first, bytes: plain(bytes) });
  }

  #deletePlaces(from: number, to: number, sizeBytes: number): void {
    this.#write(2 + Math.ceil(sizeBytes / pageSizeBytes / 64), () => this.#statements.deleteChunks.run(from, to));
    this.#cache.removeRange(from, to);
  }

  /** `pages` is how many pages the change will at most put into the write-ahead log. */
  #write(pages: number, change: () => void): void {
    this.#attempt(() => {
      if (!this.#database.inTransaction) this.#statements.begin.run();
      this.#dirty = true;
      change();
    });
    this.#walBytes += pages * pageSizeBytes;
  }

  /**
   * SQLite undoes a statement that was refused if it can; if not, it gives up the whole transaction. Then what this turn has
   * written before is gone as well, and its commit must say so.
   */
  #attempt<Result>(action: () => Result): Result {
    try {
      return action();
    } catch (error) {
      const diskError = toDiskError(error, this.file);
      if (diskError instanceof DiskError && this.#dirty && !this.#database.inTransaction) {
        this.#lost ??= diskError;
        this.#load();
      }
      throw diskError;
    }
  }

  #checkDirectory(directory: string): void {
    if (!this.#directories.has(directory)) throw new DiskError('ENOENT', `there is no directory "${directory}"`);
  }

  #file(path: string): FileRow {
    const found = this.#files.get(path);
    if (found !== undefined) return found;
    this.#checkDirectory(splitSegmentPath(path).directory);
    throw new DiskError('ENOENT', `there is no segment file "${path}"`);
  }

  #freeFileId(): number {
    const used = new Set<number>();
    let highest = 0;
    for (const { id } of this.#files.values()) {
      used.add(id);
      if (id > highest) highest = id;
    }
    if (highest < fileIdMax) return highest + 1;
    let id = 1;
    while (used.has(id)) id++;
    assert(id <= fileIdMax, `disk file "${this.file}" has no room for another segment file`);
    return id;
  }
}

/** The library answers Buffers, whose `slice` does not copy; the port promises plain arrays. */
function plain({ buffer, byteOffset, byteLength }: Uint8Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/**
 * A disk in one SQLite file and a folder of plain files beside it. Directories, segment files and small files are rows; the
 * chunks lie in the plain files, one for each segment file (chunk-file.ts), where the bytes are written once and copied once.
 *
 * One transaction holds everything between two commits (group commit): the chunks are written first, then the transaction
 * notes how far each file counts. A call that the medium refuses has no effect, but SQLite may have to give up the whole
 * transaction with it; then the next commit is refused too. A refused commit takes everything since the last one with it.
 * Sizes and names are kept in memory beside the rows, and are read again after such a loss.
 */
import type { Database } from 'better-sqlite3';
import { assert } from '#engine/ports/assert.ts';
import { DiskError, type Chunk, type Disk, type SegmentFile } from '#engine/ports/disk.ts';
import { checkDirectoryName, splitDiskPath, splitSegmentPath } from '#engine/adapters/disk-path.ts';
import { ChunkCache } from '#engine/adapters/sqlite/chunk-cache.ts';
import { ChunkFile } from '#engine/adapters/sqlite/chunk-file.ts';
import { ChunkFolder, chunkFolderOf } from '#engine/adapters/sqlite/chunk-folder.ts';
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
  /** A limit to the SQLite file's size, in pages of 4 KiB; a larger one is a full disk. */
  pagesMax?: number;
  /** With less in its plain files the disk is looked through when it is opened; with more it is synced when it is closed. */
  lookedThroughMax?: number;
  /** A limit to what all chunks together may take; more is a full disk. */
  chunkBytesMax?: number;
}

const defaults = { durability: 'process', walBytesMax: 50_331_648, cacheBytesMax: 4_194_304 } as const;
/** More than this is written before the commit that notes it. */
const waitingBytesMax = 8_388_608;
/** Files of so many bytes together are looked through at the next opening rather than synced at an orderly end. */
const lookedThroughMax = 268_435_456;

/** Opens a disk of this program for this process alone, or creates it. */
export function openSqliteDisk(file: string, options: SqliteDiskOptions = {}): SqliteDisk {
  return new SqliteDisk(file, openOwn(file, options.durability ?? defaults.durability), options);
}

/** Opens a file that came from elsewhere, with its folder: checked first, and only to be read. */
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
  readonly #files = new Map<string, ChunkFile>();
  readonly #folder: ChunkFolder;
  readonly #options: SqliteDiskOptions;
  /** Files whose size or extent the next commit notes. */
  readonly #changed = new Set<ChunkFile>();
  /** Files that the next commit lets go of. */
  #doomed: ChunkFile[] = [];
  #lastFileId = 0;
  #dirty = false;
  /** A transaction was begun since the last commit. */
  #begun = false;
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
    this.#options = options;
    this.#folder = new ChunkFolder(chunkFolderOf(file), database.readonly);
    this.#load();
    if (!database.readonly) this.#putInOrder();
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
    this.#write(2, () => {
      this.#statements.insertSegment.run(id, path);
      this.#statements.insertExtent.run(id);
    });
    this.#files.set(path, new ChunkFile(this.#folder, id, 0, 0));
  }

  append(path: string, chunk: Uint8Array): number {
    assert(chunk.length > 0, `an empty chunk was appended to "${path}"`);
    const file = this.#file(path);
    const position = file.sizeBytes;
    assert(position + chunk.length < placesPerFile, `"${path}" would grow beyond ${placesPerFile} bytes`);
    if (this.#database.readonly) throw new DiskError('EROFS', `disk file "${this.file}" may not be written`);
    if (this.#options.chunkBytesMax !== undefined) this.#checkRoom(chunk.length, this.#options.chunkBytesMax);
    this.#dirty = true;
    const bytes = file.append(chunk);
    this.#changed.add(file);
    this.#cache.add(file.id * placesPerFile + position, bytes);
    if (file.waitingBytes > waitingBytesMax) this.#writeWaiting(file);
    return position;
  }

  read(path: string, position: number, maxBytes: number): Chunk[] {
    const file = this.#file(path);
    assert(position >= 0, `"${path}" was read at position ${position}`);
    const first = file.id * placesPerFile;
    const found: Chunk[] = [];
    let next = position;
    for (let cached = this.#cache.get(first + next); cached !== undefined; cached = this.#cache.get(first + next)) {
      if (found.length > 0 && next + cached.length - position > maxBytes) return found;
      found.push({ position: next, bytes: cached });
      next += cached.length;
    }
    if (next < file.sizeBytes) file.read(next, maxBytes - (next - position), found);
    return found;
  }

  truncate(path: string, sizeBytes: number): void {
    const file = this.#file(path);
    if (sizeBytes === file.sizeBytes) return;
    assert(sizeBytes >= 0 && sizeBytes < file.sizeBytes, `"${path}" of ${file.sizeBytes} bytes cannot be cut to ${sizeBytes}`);
    assert(file.isBoundary(sizeBytes), `"${path}" has no chunk boundary at ${sizeBytes}`);
    this.#dirty = true;
    file.truncate(sizeBytes);
    this.#changed.add(file);
    this.#cache.removeRange(file.id * placesPerFile + sizeBytes, (file.id + 1) * placesPerFile);
  }

  /** Nothing to do: see the port. */
  flush(path: string): void {
    this.#file(path);
  }

  deleteSegment(path: string): void {
    const file = this.#file(path);
    this.#write(2, () => {
      this.#statements.deleteSegment.run(file.id);
      this.#statements.deleteExtent.run(file.id);
    });
    this.#cache.removeRange(file.id * placesPerFile, (file.id + 1) * placesPerFile);
    this.#changed.delete(file);
    this.#doomed.push(file);
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
    // The library answers Buffers, whose `slice` does not copy; the port promises plain arrays.
    return row && new Uint8Array(row.bytes.buffer, row.bytes.byteOffset, row.bytes.byteLength);
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
      if (failure === undefined) this.#commitAll();
    } catch (error) {
      failure = error;
    }
    this.#dirty = this.#begun = false;
    this.#lost = undefined;
    if (failure !== undefined) {
      if (this.#database.inTransaction) this.#statements.rollback.run();
      this.#load();
      throw failure;
    }
    for (const { id } of this.#doomed) this.#folder.delete(id);
    this.#doomed = [];
    if (this.#walBytes >= this.#walBytesMax) this.checkpoint();
  }

  #commitAll(): void {
    for (const file of this.#changed) file.write();
    if (this.#options.durability === 'power') this.#folder.sync();
    this.#write(1 + Math.ceil(this.#changed.size / 64), () => {
      for (const { sizeBytes, extentBytes, id } of this.#changed) this.#statements.updateExtent.run(sizeBytes, extentBytes, id);
      this.#statements.commit.run();
    });
    this.#changed.clear();
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
    if (this.isClosed) return;
    if (this.#database.inTransaction) this.#statements.rollback.run();
    if (!this.#database.readonly) this.#noteClosing();
    this.#cache.clear();
    this.#folder.close();
    this.#database.close();
  }

  /** A failure only costs the next opening a look through the files. */
  #noteClosing(): void {
    try {
      if (this.#chunkBytes() <= (this.#options.lookedThroughMax ?? lookedThroughMax)) return;
      this.#folder.sync();
      this.#attempt(() => this.#statements.insertClosing.run());
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
    }
  }

  /** As it was last committed. */
  #load(): void {
    this.#directories.clear();
    this.#files.clear();
    this.#cache.clear();
    this.#changed.clear();
    this.#doomed = [];
    for (const { name } of this.#statements.listDirectories.all()) this.#directories.add(name);
    for (const { id, path, sizeBytes, extentBytes } of this.#statements.listSegments.all()) {
      this.#files.set(path, new ChunkFile(this.#folder, id, sizeBytes, extentBytes));
      if (id > this.#lastFileId) this.#lastFileId = id;
    }
  }

  /** What the process before has left: files that nobody has, and after an end that was not in order perhaps too short ones. */
  #putInOrder(): void {
    const files = [...this.#files.values()];
    this.#folder.deleteAllBut(new Set(files.map(({ id }) => id)));
    if (this.#attempt(() => this.#statements.wasClosed.get()) !== undefined) {
      this.#attempt(() => this.#statements.deleteClosing.run());
      return;
    }
    for (const file of files) {
      if (file.isSound()) continue;
      file.cutToSound();
      this.#attempt(() => this.#statements.updateExtent.run(file.sizeBytes, file.extentBytes, file.id));
    }
  }

  #chunkBytes(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.extentBytes + file.waitingBytes, 0);
  }

  #checkRoom(chunkBytes: number, chunkBytesMax: number): void {
    if (this.#chunkBytes() + chunkBytes > chunkBytesMax) throw new DiskError('ENOSPC', `disk file "${this.file}": there is no space left for it (its chunks may take ${chunkBytesMax} bytes)`);
  }

  /** A failure takes the whole turn with it, as one of SQLite's does. */
  #writeWaiting(file: ChunkFile): void {
    try {
      file.write();
    } catch (error) {
      if (!(error instanceof DiskError)) throw error;
      if (this.#database.inTransaction) this.#statements.rollback.run();
      this.#lost ??= error;
      this.#load();
      throw error;
    }
  }

  /** `pages` is how many pages the change will at most put into the write-ahead log. */
  #write(pages: number, change: () => void): void {
    this.#attempt(() => {
      if (!this.#database.inTransaction) this.#statements.begin.run();
      this.#dirty = this.#begun = true;
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
      if (diskError instanceof DiskError && this.#begun && !this.#database.inTransaction) {
        this.#lost ??= diskError;
        this.#load();
      }
      throw diskError;
    }
  }

  #checkDirectory(directory: string): void {
    if (!this.#directories.has(directory)) throw new DiskError('ENOENT', `there is no directory "${directory}"`);
  }

  #file(path: string): ChunkFile {
    const found = this.#files.get(path);
    if (found !== undefined) return found;
    this.#checkDirectory(splitSegmentPath(path).directory);
    throw new DiskError('ENOENT', `there is no segment file "${path}"`);
  }

  /** An id is not used again while this process lives: its plain file may not be gone yet. */
  #freeFileId(): number {
    if (this.#lastFileId < fileIdMax) return ++this.#lastFileId;
    const used = new Set([...this.#files.values(), ...this.#doomed].map((file) => file.id));
    let id = 1;
    while (used.has(id)) id++;
    assert(id <= fileIdMax, `disk file "${this.file}" has no room for another segment file`);
    return id;
  }
}

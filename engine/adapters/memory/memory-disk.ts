/**
 * A disk in memory, for simulation, for forks and for `serve --memory`.
 *
 * It keeps to the port to the letter: what was written since the last commit is gone after `crash()` and after a commit that
 * was refused; any other call that is refused (see `failOperation`) has no effect. Chunks are immutable once they are in, so that an image shares them.
 */
import { assert } from '#engine/ports/assert.ts';
import { DiskError, type Chunk, type Disk, type SegmentFile } from '#engine/ports/disk.ts';
import { checkDirectoryName, splitDiskPath, splitSegmentPath } from '#engine/adapters/disk-path.ts';
import { DiskFaults, type DiskFault } from '#engine/adapters/memory/disk-faults.ts';
import type { DiskImage } from '#engine/adapters/memory/disk-image.ts';

interface MemoryFile {
  chunks: Chunk[];
  sizeBytes: number;
}

interface MemoryDirectory {
  segments: Map<string, MemoryFile>;
  smallFiles: Map<string, Uint8Array>;
}

/** What takes one change back; the newest is undone first. */
type Undo =
  | { kind: 'append'; file: MemoryFile }
  | { kind: 'truncate'; file: MemoryFile; removed: Chunk[] }
  | { kind: 'segment'; segments: Map<string, MemoryFile>; name: string; before: MemoryFile | undefined }
  | { kind: 'smallFile'; smallFiles: Map<string, Uint8Array>; name: string; before: Uint8Array | undefined }
  | { kind: 'directory'; name: string; before: MemoryDirectory | undefined };

/** Small chunks lie side by side in slabs: an array of bytes of its own costs more than what it holds. */
const slabBytes = 65_536;
const slabChunkBytesMax = 8192;

export class MemoryDisk implements Disk {
  #directories = new Map<string, MemoryDirectory>();
  readonly #rootFiles = new Map<string, Uint8Array>();
  #undo: Undo[] = [];
  readonly #faults = new DiskFaults();
  #closed = false;
  /** Segment files by path, as they were last found; forgotten whenever a file comes or goes. */
  readonly #found = new Map<string, MemoryFile>();
  #slab = new Uint8Array(0);
  #slabUsedBytes = 0;

  static fromSnapshot(image: DiskImage): MemoryDisk {
    const disk = new MemoryDisk();
    for (const [name, bytes] of image.smallFiles) disk.#rootFiles.set(name, bytes);
    for (const { name, segments, smallFiles } of image.directories) {
      const files = segments.map(({ name: fileName, chunks, sizeBytes }): [string, MemoryFile] => [fileName, { chunks: [...chunks], sizeBytes }]);
      disk.#directories.set(name, { segments: new Map(files), smallFiles: new Map(smallFiles) });
    }
    return disk;
  }

  /** The disk as it reads now, uncommitted writes included, as plain data. Shares the chunks, copies everything else. */
  snapshot(): DiskImage {
    return {
      smallFiles: [...this.#rootFiles],
      directories: [...this.#directories].map(([name, { segments, smallFiles }]) => ({
        name,
        segments: [...segments].map(([fileName, { chunks, sizeBytes }]) => ({ name: fileName, chunks: [...chunks], sizeBytes })),
        smallFiles: [...smallFiles],
      })),
    };
  }

  /** The process dies: what was not committed never was. The disk can be used on, as by the next process. */
  crash(): void {
    for (let change = this.#undo.pop(); change !== undefined; change = this.#undo.pop()) this.#takeBack(change);
    this.#closed = false;
  }

  /** From now on operations fail as `fault` says; see `DiskFault`. */
  failOperation(fault: DiskFault): void {
    this.#faults.add(fault);
  }

  clearFaults(): void {
    this.#faults.clear();
  }

  get dirty(): boolean {
    return this.#undo.length > 0;
  }

  listDirectories(): string[] {
    this.#begin('list');
    return [...this.#directories.keys()].toSorted();
  }

  createDirectory(directory: string): void {
    checkDirectoryName(directory);
    this.#begin('write');
    if (this.#directories.has(directory)) return;
    this.#undo.push({ kind: 'directory', name: directory, before: undefined });
    this.#directories.set(directory, { segments: new Map(), smallFiles: new Map() });
  }

  deleteDirectory(directory: string): void {
    checkDirectoryName(directory);
    this.#begin('write');
    const before = this.#directories.get(directory);
    if (before === undefined) return;
    this.#undo.push({ kind: 'directory', name: directory, before });
    this.#found.clear();
    this.#directories.delete(directory);
  }

  listSegments(directory: string): SegmentFile[] {
    this.#begin('list');
    const { segments } = this.#directory(directory);
    const files = [...segments].map(([name, { sizeBytes }]) => ({ path: `${directory}/${name}`, sizeBytes }));
    return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  }

  createSegment(path: string): void {
    this.#begin('write');
    const { directory, name } = splitSegmentPath(path);
    const { segments } = this.#directory(directory);
    if (segments.has(name)) throw new DiskError('EEXIST', `segment file "${path}" exists already`);
    this.#setSegment(segments, name, { chunks: [], sizeBytes: 0 });
  }

  append(path: string, chunk: Uint8Array): number {
    assert(chunk.length > 0, `an empty chunk was appended to "${path}"`);
    this.#begin('append');
    const file = this.#file(path);
    const position = file.sizeBytes;
    file.chunks.push({ position, bytes: this.#ownBytes(chunk) });
    file.sizeBytes += chunk.length;
    this.#undo.push({ kind: 'append', file });
    return position;
  }

  read(path: string, position: number, maxBytes: number): Chunk[] {
    this.#begin('read');
    const { chunks, sizeBytes } = this.#file(path);
    assert(position >= 0, `"${path}" was read at position ${position}`);
    if (position >= sizeBytes) return [];
    const found: Chunk[] = [];
    let foundBytes = 0;
    for (let index = chunkIndexAt(chunks, position); index < chunks.length; index++) {
      const chunk = chunks[index]!;
      if (found.length > 0 && foundBytes + chunk.bytes.length > maxBytes) break;
      found.push(chunk);
      foundBytes += chunk.bytes.length;
    }
    return found;
  }

  truncate(path: string, sizeBytes: number): void {
    this.#begin('write');
    const file = this.#file(path);
    if (sizeBytes === file.sizeBytes) return;
    assert(sizeBytes >= 0 && sizeBytes < file.sizeBytes, `"${path}" of ${file.sizeBytes} bytes cannot be cut to ${sizeBytes}`);
    const index = chunkIndexAt(file.chunks, sizeBytes);
    assert(file.chunks[index]?.position === sizeBytes, `"${path}" has no chunk boundary at ${sizeBytes}`);
    this.#undo.push({ kind: 'truncate', file, removed: file.chunks.splice(index) });
    file.sizeBytes = sizeBytes;
  }

  /** Nothing to do: see the port. */
  flush(path: string): void {
    this.#begin('write');
    this.#file(path);
  }

  deleteSegment(path: string): void {
    this.#begin('write');
    const { directory, name } = splitSegmentPath(path);
    this.#file(path);
    this.#setSegment(this.#directory(directory).segments, name, undefined);
  }

  renameSegment(path: string, newPath: string): void {
    this.#begin('write');
    const from = splitSegmentPath(path);
    const to = splitSegmentPath(newPath);
    assert(from.directory === to.directory, `"${path}" cannot be renamed to "${newPath}": another directory`);
    const file = this.#file(path);
    if (from.name === to.name) return;
    const { segments } = this.#directory(from.directory);
    this.#setSegment(segments, from.name, undefined);
    this.#setSegment(segments, to.name, file);
  }

  readSmallFile(path: string): Uint8Array | undefined {
    this.#begin('read');
    const { directory, name } = splitDiskPath(path);
    if (directory === '') return this.#rootFiles.get(name);
    return this.#directories.get(directory)?.smallFiles.get(name);
  }

  writeSmallFile(path: string, bytes: Uint8Array): void {
    this.#begin('write');
    const { directory, name } = splitDiskPath(path);
    this.#setSmallFile(directory === '' ? this.#rootFiles : this.#directory(directory).smallFiles, name, new Uint8Array(bytes));
  }

  deleteSmallFile(path: string): void {
    this.#begin('write');
    const { directory, name } = splitDiskPath(path);
    const smallFiles = directory === '' ? this.#rootFiles : this.#directories.get(directory)?.smallFiles;
    if (smallFiles?.has(name)) this.#setSmallFile(smallFiles, name, undefined);
  }

  listSmallFiles(): string[] {
    this.#begin('list');
    const paths = [...this.#rootFiles.keys()];
    for (const [directory, { smallFiles }] of this.#directories) {
      for (const name of smallFiles.keys()) paths.push(`${directory}/${name}`);
    }
    return paths.toSorted();
  }

  commit(): void {
    if (!this.dirty) return;
    this.#begin('commit');
    this.#undo = [];
  }

  /** What was not committed is gone, as with any process that ends. */
  close(): void {
    this.crash();
    this.#closed = true;
  }

  #begin(operation: 'list' | 'read' | 'append' | 'write' | 'commit'): void {
    assert(!this.#closed, 'the disk is closed');
    const failure = this.#faults.next(operation);
    if (failure === undefined) return;
    if (operation === 'commit') this.crash();
    throw new DiskError(failure, `the disk refused an operation (${operation}): ${failure}`);
  }

  #directory(directory: string): MemoryDirectory {
    const found = this.#directories.get(directory);
    if (found === undefined) throw new DiskError('ENOENT', `there is no directory "${directory}"`);
    return found;
  }

  #file(path: string): MemoryFile {
    const known = this.#found.get(path);
    if (known !== undefined) return known;
    const { directory, name } = splitSegmentPath(path);
    const found = this.#directory(directory).segments.get(name);
    if (found === undefined) throw new DiskError('ENOENT', `there is no segment file "${path}"`);
    this.#found.set(path, found);
    return found;
  }

  #ownBytes(chunk: Uint8Array): Uint8Array {
    if (chunk.length > slabChunkBytesMax) return new Uint8Array(chunk);
    if (this.#slabUsedBytes + chunk.length > this.#slab.length) {
      this.#slab = new Uint8Array(slabBytes);
      this.#slabUsedBytes = 0;
    }
    const start = this.#slabUsedBytes;
    this.#slabUsedBytes += chunk.length;
    this.#slab.set(chunk, start);
    return this.#slab.subarray(start, this.#slabUsedBytes);
  }

  #setSegment(segments: Map<string, MemoryFile>, name: string, file: MemoryFile | undefined): void {
    this.#found.clear();
    this.#undo.push({ kind: 'segment', segments, name, before: segments.get(name) });
    setOrDelete(segments, name, file);
  }

  #setSmallFile(smallFiles: Map<string, Uint8Array>, name: string, bytes: Uint8Array | undefined): void {
    this.#undo.push({ kind: 'smallFile', smallFiles, name, before: smallFiles.get(name) });
    setOrDelete(smallFiles, name, bytes);
  }

  #takeBack(change: Undo): void {
    this.#found.clear();
    switch (change.kind) {
      case 'append':
        change.file.sizeBytes = change.file.chunks.pop()!.position;
        break;
      case 'truncate':
        for (const chunk of change.removed) {
          change.file.chunks.push(chunk);
          change.file.sizeBytes += chunk.bytes.length;
        }
        break;
      case 'segment':
        setOrDelete(change.segments, change.name, change.before);
        break;
      case 'smallFile':
        setOrDelete(change.smallFiles, change.name, change.before);
        break;
      case 'directory':
        setOrDelete(this.#directories, change.name, change.before);
        break;
    }
  }
}

function setOrDelete<Value>(map: Map<string, Value>, name: string, value: Value | undefined): void {
  if (value === undefined) map.delete(name);
  else map.set(name, value);
}

/** Index of the chunk that contains byte `position`, which must lie within the file. */
function chunkIndexAt(chunks: Chunk[], position: number): number {
  let low = 0;
  let high = chunks.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (chunks[middle]!.position <= position) low = middle;
    else high = middle - 1;
  }
  return low;
}

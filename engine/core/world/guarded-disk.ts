/**
 * A broker's disk as its broker sees it: the adapter beneath, with the faults of the world on it, and with a note of how much
 * of each segment file an fsync has made safe.
 *
 * Invariants: what a full or failing disk refuses leaves no trace beneath; a mark never exceeds its file; after
 * `loseUnflushed` every file ends at its mark. Small files are written with an fsync in Kafka, so a power loss keeps them.
 * A file that was never flushed stays as an empty file (its directory entry is older than the loss).
 * Left out: torn writes inside a chunk (a chunk is written entirely or not at all), corrupted bytes.
 */
import { DiskError } from '#engine/ports/disk.ts';
import type { Chunk, Disk, SegmentFile } from '#engine/ports/disk.ts';
import type { DiskRow } from '#engine/core/world/world-state.ts';

export class GuardedDisk implements Disk {
  readonly inner: Disk;
  readonly row: DiskRow;
  /** Something was written since the world last looked: what a slow disk takes its time for. */
  wrote = false;

  constructor(inner: Disk, row: DiskRow) {
    this.inner = inner;
    this.row = row;
  }

  get dirty(): boolean {
    return this.inner.dirty;
  }

  private reading(): void {
    if (this.row.failing) throw new DiskError('EIO', `the disk of broker ${this.row.brokerId} fails`);
  }

  private writing(): void {
    this.reading();
    if (this.row.full) throw new DiskError('ENOSPC', `the disk of broker ${this.row.brokerId} is full`);
    this.wrote = true;
  }

  /** Deleting and truncating give room back: a full disk allows them. */
  private freeing(): void {
    this.reading();
    this.wrote = true;
  }

  listDirectories(): string[] {
    this.reading();
    return this.inner.listDirectories();
  }
  createDirectory(directory: string): void {
    this.writing();
    this.inner.createDirectory(directory);
  }
  deleteDirectory(directory: string): void {
    this.freeing();
    this.inner.deleteDirectory(directory);
    for (const path of this.row.flushed.keys()) {
      if (path.startsWith(`${directory}/`)) this.row.flushed.delete(path);
    }
  }
  listSegments(directory: string): SegmentFile[] {
    this.reading();
    return this.inner.listSegments(directory);
  }
  createSegment(path: string): void {
    this.writing();
    this.inner.createSegment(path);
  }
  append(path: string, chunk: Uint8Array): number {
    this.writing();
    return this.inner.append(path, chunk);
  }
  read(path: string, position: number, maxBytes: number): Chunk[] {
    this.reading();
    return this.inner.read(path, position, maxBytes);
  }
  truncate(path: string, sizeBytes: number): void {
    this.freeing();
    this.inner.truncate(path, sizeBytes);
    const flushedBytes = this.row.flushed.get(path);
    if (flushedBytes !== undefined && flushedBytes > sizeBytes) this.row.flushed.set(path, sizeBytes);
  }
  flush(path: string): void {
    this.writing();
    this.inner.flush(path);
    const directory = path.slice(0, path.indexOf('/'));
    const file = this.inner.listSegments(directory).find((segment) => segment.path === path);
    if (file !== undefined) this.row.flushed.set(path, file.sizeBytes);
  }
  deleteSegment(path: string): void {
    this.freeing();
    this.inner.deleteSegment(path);
    this.row.flushed.delete(path);
  }
  renameSegment(path: string, newPath: string): void {
    this.freeing();
    this.inner.renameSegment(path, newPath);
    const flushedBytes = this.row.flushed.get(path);
    this.row.flushed.delete(path);
    if (flushedBytes === undefined) this.row.flushed.delete(newPath);
    else this.row.flushed.set(newPath, flushedBytes);
  }
  readSmallFile(path: string): Uint8Array | undefined {
    this.reading();
    return this.inner.readSmallFile(path);
  }
  writeSmallFile(path: string, bytes: Uint8Array): void {
    this.writing();
    this.inner.writeSmallFile(path, bytes);
  }
  deleteSmallFile(path: string): void {
    this.freeing();
    this.inner.deleteSmallFile(path);
  }
  listSmallFiles(): string[] {
    this.reading();
    return this.inner.listSmallFiles();
  }
  commit(): void {
    this.inner.commit();
  }
  close(): void {
    this.inner.close();
  }

  /** What a process finds when it opens an existing disk is on the platter. */
  markAllFlushed(): void {
    this.row.flushed.clear();
    for (const directory of this.inner.listDirectories()) {
      for (const file of this.inner.listSegments(directory)) this.row.flushed.set(file.path, file.sizeBytes);
    }
  }

  /** The power fails: every segment file ends where its last fsync saw it end. Answers how many bytes are gone. */
  loseUnflushed(): number {
    let lostBytes = 0;
    for (const directory of this.inner.listDirectories()) {
      for (const file of this.inner.listSegments(directory)) {
        const keptBytes = this.row.flushed.get(file.path) ?? 0;
        if (keptBytes >= file.sizeBytes) continue;
        this.inner.truncate(file.path, keptBytes);
        this.row.flushed.set(file.path, keptBytes);
        lostBytes += file.sizeBytes - keptBytes;
      }
    }
    return lostBytes;
  }
}

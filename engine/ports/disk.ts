/**
 * A broker's disk: one log directory of Kafka.
 *
 * Directories hold two kinds of files. A *segment file* is a sequence of chunks (record batches) that is only appended to,
 * truncated at its end, or deleted whole; a chunk is written entirely or not at all. A *small file* (checkpoints,
 * meta.properties, quorum-state) is replaced atomically as a whole.
 *
 * Every call is synchronous and takes effect at once for later reads. `commit` makes all calls since the last commit
 * survive the death of this process, together (group commit). A path is "directory/file", e.g.
 * "orders-0/00000000000000000000.log"; a small file of the log directory itself has no directory: "meta.properties".
 */
export interface Disk {
  /** Names of all directories, sorted. */
  listDirectories(): string[];
  /** Creates a directory; one that exists already is left as it is. */
  createDirectory(directory: string): void;
  /** Deletes a directory with everything in it; one that is missing is not an error. */
  deleteDirectory(directory: string): void;

  /** Segment files of a directory, sorted by name. */
  listSegments(directory: string): SegmentFile[];
  /** Creates an empty segment file; it must not exist. */
  createSegment(path: string): void;
  /** Appends one chunk; answers the byte position at which it begins. The bytes are the disk's from now on: nobody may change them. */
  append(path: string, chunk: Uint8Array): number;
  /**
   * Whole chunks, from the one that contains byte `position` on: the first one always, then more while their sum stays
   * within `maxBytes`. Empty when `position` is at or past the end. The caller must not change the bytes.
   */
  read(path: string, position: number, maxBytes: number): Chunk[];
  /** Cuts the file so that it ends at `sizeBytes`, which must be a chunk boundary. */
  truncate(path: string, sizeBytes: number): void;
  /**
   * fsync: what the file holds now survives a power loss of its (virtual) machine. Adapters have nothing to do, since
   * `commit` covers the real machine; the world notes the size, and a power loss cuts the file back to it.
   */
  flush(path: string): void;
  deleteSegment(path: string): void;
  /** Gives a segment file another name in the same directory, replacing a file of that name (compaction's swap). */
  renameSegment(path: string, newPath: string): void;

  readSmallFile(path: string): Uint8Array | undefined;
  writeSmallFile(path: string, bytes: Uint8Array): void;
  deleteSmallFile(path: string): void;
  /** Paths of all small files, sorted. */
  listSmallFiles(): string[];

  /** True when something was written since the last commit. */
  readonly dirty: boolean;
  /** Group commit. Throws `DiskError` when the medium refuses; then nothing since the last commit is kept. */
  commit(): void;
  close(): void;
}

export interface SegmentFile {
  path: string;
  sizeBytes: number;
}

export interface Chunk {
  /** Byte position of the chunk in its file. */
  position: number;
  bytes: Uint8Array;
}

/** What went wrong, in the terms of the operating system. */
export type DiskErrorCode = 'ENOSPC' | 'EIO' | 'ENOENT' | 'EEXIST' | 'EBUSY' | 'ECORRUPT' | 'EROFS';

export class DiskError extends Error {
  override readonly name = 'DiskError';
  readonly code: DiskErrorCode;
  constructor(code: DiskErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

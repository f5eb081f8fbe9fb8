/**
 * Opening and closing compressed bytes, for those who must look inside a compressed batch: the leader that judges or recompresses
 * what a producer sent, compaction, lookups by time, the built-in clients, the inspector. What nobody has to change passes through
 * as it came.
 *
 * The same bytes in give the same bytes out, or a run could not be repeated. What cannot be opened throws a CompressionError.
 */
export type CompressionName = 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface Compression {
  /** Never answers more than `openedBytesMax`. */
  decompress(type: CompressionName, bytes: Uint8Array): Uint8Array;
  /** `level` as in Kafka's compression.<type>.level; a type without levels has one way. */
  compress(type: CompressionName, bytes: Uint8Array, level?: number): Uint8Array;
}

/** A small batch may claim to be huge. Kafka opens batches as streams and has no such bound. */
export const openedBytesMax = 64 * 1024 * 1024;

/** 'corrupt': not what they claim to be, or not all of it. 'tooLarge': beyond the bound. 'unavailable': nothing here opens them. */
export type CompressionProblem = 'corrupt' | 'tooLarge' | 'unavailable';

export class CompressionError extends Error {
  override readonly name = 'CompressionError';
  readonly problem: CompressionProblem;
  constructor(problem: CompressionProblem, message: string) {
    super(message);
    this.problem = problem;
  }
}

function unavailable(type: CompressionName): never {
  throw new CompressionError('unavailable', `nothing was given that opens ${type}`);
}

/** Knows no type. */
export const noCompression: Compression = { decompress: unavailable, compress: unavailable };

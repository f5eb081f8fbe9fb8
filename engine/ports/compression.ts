/**
 * Opening and closing compressed bytes, for those few who must look inside a compressed batch: compaction, lookups by time, the
 * inspector. Produce and fetch pass batches through unopened.
 *
 * Both answer undefined for a type they do not know; such a batch stays whole wherever it is met. Bytes that are not what they claim
 * to be throw. The same bytes in give the same bytes out, or a run could not be repeated.
 */
export type CompressionName = 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface Compression {
  decompress(type: CompressionName, bytes: Uint8Array): Uint8Array | undefined;
  compress(type: CompressionName, bytes: Uint8Array): Uint8Array | undefined;
}

/** Knows no type. */
export const noCompression: Compression = { decompress: () => undefined, compress: () => undefined };

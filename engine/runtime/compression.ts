/**
 * gzip and zstd by Node, for those who must look inside a compressed batch. snappy and lz4, which Node does not have, stay closed.
 * Bounded: a small batch may claim to be huge.
 */
import { gunzipSync, gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Compression } from '#engine/ports/compression.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

const openedBytesMax = 64 * 1024 * 1024;

export const nodeCompression: Compression = {
  decompress(type, bytes) {
    try {
      if (type === 'gzip') return plain(gunzipSync(bytes, { maxOutputLength: openedBytesMax }));
      if (type === 'zstd') return plain(zstdDecompressSync(bytes, { maxOutputLength: openedBytesMax }));
    } catch (error) {
      throw new ProtocolError(`the ${type} data of the batch cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
    }
    return undefined;
  },
  compress(type, bytes) {
    if (type === 'gzip') return plain(gzipSync(bytes));
    if (type === 'zstd') return plain(zstdCompressSync(bytes));
    return undefined;
  },
};

/** Not a Buffer: its slices would be others than those of the arrays that the rest of the engine knows. */
function plain(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength);
}

/** Opens compressed batches for the inspector; the brokers never do. Bounded: a small batch may claim to be huge. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import type { Decompress } from '#engine/protocol/record-batch.ts';

const openedBytesMax = 64 * 1024 * 1024;

export const decompress: Decompress = (type, bytes) => {
  try {
    if (type === 'gzip') return gunzipSync(bytes, { maxOutputLength: openedBytesMax });
    if (type === 'zstd') return zstdDecompressSync(bytes, { maxOutputLength: openedBytesMax });
  } catch (error) {
    throw new ProtocolError(`the ${type} data of the batch cannot be opened: ${error instanceof Error ? error.message : String(error)}`);
  }
  throw new ProtocolError(`${type} passes through unopened: its records are not shown`);
};

/** Looking into a batch that may be compressed. Undefined when it cannot be opened: compaction leaves it whole then, and a
 * lookup by time takes its header's word. */
import { CompressionError, type Compression } from '#engine/ports/compression.ts';
import { decodeRecords, type DecodedRecord } from '#engine/protocol/record-batch.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

export function openBatch(bytes: Uint8Array, at: number, compression: Compression): DecodedRecord[] | undefined {
  try {
    return [...decodeRecords(bytes, at, (name, packed) => compression.decompress(name, packed))];
  } catch (error) {
    if (error instanceof ProtocolError || error instanceof CompressionError) return undefined;
    throw error;
  }
}

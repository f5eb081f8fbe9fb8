/** Looking into a batch that may be compressed. Undefined when it cannot be opened: compaction leaves it whole then, and a
 * lookup by time takes its header's word. */
import type { Compression } from '#engine/ports/compression.ts';
import { compressionType, decodeRecords, type DecodedRecord } from '#engine/protocol/record-batch.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

export function openBatch(bytes: Uint8Array, at: number, compression: Compression): DecodedRecord[] | undefined {
  const type = compressionType(bytes, at);
  if (type === undefined) return undefined;
  try {
    return [
      ...decodeRecords(bytes, at, (name, packed) => {
        const opened = compression.decompress(name, packed);
        if (opened === undefined) throw new ProtocolError(`${name} passes through unopened`);
        return opened;
      }),
    ];
  } catch (error) {
    if (error instanceof ProtocolError) return undefined;
    throw error;
  }
}

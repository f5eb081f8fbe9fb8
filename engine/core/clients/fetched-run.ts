/** From fetched bytes to the records that an application gets. Kafka: CompletedFetch. */
import type { FetchedRecord, FetchedRun } from '#engine/core/clients/state.ts';
import { CompressionError, type Compression } from '#engine/ports/compression.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { baseOffset, decodeRecords, forEachBatch, isControl, lastOffset, leaderEpoch, maxTimestamp, recordCount } from '#engine/protocol/record-batch.ts';

/** Records from `position` on; a fetch that begins inside a batch gets the whole batch. Null when nothing came. */
export function runOf(runs: Uint8Array[], position: bigint, compression: Compression): FetchedRun | null {
  const records: FetchedRecord[] = [];
  let endOffset = position;
  let endEpoch = -1;
  for (const run of runs) {
    forEachBatch(run, (bytes, at) => {
      if (!isControl(bytes, at)) for (const record of recordsOf(bytes, at, compression)) if (record.offset >= position) records.push(record);
      endOffset = lastOffset(bytes, at) + 1n;
      endEpoch = leaderEpoch(bytes, at);
    });
  }
  return endOffset === position ? null : { records, next: 0, endOffset, endEpoch };
}

/** Of a batch that cannot be opened the application gets one record for each, without content. Kafka's consumer throws and stops there. */
function recordsOf(bytes: Uint8Array, at: number, compression: Compression): FetchedRecord[] {
  const epoch = leaderEpoch(bytes, at);
  try {
    return [...decodeRecords(bytes, at, (type, packed) => compression.decompress(type, packed))].map(({ offset, timestamp, key, value }) => ({ offset, leaderEpoch: epoch, timestampMs: timestamp, key, value }));
  } catch (error) {
    if (!(error instanceof CompressionError || error instanceof ProtocolError)) throw error;
    return unopenedRecords(bytes, at, epoch);
  }
}

function unopenedRecords(bytes: Uint8Array, at: number, epoch: number): FetchedRecord[] {
  const count = recordCount(bytes, at);
  const base = baseOffset(bytes, at);
  return Array.from({ length: count }, (_, index) => ({
    offset: index === count - 1 ? lastOffset(bytes, at) : base + BigInt(index),
    leaderEpoch: epoch,
    timestampMs: maxTimestamp(bytes, at),
    key: null,
    value: null,
  }));
}

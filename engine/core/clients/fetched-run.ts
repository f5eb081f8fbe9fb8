/** From fetched bytes to the records that an application gets. Kafka: CompletedFetch. */
import type { FetchedRecord, FetchedRun } from '#engine/core/clients/state.ts';
import { baseOffset, compressionType, decodeRecords, forEachBatch, isControl, lastOffset, leaderEpoch, maxTimestamp, recordCount } from '#engine/protocol/record-batch.ts';

/** Records from `position` on; a fetch that begins inside a batch gets the whole batch. Null when nothing came. */
export function runOf(runs: Uint8Array[], position: bigint): FetchedRun | null {
  const records: FetchedRecord[] = [];
  let endOffset = position;
  let endEpoch = -1;
  for (const run of runs) {
    forEachBatch(run, (bytes, at) => {
      if (!isControl(bytes, at)) for (const record of recordsOf(bytes, at)) if (record.offset >= position) records.push(record);
      endOffset = lastOffset(bytes, at) + 1n;
      endEpoch = leaderEpoch(bytes, at);
    });
  }
  return endOffset === position ? null : { records, next: 0, endOffset, endEpoch };
}

function* recordsOf(bytes: Uint8Array, at: number): Generator<FetchedRecord> {
  const epoch = leaderEpoch(bytes, at);
  if (compressionType(bytes, at) !== 'none') {
    yield* unopenedRecords(bytes, at, epoch);
    return;
  }
  for (const { offset, timestamp, key, value } of decodeRecords(bytes, at)) yield { offset, leaderEpoch: epoch, timestampMs: timestamp, key, value };
}

function* unopenedRecords(bytes: Uint8Array, at: number, epoch: number): Generator<FetchedRecord> {
  const count = recordCount(bytes, at);
  const base = baseOffset(bytes, at);
  for (let i = 0; i < count; i++) {
    const offset = i === count - 1 ? lastOffset(bytes, at) : base + BigInt(i);
    yield { offset, leaderEpoch: epoch, timestampMs: maxTimestamp(bytes, at), key: null, value: null };
  }
}

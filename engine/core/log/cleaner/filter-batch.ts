/**
 * What compaction leaves of a batch. Kafka: Cleaner.cleanInto and shouldRetainRecord, MemoryRecords.filterTo (KIP-534).
 *
 * Invariants: a kept record keeps its offset, timestamp, key, value and headers; a batch that is written again keeps its offsets'
 * range, epoch, producer, sequence, timestamp type and compression. A batch from which nothing goes keeps its bytes.
 * A tombstone stays until delete.retention.ms after the compaction that first met it as the newest of its key: that one writes
 * the time into the batch (the delete horizon). A batch that cannot be opened stays whole, and so do the tombstones behind one: the
 * value that a tombstone ends might be inside.
 * Left out: transactions. Control batches stay as they are; of data of aborted transactions there is none.
 */
import type { Compression } from '#engine/ports/compression.ts';
import {
  baseOffset, baseSequence, baseTimestamp, batchSizeBytes, compressionType, encodeBatch, hasDeleteHorizon, isControl, isTransactional, lastOffset,
  lastOffsetDelta, leaderEpoch, maxTimestamp, producerEpoch, producerId, recordCount, timestampType,
  type BatchToEncode, type DecodedRecord,
} from '#engine/protocol/record-batch.ts';
import type { ProducerEntry } from '#engine/core/log/log-state.ts';
import { newestOffsetOf, type OffsetMap } from '#engine/core/log/cleaner/offset-map.ts';
import { openBatch } from '#engine/core/log/open-batch.ts';

export interface FilterRules {
  map: OffsetMap;
  producers: ReadonlyMap<bigint, ProducerEntry>;
  /** Where the compaction ends: the batch before it stays, even empty, so that nobody wonders where the log went on. */
  endOffset: bigint;
  nowMs: number;
  deleteRetentionMs: number;
  /** A batch that could not be opened lies before this one. */
  isBehindUnopened: boolean;
  compression: Compression;
}

export interface Filtered {
  /** Undefined: nothing is left. */
  bytes: Uint8Array | undefined;
  keptRecords: number;
  unopened: boolean;
}

export function filterBatch(bytes: Uint8Array, at: number, rules: FilterRules): Filtered {
  const whole = (unopened: boolean): Filtered => ({ bytes: bytes.subarray(at, at + batchSizeBytes(bytes, at)), keptRecords: recordCount(bytes, at), unopened });
  if (isControl(bytes, at)) return whole(false);
  const records = openBatch(bytes, at, rules.compression);
  if (records === undefined) return whole(true);
  const horizonMs = hasDeleteHorizon(bytes, at) ? baseTimestamp(bytes, at) : undefined;
  const kept = records.filter((record) => isKept(record, horizonMs, rules));
  if (kept.length === 0) return { bytes: mustStayEmpty(bytes, at, rules) ? rewrite(bytes, at, [], undefined, rules) : undefined, keptRecords: 0, unopened: false };
  const needsHorizon = horizonMs === undefined && kept.some((record) => record.value === null);
  if (kept.length === records.length && !needsHorizon) return whole(false);
  const rewritten = rewrite(bytes, at, kept, needsHorizon ? BigInt(rules.nowMs + rules.deleteRetentionMs) : horizonMs, rules);
  return { bytes: rewritten, keptRecords: kept.length, unopened: false };
}

function isKept(record: DecodedRecord, horizonMs: bigint | undefined, rules: FilterRules): boolean {
  if (record.offset > rules.map.latestOffset) return true;
  // A record without a key is refused on a compacted topic; it stems from the time before the topic was one.
  if (record.key === null || record.offset < newestOffsetOf(rules.map, record.key)) return false;
  return record.value !== null || horizonMs === undefined || BigInt(rules.nowMs) < horizonMs || rules.isBehindUnopened;
}

/** A producer's newest batch carries the sequence that its next one must follow. */
function mustStayEmpty(bytes: Uint8Array, at: number, { producers, endOffset }: FilterRules): boolean {
  const last = lastOffset(bytes, at);
  const newest = producers.get(producerId(bytes, at))?.batches.at(-1);
  return newest?.lastOffset === last || last + 1n === endOffset;
}

function rewrite(bytes: Uint8Array, at: number, records: readonly DecodedRecord[], deleteHorizonMs: bigint | undefined, { compression }: FilterRules): Uint8Array {
  const base = baseOffset(bytes, at);
  const type = timestampType(bytes, at);
  const batch: BatchToEncode = {
    records: records.map(({ offset, timestamp, key, value, headers }) => ({ timestamp, key, value, headers, offsetDelta: Number(offset - base) })),
    baseOffset: base,
    lastOffsetDelta: lastOffsetDelta(bytes, at),
    leaderEpoch: leaderEpoch(bytes, at),
    producerId: producerId(bytes, at),
    producerEpoch: producerEpoch(bytes, at),
    baseSequence: baseSequence(bytes, at),
    isTransactional: isTransactional(bytes, at),
    timestampType: type,
  };
  if (deleteHorizonMs !== undefined) batch.deleteHorizonMs = deleteHorizonMs;
  if (type === 'LogAppendTime' || records.length === 0) batch.maxTimestamp = maxTimestamp(bytes, at);
  const name = compressionType(bytes, at);
  if (name !== undefined && name !== 'none') batch.compression = { type: name, compress: (unpacked) => compression.compress(name, unpacked) };
  return encodeBatch(batch);
}

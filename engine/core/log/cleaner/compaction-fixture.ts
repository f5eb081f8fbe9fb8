/** What the tests of compaction share: keyed appends, a compaction from beginning to end, and what a log then says of each key. */
import type { Disk } from '#engine/ports/disk.ts';
import { noCompression, type Compression, type CompressionName } from '#engine/ports/compression.ts';
import type { AppendResult, Cleanable, Cleaning, LogState } from '#engine/core/log/log.ts';
import { appendAsLeader, beginCleaning, cleanableOf, continueCleaning, endOffsetOf, readLog, setHighWatermark, writeOffsetCheckpoint } from '#engine/core/log/log.ts';
import { startMs } from '#engine/core/log/log-fixture.ts';
import { activeSegment } from '#engine/core/log/log-state.ts';
import { rollSegment } from '#engine/core/log/roll.ts';
import { decodeRecords, encodeBatch, forEachBatch, type BatchToEncode, type DecodedRecord } from '#engine/protocol/record-batch.ts';

export type Pair = readonly [key: string | null, value: string | null];

export interface KeyedAppend {
  timestampMs?: number;
  producerId?: bigint;
  baseSequence?: number;
  /** Compresses the batch. */
  compression?: { type: CompressionName; codec: Compression };
}

const bytesOf = (text: string | null): Uint8Array | null => (text === null ? null : new TextEncoder().encode(text));
const textOf = (bytes: Uint8Array | null): string => (bytes === null ? 'null' : new TextDecoder().decode(bytes));

/** One batch, which everybody has at once: the high watermark follows. */
export function append(disk: Disk, log: LogState, pairs: readonly Pair[], { timestampMs = startMs, producerId, baseSequence, compression }: KeyedAppend = {}): AppendResult {
  const batch: BatchToEncode = { records: pairs.map(([key, value]) => ({ timestamp: BigInt(timestampMs), key: bytesOf(key), value: bytesOf(value) })) };
  if (producerId !== undefined) Object.assign(batch, { producerId, producerEpoch: 0, baseSequence });
  if (compression !== undefined) batch.compression = { type: compression.type, compress: (bytes) => compression.codec.compress(compression.type, bytes) };
  const result = appendAsLeader(disk, log, [encodeBatch(batch)], 0, startMs, 'client', compression?.codec);
  setHighWatermark(log, log.logEndOffset);
  return result;
}

export function roll(disk: Disk, log: LogState): void {
  if (activeSegment(log).sizeBytes > 0) rollSegment(disk, log, log.logEndOffset, startMs);
}

/** A compaction from beginning to end, as the broker does it; `anew`: of all of the log. Answers undefined when there is nothing to do. */
export function compact(disk: Disk, log: LogState, nowMs = startMs, compression = noCompression, anew = false, sliceBytes = 1 << 30): Cleaning | undefined {
  const all: Cleanable = { firstDirtyOffset: log.logStartOffset, firstUncleanableOffset: activeSegment(log).baseOffset, cleanableBytes: 1, dirtyRatio: 1, isOverdue: false };
  const cleanable = anew ? all : cleanableOf(log, log.highWatermark, nowMs);
  if (cleanable === undefined) return undefined;
  const cleaning = beginCleaning(log, cleanable, 1 << 20, 0.9);
  for (let slices = 0; cleaning.phase === 'map' || cleaning.phase === 'copy'; slices++) {
    if (slices > 10_000) throw new Error('the compaction does not end');
    continueCleaning(log, cleaning, { disk, compression, nowMs }, sliceBytes);
  }
  if (cleaning.phase === 'done') {
    log.cleanedOffset = endOffsetOf(cleaning);
    writeOffsetCheckpoint(disk, 'cleaner-offset-checkpoint', new Map([[log.directory, log.cleanedOffset]]));
  }
  return cleaning;
}

function decoded(disk: Disk, log: LogState, fromOffset: bigint, codec: Compression): DecodedRecord[] {
  const found: DecodedRecord[] = [];
  for (const run of readLog(disk, log, fromOffset, 100_000_000, log.logEndOffset, true).batches) {
    forEachBatch(run, (bytes, at) => {
      for (const record of decodeRecords(bytes, at, codec.decompress)) if (record.offset >= fromOffset) found.push(record);
    });
  }
  return found;
}

/** "offset key=value" of every record, in order. */
export function recordsOf(disk: Disk, log: LogState, fromOffset = log.logStartOffset, withTime = false, codec = noCompression): string[] {
  return decoded(disk, log, fromOffset, codec).map(({ offset, key, value, timestamp }) => `${offset} ${textOf(key)}=${textOf(value)}${withTime ? ` @${timestamp}` : ''}`);
}

/** What a reader of the whole log takes each key to be worth; a key that was deleted is not there. */
export function latestByKey(disk: Disk, log: LogState): Record<string, string> {
  const values = new Map<string, string>();
  for (const { key, value } of decoded(disk, log, log.logStartOffset, noCompression)) {
    if (value === null) values.delete(textOf(key));
    else values.set(textOf(key), textOf(value));
  }
  return Object.fromEntries([...values].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

export function segmentsOf(log: LogState): string[] {
  return log.segments.map(({ baseOffset, sizeBytes }) => `${baseOffset}:${sizeBytes}`);
}

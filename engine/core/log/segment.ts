/**
 * One segment file and its sparse index. Kafka: LogSegment, OffsetIndex, TimeIndex.
 *
 * The index is rebuilt from the file when it is missing; for a segment that is closed it is kept as a small file, so that
 * opening a log does not read all of it. One entry serves both offset and time: a byte position, the offset there, and the
 * largest timestamp before it.
 */
import { assert } from '#engine/ports/assert.ts';
import { baseOffset, batchSizeBytes, lastOffset, maxTimestamp } from '#engine/protocol/record-batch.ts';
import type { LogSettings, SegmentState } from '#engine/core/log/log-state.ts';
import { segmentBytesMax } from '#engine/core/log/log-state.ts';
import { offsetFilePath } from '#engine/core/log/segment-files.ts';

/** Kafka's index entry; `segment.index.bytes` counts in these. */
const indexEntryBytes = 8;
const relativeOffsetMax = 0x7fff_ffff;

export function newSegment(directory: string, base: bigint, nowMs: number): SegmentState {
  return {
    baseOffset: base,
    path: offsetFilePath(directory, base, 'log'),
    sizeBytes: 0,
    createdMs: nowMs,
    maxTimestamp: -1n,
    firstTimestamp: -1n,
    indexOffsets: [],
    indexPositions: [],
    indexTimestamps: [],
    unindexedBytes: 0,
    lastOffset: -1,
    lastPosition: -1,
  };
}

/** Takes note of the batch at `at` of a run that stands at byte `position` of the file. */
export function noteBatch(segment: SegmentState, settings: LogSettings, run: Uint8Array, at: number, position: number): void {
  const sizeBytes = batchSizeBytes(run, at);
  segment.lastOffset = Number(baseOffset(run, at) - segment.baseOffset);
  segment.lastPosition = position;
  if (segment.unindexedBytes > settings['index.interval.bytes']) {
    segment.indexOffsets.push(segment.lastOffset);
    segment.indexPositions.push(position);
    segment.indexTimestamps.push(Number(segment.maxTimestamp));
    segment.unindexedBytes = 0;
  }
  segment.unindexedBytes += sizeBytes;
  const timestamp = maxTimestamp(run, at);
  if (segment.sizeBytes === 0) segment.firstTimestamp = timestamp;
  if (timestamp > segment.maxTimestamp) segment.maxTimestamp = timestamp;
  segment.sizeBytes = position + sizeBytes;
}

/** Byte position at or before the batch that holds `offset`. */
export function positionForOffset(segment: SegmentState, offset: bigint): number {
  const relativeOffset = Number(offset - segment.baseOffset);
  if (segment.lastPosition !== -1 && relativeOffset >= segment.lastOffset) return segment.lastPosition;
  const index = lastAtMost(segment.indexOffsets, relativeOffset);
  return index < 0 ? 0 : segment.indexPositions[index]!;
}

/** Byte position at or before the first batch that reaches `timestamp`. */
export function positionForTimestamp(segment: SegmentState, timestamp: bigint): number {
  const index = lastAtMost(segment.indexTimestamps, Number(timestamp) - 1);
  return index < 0 ? 0 : segment.indexPositions[index]!;
}

/** Forgets what the index knows of the file from `sizeBytes` on. `maxTimestamp` is for the caller to find anew. */
export function cutSegment(segment: SegmentState, sizeBytes: number): void {
  assert(sizeBytes <= segment.sizeBytes, `${segment.path} of ${segment.sizeBytes} bytes cannot be cut to ${sizeBytes}`);
  const entries = lastAtMost(segment.indexPositions, sizeBytes - 1) + 1;
  segment.indexOffsets.length = entries;
  segment.indexPositions.length = entries;
  segment.indexTimestamps.length = entries;
  segment.sizeBytes = sizeBytes;
  segment.lastOffset = -1;
  segment.lastPosition = -1;
  segment.unindexedBytes = sizeBytes - (segment.indexPositions.at(-1) ?? 0);
  if (sizeBytes === 0) segment.firstTimestamp = -1n;
}

/** Whether an append of `run` must begin a new segment: size, age, a full index, or an offset too far from the base. */
export function mustRoll(segment: SegmentState, settings: LogSettings, run: Uint8Array, lastOffsetOfRun: bigint, nowMs: number): boolean {
  if (lastOffsetOfRun - segment.baseOffset > relativeOffsetMax) return true;
  if (segment.sizeBytes === 0) return false;
  if (segment.sizeBytes + run.length > segmentBytesMax(settings)) return true;
  if (segment.indexPositions.length * indexEntryBytes >= settings['segment.index.bytes'] - (indexEntryBytes - 1)) return true;
  return ageMs(segment, maxTimestamp(run, 0), nowMs) > segmentMsMax(settings) - settings['segment.jitter.ms'];
}

/** A segment can be compacted only when it is closed: KIP-354 closes it in time for max.compaction.lag.ms. */
function segmentMsMax(settings: LogSettings): number {
  const segmentMs = settings['segment.ms'];
  return settings['cleanup.policy'].includes('compact') ? Math.min(segmentMs, settings['max.compaction.lag.ms']) : segmentMs;
}

/** Kafka measures a segment's age between record timestamps as long as it has any, and by the clock otherwise. */
function ageMs(segment: SegmentState, timestamp: bigint, nowMs: number): number {
  if (segment.firstTimestamp >= 0n && timestamp >= 0n) return Number(timestamp - segment.firstTimestamp);
  return nowMs - segment.createdMs;
}

/** The last offset of a run of batches that are numbered already. */
export function lastOffsetOfRun(run: Uint8Array): bigint {
  let last = -1n;
  for (let at = 0; at < run.length; at += batchSizeBytes(run, at)) last = lastOffset(run, at);
  return last;
}

/** Index of the last of rising numbers that is at most `limit`; -1 when all are above. */
function lastAtMost(numbers: readonly number[], limit: number): number {
  let low = -1;
  let high = numbers.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (numbers[middle]! <= limit) low = middle;
    else high = middle - 1;
  }
  return low;
}

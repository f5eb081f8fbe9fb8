/**
 * The state of one replica's log, as plain data. Kafka: UnifiedLog, LocalLog, LogSegment, ProducerStateManager.
 *
 * Invariants: `segments` is never empty, its base offsets rise, and its last one is the active segment;
 * logStartOffset <= highWatermark <= logEndOffset; epochs and their start offsets rise strictly; every batch in the log
 * begins at or after the end of the one before it (compaction leaves gaps).
 */
import { assert } from '#engine/ports/assert.ts';
import type { TopicSettings } from '#engine/core/settings/topic-settings.ts';

export type LogSettings = TopicSettings;

/** Where a leader epoch begins in a log. */
export interface LeaderEpochEntry {
  epoch: number;
  startOffset: bigint;
}

/** What the log remembers of one batch of an idempotent producer. */
export interface ProducerBatch {
  firstSequence: number;
  lastSequence: number;
  firstOffset: bigint;
  lastOffset: bigint;
  /** The batch's largest timestamp. */
  timestamp: bigint;
}

export interface ProducerEntry {
  producerId: bigint;
  producerEpoch: number;
  /** The last five at most, oldest first, all of `producerEpoch`. Replaced as a whole, never changed. */
  batches: readonly ProducerBatch[];
  /** Of the newest batch or marker; expiry goes by it. */
  lastTimestamp: bigint;
  coordinatorEpoch: number;
}

export interface SegmentState {
  baseOffset: bigint;
  path: string;
  sizeBytes: number;
  /** When this broker created or found it; it is the segment's age while it holds no timestamp. */
  createdMs: number;
  /** Largest timestamp of its batches, -1n without any. */
  maxTimestamp: bigint;
  /** Largest timestamp of the first append; the roll by time counts from it. -1n without any. */
  firstTimestamp: bigint;
  /** Sparse index, one entry about every index.interval.bytes: a batch's base offset, counted from the segment's. */
  indexOffsets: number[];
  /** Its byte position. */
  indexPositions: number[];
  /** The largest timestamp in the segment before it, in milliseconds. */
  indexTimestamps: number[];
  /** Bytes appended since the last index entry. */
  unindexedBytes: number;
  /** The batch appended last, where nearly every fetch of a follower begins: its offset, counted as above, and its byte position. -1: not known. */
  lastOffset: number;
  lastPosition: number;
}

export interface LogState {
  /** "orders-0" */
  directory: string;
  settings: LogSettings;
  logStartOffset: bigint;
  logEndOffset: bigint;
  highWatermark: bigint;
  /** Everything below it has been flushed. */
  recoveryPoint: bigint;
  /** When that last rose, or the log was opened; flush.ms counts from it. */
  lastFlushedMs: number;
  /** Up to where the log has been compacted (`cleaner-offset-checkpoint`); -1n: never. */
  cleanedOffset: bigint;
  sizeBytes: number;
  segments: SegmentState[];
  epochs: LeaderEpochEntry[];
  /** By producer id. */
  producers: Map<bigint, ProducerEntry>;
  /** How much of the active segment its index file covers, and the offset of the producer snapshot that goes with it. */
  saved: { sizeBytes: number; offset: bigint };
}

export function activeSegment(log: LogState): SegmentState {
  const segment = log.segments.at(-1);
  assert(segment !== undefined, `log ${log.directory} has no segment`);
  return segment;
}

/** Index of the segment that `offset` falls into: the last one that begins at or before it, or the first of all. */
export function segmentIndexFor(log: LogState, offset: bigint): number {
  let low = 0;
  let high = log.segments.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >>> 1;
    if (log.segments[middle]!.baseOffset <= offset) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** `segment.bytes`, or Kafka's back door to smaller segments. */
export function segmentBytesMax(settings: LogSettings): number {
  return settings['internal.segment.bytes'] ?? settings['segment.bytes'];
}

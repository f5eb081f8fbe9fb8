/**
 * Which part of a log may be compacted, and how much it needs it. Kafka: LogCleanerManager.cleanableOffsets, LogToClean (KIP-354).
 *
 * Invariants: never the active segment, never at or behind the offset up to which everything is decided (the high watermark, or the
 * last stable offset), never a segment with a record younger than min.compaction.lag.ms; the part ends where a segment begins.
 */
import type { LogState, SegmentState } from '#engine/core/log/log-state.ts';
import { activeSegment, segmentIndexFor } from '#engine/core/log/log-state.ts';

export interface Cleanable {
  /** Below it the log was compacted before. */
  firstDirtyOffset: bigint;
  /** Where a segment begins; compaction stops there. */
  firstUncleanableOffset: bigint;
  cleanableBytes: number;
  /** Of all that is compacted and may be: how much is dirty. */
  dirtyRatio: number;
  /** max.compaction.lag.ms has passed for the oldest dirty segment. */
  isOverdue: boolean;
}

export function isCompacted(log: LogState): boolean {
  return log.settings['cleanup.policy'].includes('compact');
}

/** Undefined when there is nothing to compact, or not yet enough of it. `stableOffset`: up to where everything is decided. */
export function cleanableOf(log: LogState, stableOffset: bigint, nowMs: number): Cleanable | undefined {
  // A log of one segment has only the active one: the usual case, and a cheap answer.
  if (!isCompacted(log) || log.segments.length === 1) return undefined;
  const firstDirtyOffset = firstDirtyOffsetOf(log);
  const uncleanable = log.segments[firstUncleanableIndex(log, firstDirtyOffset, stableOffset, nowMs)]!;
  const firstUncleanableOffset = uncleanable.baseOffset;
  const from = firstDirtyOffset < firstUncleanableOffset ? firstDirtyOffset : firstUncleanableOffset;
  const cleanableBytes = bytesOf(segmentsBetween(log, from, firstUncleanableOffset));
  const cleanBytes = bytesOf(log.segments.filter((segment) => segment.baseOffset < firstDirtyOffset));
  if (cleanableBytes === 0) return undefined;
  const dirtyRatio = cleanableBytes / (cleanBytes + cleanableBytes);
  const isOverdue = overdue(log, firstDirtyOffset, nowMs);
  if (!isOverdue && dirtyRatio <= log.settings['min.cleanable.dirty.ratio']) return undefined;
  return { firstDirtyOffset, firstUncleanableOffset, cleanableBytes, dirtyRatio, isOverdue };
}

/** What the checkpoint says, as long as it lies within the log; else all of the log is dirty. */
function firstDirtyOffsetOf(log: LogState): bigint {
  return log.cleanedOffset < log.logStartOffset || log.cleanedOffset > log.logEndOffset ? log.logStartOffset : log.cleanedOffset;
}

/** Index of the first segment, from the first dirty one on, that must stay as it is; the active one at the latest. */
function firstUncleanableIndex(log: LogState, firstDirtyOffset: bigint, stableOffset: bigint, nowMs: number): number {
  const active = log.segments.length - 1;
  const first = segmentIndexFor(log, firstDirtyOffset);
  const undecided = segmentIndexFor(log, stableOffset);
  const lagMs = log.settings['min.compaction.lag.ms'];
  const tooYoung = lagMs <= 0 ? -1 : log.segments.findIndex((segment, index) => index >= first && nowMs - Number(segment.maxTimestamp) < lagMs);
  return Math.max(first, Math.min(active, undecided, tooYoung < 0 ? active : tooYoung));
}

/** The segments that hold offsets from `from` up to, not including, `to`. */
export function segmentsBetween(log: LogState, from: bigint, to: bigint): SegmentState[] {
  const first = segmentIndexFor(log, from);
  return log.segments.filter((segment, index) => index >= first && segment.baseOffset < to);
}

function bytesOf(segments: readonly SegmentState[]): number {
  return segments.reduce((sum, segment) => sum + segment.sizeBytes, 0);
}

/** KIP-354: counted from the first batch of the oldest dirty segment. */
function overdue(log: LogState, firstDirtyOffset: bigint, nowMs: number): boolean {
  const timestamps = segmentsBetween(log, firstDirtyOffset, activeSegment(log).baseOffset).map((segment) => Number(segment.firstTimestamp));
  const earliest = Math.min(...timestamps.filter((timestamp) => timestamp > 0));
  return nowMs - earliest > log.settings['max.compaction.lag.ms'];
}

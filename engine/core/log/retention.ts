/**
 * What time does to a log: old segments go, silent producers are forgotten. Kafka: UnifiedLog.deleteOldSegments,
 * ProducerStateManager.removeExpiredProducers.
 *
 * Invariants: only whole segments go, from the oldest on, never one that reaches over the high watermark; the log start
 * offset moves to where the first segment that is left begins. A log with cleanup.policy=compact keeps all (see cleaner/).
 * Simplified: files go at once, Kafka keeps them for file.delete.delay.ms under another name.
 */
import type { Disk } from '#engine/ports/disk.ts';
import type { LogState, SegmentState } from '#engine/core/log/log-state.ts';
import { activeSegment } from '#engine/core/log/log-state.ts';
import { expireProducers } from '#engine/core/log/producer-state.ts';
import { rollSegment } from '#engine/core/log/roll.ts';
import { advanceLogStartOffset, removeSegment } from '#engine/core/log/truncate.ts';

/** Kafka's default of producer.id.expiration.ms, a broker setting. */
const producerIdExpirationMsDefault = 86_400_000;

export interface Maintenance {
  deletedSegments: number;
  /** Where the log began before and begins now. */
  logStartOffsetBefore: bigint;
  logStartOffset: bigint;
}

export function maintainLog(disk: Disk, log: LogState, nowMs: number, producerIdExpirationMs = producerIdExpirationMsDefault): Maintenance {
  const before = log.logStartOffset;
  let deletedSegments = 0;
  if (log.settings['cleanup.policy'].includes('delete')) {
    deletedSegments += deleteWhile(disk, log, nowMs, (segment) => isTooOld(log, segment, nowMs));
    deletedSegments += deleteWhile(disk, log, nowMs, (segment) => isTooMuch(log, segment));
  }
  deletedSegments += deleteWhile(disk, log, nowMs, (_segment, endOffset) => endOffset <= log.logStartOffset);
  expireProducers(log.producers, nowMs, producerIdExpirationMs);
  return { deletedSegments, logStartOffsetBefore: before, logStartOffset: log.logStartOffset };
}

/** retention.ms, measured by the newest record of the segment; -1: for ever. */
function isTooOld(log: LogState, segment: SegmentState, nowMs: number): boolean {
  const retentionMs = log.settings['retention.ms'];
  if (retentionMs < 0) return false;
  const newest = segment.maxTimestamp >= 0n ? Number(segment.maxTimestamp) : segment.createdMs;
  return nowMs - newest > retentionMs;
}

/** retention.bytes; -1: without limit. A segment goes when what is left still holds as much as is to be kept. */
function isTooMuch(log: LogState, segment: SegmentState): boolean {
  const retentionBytes = log.settings['retention.bytes'];
  return retentionBytes >= 0 && log.sizeBytes - retentionBytes >= segment.sizeBytes;
}

/** Deletes segments from the oldest on as long as `mayGo` says so; answers how many. */
function deleteWhile(disk: Disk, log: LogState, nowMs: number, mayGo: (segment: SegmentState, endOffset: bigint) => boolean): number {
  let count = 0;
  for (;;) {
    const segment = log.segments[0]!;
    const endOffset = log.segments[1]?.baseOffset ?? log.logEndOffset;
    const isActive = segment === activeSegment(log);
    if ((isActive && segment.sizeBytes === 0) || endOffset > log.highWatermark || !mayGo(segment, endOffset)) return count;
    // The active segment can only go when another takes its place.
    if (isActive) rollSegment(disk, log, log.logEndOffset, nowMs);
    removeSegment(disk, log, 0);
    advanceLogStartOffset(disk, log, log.segments[0]!.baseOffset);
    count++;
  }
}

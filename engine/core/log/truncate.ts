/**
 * Taking a log back at its end (divergence, KIP-101), starting it over at another offset, and moving its beginning forward
 * (retention, DeleteRecords). Kafka: UnifiedLog.truncateTo, truncateFullyAndStartAt, maybeIncrementLogStartOffset.
 *
 * Invariant: afterwards nothing at or behind the new end exists: not in the files, the epochs, the producers' state or the
 * high watermark.
 */
import type { Disk } from '#engine/ports/disk.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { baseOffset, maxTimestamp } from '#engine/protocol/record-batch.ts';
import { findBatchPosition, walkBatches } from '#engine/core/log/batches.ts';
import { noteOffset } from '#engine/core/log/checkpoints.ts';
import { deleteIndex, forgetSaved } from '#engine/core/log/index-file.ts';
import { clearEpochs, truncateEpochsFromEnd, truncateEpochsFromStart } from '#engine/core/log/leader-epochs.ts';
import { LogError } from '#engine/core/log/log-error.ts';
import type { LogState, SegmentState } from '#engine/core/log/log-state.ts';
import { activeSegment } from '#engine/core/log/log-state.ts';
import { deleteProducerSnapshot, readProducerSnapshot } from '#engine/core/log/producer-snapshot.ts';
import { noteProducer } from '#engine/core/log/producer-state.ts';
import { cutSegment, newSegment } from '#engine/core/log/segment.ts';

/** Removes everything at and behind `offset`. A batch that reaches over it goes whole. Answers whether anything was removed. */
export function truncateTo(disk: Disk, log: LogState, offset: bigint): boolean {
  if (offset >= log.logEndOffset) {
    // No record goes. But an epoch in which this replica led and wrote nothing may begin here, and the leader does not know it:
    // left in place it would be taken for a divergence again and again.
    truncateEpochsFromEnd(disk, log, offset);
    return false;
  }
  if (offset < log.segments[0]!.baseOffset) {
    truncateFullyAndStartAt(disk, log, offset, activeSegment(log).createdMs);
    return true;
  }
  forgetSaved(disk, log);
  while (log.segments.length > 1 && activeSegment(log).baseOffset > offset) removeSegment(disk, log, log.segments.length - 1);
  const end = cutActiveSegment(disk, log, offset);
  log.logEndOffset = end;
  if (log.logStartOffset > end) moveLogStart(disk, log, end);
  if (log.recoveryPoint > end) log.recoveryPoint = end;
  if (log.highWatermark > end) log.highWatermark = end;
  forgetCleaned(disk, log, end);
  truncateEpochsFromEnd(disk, log, end);
  rebuildProducers(disk, log);
  return true;
}

/** Empties the log; its next record will have `offset`. A follower whose log the leader's begins behind does this. */
export function truncateFullyAndStartAt(disk: Disk, log: LogState, offset: bigint, nowMs: number): void {
  forgetSaved(disk, log);
  while (log.segments.length > 0) removeSegment(disk, log, log.segments.length - 1);
  const segment = newSegment(log.directory, offset, nowMs);
  disk.createSegment(segment.path);
  log.segments.push(segment);
  log.producers.clear();
  clearEpochs(disk, log);
  forgetCleaned(disk, log, offset);
  log.logEndOffset = offset;
  log.recoveryPoint = offset;
  log.highWatermark = offset;
  moveLogStart(disk, log, offset);
}

/** Nothing before `offset` may be read any more; its segments go with the next `maintainLog`. Answers whether it moved. */
export function advanceLogStartOffset(disk: Disk, log: LogState, offset: bigint): boolean {
  if (offset > log.highWatermark) {
    throw new LogError(ErrorCode.OFFSET_OUT_OF_RANGE, `the log of ${log.directory} cannot begin at ${offset}, behind its high watermark ${log.highWatermark}`);
  }
  if (offset <= log.logStartOffset) return false;
  moveLogStart(disk, log, offset);
  truncateEpochsFromStart(disk, log, offset);
  return true;
}

/** Removes a segment with its index and the snapshot taken where it began. */
export function removeSegment(disk: Disk, log: LogState, index: number): void {
  const [segment] = log.segments.splice(index, 1);
  disk.deleteSegment(segment!.path);
  deleteIndex(disk, log.directory, segment!.baseOffset);
  deleteProducerSnapshot(disk, log.directory, segment!.baseOffset);
  log.sizeBytes -= segment!.sizeBytes;
}

/** What comes to stand behind the new end is dirty. */
function forgetCleaned(disk: Disk, log: LogState, end: bigint): void {
  if (log.cleanedOffset <= end) return;
  log.cleanedOffset = end;
  noteOffset(disk, 'cleaner-offset-checkpoint', log.directory, end);
}

function moveLogStart(disk: Disk, log: LogState, offset: bigint): void {
  log.logStartOffset = offset;
  noteOffset(disk, 'log-start-offset-checkpoint', log.directory, offset);
}

/** Cuts the active segment before the batch that holds `offset`; answers the log's new end. */
function cutActiveSegment(disk: Disk, log: LogState, offset: bigint): bigint {
  const segment = activeSegment(log);
  const position = findBatchPosition(disk, segment, offset);
  if (position >= segment.sizeBytes) return offset;
  // A chunk may hold batches on both sides of the cut: those before it are written again.
  const [chunk] = disk.read(segment.path, position, 0);
  const kept = chunk!.bytes.subarray(0, position - chunk!.position);
  const end = baseOffset(chunk!.bytes, position - chunk!.position);
  disk.truncate(segment.path, chunk!.position);
  if (kept.length > 0) disk.append(segment.path, kept);
  deleteIndex(disk, log.directory, segment.baseOffset);
  log.sizeBytes -= segment.sizeBytes - position;
  cutSegment(segment, position);
  segment.maxTimestamp = largestTimestamp(disk, segment);
  return end < offset ? end : offset;
}

/** Largest timestamp of a segment's batches: the last index entry knows most of it. */
function largestTimestamp(disk: Disk, segment: SegmentState): bigint {
  let largest = BigInt(segment.indexTimestamps.at(-1) ?? -1);
  walkBatches(disk, segment, segment.indexPositions.at(-1) ?? 0, (chunk, at) => {
    const timestamp = maxTimestamp(chunk, at);
    if (timestamp > largest) largest = timestamp;
    return true;
  });
  return largest;
}

/** From the newest snapshot before the end, and the batches behind it; nothing to do when no producer reached over the cut. */
function rebuildProducers(disk: Disk, log: LogState): void {
  const touched = [...log.producers.values()].some((entry) => (entry.batches.at(-1)?.lastOffset ?? log.logEndOffset) >= log.logEndOffset);
  if (!touched) return;
  let first = log.segments.length - 1;
  let producers = readProducerSnapshot(disk, log.directory, log.segments[first]!.baseOffset);
  while (producers === undefined && first > 0) producers = readProducerSnapshot(disk, log.directory, log.segments[--first]!.baseOffset);
  log.producers = producers ?? new Map();
  for (const segment of log.segments.slice(first)) {
    walkBatches(disk, segment, 0, (chunk, at) => {
      noteProducer(log, chunk, at);
      return true;
    });
  }
}

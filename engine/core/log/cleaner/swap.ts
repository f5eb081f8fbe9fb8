/**
 * Putting a compacted segment in the place of those it was made from, so that a crash at any point leaves the old ones or the new
 * one. Kafka: UnifiedLog.replaceSegments, LogLoader's treatment of .cleaned and .swap files.
 *
 * A file named .cleaned is unfinished: the next opening removes it. Renamed to .swap it counts: what it replaces is removed, if need
 * be by the next opening, and it takes its place. Simplified: the old files go at once, not after file.delete.delay.ms.
 */
import type { Disk } from '#engine/ports/disk.ts';
import { lastOffset } from '#engine/protocol/record-batch.ts';
import { walkBatches } from '#engine/core/log/batches.ts';
import { deleteIndex, writeIndex } from '#engine/core/log/index-file.ts';
import type { LogState, SegmentState } from '#engine/core/log/log-state.ts';
import { deleteProducerSnapshot } from '#engine/core/log/producer-snapshot.ts';
import { newSegment } from '#engine/core/log/segment.ts';
import { baseOffsetOfPath, offsetFilePath } from '#engine/core/log/segment-files.ts';

const cleanedSuffix = '.cleaned';
const swapSuffix = '.swap';

/** The file that a compaction writes to; what an earlier one left there is removed. */
export function createCleanedSegment(disk: Disk, log: LogState, replaced: SegmentState): SegmentState {
  const cleaned = newSegment(log.directory, replaced.baseOffset, replaced.createdMs);
  cleaned.path += cleanedSuffix;
  discardCleaned(disk, log.directory);
  disk.createSegment(cleaned.path);
  return cleaned;
}

export function discardCleaned(disk: Disk, directory: string): void {
  for (const { path } of disk.listSegments(directory)) if (path.endsWith(cleanedSuffix)) disk.deleteSegment(path);
}

/** Replaces `count` segments from `index` on by `cleaned`, which is finished. Never the active one: another must follow. */
export function swapIn(disk: Disk, log: LogState, index: number, count: number, cleaned: SegmentState): void {
  const replaced = log.segments.slice(index, index + count);
  const path = offsetFilePath(log.directory, cleaned.baseOffset, 'log');
  disk.flush(cleaned.path);
  disk.renameSegment(cleaned.path, path + swapSuffix);
  for (const { baseOffset } of replaced.slice(1)) removeFiles(disk, log.directory, baseOffset);
  takePlace(disk, log.directory, cleaned.baseOffset);
  cleaned.path = path;
  log.sizeBytes += cleaned.sizeBytes - replaced.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  log.segments.splice(index, count, cleaned);
  writeIndex(disk, log.directory, cleaned, log.segments[index + 1]!.baseOffset);
}

/** A swap that a crash interrupted is finished, before the log is read; a compaction that had not got so far is forgotten. */
export function finishSwaps(disk: Disk, directory: string): void {
  const files = disk.listSegments(directory);
  for (const { path, sizeBytes } of files) {
    const logPath = path.endsWith(swapSuffix) ? path.slice(0, -swapSuffix.length) : undefined;
    const from = logPath === undefined ? undefined : baseOffsetOfPath(logPath, 'log');
    if (from === undefined) continue;
    const to = endOffsetOf(disk, directory, from, path, sizeBytes);
    for (const other of files) {
      const baseOffset = baseOffsetOfPath(other.path, 'log');
      if (baseOffset !== undefined && baseOffset > from && baseOffset < to) removeFiles(disk, directory, baseOffset);
    }
    takePlace(disk, directory, from);
  }
  for (const { path } of disk.listSegments(directory)) if (baseOffsetOfPath(path, 'log') === undefined) disk.deleteSegment(path);
}

function takePlace(disk: Disk, directory: string, baseOffset: bigint): void {
  const path = offsetFilePath(directory, baseOffset, 'log');
  // The index of the old file says nothing about the new one.
  deleteIndex(disk, directory, baseOffset);
  disk.renameSegment(path + swapSuffix, path);
}

function removeFiles(disk: Disk, directory: string, baseOffset: bigint): void {
  disk.deleteSegment(offsetFilePath(directory, baseOffset, 'log'));
  deleteIndex(disk, directory, baseOffset);
  deleteProducerSnapshot(disk, directory, baseOffset);
}

function endOffsetOf(disk: Disk, directory: string, baseOffset: bigint, path: string, sizeBytes: number): bigint {
  let end = baseOffset;
  walkBatches(disk, { ...newSegment(directory, baseOffset, 0), path, sizeBytes }, 0, (chunk, at) => {
    end = lastOffset(chunk, at) + 1n;
    return true;
  });
  return end;
}

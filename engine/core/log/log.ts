/**
 * The partition log: one replica's records on one broker's disk, as whole record batches in segment files. This is the door;
 * the rest of the folder is behind it. Kafka: UnifiedLog (KIP-98, KIP-101, KIP-279 live here).
 *
 * A log is plain data (`LogState`) and a directory on a `Disk`; every function takes both. What a function has written is
 * safe from a crash of the process once the disk's `commit` has run, and from a power loss once `flushLog` has run as well.
 */
import type { Disk } from '#engine/ports/disk.ts';
import { noteOffset } from '#engine/core/log/checkpoints.ts';
import { saveActiveIndex } from '#engine/core/log/index-file.ts';
import type { LogState } from '#engine/core/log/log-state.ts';
import { activeSegment } from '#engine/core/log/log-state.ts';
import { flushLog } from '#engine/core/log/roll.ts';

export type { LeaderEpochEntry, LogSettings, LogState, ProducerBatch, ProducerEntry, SegmentState } from '#engine/core/log/log-state.ts';
export type { AppendOrigin } from '#engine/core/log/batch-validation.ts';
export { LogError, type RecordError } from '#engine/core/log/log-error.ts';
export { openLog, type LogCheckpoints } from '#engine/core/log/open.ts';
export { appendAsFollower, appendAsLeader, type AppendResult } from '#engine/core/log/append.ts';
export { readLog, type LogRead } from '#engine/core/log/read.ts';
export { advanceLogStartOffset, truncateFullyAndStartAt, truncateTo } from '#engine/core/log/truncate.ts';
export { assignEpochStart, endOffsetForEpoch, epochForOffset, latestEpoch, type EpochEndOffset } from '#engine/core/log/leader-epochs.ts';
export { offsetForTimestamp, offsetOfMaxTimestamp, type TimestampAndOffset } from '#engine/core/log/time-lookup.ts';
export { maintainLog, type Maintenance } from '#engine/core/log/retention.ts';
export { cleanableOf, isCompacted, type Cleanable } from '#engine/core/log/cleaner/cleanable.ts';
export { abortCleaning, beginCleaning, continueCleaning, endOffsetOf, type Cleaning } from '#engine/core/log/cleaner/cleaning.ts';
export { flushLog } from '#engine/core/log/roll.ts';
export { readHighWatermarkCheckpoint, readOffsetCheckpoint, writeHighWatermarkCheckpoint, writeOffsetCheckpoint, type OffsetCheckpoint } from '#engine/core/log/checkpoints.ts';

/** Sets the high watermark, kept within the log; answers what it is now. Whether it may rise is the replica's to know. */
export function setHighWatermark(log: LogState, offset: bigint): bigint {
  const atLeast = offset < log.logStartOffset ? log.logStartOffset : offset;
  log.highWatermark = atLeast > log.logEndOffset ? log.logEndOffset : atLeast;
  return log.highWatermark;
}

/** Up to where a reader with isolation read_committed may read. Without transactions that is the high watermark. */
export function lastStableOffset(log: LogState): bigint {
  return log.highWatermark;
}

/** An orderly end: everything is flushed, and the next opening need not read the log through. */
export function closeLog(disk: Disk, log: LogState): void {
  // Nobody will ask any more when that was.
  flushLog(disk, log, log.lastFlushedMs);
  if (activeSegment(log).sizeBytes > log.saved.sizeBytes) saveActiveIndex(disk, log, log.logEndOffset);
}

/** Removes a log with all that the checkpoints know of it. */
export function deleteLog(disk: Disk, directory: string): void {
  disk.deleteDirectory(directory);
  noteOffset(disk, 'replication-offset-checkpoint', directory, undefined);
  noteOffset(disk, 'log-start-offset-checkpoint', directory, undefined);
  noteOffset(disk, 'recovery-point-offset-checkpoint', directory, undefined);
  noteOffset(disk, 'cleaner-offset-checkpoint', directory, undefined);
}

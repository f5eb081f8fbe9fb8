/** Begins a new active segment. What the old one holds is flushed, and its index and the producers' state are kept with it. */
import type { Disk } from '#engine/ports/disk.ts';
import type { LogState } from '#engine/core/log/log-state.ts';
import { activeSegment } from '#engine/core/log/log-state.ts';
import { newSegment } from '#engine/core/log/segment.ts';
import { saveActiveIndex } from '#engine/core/log/index-file.ts';

export function rollSegment(disk: Disk, log: LogState, baseOffset: bigint, nowMs: number): void {
  const old = activeSegment(log);
  if (old.sizeBytes === 0) {
    // Only an offset too far from the base leads here: an empty file is replaced.
    disk.deleteSegment(old.path);
    log.segments.pop();
  } else {
    saveActiveIndex(disk, log, baseOffset);
    disk.flush(old.path);
    log.recoveryPoint = log.logEndOffset;
    log.lastFlushedMs = nowMs;
  }
  const segment = newSegment(log.directory, baseOffset, nowMs);
  disk.createSegment(segment.path);
  log.segments.push(segment);
  log.saved = { sizeBytes: 0, offset: -1n };
}

/** The size up to which everything is on the platter: up to the end. Kafka: UnifiedLog.flush. */
export function flushLog(disk: Disk, log: LogState, nowMs: number): void {
  if (log.recoveryPoint >= log.logEndOffset) return;
  disk.flush(activeSegment(log).path);
  log.recoveryPoint = log.logEndOffset;
  log.lastFlushedMs = nowMs;
}

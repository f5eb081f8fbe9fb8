/**
 * Opening a log: what a broker that starts finds on its disk, put in order. Kafka: LogLoader, LogSegment.recover.
 *
 * A segment whose index file fits is taken as it is. Any other is read through; from the recovery point on each batch is
 * checked, and where one is torn or corrupt the log ends: the rest of that file and every later segment are removed (a
 * broker may lose its unflushed tail, its leader has it). Epochs and producers' state that reach behind the end go as well.
 */
import type { Disk } from '#engine/ports/disk.ts';
import { baseOffset, batchSizeBytes, lastOffset, leaderEpoch, validateBatch } from '#engine/protocol/record-batch.ts';
import { readOffsetCheckpoint } from '#engine/core/log/checkpoints.ts';
import { deleteIndex, readIndex } from '#engine/core/log/index-file.ts';
import { addEpoch, readEpochs, truncateEpochsFromEnd, truncateEpochsFromStart, writeEpochs } from '#engine/core/log/leader-epochs.ts';
import type { LogSettings, LogState, SegmentState } from '#engine/core/log/log-state.ts';
import { deleteProducerSnapshot, readProducerSnapshot } from '#engine/core/log/producer-snapshot.ts';
import { noteProducer } from '#engine/core/log/producer-state.ts';
import { newSegment, noteBatch } from '#engine/core/log/segment.ts';
import { finishSwaps } from '#engine/core/log/cleaner/swap.ts';
import { baseOffsetOfPath } from '#engine/core/log/segment-files.ts';

/** What the checkpoints of the log directory say of one log. A broker with many logs reads them once and hands them on. */
export interface LogCheckpoints {
  logStartOffset?: bigint | undefined;
  recoveryPoint?: bigint | undefined;
  cleanedOffset?: bigint | undefined;
}

/** Opens the log of a directory, or begins a new one. Its high watermark is its start until the broker sets it. */
export function openLog(disk: Disk, directory: string, settings: LogSettings, nowMs: number, checkpoints: LogCheckpoints = checkpointsOf(disk, directory)): LogState {
  disk.createDirectory(directory);
  const log = emptyLog(directory, settings, checkpoints, nowMs);
  finishSwaps(disk, directory);
  const files = disk.listSegments(directory);
  for (const { path, sizeBytes } of files) {
    const segment = newSegment(directory, baseOffsetOfPath(path, 'log')!, nowMs);
    // A gap is right (compaction), an overlap is not: such a segment cannot be a part of this log.
    if (log.segments.length > 0 && segment.baseOffset < log.logEndOffset) break;
    if (!loadSegment(disk, log, segment, sizeBytes)) break;
  }
  for (const { path } of files.slice(log.segments.length)) removeSegmentFiles(disk, directory, path);
  if (log.logStartOffset > log.logEndOffset) {
    // The tail is gone together with what the start pointed to: nothing readable is left.
    for (const { path } of log.segments.splice(0)) removeSegmentFiles(disk, directory, path);
  }
  if (log.segments.length === 0) beginAt(disk, log, log.logStartOffset, nowMs);
  settleOffsets(disk, log);
  return log;
}

function checkpointsOf(disk: Disk, directory: string): LogCheckpoints {
  return {
    logStartOffset: readOffsetCheckpoint(disk, 'log-start-offset-checkpoint').get(directory),
    recoveryPoint: readOffsetCheckpoint(disk, 'recovery-point-offset-checkpoint').get(directory),
    cleanedOffset: readOffsetCheckpoint(disk, 'cleaner-offset-checkpoint').get(directory),
  };
}

function emptyLog(directory: string, settings: LogSettings, checkpoints: LogCheckpoints, nowMs: number): LogState {
  return {
    directory,
    settings,
    logStartOffset: checkpoints.logStartOffset ?? 0n,
    logEndOffset: 0n,
    highWatermark: 0n,
    recoveryPoint: checkpoints.recoveryPoint ?? 0n,
    lastFlushedMs: nowMs,
    cleanedOffset: checkpoints.cleanedOffset ?? -1n,
    sizeBytes: 0,
    segments: [],
    epochs: [],
    producers: new Map(),
    saved: { sizeBytes: 0, offset: -1n },
  };
}

function removeSegmentFiles(disk: Disk, directory: string, path: string): void {
  disk.deleteSegment(path);
  deleteIndex(disk, directory, baseOffsetOfPath(path, 'log')!);
  deleteProducerSnapshot(disk, directory, baseOffsetOfPath(path, 'log')!);
}

/** Adds a segment to the log; answers false when it had to be cut, so that nothing may follow it. */
function loadSegment(disk: Disk, log: LogState, segment: SegmentState, fileBytes: number): boolean {
  log.segments.push(segment);
  if (segment.baseOffset > log.logEndOffset) log.logEndOffset = segment.baseOffset;
  log.saved = { sizeBytes: 0, offset: -1n };
  if (!loadIndex(disk, log, segment, fileBytes)) {
    deleteIndex(disk, log.directory, segment.baseOffset);
    // The state where the segment begins, when it was kept there; else it is what the segments before have left.
    log.producers = readProducerSnapshot(disk, log.directory, segment.baseOffset) ?? log.producers;
  }
  scanSegment(disk, log, segment, fileBytes);
  log.sizeBytes += segment.sizeBytes;
  return segment.sizeBytes === fileBytes;
}

/** Takes a segment's first part unread, when its index file fits and the producers' state behind that part was kept. */
function loadIndex(disk: Disk, log: LogState, segment: SegmentState, fileBytes: number): boolean {
  const indexed = structuredClone(segment);
  const offset = readIndex(disk, log.directory, indexed, fileBytes);
  const producers = offset === undefined ? undefined : readProducerSnapshot(disk, log.directory, offset);
  if (offset === undefined || producers === undefined) return false;
  Object.assign(segment, indexed);
  log.producers = producers;
  log.logEndOffset = offset;
  log.saved = { sizeBytes: segment.sizeBytes, offset };
  return true;
}

/** Reads a segment file through from where its index ends; leaves it cut before the first batch that cannot be. */
function scanSegment(disk: Disk, log: LogState, segment: SegmentState, fileBytes: number): void {
  let position = segment.sizeBytes;
  while (position < fileBytes) {
    for (const chunk of disk.read(segment.path, position, 262_144)) {
      const validBytes = scanChunk(log, segment, chunk.bytes, position - chunk.position, chunk.position);
      position = chunk.position + chunk.bytes.length;
      if (validBytes === chunk.bytes.length) continue;
      disk.truncate(segment.path, chunk.position);
      if (validBytes > 0) disk.append(segment.path, chunk.bytes.subarray(0, validBytes));
      return;
    }
  }
}

/** Takes in the batches of a chunk from byte `from` on; answers how many of its bytes are sound. */
function scanChunk(log: LogState, segment: SegmentState, bytes: Uint8Array, from: number, chunkPosition: number): number {
  let at = from;
  while (at < bytes.length) {
    if (!isSound(log, bytes, at)) return at;
    noteBatch(segment, log.settings, bytes, at, chunkPosition + at);
    if (leaderEpoch(bytes, at) >= 0) addEpoch(log, leaderEpoch(bytes, at), baseOffset(bytes, at));
    noteProducer(log, bytes, at);
    log.logEndOffset = lastOffset(bytes, at) + 1n;
    at += batchSizeBytes(bytes, at);
  }
  return at;
}

/** What was flushed is believed by its header; the checksum is for what may be torn. */
function isSound(log: LogState, bytes: Uint8Array, at: number): boolean {
  const sizeBytes = bytes.length - at < 61 ? 0 : batchSizeBytes(bytes, at);
  if (sizeBytes < 61 || sizeBytes > bytes.length - at || baseOffset(bytes, at) < log.logEndOffset) return false;
  return lastOffset(bytes, at) < log.recoveryPoint || validateBatch(bytes, at) === undefined;
}

function beginAt(disk: Disk, log: LogState, offset: bigint, nowMs: number): void {
  const segment = newSegment(log.directory, offset, nowMs);
  disk.createSegment(segment.path);
  log.segments.push(segment);
  log.sizeBytes = 0;
  log.producers.clear();
  log.logEndOffset = offset;
}

/** Brings start, recovery point and epochs in line with what the files hold. */
function settleOffsets(disk: Disk, log: LogState): void {
  const first = log.segments[0]!.baseOffset;
  if (log.logStartOffset < first) log.logStartOffset = first;
  log.highWatermark = log.logStartOffset;
  if (log.recoveryPoint > log.logEndOffset) log.recoveryPoint = log.logEndOffset;
  settleEpochs(disk, log);
}

/** The file knows the epochs of segments that were not read, and of epochs that began without a batch. */
function settleEpochs(disk: Disk, log: LogState): void {
  const scanned = log.epochs;
  log.epochs = readEpochs(disk, log.directory);
  let changed = false;
  for (const { epoch, startOffset } of scanned) {
    const known = log.epochs.some((entry) => entry.epoch === epoch && entry.startOffset <= startOffset);
    if (!known && addEpoch(log, epoch, startOffset)) changed = true;
  }
  if (changed) writeEpochs(disk, log);
  truncateEpochsFromEnd(disk, log, log.logEndOffset);
  truncateEpochsFromStart(disk, log, log.logStartOffset);
}

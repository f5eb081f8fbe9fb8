/**
 * Appending to a log, as the leader and as a follower. Kafka: UnifiedLog.appendAsLeader / appendAsFollower.
 *
 * Invariants: everything is checked before anything is changed; batches are written as they came (unless the topic's compression.type
 * asks for another), only offset, leader epoch and the header's timestamp (LogAppendTime, or one that its records do not bear out) are
 * set in place; what a follower appends is byte for byte what its leader has.
 */
import { noCompression, type Compression } from '#engine/ports/compression.ts';
import type { Disk } from '#engine/ports/disk.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import {
  baseOffset,
  batchSizeBytes,
  lastOffset,
  lastOffsetDelta,
  leaderEpoch as batchLeaderEpoch,
  maxTimestamp,
  producerId,
  recordCount,
  setBaseOffset,
  setLeaderEpoch,
  setMaxTimestampAndType,
  timestampType,
} from '#engine/protocol/record-batch.ts';
import type { AppendOrigin, Judge } from '#engine/core/log/batch-validation.ts';
import { acceptForLeader, checkIntegrity, noteSummed } from '#engine/core/log/batch-validation.ts';
import { forEachChunk } from '#engine/core/log/chunks.ts';
import { saveGrownIndex } from '#engine/core/log/index-file.ts';
import { addEpoch, writeEpochs } from '#engine/core/log/leader-epochs.ts';
import { LogError } from '#engine/core/log/log-error.ts';
import type { LogState, ProducerBatch, ProducerEntry } from '#engine/core/log/log-state.ts';
import { activeSegment } from '#engine/core/log/log-state.ts';
import { checkProducer, entryAfter, findDuplicate, noteProducer } from '#engine/core/log/producer-state.ts';
import { rollSegment } from '#engine/core/log/roll.ts';
import { lastOffsetOfRun, mustRoll, noteBatch } from '#engine/core/log/segment.ts';

export interface AppendResult {
  firstOffset: bigint;
  lastOffset: bigint;
  maxTimestamp: bigint;
  /** -1n unless the topic keeps LogAppendTime; of a duplicate the newest timestamp of the batch that is there, whatever the topic keeps. */
  logAppendTimeMs: bigint;
  logStartOffset: bigint;
  recordCount: number;
  /** How many bytes were written. */
  sizeBytes: number;
  /** The batch was in the log already: nothing was appended, the offsets are those of then. */
  duplicate: boolean;
}

/**
 * Appends whole record batches. Throws LogError, having changed nothing, when a batch is refused. The bytes are the log's from now on,
 * unless the topic has them compressed anew.
 */
export function appendAsLeader(
  disk: Disk,
  log: LogState,
  sent: readonly Uint8Array[],
  leaderEpoch: number,
  nowMs: number,
  origin: AppendOrigin,
  compression: Compression = noCompression,
): AppendResult {
  const { records, newestRecords } = accepted(sent, { directory: log.directory, settings: log.settings, origin, nowMs, compression });
  const firstOffset = log.logEndOffset;
  const duplicate = origin === 'client' ? firstDuplicate(log, records) : undefined;
  if (duplicate !== undefined) return duplicateResult(log, duplicate);

  const logAppendTime = log.settings['message.timestamp.type'] === 'LogAppendTime' && origin !== 'raft';
  /** Producers as they will be behind the batches checked so far; the log's own change when the batches are written. */
  const checked = new Map<bigint, ProducerEntry>();
  let nextOffset = firstOffset;
  let newest = -1n;
  let count = 0;
  let batchIndex = 0;
  for (const run of records) {
    eachBatch(run, (at) => {
      const newestRecord = newestRecords[batchIndex++] ?? -1n;
      const id = producerId(run, at);
      if (id >= 0n && origin === 'client') checkProducer(checked.get(id) ?? log.producers.get(id), run, at, log.directory);
      setBaseOffset(run, at, nextOffset);
      setLeaderEpoch(run, at, leaderEpoch);
      if (logAppendTime) setMaxTimestampAndType(run, at, BigInt(nowMs), 'LogAppendTime');
      else if (maxTimestamp(run, at) !== newestRecord || timestampType(run, at) !== 'CreateTime') setMaxTimestampAndType(run, at, newestRecord, 'CreateTime');
      const entry = entryAfter(checked.get(id) ?? log.producers.get(id), run, at);
      if (entry !== undefined) checked.set(id, entry);
      nextOffset += BigInt(lastOffsetDelta(run, at)) + 1n;
      count += recordCount(run, at);
      if (maxTimestamp(run, at) > newest) newest = maxTimestamp(run, at);
    });
  }
  const sizeBytesBefore = log.sizeBytes;
  writeRuns(disk, log, records, nowMs);
  return {
    firstOffset,
    lastOffset: log.logEndOffset - 1n,
    maxTimestamp: newest,
    logAppendTimeMs: logAppendTime ? BigInt(nowMs) : -1n,
    logStartOffset: log.logStartOffset,
    recordCount: count,
    sizeBytes: log.sizeBytes - sizeBytesBefore,
    duplicate: false,
  };
}

/** The runs to be written, with the timestamp of each batch's newest record. */
function accepted(sent: readonly Uint8Array[], judge: Judge): { records: Uint8Array[]; newestRecords: bigint[] } {
  const records: Uint8Array[] = [];
  const newestRecords: bigint[] = [];
  for (const run of sent) {
    const asTheyCame: Uint8Array[] = [];
    let isRewritten = false;
    eachBatch(run, (at) => {
      const { newest, rewritten } = acceptForLeader(run, at, judge);
      newestRecords.push(newest);
      isRewritten ||= rewritten !== undefined;
      asTheyCame.push(rewritten ?? run.subarray(at, at + batchSizeBytes(run, at)));
    });
    if (isRewritten) records.push(...asTheyCame);
    else records.push(run);
  }
  for (const run of records) noteSummed(run);
  return { records, newestRecords };
}

/**
 * Appends batches as the leader numbered them; undefined when there are none. Compaction leaves gaps between batches, so a
 * first offset beyond the end is right, one before it never.
 */
export function appendAsFollower(disk: Disk, log: LogState, records: readonly Uint8Array[], nowMs: number): { firstOffset: bigint; lastOffset: bigint } | undefined {
  let firstOffset: bigint | undefined;
  let nextOffset = log.logEndOffset;
  for (const run of records) {
    eachBatch(run, (at) => {
      checkIntegrity(run, at, log.directory);
      const base = baseOffset(run, at);
      if (base < nextOffset) throw new LogError(ErrorCode.UNKNOWN_SERVER_ERROR, `a batch for follower ${log.directory} begins at offset ${base}, its log ends at ${nextOffset}`);
      firstOffset ??= base;
      nextOffset = lastOffset(run, at) + 1n;
    });
    noteSummed(run);
  }
  if (firstOffset === undefined) return undefined;
  writeRuns(disk, log, records, nowMs);
  return { firstOffset, lastOffset: nextOffset - 1n };
}

function eachBatch(run: Uint8Array, visit: (at: number) => void): void {
  // The size is read only after `visit` has checked that it lies within the run.
  for (let at = 0; at < run.length; at += batchSizeBytes(run, at)) visit(at);
}

/** Writes numbered batches, chunk by chunk, rolling segments as they fill. */
function writeRuns(disk: Disk, log: LogState, records: readonly Uint8Array[], nowMs: number): void {
  let epochsChanged = false;
  for (const run of records) {
    forEachChunk(run, (chunk) => {
      const lastOffsetOfChunk = lastOffsetOfRun(chunk);
      if (mustRoll(activeSegment(log), log.settings, chunk, lastOffsetOfChunk, nowMs)) rollSegment(disk, log, baseOffset(chunk, 0), nowMs);
      const segment = activeSegment(log);
      const position = disk.append(segment.path, chunk);
      for (let at = 0; at < chunk.length; at += batchSizeBytes(chunk, at)) {
        noteBatch(segment, log.settings, chunk, at, position + at);
        const epoch = batchLeaderEpoch(chunk, at);
        if (epoch >= 0 && addEpoch(log, epoch, baseOffset(chunk, at))) epochsChanged = true;
        noteProducer(log, chunk, at);
      }
      log.sizeBytes += chunk.length;
      log.logEndOffset = lastOffsetOfChunk + 1n;
      saveGrownIndex(disk, log);
    });
  }
  if (epochsChanged) writeEpochs(disk, log);
}

function firstDuplicate(log: LogState, records: readonly Uint8Array[]): ProducerBatch | undefined {
  for (const run of records) {
    for (let at = 0; at < run.length; at += batchSizeBytes(run, at)) {
      const duplicate = findDuplicate(log.producers.get(producerId(run, at)), run, at);
      if (duplicate !== undefined) return duplicate;
    }
  }
  return undefined;
}

function duplicateResult(log: LogState, batch: ProducerBatch): AppendResult {
  return {
    firstOffset: batch.firstOffset,
    lastOffset: batch.lastOffset,
    maxTimestamp: batch.timestamp,
    // As in Kafka, whatever the topic's timestamps are.
    logAppendTimeMs: batch.timestamp,
    logStartOffset: log.logStartOffset,
    recordCount: Number(batch.lastOffset - batch.firstOffset) + 1,
    sizeBytes: 0,
    duplicate: true,
  };
}

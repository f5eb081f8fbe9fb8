/**
 * Reading a log: whole batches, as they lie on the disk. Kafka: UnifiedLog.read, LocalLog.read, LogSegment.read.
 *
 * A read that begins inside a batch answers the whole batch; clients skip what they did not ask for. Nothing at or past
 * `upToOffset` is answered: a batch that reaches over it is left out whole. For consumers the last batch may be cut off at the limit,
 * as Kafka's is, which sends a piece of its file.
 */
import { assert } from '#engine/ports/assert.ts';
import type { Chunk, Disk } from '#engine/ports/disk.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { batchSizeBytes, lastOffset } from '#engine/protocol/record-batch.ts';
import { LogError } from '#engine/core/log/log-error.ts';
import type { LogState, SegmentState } from '#engine/core/log/log-state.ts';
import { segmentIndexFor } from '#engine/core/log/log-state.ts';
import { findBatchPosition } from '#engine/core/log/batches.ts';

export interface LogRead {
  /** Runs of batches, whole unless the end may be cut; views of the disk's own bytes, not to be changed. */
  batches: Uint8Array[];
  sizeBytes: number;
}

interface Wanted {
  maxBytes: number;
  upToOffset: bigint;
  minOneBatch: boolean;
  mayCutEnd: boolean;
}

/**
 * Batches from the one that holds `fromOffset` on, at most `maxBytes` of them; with `mayCutEnd`, exactly as many where there are
 * more. With `minOneBatch` the first one is answered even when it is larger. Throws LogError OFFSET_OUT_OF_RANGE outside of the
 * log; exactly at its end the answer is empty.
 */
export function readLog(disk: Disk, log: LogState, fromOffset: bigint, maxBytes: number, upToOffset: bigint, minOneBatch: boolean, mayCutEnd = false): LogRead {
  if (fromOffset < log.logStartOffset || fromOffset > log.logEndOffset) {
    throw new LogError(ErrorCode.OFFSET_OUT_OF_RANGE, `offset ${fromOffset} of ${log.directory} is outside of ${log.logStartOffset} to ${log.logEndOffset}`);
  }
  const wanted: Wanted = { maxBytes, upToOffset, minOneBatch, mayCutEnd };
  const read: LogRead = { batches: [], sizeBytes: 0 };
  if (fromOffset >= upToOffset) return read;
  for (let index = segmentIndexFor(log, fromOffset); index < log.segments.length; index++) {
    const segment = log.segments[index]!;
    const position = read.batches.length === 0 ? findBatchPosition(disk, segment, fromOffset) : 0;
    if (!readSegment(disk, segment, position, wanted, read)) break;
  }
  return read;
}

/** Answers false when the read is complete, true when the next segment may add to it. */
function readSegment(disk: Disk, segment: SegmentState, fromPosition: number, wanted: Wanted, read: LogRead): boolean {
  let position = fromPosition;
  while (position < segment.sizeBytes) {
    const chunks = disk.read(segment.path, position, wanted.maxBytes - read.sizeBytes);
    assert(chunks.length > 0, `${segment.path} ends at ${position} of ${segment.sizeBytes} bytes`);
    for (const chunk of chunks) {
      if (!addChunk(chunk, position - chunk.position, wanted, read)) return false;
      position = chunk.position + chunk.bytes.length;
    }
  }
  return true;
}

/** Adds the batches of a chunk from byte `from` on, as one run; answers false when not all of them fit. */
function addChunk({ bytes }: Chunk, from: number, { maxBytes, upToOffset, minOneBatch, mayCutEnd }: Wanted, read: LogRead): boolean {
  let end = from;
  let isCut = false;
  while (end < bytes.length) {
    const next = end + batchSizeBytes(bytes, end);
    if (lastOffset(bytes, end) >= upToOffset) break;
    const isFirst = read.batches.length === 0 && end === from;
    if (read.sizeBytes + (next - from) > maxBytes && !(isFirst && minOneBatch)) {
      const cutAt = from + (maxBytes - read.sizeBytes);
      isCut = mayCutEnd && !isFirst && cutAt > end;
      if (isCut) end = cutAt;
      break;
    }
    end = next;
  }
  if (end > from) {
    read.batches.push(from === 0 && end === bytes.length ? bytes : bytes.subarray(from, end));
    read.sizeBytes += end - from;
  }
  return end === bytes.length && !isCut;
}

/**
 * Finding offsets by time, as ListOffsets asks. Kafka: UnifiedLog.fetchOffsetByTimestamp, LogSegment.findOffsetByTimestamp.
 *
 * Timestamps need not rise in a log: the answer is the first record, in offset order, that is at least as new as asked.
 * Compressed batches are opened for it; of one whose bytes are damaged the first offset is answered.
 */
import type { Disk } from '#engine/ports/disk.ts';
import type { Compression } from '#engine/ports/compression.ts';
import { noCompression } from '#engine/ports/compression.ts';
import { baseOffset, baseTimestamp, lastOffset, leaderEpoch, maxTimestamp } from '#engine/protocol/record-batch.ts';
import { walkBatches } from '#engine/core/log/batches.ts';
import { openBatch } from '#engine/core/log/open-batch.ts';
import type { LogState } from '#engine/core/log/log-state.ts';
import { positionForTimestamp } from '#engine/core/log/segment.ts';

export interface TimestampAndOffset {
  timestamp: bigint;
  offset: bigint;
  leaderEpoch: number;
}

/** The first record from the log start on with a timestamp of at least `timestamp`; undefined when there is none. */
export function offsetForTimestamp(disk: Disk, log: LogState, timestamp: bigint, compression = noCompression): TimestampAndOffset | undefined {
  return firstFrom(disk, log, log.logStartOffset, timestamp, compression);
}

/**
 * The first record that carries the largest timestamp of the log (ListOffsets -3), which may be none (-1); undefined for an empty log.
 * As in Kafka it may lie before the log start, as long as its segment is there.
 */
export function offsetOfMaxTimestamp(disk: Disk, log: LogState, compression = noCompression): TimestampAndOffset | undefined {
  let largest = -1n;
  for (const segment of log.segments) if (segment.maxTimestamp > largest) largest = segment.maxTimestamp;
  return firstFrom(disk, log, 0n, largest, compression);
}

function firstFrom(disk: Disk, log: LogState, startOffset: bigint, timestamp: bigint, compression: Compression): TimestampAndOffset | undefined {
  let found: TimestampAndOffset | undefined;
  for (const segment of log.segments) {
    if (segment.maxTimestamp < timestamp) continue;
    walkBatches(disk, segment, positionForTimestamp(segment, timestamp), (chunk, at) => {
      if (maxTimestamp(chunk, at) < timestamp || lastOffset(chunk, at) < startOffset) return true;
      found = firstRecord(chunk, at, startOffset, (recordTimestamp) => recordTimestamp >= timestamp, compression);
      return found === undefined;
    });
    if (found !== undefined) return found;
  }
  return undefined;
}

function firstRecord(chunk: Uint8Array, at: number, startOffset: bigint, matches: (timestamp: bigint) => boolean, compression: Compression): TimestampAndOffset | undefined {
  const epoch = leaderEpoch(chunk, at);
  const records = openBatch(chunk, at, compression);
  if (records === undefined) {
    const first = baseOffset(chunk, at);
    return { timestamp: baseTimestamp(chunk, at), offset: first < startOffset ? startOffset : first, leaderEpoch: epoch };
  }
  for (const { offset, timestamp } of records) {
    if (offset >= startOffset && matches(timestamp)) return { timestamp, offset, leaderEpoch: epoch };
  }
  return undefined;
}

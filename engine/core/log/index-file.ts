/**
 * The index of a segment as a small file beside it, so that opening a log need not read what has not changed: written when
 * the segment is closed, when the log is, and now and then while it grows. It covers the file up to the size it names; a
 * snapshot of the producers' state at the same point goes with it. Kafka: OffsetIndex, TimeIndex, .snapshot files.
 *
 * Invariant: a file that is cut below what its index covers loses the index.
 */
import type { Disk } from '#engine/ports/disk.ts';
import type { LogState, SegmentState } from '#engine/core/log/log-state.ts';
import { activeSegment } from '#engine/core/log/log-state.ts';
import { deleteProducerSnapshot, writeProducerSnapshot } from '#engine/core/log/producer-snapshot.ts';
import { offsetFilePath } from '#engine/core/log/segment-files.ts';

const version = 1;
const headerBytes = 40;
const entryBytes = 16;
/** The active segment's index is saved when it grew by so much, and by an eighth: scanning stays short, writing cheap. */
const growthBytesMin = 8_388_608;

/** Saves the active segment's index and the producers' state at `offset`, which is where the segment ends. */
export function saveActiveIndex(disk: Disk, log: LogState, offset: bigint): void {
  const segment = activeSegment(log);
  forgetSaved(disk, log);
  writeIndex(disk, log.directory, segment, offset);
  writeProducerSnapshot(disk, log, offset);
  log.saved = { sizeBytes: segment.sizeBytes, offset };
}

export function saveGrownIndex(disk: Disk, log: LogState): void {
  const grownBytes = activeSegment(log).sizeBytes - log.saved.sizeBytes;
  if (grownBytes >= Math.max(growthBytesMin, log.saved.sizeBytes / 8)) saveActiveIndex(disk, log, log.logEndOffset);
}

/** Removes the producer snapshot inside the active segment; the ones where segments begin stay. */
export function forgetSaved(disk: Disk, log: LogState): void {
  const { offset } = log.saved;
  if (offset >= 0n && !log.segments.some((segment) => segment.baseOffset === offset)) deleteProducerSnapshot(disk, log.directory, offset);
  log.saved = { sizeBytes: 0, offset: -1n };
}

/** `endOffset`: where the segment ends; a snapshot of the producers' state there must exist for the index to be used. */
export function writeIndex(disk: Disk, directory: string, segment: SegmentState, endOffset: bigint): void {
  const count = segment.indexOffsets.length;
  const bytes = new Uint8Array(headerBytes + count * entryBytes);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, version);
  view.setUint32(4, count);
  view.setUint32(8, segment.sizeBytes);
  view.setUint32(12, segment.unindexedBytes);
  view.setBigInt64(16, segment.maxTimestamp);
  view.setBigInt64(24, segment.firstTimestamp);
  view.setBigInt64(32, endOffset);
  for (let index = 0; index < count; index++) {
    const at = headerBytes + index * entryBytes;
    view.setUint32(at, segment.indexOffsets[index]!);
    view.setUint32(at + 4, segment.indexPositions[index]!);
    view.setFloat64(at + 8, segment.indexTimestamps[index]!);
  }
  disk.writeSmallFile(offsetFilePath(directory, segment.baseOffset, 'index'), bytes);
}

/**
 * Fills a segment from its index file and answers the offset up to which it is covered; undefined, having changed nothing,
 * when there is none, or when it covers more than the file has.
 */
export function readIndex(disk: Disk, directory: string, segment: SegmentState, fileBytes: number): bigint | undefined {
  const bytes = disk.readSmallFile(offsetFilePath(directory, segment.baseOffset, 'index'));
  if (bytes === undefined || bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = view.getUint32(4);
  if (view.getUint32(0) !== version || view.getUint32(8) > fileBytes || bytes.length !== headerBytes + count * entryBytes) return undefined;
  segment.sizeBytes = view.getUint32(8);
  segment.unindexedBytes = view.getUint32(12);
  segment.maxTimestamp = view.getBigInt64(16);
  segment.firstTimestamp = view.getBigInt64(24);
  for (let index = 0; index < count; index++) {
    const at = headerBytes + index * entryBytes;
    segment.indexOffsets.push(view.getUint32(at));
    segment.indexPositions.push(view.getUint32(at + 4));
    segment.indexTimestamps.push(view.getFloat64(at + 8));
  }
  return view.getBigInt64(32);
}

export function deleteIndex(disk: Disk, directory: string, baseOffset: bigint): void {
  disk.deleteSmallFile(offsetFilePath(directory, baseOffset, 'index'));
}

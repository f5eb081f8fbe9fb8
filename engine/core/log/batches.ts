/** Walking over the batches of a segment file, whatever chunks they lie in. */
import { assert } from '#engine/ports/assert.ts';
import type { Disk } from '#engine/ports/disk.ts';
import { batchSizeBytes, lastOffset } from '#engine/protocol/record-batch.ts';
import type { SegmentState } from '#engine/core/log/log-state.ts';
import { positionForOffset } from '#engine/core/log/segment.ts';

/** The index is near: mostly the first read finds the batch, and a read that goes on asks for more. */
const firstReadBytes = 16_384;
const readAheadBytes = 262_144;

/** Whether to go on with the next batch. `position` is the batch's place in the file, `at` its place in `chunk`. */
export type BatchVisitor = (chunk: Uint8Array, at: number, position: number) => boolean;

/** Visits the batches of a file from the one at byte `fromPosition` (a batch's beginning) until the visitor has enough. */
export function walkBatches(disk: Disk, segment: SegmentState, fromPosition: number, visit: BatchVisitor): void {
  let position = fromPosition;
  let readBytes = firstReadBytes;
  while (position < segment.sizeBytes) {
    const chunks = disk.read(segment.path, position, readBytes);
    readBytes = readAheadBytes;
    assert(chunks.length > 0, `${segment.path} ends at ${position} of ${segment.sizeBytes} bytes`);
    for (const chunk of chunks) {
      for (let at = position - chunk.position; at < chunk.bytes.length; at += batchSizeBytes(chunk.bytes, at)) {
        if (!visit(chunk.bytes, at, chunk.position + at)) return;
      }
      position = chunk.position + chunk.bytes.length;
    }
  }
}

/** Byte position of the first batch that ends at or behind `offset`; the file's size when there is none. */
export function findBatchPosition(disk: Disk, segment: SegmentState, offset: bigint): number {
  let found = segment.sizeBytes;
  walkBatches(disk, segment, positionForOffset(segment, offset), (chunk, at, position) => {
    if (lastOffset(chunk, at) < offset) return true;
    found = position;
    return false;
  });
  return found;
}

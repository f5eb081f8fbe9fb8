/** How runs of record batches lie on the disk: in chunks of whole batches, large enough for few rows, small enough to read. */
import { batchSizeBytes } from '#engine/protocol/record-batch.ts';

/** A chunk holds one batch, or several that together stay below this. */
const chunkBytesMax = 65_536;

export function forEachChunk(run: Uint8Array, visit: (chunk: Uint8Array) => void): void {
  let start = 0;
  for (let at = 0; at < run.length; ) {
    const end = at + batchSizeBytes(run, at);
    if (end - start > chunkBytesMax && at > start) {
      visit(run.subarray(start, at));
      start = at;
    }
    at = end;
  }
  if (start === 0 && run.length > 0) visit(run);
  else if (start < run.length) visit(run.subarray(start));
}

/**
 * One compaction of one log, a slice at a time. Kafka: Cleaner.doClean, buildOffsetMap, groupSegmentsBySize, cleanSegments.
 *
 * First the dirty part is read and the newest offset of each of its keys noted; then all segments up to there are copied, group by
 * group, without what a newer record has made superfluous; each group that is done takes the place of its segments.
 * Invariants: the map key -> last value is the same before and after; the log's start, end, epochs and producers are not touched;
 * segments that changed under way (truncation, retention, a topic created anew) end the compaction, what is swapped in stays.
 */
import type { Compression } from '#engine/ports/compression.ts';
import type { Chunk, Disk } from '#engine/ports/disk.ts';
import { batchSizeBytes, isControl, lastOffset, recordCount } from '#engine/protocol/record-batch.ts';
import { forEachChunk } from '#engine/core/log/chunks.ts';
import type { LogState, SegmentState } from '#engine/core/log/log-state.ts';
import { segmentBytesMax } from '#engine/core/log/log-state.ts';
import { noteBatch } from '#engine/core/log/segment.ts';
import { isCompacted, segmentsBetween, type Cleanable } from '#engine/core/log/cleaner/cleanable.ts';
import { filterBatch, type FilterRules } from '#engine/core/log/cleaner/filter-batch.ts';
import { newOffsetMap, noteKey, type OffsetMap } from '#engine/core/log/cleaner/offset-map.ts';
import { openBatch } from '#engine/core/log/open-batch.ts';
import { createCleanedSegment, discardCleaned, swapIn } from '#engine/core/log/cleaner/swap.ts';

const readBytesMax = 262_144;
const relativeOffsetMax = 0x7fff_ffffn;

/** Plain data: a row of the broker while it lasts. */
export interface Cleaning {
  firstDirtyOffset: bigint;
  firstUncleanableOffset: bigint;
  dirtyRatio: number;
  isOverdue: boolean;
  map: OffsetMap;
  phase: 'map' | 'copy' | 'done' | 'aborted';
  /** The segments that are still to be read, as they were found: they must not change before they are replaced. */
  sources: SourceSegment[];
  /** Index in the log of the first of `sources`. */
  sourcesAt: number;
  /** Which of `sources` is being read, and up to where it was. */
  reading: number;
  position: number;
  /** What is being written, for the first so many of `sources`. */
  cleaned: SegmentState | null;
  groupCount: number;
  isBehindUnopened: boolean;
  bytesBefore: number;
  bytesAfter: number;
  recordsBefore: number;
  recordsAfter: number;
}

export interface SourceSegment {
  baseOffset: bigint;
  sizeBytes: number;
  createdMs: number;
}

export interface CleanerTools {
  disk: Disk;
  compression: Compression;
  nowMs: number;
}

export function beginCleaning(log: LogState, cleanable: Cleanable, dedupeBufferBytes: number, loadFactor: number): Cleaning {
  const { firstDirtyOffset, firstUncleanableOffset, dirtyRatio, isOverdue } = cleanable;
  const dirty = segmentsBetween(log, firstDirtyOffset, firstUncleanableOffset);
  return {
    firstDirtyOffset,
    firstUncleanableOffset,
    dirtyRatio,
    isOverdue,
    map: newOffsetMap(dedupeBufferBytes, loadFactor),
    phase: 'map',
    sources: dirty.map(sourceOf),
    sourcesAt: log.segments.indexOf(dirty[0]!),
    reading: 0,
    position: 0,
    cleaned: null,
    groupCount: 0,
    isBehindUnopened: false,
    bytesBefore: 0,
    bytesAfter: 0,
    recordsBefore: 0,
    recordsAfter: 0,
  };
}

/** Goes on until about `budgetBytes` are read, or until it is done or given up (`phase`). Answers how many bytes it has read. */
export function continueCleaning(log: LogState, cleaning: Cleaning, tools: CleanerTools, budgetBytes: number): number {
  let spentBytes = 0;
  if (!isCompacted(log) || !areUnchanged(log, cleaning)) abortCleaning(log, cleaning, tools.disk);
  while (spentBytes < budgetBytes) {
    if (cleaning.phase === 'map') spentBytes += mapSome(log, cleaning, tools, budgetBytes - spentBytes);
    else if (cleaning.phase === 'copy') spentBytes += copySome(log, cleaning, tools, budgetBytes - spentBytes);
    else break;
  }
  return spentBytes;
}

export function abortCleaning(log: LogState, cleaning: Cleaning, disk: Disk): void {
  cleaning.phase = 'aborted';
  discardCleaned(disk, log.directory);
}

function sourceOf({ baseOffset, sizeBytes, createdMs }: SegmentState): SourceSegment {
  return { baseOffset, sizeBytes, createdMs };
}

function areUnchanged(log: LogState, { sources, sourcesAt }: Cleaning): boolean {
  return sourcesAt + sources.length < log.segments.length && sources.every((source, index) => isSame(log.segments[sourcesAt + index], source));
}

function isSame(found: SegmentState | undefined, source: SourceSegment): boolean {
  return found !== undefined && found.baseOffset === source.baseOffset && found.sizeBytes === source.sizeBytes && found.createdMs === source.createdMs;
}

/** The next chunks of the segment that is being read; none at its end. */
function readOn(log: LogState, cleaning: Cleaning, disk: Disk, maxBytes: number): Chunk[] {
  const segment = log.segments[cleaning.sourcesAt + cleaning.reading]!;
  const chunks = cleaning.position < segment.sizeBytes ? disk.read(segment.path, cleaning.position, Math.min(maxBytes, readBytesMax)) : [];
  const last = chunks.at(-1);
  if (last !== undefined) cleaning.position = last.position + last.bytes.length;
  return chunks;
}

function mapSome(log: LogState, cleaning: Cleaning, { disk, compression }: CleanerTools, maxBytes: number): number {
  const chunks = readOn(log, cleaning, disk, maxBytes);
  let readTotal = 0;
  for (const { bytes } of chunks) {
    readTotal += bytes.length;
    for (let at = 0; at < bytes.length; at += batchSizeBytes(bytes, at)) {
      if (mapBatch(cleaning, bytes, at, compression)) continue;
      beginCopying(log, cleaning);
      return readTotal;
    }
  }
  if (chunks.length > 0) return readTotal;
  cleaning.reading++;
  cleaning.position = 0;
  // Records at the segment's end may have been compacted away before.
  const next = cleaning.sources[cleaning.reading]?.baseOffset ?? cleaning.firstUncleanableOffset;
  cleaning.map.latestOffset = next - 1n;
  if (cleaning.reading === cleaning.sources.length) beginCopying(log, cleaning);
  return 0;
}

/** Answers false when the map is full. */
function mapBatch({ map, firstDirtyOffset }: Cleaning, bytes: Uint8Array, at: number, compression: Compression): boolean {
  const last = lastOffset(bytes, at);
  if (last < firstDirtyOffset) return true;
  if (!isControl(bytes, at)) {
    for (const { key, offset } of openBatch(bytes, at, compression) ?? []) {
      if (key !== null && offset >= firstDirtyOffset && !noteKey(map, key, offset)) return false;
    }
  }
  map.latestOffset = last;
  return true;
}

/** The offset behind the last record that this compaction takes account of: there the next one begins. */
export function endOffsetOf({ map, firstDirtyOffset }: Cleaning): bigint {
  return map.latestOffset < firstDirtyOffset ? firstDirtyOffset : map.latestOffset + 1n;
}

function beginCopying(log: LogState, cleaning: Cleaning): void {
  const endOffset = endOffsetOf(cleaning);
  cleaning.phase = 'copy';
  cleaning.sources = log.segments.filter((segment) => segment.baseOffset < endOffset).map(sourceOf);
  cleaning.sourcesAt = 0;
  cleaning.reading = 0;
  cleaning.position = 0;
  if (cleaning.sources.length === 0) cleaning.phase = 'done';
}

function copySome(log: LogState, cleaning: Cleaning, tools: CleanerTools, maxBytes: number): number {
  if (cleaning.cleaned === null) {
    cleaning.groupCount = nextGroup(log, cleaning);
    cleaning.cleaned = createCleanedSegment(tools.disk, log, log.segments[cleaning.sourcesAt]!);
  }
  const chunks = readOn(log, cleaning, tools.disk, maxBytes);
  if (chunks.length > 0) return copyChunks(log, cleaning, cleaning.cleaned, chunks, tools);
  cleaning.reading++;
  cleaning.position = 0;
  if (cleaning.reading === cleaning.groupCount) finishGroup(log, cleaning, cleaning.cleaned, tools.disk);
  return 0;
}

/** How many of the segments fit into one, by size and by how far an offset may be from the base. */
function nextGroup(log: LogState, { sources, firstUncleanableOffset }: Cleaning): number {
  const base = sources[0]!.baseOffset;
  let sizeBytes = 0;
  let count = 0;
  for (const source of sources) {
    sizeBytes += source.sizeBytes;
    const end = sources[count + 1]?.baseOffset ?? firstUncleanableOffset;
    if (count > 0 && (sizeBytes > segmentBytesMax(log.settings) || end - 1n - base > relativeOffsetMax)) break;
    count++;
  }
  return count;
}

function copyChunks(log: LogState, cleaning: Cleaning, cleaned: SegmentState, chunks: readonly Chunk[], tools: CleanerTools): number {
  const rules: FilterRules = {
    map: cleaning.map,
    producers: log.producers,
    endOffset: cleaning.firstUncleanableOffset,
    nowMs: tools.nowMs,
    deleteRetentionMs: log.settings['delete.retention.ms'],
    isBehindUnopened: cleaning.isBehindUnopened,
    compression: tools.compression,
  };
  const kept: Uint8Array[] = [];
  let readTotal = 0;
  for (const { bytes } of chunks) {
    readTotal += bytes.length;
    for (let at = 0; at < bytes.length; at += batchSizeBytes(bytes, at)) {
      const filtered = filterBatch(bytes, at, rules);
      if (filtered.unopened) rules.isBehindUnopened = true;
      if (filtered.bytes !== undefined) kept.push(filtered.bytes);
      cleaning.recordsBefore += recordCount(bytes, at);
      cleaning.recordsAfter += filtered.keptRecords;
    }
  }
  cleaning.isBehindUnopened = rules.isBehindUnopened;
  cleaning.bytesBefore += readTotal;
  cleaning.bytesAfter += writeBatches(log, cleaned, kept, tools.disk);
  return readTotal;
}

function writeBatches(log: LogState, cleaned: SegmentState, batches: readonly Uint8Array[], disk: Disk): number {
  const run = concat(batches);
  if (run.length === 0) return 0;
  forEachChunk(run, (chunk) => {
    const position = disk.append(cleaned.path, chunk);
    for (let at = 0; at < chunk.length; at += batchSizeBytes(chunk, at)) noteBatch(cleaned, log.settings, chunk, at, position + at);
  });
  return run.length;
}

function concat(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function finishGroup(log: LogState, cleaning: Cleaning, cleaned: SegmentState, disk: Disk): void {
  swapIn(disk, log, cleaning.sourcesAt, cleaning.groupCount, cleaned);
  cleaning.sources.splice(0, cleaning.groupCount);
  cleaning.sourcesAt++;
  cleaning.reading = 0;
  cleaning.cleaned = null;
  if (cleaning.sources.length === 0) cleaning.phase = 'done';
}

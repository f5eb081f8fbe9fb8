import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { appendAsFollower, appendAsLeader, cleanableOf, offsetForTimestamp, openLog, readLog, setHighWatermark, truncateTo } from '#engine/core/log/log.ts';
import type { LogState } from '#engine/core/log/log.ts';
import { logSettings, startMs } from '#engine/core/log/log-fixture.ts';
import { activeSegment } from '#engine/core/log/log-state.ts';
import { append, compact, latestByKey, recordsOf, roll, segmentsOf } from '#engine/core/log/cleaner/compaction-fixture.ts';
import { noCompression } from '#engine/ports/compression.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { baseOffset, compressionType, encodeBatch, forEachBatch, hasDeleteHorizon, lastOffset, recordCount } from '#engine/protocol/record-batch.ts';

const dayMs = 86_400_000;

function compactedLog(overrides: Record<string, string> = {}) {
  const disk = new MemoryDisk();
  const log = openLog(disk, 'prices-0', logSettings({ 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01', ...overrides }), startMs);
  return { disk, log };
}

/** "base-last(count)" of every batch. */
function batchesOf(disk: MemoryDisk, log: LogState): string[] {
  const found: string[] = [];
  for (const run of readLog(disk, log, log.logStartOffset, 1 << 24, log.logEndOffset, true).batches) {
    forEachBatch(run, (bytes, at) => found.push(`${baseOffset(bytes, at)}-${lastOffset(bytes, at)}(${recordCount(bytes, at)})${hasDeleteHorizon(bytes, at) ? 'h' : ''}`));
  }
  return found;
}

describe('what compaction keeps', () => {
  it('keeps the newest record of each key at its offset and with its time, and leaves gaps', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1'], ['b', '1'], ['a', '2']]);
    append(disk, log, [['b', '2'], ['c', '1']]);
    roll(disk, log);
    append(disk, log, [['a', '3']]);
    compact(disk, log);
    expect(recordsOf(disk, log)).toEqual(['2 a=2', '3 b=2', '4 c=1', '5 a=3']);
    expect(batchesOf(disk, log)).toEqual(['0-2(1)', '3-4(2)', '5-5(1)']);
    expect([log.logStartOffset, log.logEndOffset, log.cleanedOffset]).toEqual([0n, 6n, 5n]);
  });

  it('answers a fetch at a removed offset with the batch that comes next, also when a whole segment is gone', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1']]);
    append(disk, log, [['a', '2']]);
    roll(disk, log);
    append(disk, log, [['a', '3']]);
    roll(disk, log);
    append(disk, log, [['b', '1']]);
    compact(disk, log);
    expect(recordsOf(disk, log, 0n)).toEqual(['2 a=3', '3 b=1']);
    expect(recordsOf(disk, log, 1n)).toEqual(['2 a=3', '3 b=1']);
    expect(offsetForTimestamp(disk, log, BigInt(startMs))?.offset).toBe(2n);
  });

  it('lets a follower append what its leader has left, gaps and empty batches included', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1']]);
    append(disk, log, [['a', '2'], ['b', '1']], { producerId: 7n, baseSequence: 0 });
    append(disk, log, [['a', '3'], ['b', '2']]);
    roll(disk, log);
    compact(disk, log);
    const follower = openLog(disk, 'copy-0', log.settings, startMs);
    appendAsFollower(disk, follower, readLog(disk, log, 0n, 1 << 20, log.logEndOffset, true).batches.map((run) => run.slice()), startMs);
    expect(recordsOf(disk, follower)).toEqual(['3 a=3', '4 b=2']);
    expect(follower.logEndOffset).toBe(log.logEndOffset);
    expect(follower.producers.get(7n)).toEqual(log.producers.get(7n));
  });

  it('keeps an empty batch where it is the newest of a producer, so that the producer may go on', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1']], { producerId: 7n, baseSequence: 0 });
    append(disk, log, [['a', '2']], { producerId: 7n, baseSequence: 1 });
    append(disk, log, [['a', '3']]);
    roll(disk, log);
    compact(disk, log);
    expect(batchesOf(disk, log)).toEqual(['1-1(0)', '2-2(1)']);
    for (const { path } of disk.listSegments('prices-0')) disk.deleteSmallFile(path.replace('.log', '.index'));
    disk.deleteSmallFile('prices-0/00000000000000000003.snapshot');
    const found = openLog(disk, 'prices-0', log.settings, startMs);
    expect(append(disk, found, [['a', '4']], { producerId: 7n, baseSequence: 2 }).firstOffset).toBe(3n);
    expect(() => append(disk, found, [['a', '5']], { producerId: 7n, baseSequence: 9 })).toThrow('OUT_OF_ORDER_SEQUENCE_NUMBER');
  });

  it('drops records without a key, which stem from before the topic was compacted', () => {
    const { disk, log } = compactedLog({ 'cleanup.policy': 'delete' });
    append(disk, log, [[null, 'x'], ['a', '1']]);
    roll(disk, log);
    expect(cleanableOf(log, log.highWatermark, startMs)).toBeUndefined();
    log.settings = logSettings({ 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01' });
    expect(() => append(disk, log, [[null, 'y']])).toThrow('INVALID_RECORD');
    compact(disk, log);
    expect(recordsOf(disk, log)).toEqual(['1 a=1']);
  });

  it('leaves an aborted or other control batch, and every epoch and producer, as they are', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1']], { producerId: 7n, baseSequence: 0 });
    appendAsLeader(disk, log, [encodeBatch({ records: [{ timestamp: BigInt(startMs), key: new Uint8Array(4), value: new Uint8Array(6) }], isControl: true })], 4, startMs, 'coordinator');
    append(disk, log, [['a', '2']]);
    roll(disk, log);
    const before = structuredClone([log.epochs, log.producers]);
    compact(disk, log);
    expect(batchesOf(disk, log)).toEqual(['0-0(0)', '1-1(1)', '2-2(1)']);
    expect([log.epochs, log.producers]).toEqual(before);
  });
});

describe('tombstones', () => {
  it('stay for delete.retention.ms after the compaction that met them, then go with the next one', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1'], ['b', '1']]);
    append(disk, log, [['a', null]]);
    roll(disk, log);
    compact(disk, log, startMs);
    expect(batchesOf(disk, log)).toEqual(['0-1(1)', '2-2(1)h']);
    append(disk, log, [['c', '1']]);
    roll(disk, log);
    compact(disk, log, startMs + dayMs - 1);
    expect(recordsOf(disk, log)).toEqual(['1 b=1', '2 a=null', '3 c=1']);
    append(disk, log, [['c', '2']]);
    roll(disk, log);
    compact(disk, log, startMs + dayMs);
    expect(recordsOf(disk, log)).toEqual(['1 b=1', '4 c=2']);
  });

  it('keep the times of the records beside them, although the delete horizon takes the place of the base timestamp', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', null], ['b', '1']], { timestampMs: startMs + 5 });
    roll(disk, log);
    compact(disk, log, startMs + 77);
    expect(recordsOf(disk, log, 0n, true)).toEqual([`0 a=null @${startMs + 5}`, `1 b=1 @${startMs + 5}`]);
  });

  it('stay behind a batch that cannot be opened: what they delete may be inside', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1']], { compression: { type: 'gzip', codec: nodeCompression } });
    append(disk, log, [['a', null]]);
    roll(disk, log);
    compact(disk, log, startMs, noCompression);
    append(disk, log, [['b', '1']]);
    roll(disk, log);
    compact(disk, log, startMs + 2 * dayMs, noCompression);
    expect(recordsOf(disk, log, 0n, false, nodeCompression)).toEqual(['0 a=1', '1 a=null', '2 b=1']);
  });
});

describe('compressed batches', () => {
  it.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('of %s are opened, thinned out and closed again', (type) => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1'], ['b', '1'], ['a', '2']], { compression: { type, codec: nodeCompression } });
    append(disk, log, [['b', '2']]);
    roll(disk, log);
    compact(disk, log, startMs, nodeCompression);
    expect(recordsOf(disk, log, 0n, false, nodeCompression)).toEqual(['2 a=2', '3 b=2']);
    expect(batchesOf(disk, log)).toEqual(['0-2(1)', '3-3(1)']);
    expect(compressionType(readLog(disk, log, 0n, 1000, 3n, true).batches[0]!, 0)).toBe(type);
  });

  it('stay whole where nothing opens them', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1'], ['a', '2']], { compression: { type: 'gzip', codec: nodeCompression } });
    append(disk, log, [['a', '3'], ['a', '4']]);
    roll(disk, log);
    compact(disk, log, startMs, noCompression);
    expect(recordsOf(disk, log, 0n, false, nodeCompression)).toEqual(['0 a=1', '1 a=2', '3 a=4']);
  });
});

describe('what may be compacted', () => {
  it('is never the active segment, and never what the high watermark has not passed', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1'], ['a', '2']]);
    expect(cleanableOf(log, log.logEndOffset, startMs)).toBeUndefined();
    roll(disk, log);
    append(disk, log, [['a', '3']]);
    roll(disk, log);
    expect(cleanableOf(log, 1n, startMs)).toBeUndefined();
    expect(cleanableOf(log, 2n, startMs)?.firstUncleanableOffset).toBe(2n);
    expect(cleanableOf(log, 3n, startMs)?.firstUncleanableOffset).toBe(3n);
  });

  it('is nothing until more than min.cleanable.dirty.ratio of the log is dirty', () => {
    const { disk, log } = compactedLog({ 'min.cleanable.dirty.ratio': '0.5' });
    for (const key of ['a', 'b', 'c']) append(disk, log, [[key, '1']]);
    roll(disk, log);
    compact(disk, log);
    append(disk, log, [['d', '1']]);
    roll(disk, log);
    expect(cleanableOf(log, log.highWatermark, startMs)).toBeUndefined();
    for (const key of ['e', 'f', 'g']) append(disk, log, [[key, '1']]);
    roll(disk, log);
    expect(cleanableOf(log, log.highWatermark, startMs)?.dirtyRatio).toBeCloseTo(4 / 7);
  });

  it('leaves segments alone whose records are younger than min.compaction.lag.ms', () => {
    const { disk, log } = compactedLog({ 'min.compaction.lag.ms': '1000' });
    append(disk, log, [['a', '1']], { timestampMs: startMs });
    roll(disk, log);
    append(disk, log, [['a', '2']], { timestampMs: startMs + 500 });
    roll(disk, log);
    expect(cleanableOf(log, log.highWatermark, startMs + 999)).toBeUndefined();
    expect(cleanableOf(log, log.highWatermark, startMs + 1000)?.firstUncleanableOffset).toBe(1n);
    expect(cleanableOf(log, log.highWatermark, startMs + 1500)?.firstUncleanableOffset).toBe(2n);
  });

  it('is compacted whatever the ratio when a record has waited for max.compaction.lag.ms, and the active segment is closed for that', () => {
    const { disk, log } = compactedLog({ 'min.cleanable.dirty.ratio': '1', 'max.compaction.lag.ms': '60000' });
    append(disk, log, [['a', '1']], { timestampMs: startMs });
    append(disk, log, [['a', '2']], { timestampMs: startMs + 60_001 });
    expect(log.segments).toHaveLength(2);
    expect(cleanableOf(log, log.highWatermark, startMs + 60_000)).toBeUndefined();
    expect(cleanableOf(log, log.highWatermark, startMs + 60_001)).toMatchObject({ isOverdue: true, firstUncleanableOffset: 1n });
  });

  it('begins again behind a truncation', () => {
    const { disk, log } = compactedLog();
    append(disk, log, [['a', '1']]);
    append(disk, log, [['a', '2']]);
    roll(disk, log);
    compact(disk, log);
    expect(log.cleanedOffset).toBe(2n);
    truncateTo(disk, log, 1n);
    expect(log.cleanedOffset).toBe(1n);
    expect(openLog(disk, 'prices-0', log.settings, startMs).cleanedOffset).toBe(1n);
  });
});

describe('segments', () => {
  it('are joined up to segment.bytes, and the last one is never touched', () => {
    const { disk, log } = compactedLog({ 'internal.segment.bytes': '400' });
    for (let round = 0; round < 6; round++) {
      for (const key of ['a', 'b', 'c', 'd']) append(disk, log, [[key, String(round)]]);
      roll(disk, log);
    }
    const before = segmentsOf(log).length;
    compact(disk, log);
    expect(latestByKey(disk, log)).toEqual({ a: '5', b: '5', c: '5', d: '5' });
    compact(disk, log, startMs, noCompression, true);
    expect(before).toBeGreaterThan(6);
    expect(segmentsOf(log).length).toBeLessThan(4);
    expect(activeSegment(log).baseOffset).toBe(log.logEndOffset);
    const found = openLog(disk, 'prices-0', log.settings, startMs);
    setHighWatermark(found, found.logEndOffset);
    expect(recordsOf(disk, found)).toEqual(recordsOf(disk, log));
    expect([found.logStartOffset, found.logEndOffset, found.sizeBytes]).toEqual([0n, 24n, log.sizeBytes]);
  });
});

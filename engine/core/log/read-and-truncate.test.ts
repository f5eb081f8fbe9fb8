import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import {
  advanceLogStartOffset,
  appendAsFollower,
  appendAsLeader,
  assignEpochStart,
  endOffsetForEpoch,
  latestEpoch,
  maintainLog,
  offsetForTimestamp,
  offsetOfMaxTimestamp,
  openLog,
  readLog,
  setHighWatermark,
  truncateFullyAndStartAt,
  truncateTo,
} from '#engine/core/log/log.ts';
import { batchHeads, contents, logSettings, smallFileText, startMs, testBatch } from '#engine/core/log/log-fixture.ts';

/** Three batches of two records each: offsets 0-1, 2-3, 4-5. */
function sixRecords(overrides: Record<string, string> = {}) {
  const disk = new MemoryDisk();
  const log = openLog(disk, 'orders-0', logSettings(overrides), startMs);
  for (const name of ['a', 'b', 'c']) appendAsLeader(disk, log, [testBatch({ values: [`${name}1`, `${name}2`] })], 0, startMs, 'client');
  const sizeBytes = testBatch({ values: ['a1', 'a2'] }).length;
  return { disk, log, sizeBytes };
}

describe('reading', () => {
  it('answers the whole batch when it begins inside one', () => {
    const { disk, log } = sixRecords();
    expect(batchHeads(readLog(disk, log, 3n, 10_000, 6n, true).batches)).toEqual(['2@0', '4@0']);
  });

  it('answers nothing at its end and refuses offsets outside of the log', () => {
    const { disk, log } = sixRecords();
    expect(readLog(disk, log, 6n, 10_000, 6n, true)).toEqual({ batches: [], sizeBytes: 0 });
    expect(() => readLog(disk, log, 7n, 10_000, 6n, true)).toThrow(/OFFSET_OUT_OF_RANGE/);
    setHighWatermark(log, 6n);
    advanceLogStartOffset(disk, log, 3n);
    expect(() => readLog(disk, log, 2n, 10_000, 6n, true)).toThrow(/OFFSET_OUT_OF_RANGE/);
    expect(batchHeads(readLog(disk, log, 3n, 10_000, 6n, true).batches)).toEqual(['2@0', '4@0']);
  });

  it('never answers a batch that reaches over the bound, also when the bound lies inside it', () => {
    const { disk, log } = sixRecords();
    expect(batchHeads(readLog(disk, log, 0n, 10_000, 4n, true).batches)).toEqual(['0@0', '2@0']);
    expect(batchHeads(readLog(disk, log, 0n, 10_000, 3n, true).batches)).toEqual(['0@0']);
    expect(readLog(disk, log, 2n, 10_000, 3n, true).batches).toEqual([]);
  });

  it('keeps to maxBytes, but for the first batch when one at least is wanted', () => {
    const { disk, log, sizeBytes } = sixRecords();
    expect(batchHeads(readLog(disk, log, 0n, 2 * sizeBytes, 6n, false).batches)).toEqual(['0@0', '2@0']);
    expect(batchHeads(readLog(disk, log, 0n, 2 * sizeBytes - 1, 6n, false).batches)).toEqual(['0@0']);
    expect(batchHeads(readLog(disk, log, 0n, 1, 6n, true).batches)).toEqual(['0@0']);
    expect(readLog(disk, log, 0n, sizeBytes - 1, 6n, false).batches).toEqual([]);
    // Where the end may be cut, what is left of the limit is filled with the beginning of the next batch.
    const cut = readLog(disk, log, 0n, 2 * sizeBytes - 1, 6n, false, true);
    expect(cut.sizeBytes).toBe(2 * sizeBytes - 1);
    expect(readLog(disk, log, 0n, sizeBytes - 1, 6n, false, true).batches).toEqual([]);
    expect(readLog(disk, log, 0n, 2 * sizeBytes - 1, 2n, false, true).sizeBytes).toBe(sizeBytes);
  });

  it('cuts at batch boundaries inside a run that a follower wrote at once', () => {
    const { disk, log, sizeBytes } = sixRecords();
    const runs = readLog(disk, log, 0n, 10_000, 6n, true).batches;
    const joined = new Uint8Array(runs.flatMap((run) => [...run]));
    const other = new MemoryDisk();
    const follower = openLog(other, 'orders-0', logSettings(), startMs);
    appendAsFollower(other, follower, [joined], startMs);
    expect(other.read('orders-0/00000000000000000000.log', 0, 1)).toHaveLength(1);
    expect(batchHeads(readLog(other, follower, 2n, sizeBytes, 6n, false).batches)).toEqual(['2@0']);
    expect(batchHeads(readLog(other, follower, 0n, 10_000, 4n, false).batches)).toEqual(['0@0', '2@0']);
    truncateTo(other, follower, 4n);
    expect(contents(other, follower)).toEqual(['0:a1', '1:a2', '2:b1', '3:b2']);
    appendAsLeader(other, follower, [testBatch({ values: ['d'] })], 1, startMs, 'client');
    expect(contents(other, follower)).toEqual(['0:a1', '1:a2', '2:b1', '3:b2', '4:d']);
  });

  it('goes on over segments', () => {
    const { disk, log, sizeBytes } = sixRecords({ 'internal.segment.bytes': '120' });
    expect(log.segments.map((segment) => segment.path)).toEqual(['orders-0/00000000000000000000.log', 'orders-0/00000000000000000002.log', 'orders-0/00000000000000000004.log']);
    expect(batchHeads(readLog(disk, log, 1n, 10_000, 6n, true).batches)).toEqual(['0@0', '2@0', '4@0']);
    expect(batchHeads(readLog(disk, log, 0n, 2 * sizeBytes, 6n, true).batches)).toEqual(['0@0', '2@0']);
  });
});

describe('truncating', () => {
  it('removes everything from the offset on, and what reaches over it', () => {
    const { disk, log } = sixRecords();
    setHighWatermark(log, 6n);
    truncateTo(disk, log, 5n);
    expect(log).toMatchObject({ logEndOffset: 4n, highWatermark: 4n });
    expect(contents(disk, log)).toEqual(['0:a1', '1:a2', '2:b1', '3:b2']);
    expect(truncateTo(disk, log, 4n)).toBe(false);
  });

  it('deletes the segments behind the offset', () => {
    const { disk, log } = sixRecords({ 'internal.segment.bytes': '120' });
    truncateTo(disk, log, 2n);
    expect(disk.listSegments('orders-0').map((file) => file.sizeBytes)).toEqual([log.sizeBytes, 0]);
    expect(contents(disk, log)).toEqual(['0:a1', '1:a2']);
    appendAsLeader(disk, log, [testBatch()], 1, startMs, 'client');
    expect(contents(disk, log)).toEqual(['0:a1', '1:a2', '2:v']);
  });

  it('forgets the epochs that began behind the offset', () => {
    const { disk, log } = sixRecords();
    assignEpochStart(disk, log, 4, 6n);
    appendAsLeader(disk, log, [testBatch()], 4, startMs, 'client');
    expect(latestEpoch(log)).toBe(4);
    truncateTo(disk, log, 6n);
    expect(log.epochs).toEqual([{ epoch: 0, startOffset: 0n }]);
  });

  it('rebuilds what it knows of producers from what is left', () => {
    const { disk, log } = sixRecords();
    const producer = { producerId: 1n, producerEpoch: 0 };
    for (let sequence = 0; sequence < 3; sequence++) appendAsLeader(disk, log, [testBatch({ ...producer, baseSequence: sequence })], 0, startMs, 'client');
    truncateTo(disk, log, 7n);
    expect(log.producers.get(1n)?.batches.map((batch) => batch.lastSequence)).toEqual([0]);
    expect(appendAsLeader(disk, log, [testBatch({ ...producer, baseSequence: 1 })], 0, startMs, 'client')).toMatchObject({ duplicate: false, firstOffset: 7n });
  });

  it('starts over at another offset, empty', () => {
    const { disk, log } = sixRecords({ 'internal.segment.bytes': '120' });
    truncateFullyAndStartAt(disk, log, 40n, startMs);
    expect(log).toMatchObject({ logStartOffset: 40n, logEndOffset: 40n, highWatermark: 40n, sizeBytes: 0, epochs: [] });
    expect(disk.listSegments('orders-0')).toEqual([{ path: 'orders-0/00000000000000000040.log', sizeBytes: 0 }]);
    expect(appendAsLeader(disk, log, [testBatch()], 0, startMs, 'client')).toMatchObject({ firstOffset: 40n });
  });
});

describe('leader epochs', () => {
  it('answers the end of an epoch as the start of the next larger one', () => {
    const { disk, log } = sixRecords();
    appendAsLeader(disk, log, [testBatch()], 3, startMs, 'client');
    appendAsLeader(disk, log, [testBatch()], 5, startMs, 'client');
    expect(endOffsetForEpoch(log, 0)).toEqual({ leaderEpoch: 0, endOffset: 6n });
    expect(endOffsetForEpoch(log, 2)).toEqual({ leaderEpoch: 0, endOffset: 6n });
    expect(endOffsetForEpoch(log, 4)).toEqual({ leaderEpoch: 3, endOffset: 7n });
    expect(endOffsetForEpoch(log, 5)).toEqual({ leaderEpoch: 5, endOffset: 8n });
    expect(endOffsetForEpoch(log, 6)).toEqual({ leaderEpoch: -1, endOffset: -1n });
    expect(endOffsetForEpoch(log, -1)).toEqual({ leaderEpoch: -1, endOffset: -1n });
  });

  it('answers an epoch older than all it knows with the start of the oldest', () => {
    const disk = new MemoryDisk();
    const log = openLog(disk, 'orders-0', logSettings(), startMs);
    expect(endOffsetForEpoch(log, 3)).toEqual({ leaderEpoch: -1, endOffset: -1n });
    appendAsFollower(disk, log, [testBatch({ baseOffset: 10n, leaderEpoch: 4 })], startMs);
    expect(endOffsetForEpoch(log, 3)).toEqual({ leaderEpoch: 3, endOffset: 10n });
  });

  it('drops entries that a later assignment contradicts, and keeps the file in Kafka\'s format', () => {
    const { disk, log } = sixRecords();
    assignEpochStart(disk, log, 2, 6n);
    assignEpochStart(disk, log, 3, 6n);
    expect(log.epochs).toEqual([{ epoch: 0, startOffset: 0n }, { epoch: 3, startOffset: 6n }]);
    expect(smallFileText(disk, 'orders-0/leader-epoch-checkpoint')).toBe('0\n2\n0 0\n3 6\n');
  });

  it('lets the epoch under way begin where the log begins', () => {
    const { disk, log } = sixRecords();
    appendAsLeader(disk, log, [testBatch()], 3, startMs, 'client');
    setHighWatermark(log, 7n);
    advanceLogStartOffset(disk, log, 4n);
    expect(log.epochs).toEqual([{ epoch: 0, startOffset: 4n }, { epoch: 3, startOffset: 6n }]);
    expect(() => advanceLogStartOffset(disk, log, 8n)).toThrow(/OFFSET_OUT_OF_RANGE/);
  });
});

describe('time', () => {
  it('finds the first record that is at least as new, in offset order', () => {
    const disk = new MemoryDisk();
    const log = openLog(disk, 'orders-0', logSettings({ 'index.interval.bytes': '0' }), startMs);
    for (const [index, ms] of [10, 50, 30, 70].entries()) appendAsLeader(disk, log, [testBatch({ timestampMs: startMs + ms, values: [`v${index}`] })], 2, startMs, 'client');
    const at = (ms: number) => offsetForTimestamp(disk, log, BigInt(startMs + ms))?.offset;
    expect([at(0), at(10), at(11), at(50), at(51), at(70), at(71)]).toEqual([0n, 0n, 1n, 1n, 3n, 3n, undefined]);
    expect(offsetOfMaxTimestamp(disk, log)).toEqual({ timestamp: BigInt(startMs + 70), offset: 3n, leaderEpoch: 2 });
  });

  it('rolls a segment when records are segment.ms apart', () => {
    const disk = new MemoryDisk();
    const log = openLog(disk, 'orders-0', logSettings({ 'segment.ms': '100' }), startMs);
    for (const ms of [0, 100, 101]) appendAsLeader(disk, log, [testBatch({ timestampMs: startMs + ms })], 0, startMs, 'client');
    expect(log.segments.map((segment) => segment.baseOffset)).toEqual([0n, 2n]);
  });
});

describe('retention', () => {
  it('deletes whole segments below the high watermark by age and moves the log start', () => {
    const { disk, log } = sixRecords({ 'internal.segment.bytes': '120', 'retention.ms': '1000' });
    setHighWatermark(log, 4n);
    expect(maintainLog(disk, log, startMs + 1000)).toMatchObject({ deletedSegments: 0 });
    expect(maintainLog(disk, log, startMs + 1001)).toEqual({ deletedSegments: 2, logStartOffsetBefore: 0n, logStartOffset: 4n });
    expect(contents(disk, log)).toEqual(['4:c1', '5:c2']);
    setHighWatermark(log, 6n);
    maintainLog(disk, log, startMs + 1001);
    expect(log).toMatchObject({ logStartOffset: 6n, logEndOffset: 6n, sizeBytes: 0 });
    expect(appendAsLeader(disk, log, [testBatch()], 1, startMs, 'client')).toMatchObject({ firstOffset: 6n });
  });

  it('keeps at least retention.bytes', () => {
    const { disk, log, sizeBytes } = sixRecords({ 'internal.segment.bytes': '120', 'retention.bytes': '100' });
    setHighWatermark(log, 6n);
    maintainLog(disk, log, startMs);
    expect(log.sizeBytes).toBe(2 * sizeBytes);
    expect(log.sizeBytes).toBeGreaterThanOrEqual(100);
  });

  it('deletes what lies before a log start that was moved, also on a compacted topic, and nothing else there', () => {
    const { disk, log } = sixRecords({ 'internal.segment.bytes': '120', 'retention.ms': '1', 'cleanup.policy': 'compact' });
    setHighWatermark(log, 6n);
    expect(maintainLog(disk, log, startMs + 1_000_000)).toMatchObject({ deletedSegments: 0 });
    advanceLogStartOffset(disk, log, 3n);
    expect(maintainLog(disk, log, startMs)).toMatchObject({ deletedSegments: 1 });
    expect(log.segments[0]?.baseOffset).toBe(2n);
  });

  it('forgets producers that have been silent for producer.id.expiration.ms', () => {
    const { disk, log } = sixRecords();
    appendAsLeader(disk, log, [testBatch({ producerId: 1n, producerEpoch: 0, baseSequence: 0 })], 0, startMs, 'client');
    maintainLog(disk, log, startMs + 86_399_999);
    expect(log.producers.size).toBe(1);
    maintainLog(disk, log, startMs + 86_400_000);
    expect(log.producers.size).toBe(0);
  });
});

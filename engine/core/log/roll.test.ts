import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { contents, logSettings, startMs, testBatch, type TestBatch } from '#engine/core/log/log-fixture.ts';
import { appendAsFollower, appendAsLeader, maintainLog, openLog, setHighWatermark } from '#engine/core/log/log.ts';

function newLog(overrides: Record<string, string>) {
  const disk = new MemoryDisk();
  const log = openLog(disk, 'orders-0', logSettings(overrides), startMs);
  const append = (batch: TestBatch = {}, nowMs = startMs) => appendAsLeader(disk, log, [testBatch(batch)], 0, nowMs, 'client');
  return { disk, log, append, bases: () => log.segments.map(({ baseOffset }) => Number(baseOffset)) };
}

describe('a segment is closed before the batch', () => {
  it('that would make it larger than segment.bytes, and not before one that fills it exactly', () => {
    const sizeBytes = testBatch().length;
    const { append, bases } = newLog({ 'internal.segment.bytes': String(2 * sizeBytes) });
    append();
    append();
    expect(bases()).toEqual([0]);
    append();
    expect(bases()).toEqual([0, 2]);
  });

  it('that finds its index full: segment.index.bytes counts eight bytes an entry', () => {
    const { append, bases } = newLog({ 'segment.index.bytes': '24', 'index.interval.bytes': '0' });
    for (let count = 0; count < 5; count++) append();
    expect(bases()).toEqual([0, 4]);
  });

  it('whose offset is further from the segment\'s than 31 bits can tell', () => {
    const { disk, log, bases } = newLog({});
    appendAsFollower(disk, log, [testBatch({ baseOffset: 0n, leaderEpoch: 0 })], startMs);
    appendAsFollower(disk, log, [testBatch({ baseOffset: 2n ** 31n - 1n, leaderEpoch: 0 })], startMs);
    expect(bases()).toEqual([0]);
    appendAsFollower(disk, log, [testBatch({ baseOffset: 2n ** 31n, leaderEpoch: 0 })], startMs);
    expect(bases()).toEqual([0, 2 ** 31]);
  });

  it('that comes segment.ms after the segment was made, by the clock, where records have no time', () => {
    const { append, bases } = newLog({ 'segment.ms': '100' });
    append({ timestampMs: -1 });
    append({ timestampMs: -1 }, startMs + 100);
    expect(bases()).toEqual([0]);
    append({ timestampMs: -1 }, startMs + 101);
    expect(bases()).toEqual([0, 2]);
  });

  it('that is larger than a whole segment never: such a batch is refused', () => {
    const { append, bases } = newLog({ 'internal.segment.bytes': '100' });
    append();
    expect(() => append({ values: ['x'.repeat(100)] })).toThrow('RECORD_LIST_TOO_LARGE');
    expect(bases()).toEqual([0]);
  });
});

describe('retention by time', () => {
  it('goes by the newest record of a segment, so that one record of the future keeps all of it', () => {
    const { disk, log, append } = newLog({ 'retention.ms': '1000', 'message.timestamp.after.max.ms': '9223372036854775807' });
    append({ values: ['old'], timestampMs: startMs - 100_000 });
    append({ values: ['future'], timestampMs: startMs + 100_000 });
    setHighWatermark(log, 2n);
    expect(maintainLog(disk, log, startMs + 50_000).deletedSegments).toBe(0);
    expect(maintainLog(disk, log, startMs + 101_001).deletedSegments).toBe(1);
  });

  it('goes by the clock where records have no time, and keeps everything at -1', () => {
    const { disk, log, append } = newLog({ 'retention.ms': '1000' });
    append({ timestampMs: -1 });
    setHighWatermark(log, 1n);
    expect(maintainLog(disk, log, startMs + 1000).deletedSegments).toBe(0);
    expect(maintainLog(disk, log, startMs + 1001).deletedSegments).toBe(1);
    const forever = newLog({ 'retention.ms': '-1', 'retention.bytes': '-1' });
    forever.append({ values: ['kept'], timestampMs: 1 });
    setHighWatermark(forever.log, 1n);
    maintainLog(forever.disk, forever.log, startMs + 10 ** 12);
    expect(contents(forever.disk, forever.log)).toEqual(['0:kept']);
  });

  it('stops at the first segment that is young enough, whatever comes behind it', () => {
    const { disk, log, append, bases } = newLog({ 'retention.ms': '1000', 'internal.segment.bytes': String(testBatch().length) });
    for (const ms of [0, 900_000, 0, 0]) append({ timestampMs: startMs + ms });
    setHighWatermark(log, 4n);
    maintainLog(disk, log, startMs + 500_000);
    expect(bases()).toEqual([1, 2, 3]);
  });
});

import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import type { LogSettings, LogState } from '#engine/core/log/log.ts';
import {
  advanceLogStartOffset,
  appendAsLeader,
  closeLog,
  deleteLog,
  flushLog,
  openLog,
  readHighWatermarkCheckpoint,
  setHighWatermark,
  truncateTo,
  writeHighWatermarkCheckpoint,
} from '#engine/core/log/log.ts';
import { contents, logSettings, smallFileText, startMs, testBatch } from '#engine/core/log/log-fixture.ts';

const file = 'orders-0/00000000000000000000.log';

function filledLog(settings: LogSettings = logSettings(), records = 4) {
  const disk = new MemoryDisk();
  const log = openLog(disk, 'orders-0', settings, startMs);
  for (let index = 0; index < records; index++) {
    appendAsLeader(disk, log, [testBatch({ values: [`v${index}`], producerId: 5n, producerEpoch: 0, baseSequence: index, timestampMs: startMs + index })], index < 2 ? 0 : 1, startMs, 'client');
  }
  return { disk, log };
}

/** What must be the same however a log is opened. */
function essence({ logStartOffset, logEndOffset, sizeBytes, segments, epochs, producers }: LogState) {
  return { logStartOffset, logEndOffset, sizeBytes, segments: segments.map(({ createdMs: _created, lastOffset: _offset, lastPosition: _position, ...segment }) => segment), epochs, producers };
}

describe('opening a log', () => {
  it('finds what a process that died without saying goodbye had committed', () => {
    const { disk, log } = filledLog();
    disk.commit();
    const committed = structuredClone(essence(log));
    appendAsLeader(disk, log, [testBatch()], 2, startMs, 'client');
    disk.crash();
    const found = openLog(disk, 'orders-0', log.settings, startMs);
    expect(essence(found)).toEqual(committed);
    expect(found.highWatermark).toBe(0n);
    expect(contents(disk, found)).toEqual(['0:v0', '1:v1', '2:v2', '3:v3']);
  });

  it('knows the last five batches of each producer again, from the log alone, and answers their duplicates', () => {
    const { disk, log } = filledLog(logSettings({ 'internal.segment.bytes': '160' }), 9);
    for (const name of disk.listSmallFiles()) if (name.endsWith('.snapshot')) disk.deleteSmallFile(name);
    const found = openLog(disk, 'orders-0', log.settings, startMs);
    expect(found.producers).toEqual(log.producers);
    const again = (sequence: number) => appendAsLeader(disk, found, [testBatch({ values: [`v${sequence}`], producerId: 5n, producerEpoch: 0, baseSequence: sequence, timestampMs: startMs + sequence })], 1, startMs, 'client');
    for (let sequence = 4; sequence < 9; sequence++) expect(again(sequence)).toMatchObject({ duplicate: true, firstOffset: BigInt(sequence), logAppendTimeMs: BigInt(startMs + sequence) });
    expect(() => again(3)).toThrow('OUT_OF_ORDER_SEQUENCE_NUMBER');
    expect(again(9)).toMatchObject({ duplicate: false, firstOffset: 9n });
  });

  it('finds the same after an orderly end, without reading the file', () => {
    for (const settings of [logSettings(), logSettings({ 'internal.segment.bytes': '160', 'index.interval.bytes': '60' })]) {
      const { disk, log } = filledLog(settings, 9);
      const before = structuredClone(essence(log));
      closeLog(disk, log);
      disk.failOperation({ code: 'EIO', operations: ['read'], afterOperations: 1000, forGood: true });
      let reads = 0;
      const read = disk.read.bind(disk);
      disk.read = (...arguments_) => {
        reads++;
        return read(...arguments_);
      };
      expect(essence(openLog(disk, 'orders-0', settings, startMs))).toEqual(before);
      expect(reads).toBe(0);
    }
  });

  it('reads on from where the saved index ends', () => {
    const { disk, log } = filledLog();
    closeLog(disk, log);
    const again = openLog(disk, 'orders-0', log.settings, startMs);
    appendAsLeader(disk, again, [testBatch({ values: ['new'], producerId: 5n, producerEpoch: 0, baseSequence: 4 })], 2, startMs, 'client');
    const found = openLog(disk, 'orders-0', log.settings, startMs);
    expect(essence(found)).toEqual(essence(again));
    expect(contents(disk, found).at(-1)).toBe('4:new');
  });

  it('does not believe a saved index after the file was cut below it and grew again', () => {
    const { disk, log } = filledLog();
    closeLog(disk, log);
    truncateTo(disk, log, 2n);
    for (let index = 0; index < 5; index++) appendAsLeader(disk, log, [testBatch({ values: ['w'] })], 7, startMs, 'client');
    const found = openLog(disk, 'orders-0', log.settings, startMs);
    expect(essence(found)).toEqual(essence(log));
    expect(found.epochs).toEqual([{ epoch: 0, startOffset: 0n }, { epoch: 7, startOffset: 2n }]);
  });

  it('does not believe a saved index of a file that a power loss cut', () => {
    const { disk, log } = filledLog();
    const twoBatches = disk.read(file, 0, 1_000_000)[2]!.position;
    closeLog(disk, log);
    disk.truncate(file, twoBatches);
    const found = openLog(disk, 'orders-0', log.settings, startMs);
    expect(found).toMatchObject({ logEndOffset: 2n, epochs: [{ epoch: 0, startOffset: 0n }] });
    expect(found.producers.get(5n)?.batches).toHaveLength(2);
    appendAsLeader(disk, found, [testBatch({ values: ['x'] }), testBatch({ values: ['y'] }), testBatch({ values: ['z'] })], 3, startMs, 'client');
    expect(contents(disk, openLog(disk, 'orders-0', log.settings, startMs))).toEqual(['0:v0', '1:v1', '2:x', '3:y', '4:z']);
  });

  it('cuts a torn tail: the log ends before the first batch that is not whole', () => {
    const { disk, log } = filledLog();
    disk.append(file, testBatch({ baseOffset: 4n, leaderEpoch: 2 }).subarray(0, 65));
    const found = openLog(disk, 'orders-0', log.settings, startMs);
    expect(found).toMatchObject({ logEndOffset: 4n, epochs: log.epochs, sizeBytes: log.sizeBytes });
    expect(disk.listSegments('orders-0')[0]?.sizeBytes).toBe(log.sizeBytes);
  });

  it('cuts at a batch whose bytes were damaged, and removes the segments behind it', () => {
    const { disk, log } = filledLog(logSettings({ 'internal.segment.bytes': '160' }), 6);
    expect(log.segments.length).toBe(3);
    const image = disk.snapshot();
    const second = image.directories[0]!.segments[1]!;
    const damaged = second.chunks[1]!.bytes.slice();
    damaged[68]! ^= 4;
    second.chunks[1] = { ...second.chunks[1]!, bytes: damaged };
    image.directories[0]!.smallFiles = image.directories[0]!.smallFiles.filter(([name]) => !name.endsWith('.index'));
    const hurt = MemoryDisk.fromSnapshot(image);
    const found = openLog(hurt, 'orders-0', log.settings, startMs);
    expect(contents(hurt, found)).toEqual(['0:v0', '1:v1', '2:v2']);
    expect(hurt.listSegments('orders-0')).toHaveLength(2);
    expect(found.producers.get(5n)?.batches.at(-1)?.lastSequence).toBe(2);
  });

  it('takes what lies before the recovery point by its header', () => {
    const { disk, log } = filledLog();
    const image = disk.snapshot();
    const [chunk] = image.directories[0]!.segments[0]!.chunks;
    const damaged = chunk!.bytes.slice();
    damaged[68]! ^= 4;
    image.directories[0]!.segments[0]!.chunks[0] = { position: 0, bytes: damaged };
    expect(openLog(MemoryDisk.fromSnapshot(image), 'orders-0', log.settings, startMs, { recoveryPoint: 4n }).logEndOffset).toBe(4n);
    expect(openLog(MemoryDisk.fromSnapshot(image), 'orders-0', log.settings, startMs, { recoveryPoint: 0n }).logEndOffset).toBe(0n);
  });

  it('remembers a log start that was moved', () => {
    const { disk, log } = filledLog();
    setHighWatermark(log, 4n);
    advanceLogStartOffset(disk, log, 3n);
    const found = openLog(disk, 'orders-0', log.settings, startMs);
    expect(found).toMatchObject({ logStartOffset: 3n, highWatermark: 3n, logEndOffset: 4n });
    expect(found.epochs).toEqual([{ epoch: 1, startOffset: 3n }]);
  });

  it('begins anew at the log start when the tail that it pointed to is gone', () => {
    const { disk, log } = filledLog();
    setHighWatermark(log, 4n);
    advanceLogStartOffset(disk, log, 4n);
    disk.truncate(file, 0);
    expect(openLog(disk, 'orders-0', log.settings, startMs)).toMatchObject({ logStartOffset: 4n, logEndOffset: 4n, sizeBytes: 0, epochs: [] });
    expect(disk.listSegments('orders-0').map((segment) => segment.path)).toEqual(['orders-0/00000000000000000004.log']);
  });

  it('is plain data: a clone of it goes on like the original', () => {
    const { disk, log } = filledLog();
    const clone = structuredClone(log);
    const other = MemoryDisk.fromSnapshot(disk.snapshot());
    appendAsLeader(disk, log, [testBatch({ values: ['x'] })], 3, startMs, 'client');
    appendAsLeader(other, clone, [testBatch({ values: ['x'] })], 3, startMs, 'client');
    expect(clone).toEqual(log);
    expect(contents(other, clone)).toEqual(contents(disk, log));
  });
});

describe('flushing and checkpoints', () => {
  it('flushes the segments that were closed and, when asked, the active one', () => {
    const { disk, log } = filledLog(logSettings({ 'internal.segment.bytes': '160' }), 3);
    expect(log.recoveryPoint).toBe(2n);
    flushLog(disk, log, startMs);
    expect(log.recoveryPoint).toBe(3n);
  });

  it('keeps high watermarks in Kafka\'s file, for topics with dashes in their name too', () => {
    const disk = new MemoryDisk();
    writeHighWatermarkCheckpoint(disk, new Map([['my-topic-0', 7n], ['orders-12', 9_007_199_254_740_993n]]));
    expect(smallFileText(disk, 'replication-offset-checkpoint')).toBe('0\n2\nmy-topic 0 7\norders 12 9007199254740993\n');
    expect(readHighWatermarkCheckpoint(disk)).toEqual(new Map([['my-topic-0', 7n], ['orders-12', 9_007_199_254_740_993n]]));
  });

  it('refuses a checkpoint file that is malformed and says where', () => {
    const disk = new MemoryDisk();
    disk.writeSmallFile('replication-offset-checkpoint', new TextEncoder().encode('0\n1\norders 0 seven\n'));
    expect(() => readHighWatermarkCheckpoint(disk)).toThrow(/"replication-offset-checkpoint", line 3/);
    disk.writeSmallFile('replication-offset-checkpoint', new TextEncoder().encode('0\n2\norders 0 7\n'));
    expect(() => readHighWatermarkCheckpoint(disk)).toThrow(/line 2/);
  });

  it('deletes a log with its entries in the checkpoints', () => {
    const { disk, log } = filledLog();
    setHighWatermark(log, 4n);
    writeHighWatermarkCheckpoint(disk, new Map([['orders-0', 4n], ['orders-1', 1n]]));
    deleteLog(disk, 'orders-0');
    expect(disk.listDirectories()).toEqual([]);
    expect([...readHighWatermarkCheckpoint(disk).keys()]).toEqual(['orders-1']);
    expect(openLog(disk, 'orders-0', log.settings, startMs)).toMatchObject({ logEndOffset: 0n, logStartOffset: 0n });
  });
});

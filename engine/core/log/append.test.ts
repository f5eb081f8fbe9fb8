import { describe, expect, it } from 'vitest';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { batchHeaderSizeBytes, computeCrc, decodeRecords, maxTimestamp, setMaxTimestampAndType, timestampType, validateBatch } from '#engine/protocol/record-batch.ts';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import type { AppendOrigin, LogSettings } from '#engine/core/log/log.ts';
import { appendAsFollower, appendAsLeader, LogError, openLog, readLog } from '#engine/core/log/log.ts';
import type { TestBatch } from '#engine/core/log/log-fixture.ts';
import { batchHeads, contents, logSettings, startMs, testBatch } from '#engine/core/log/log-fixture.ts';

function newLog(settings: LogSettings = logSettings()) {
  const disk = new MemoryDisk();
  const log = openLog(disk, 'orders-0', settings, startMs);
  const append = (batch: TestBatch, origin: AppendOrigin = 'client') => appendAsLeader(disk, log, [testBatch(batch)], 3, startMs, origin);
  return { disk, log, append };
}

function refusalOf(action: () => unknown): LogError {
  try {
    action();
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function codeOf(action: () => unknown): number {
  return refusalOf(action).code;
}

describe('appending as the leader', () => {
  it('assigns offsets and the leader epoch in place and leaves the records as they came', () => {
    const { disk, log, append } = newLog();
    expect(append({ values: ['a', 'b'] })).toMatchObject({ firstOffset: 0n, lastOffset: 1n, recordCount: 2, duplicate: false, logAppendTimeMs: -1n });
    expect(append({ values: ['c'] })).toMatchObject({ firstOffset: 2n, lastOffset: 2n });
    expect(contents(disk, log)).toEqual(['0:a', '1:b', '2:c']);
    expect(batchHeads(readLog(disk, log, 0n, 1000, 3n, true).batches)).toEqual(['0@3', '2@3']);
    expect(log.epochs).toEqual([{ epoch: 3, startOffset: 0n }]);
  });

  it('refuses a batch whose bytes do not have its checksum and appends nothing', () => {
    const { disk, log } = newLog();
    const batch = testBatch({ values: ['abc'] });
    batch[batch.length - 2]! ^= 1;
    expect(codeOf(() => appendAsLeader(disk, log, [testBatch(), batch], 0, startMs, 'client'))).toBe(ErrorCode.CORRUPT_MESSAGE);
    expect(codeOf(() => appendAsLeader(disk, log, [testBatch().subarray(0, 69)], 0, startMs, 'client'))).toBe(ErrorCode.CORRUPT_MESSAGE);
    expect(log.logEndOffset).toBe(0n);
    expect(disk.listSegments('orders-0')[0]?.sizeBytes).toBe(0);
  });

  it('refuses records that nobody could read, however right the checksum is', () => {
    const { log } = newLog();
    const batch = testBatch({ values: ['abc', 'def'] });
    batch[batchHeaderSizeBytes]! += 2;
    new DataView(batch.buffer).setUint32(17, computeCrc(batch, 0));
    expect(validateBatch(batch, 0)).toBeUndefined();
    expect(codeOf(() => appendAsLeader(new MemoryDisk(), log, [batch], 0, startMs, 'client'))).toBe(ErrorCode.INVALID_RECORD);
    expect(log.logEndOffset).toBe(0n);
  });

  it('sets right a header whose newest timestamp none of its records has', () => {
    const { disk, log } = newLog();
    const batch = testBatch({ values: ['a', 'b'] });
    const newest = maxTimestamp(batch, 0);
    setMaxTimestampAndType(batch, 0, 1n, 'CreateTime');
    expect(appendAsLeader(disk, log, [batch], 0, startMs, 'client').maxTimestamp).toBe(newest);
    const [run] = readLog(disk, log, 0n, 1000, 2n, true).batches;
    expect(maxTimestamp(run!, 0)).toBe(newest);
    expect(validateBatch(run!, 0)).toBeUndefined();
  });

  it('takes the time of the header for that of the records where a client says LogAppendTime, and keeps it as their CreateTime', () => {
    const { disk, log } = newLog();
    const batch = testBatch({ values: ['a', 'b'] });
    setMaxTimestampAndType(batch, 0, 1n, 'LogAppendTime');
    expect(appendAsLeader(disk, log, [batch], 0, startMs, 'client').maxTimestamp).toBe(1n);
    const [run] = readLog(disk, log, 0n, 1000, 2n, true).batches;
    expect(timestampType(run!, 0)).toBe('CreateTime');
    expect(maxTimestamp(run!, 0)).toBe(1n);
  });

  it('refuses a batch above max.message.bytes, and takes one that is exactly as large', () => {
    const sizeBytes = testBatch({ values: ['x'.repeat(500)] }).length;
    const exact = newLog(logSettings({ 'max.message.bytes': String(sizeBytes) }));
    exact.append({ values: ['x'.repeat(500)] });
    expect(exact.log.logEndOffset).toBe(1n);
    expect(codeOf(() => exact.append({ values: ['x'.repeat(501)] }))).toBe(ErrorCode.MESSAGE_TOO_LARGE);
  });

  it('refuses what only Kafka itself may write: control records, numbered batches, transactions that no one began', () => {
    const { append } = newLog();
    expect(codeOf(() => append({ isControl: true }))).toBe(ErrorCode.INVALID_RECORD);
    expect(codeOf(() => append({ baseOffset: 7n }))).toBe(ErrorCode.INVALID_RECORD);
    expect(codeOf(() => append({ isTransactional: true, producerId: 1n, producerEpoch: 0, baseSequence: 0 }))).toBe(ErrorCode.INVALID_TXN_STATE);
    expect(append({ isControl: true, baseOffset: 7n }, 'raft')).toMatchObject({ firstOffset: 0n });
  });

  it('names the records without a key on a compacted topic', () => {
    const { append } = newLog(logSettings({ 'cleanup.policy': 'compact' }));
    append({ key: 'k' });
    const refusal = refusalOf(() => append({ key: null, values: ['a', 'b'] }));
    expect(refusal.code).toBe(ErrorCode.INVALID_RECORD);
    expect(refusal.recordErrors.map((error) => error.batchIndex)).toEqual([0, 1]);
  });

  it('refuses timestamps too far in the future or in the past', () => {
    const { append } = newLog(logSettings({ 'message.timestamp.before.max.ms': '1000' }));
    append({ timestampMs: startMs + 3_600_000 });
    append({ timestampMs: startMs - 1000 });
    expect(codeOf(() => append({ timestampMs: startMs + 3_600_001 }))).toBe(ErrorCode.INVALID_TIMESTAMP);
    expect(codeOf(() => append({ timestampMs: startMs - 1001 }))).toBe(ErrorCode.INVALID_TIMESTAMP);
  });

  it('stamps its own time under LogAppendTime, with a checksum that is right again', () => {
    const { disk, log, append } = newLog(logSettings({ 'message.timestamp.type': 'LogAppendTime' }));
    expect(append({ timestampMs: 5 })).toMatchObject({ logAppendTimeMs: BigInt(startMs), maxTimestamp: BigInt(startMs) });
    const [run] = readLog(disk, log, 0n, 1000, 1n, true).batches;
    expect(timestampType(run!, 0)).toBe('LogAppendTime');
    expect(maxTimestamp(run!, 0)).toBe(BigInt(startMs));
    expect(validateBatch(run!, 0)).toBeUndefined();
    expect([...decodeRecords(run!, 0)][0]?.timestamp).toBe(BigInt(startMs));
  });
});

describe('idempotent producers', () => {
  const producer = { producerId: 9n, producerEpoch: 0 };

  it('answers a repeated batch with its first offset and stores it once, for the last five batches', () => {
    const { log, append } = newLog();
    for (let sequence = 0; sequence < 6; sequence++) append({ ...producer, baseSequence: sequence });
    expect(append({ ...producer, baseSequence: 1 })).toMatchObject({ duplicate: true, firstOffset: 1n, lastOffset: 1n });
    expect(append({ ...producer, baseSequence: 5 })).toMatchObject({ duplicate: true, firstOffset: 5n });
    expect(codeOf(() => append({ ...producer, baseSequence: 0 }))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    expect(log.logEndOffset).toBe(6n);
  });

  it('refuses a gap in the sequence and an older epoch; a new epoch begins at 0', () => {
    const { append } = newLog();
    append({ ...producer, baseSequence: 0, values: ['a', 'b', 'c'] });
    expect(codeOf(() => append({ ...producer, baseSequence: 4 }))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    append({ ...producer, baseSequence: 3 });
    expect(codeOf(() => append({ ...producer, producerEpoch: 1, baseSequence: 4 }))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    append({ ...producer, producerEpoch: 1, baseSequence: 0 });
    expect(codeOf(() => append({ ...producer, baseSequence: 4 }))).toBe(ErrorCode.INVALID_PRODUCER_EPOCH);
  });

  it('takes any first sequence of a producer that the log does not know', () => {
    const { append } = newLog();
    expect(append({ ...producer, baseSequence: 77 })).toMatchObject({ firstOffset: 0n });
    expect(codeOf(() => append({ ...producer, baseSequence: 79 }))).toBe(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
  });

  it('wraps the sequence behind 2^31 - 1', () => {
    const { append } = newLog();
    append({ ...producer, baseSequence: 0x7fff_fffe, values: ['a', 'b'] });
    append({ ...producer, baseSequence: 0, values: ['c'] });
    expect(append({ ...producer, baseSequence: 0x7fff_fffe, values: ['a', 'b'] })).toMatchObject({ duplicate: true, firstOffset: 0n });
  });
});

describe('appending as a follower', () => {
  it('keeps the bytes, offsets and epochs of the leader', () => {
    const leader = newLog();
    leader.append({ values: ['a', 'b'] });
    leader.append({ values: ['c'] });
    const follower = newLog();
    const { batches } = readLog(leader.disk, leader.log, 0n, 10_000, 3n, true);
    expect(appendAsFollower(follower.disk, follower.log, batches, startMs)).toEqual({ firstOffset: 0n, lastOffset: 2n });
    expect(readLog(follower.disk, follower.log, 0n, 10_000, 3n, true).batches).toEqual(batches);
    expect(follower.log.epochs).toEqual(leader.log.epochs);
    expect(appendAsFollower(follower.disk, follower.log, [], startMs)).toBeUndefined();
  });

  it('refuses batches before its end and takes a gap, as compaction leaves it', () => {
    const { disk, log } = newLog();
    appendAsFollower(disk, log, [testBatch({ baseOffset: 5n, leaderEpoch: 1 }), testBatch({ baseOffset: 9n, leaderEpoch: 2 })], startMs);
    expect(log.logEndOffset).toBe(10n);
    expect(codeOf(() => appendAsFollower(disk, log, [testBatch({ baseOffset: 9n, leaderEpoch: 2 })], startMs))).toBe(ErrorCode.UNKNOWN_SERVER_ERROR);
    expect(log.epochs).toEqual([{ epoch: 1, startOffset: 5n }, { epoch: 2, startOffset: 9n }]);
    expect(contents(disk, { ...log, logStartOffset: 5n })).toEqual(['5:v', '9:v']);
  });

  it('learns the producers of its leader, so that it answers duplicates when it leads', () => {
    const { disk, log } = newLog();
    appendAsFollower(disk, log, [testBatch({ baseOffset: 0n, leaderEpoch: 1, producerId: 4n, producerEpoch: 0, baseSequence: 10 })], startMs);
    expect(appendAsLeader(disk, log, [testBatch({ producerId: 4n, producerEpoch: 0, baseSequence: 10 })], 2, startMs, 'client')).toMatchObject({ duplicate: true, firstOffset: 0n });
  });
});

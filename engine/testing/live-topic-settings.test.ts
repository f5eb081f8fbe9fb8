/** Settings of a topic that change while it is written to: each that is obeyed takes effect on the live log of every replica. */
import { describe, expect, test } from 'vitest';
import { RawClient } from '#engine/testing/raw-client.ts';
import { cluster, type TestCluster } from '#engine/testing/cluster.ts';
import type { LogState } from '#engine/core/log/log-state.ts';
import { topicSettings, type TopicSettingName } from '#engine/core/settings/topic-settings.ts';
import { brokerStateOf } from '#engine/core/world/inspect.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse } from '#engine/protocol/messages/44-incremental-alter-configs.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';

const topic = { name: 'orders', partitions: 1, replicationFactor: 3 };

function logOn(tested: TestCluster, broker: number): LogState {
  return brokerStateOf(tested.world, broker)!.partitions.get('orders-0')!.log;
}

function leaderOf(tested: TestCluster): number {
  return tested.state().topics[0]!.partitions[0]!.leader;
}

function nowMs(tested: TestCluster): number {
  return tested.world.state.spec.startEpochMs + Math.floor(tested.world.state.timeUs / 1000);
}

function alter(tested: TestCluster, config: Record<string, string>): void {
  tested.command({ kind: 'topic.alter', topic: 'orders', config });
  tested.run(1000);
}

interface Sent {
  keys?: (string | null)[];
  timestampMs?: number;
  valueBytes?: number;
  acks?: number;
}

function produce(tested: TestCluster, { keys = ['k'], timestampMs = nowMs(tested), valueBytes = 10, acks = -1 }: Sent = {}) {
  const records = keys.map((key) => ({ timestamp: BigInt(timestampMs), key: key === null ? null : new TextEncoder().encode(key), value: new Uint8Array(valueBytes) }));
  const request = { acks, timeoutMs: 5000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records: [encodeBatch({ records })] }] }] };
  return new RawClient(tested, leaderOf(tested)).ask(ProduceRequest, ProduceResponse, request, 12).responses[0]!.partitionResponses[0]!;
}

/** A value of each setting that is not its default. */
const changed: Readonly<Partial<Record<TopicSettingName, string>>> = {
  'cleanup.policy': 'compact,delete', 'compression.gzip.level': '9', 'compression.type': 'lz4', 'compression.zstd.level': '7', 'delete.retention.ms': '5000', 'flush.messages': '3', 'flush.ms': '700',
  'index.interval.bytes': '100', 'internal.segment.bytes': '2000', 'max.compaction.lag.ms': '60000', 'max.message.bytes': '5000', 'message.timestamp.after.max.ms': '1000', 'message.timestamp.before.max.ms': '2000',
  'message.timestamp.type': 'LogAppendTime', 'min.cleanable.dirty.ratio': '0.1', 'min.compaction.lag.ms': '10', 'min.insync.replicas': '3', 'retention.bytes': '10000', 'retention.ms': '90000',
  'segment.bytes': '1048577', 'segment.index.bytes': '1000', 'segment.jitter.ms': '5', 'segment.ms': '70000', 'unclean.leader.election.enable': 'true',
};

test('every setting that is changed is in force on the log of every replica, and its default again when it is taken back', () => {
  const tested = cluster({ topics: [topic] });
  const before = { ...logOn(tested, 1).settings };
  alter(tested, { ...changed });
  for (const broker of [1, 2, 3]) {
    const { settings } = logOn(tested, broker);
    for (const [name, value] of Object.entries(changed)) {
      const now = settings[name as TopicSettingName];
      expect([name, Array.isArray(now) ? now.join(',') : String(now)]).toEqual([name, value]);
    }
  }
  const client = new RawClient(tested, 1);
  const taken = Object.keys(changed).map((name) => ({ name, value: null, configOperation: 1 }));
  expect(client.ask(IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, { resources: [{ resourceType: 2, resourceName: 'orders', configs: taken }] }).responses[0]!.errorCode).toBe(ErrorCode.NONE);
  tested.run(1000);
  for (const broker of [1, 2, 3]) expect(logOn(tested, broker).settings).toEqual(before);
  expect(Object.keys(changed).filter((name) => !(name in topicSettings))).toEqual([]);
});

test('what a topic does not set follows the broker, also when that changes', () => {
  const tested = cluster({ topics: [{ ...topic, config: { 'retention.bytes': '777' } }] });
  const change = (name: string, value: string) => ({ name, value, configOperation: 0 });
  const request = { resources: [{ resourceType: 4, resourceName: '', configs: [change('message.max.bytes', '1234'), change('log.retention.bytes', '888')] }] };
  expect(new RawClient(tested, 1).ask(IncrementalAlterConfigsRequest, IncrementalAlterConfigsResponse, request).responses[0]!.errorCode).toBe(ErrorCode.NONE);
  tested.run(1000);
  for (const broker of [1, 2, 3]) expect(logOn(tested, broker).settings).toMatchObject({ 'max.message.bytes': 1234, 'retention.bytes': 777 });
});

describe('what takes effect with the next batch', () => {
  test('max.message.bytes, upwards and downwards', () => {
    const tested = cluster({ topics: [topic] });
    alter(tested, { 'max.message.bytes': '500' });
    expect(produce(tested, { valueBytes: 600 }).errorCode).toBe(ErrorCode.MESSAGE_TOO_LARGE);
    alter(tested, { 'max.message.bytes': '700' });
    expect(produce(tested, { valueBytes: 600 }).errorCode).toBe(ErrorCode.NONE);
  });

  test('message.timestamp.type: the answer tells the time of the append', () => {
    const tested = cluster({ topics: [topic] });
    expect(produce(tested).logAppendTimeMs).toBe(-1n);
    alter(tested, { 'message.timestamp.type': 'LogAppendTime' });
    const { logAppendTimeMs } = produce(tested, { timestampMs: 5 });
    expect(Number(logAppendTimeMs)).toBeGreaterThan(nowMs(tested) - 5000);
  });

  test('message.timestamp.before.max.ms and .after.max.ms', () => {
    const tested = cluster({ topics: [topic] });
    const [early, late] = [{ timestampMs: nowMs(tested) - 60_000 }, { timestampMs: nowMs(tested) + 60_000 }];
    expect([produce(tested, early).errorCode, produce(tested, late).errorCode]).toEqual([ErrorCode.NONE, ErrorCode.NONE]);
    alter(tested, { 'message.timestamp.before.max.ms': '10000', 'message.timestamp.after.max.ms': '10000' });
    expect([produce(tested, early).errorCode, produce(tested, late).errorCode]).toEqual([ErrorCode.INVALID_TIMESTAMP, ErrorCode.INVALID_TIMESTAMP]);
  });

  test('cleanup.policy=compact: records without a key are refused from then on', () => {
    const tested = cluster({ topics: [topic] });
    expect(produce(tested, { keys: [null] }).errorCode).toBe(ErrorCode.NONE);
    alter(tested, { 'cleanup.policy': 'compact' });
    expect(produce(tested, { keys: [null] }).errorCode).toBe(ErrorCode.INVALID_RECORD);
    expect(produce(tested).errorCode).toBe(ErrorCode.NONE);
  });

  test('min.insync.replicas: acks=all is refused while the ISR is smaller', () => {
    const tested = cluster({ topics: [topic] });
    alter(tested, { 'min.insync.replicas': '3' });
    tested.command({ kind: 'broker.pause', broker: [1, 2, 3].find((id) => id !== leaderOf(tested))! });
    tested.runUntil('the paused one is out of the ISR', () => tested.state().topics[0]!.partitions[0]!.isr.length === 2);
    expect(produce(tested).errorCode).toBe(ErrorCode.NOT_ENOUGH_REPLICAS);
    alter(tested, { 'min.insync.replicas': '2' });
    expect(produce(tested).errorCode).toBe(ErrorCode.NONE);
  });

  test.each([
    ['internal.segment.bytes', { 'internal.segment.bytes': '150' }],
    ['segment.index.bytes', { 'segment.index.bytes': '8', 'index.interval.bytes': '0' }],
  ])('%s: a full segment is closed on every replica', (_name, config) => {
    const tested = cluster({ topics: [topic] });
    for (let round = 0; round < 3; round++) produce(tested);
    expect(logOn(tested, 1).segments).toHaveLength(1);
    alter(tested, config);
    for (let round = 0; round < 4; round++) produce(tested);
    for (const broker of [1, 2, 3]) expect(logOn(tested, broker).segments.length).toBeGreaterThan(2);
  });

  test('segment.ms: a batch whose record is so much younger begins a segment, segment.jitter.ms makes it sooner', () => {
    const tested = cluster({ topics: [topic] });
    const firstMs = nowMs(tested);
    produce(tested, { timestampMs: firstMs });
    alter(tested, { 'segment.ms': '10000' });
    produce(tested, { timestampMs: firstMs + 9_000 });
    expect(logOn(tested, 1).segments).toHaveLength(1);
    produce(tested, { timestampMs: firstMs + 10_001 });
    expect(logOn(tested, 1).segments).toHaveLength(2);
    alter(tested, { 'segment.jitter.ms': '9000' });
    produce(tested, { timestampMs: firstMs + 11_100 });
    expect(logOn(tested, 1).segments).toHaveLength(3);
  });

  test('flush.messages: so many records are not left unflushed', () => {
    const tested = cluster({ topics: [topic] });
    produce(tested, { keys: ['a', 'b'] });
    expect(logOn(tested, leaderOf(tested)).recoveryPoint).toBe(0n);
    alter(tested, { 'flush.messages': '3' });
    produce(tested, { keys: ['c'] });
    expect(logOn(tested, leaderOf(tested)).recoveryPoint).toBe(3n);
  });
});

describe('what takes effect on a schedule', () => {
  const often = { 'log.retention.check.interval.ms': '1000', 'log.cleaner.backoff.ms': '1000', 'log.flush.scheduler.interval.ms': '1000' };

  test.each([
    ['retention.ms', { 'retention.ms': '5000' }],
    ['retention.bytes', { 'retention.bytes': '100' }],
  ])('%s: old segments go, and the log begins later on every replica', (_name, config) => {
    const tested = cluster({ topics: [{ ...topic, config: { 'internal.segment.bytes': '150' } }], settings: often });
    for (let round = 0; round < 5; round++) produce(tested);
    tested.run(10_000);
    expect(logOn(tested, 1).logStartOffset).toBe(0n);
    alter(tested, config);
    tested.run(5000);
    for (const broker of [1, 2, 3]) expect(logOn(tested, broker).logStartOffset).toBeGreaterThan(2n);
  });

  test('cleanup.policy=compact with min.cleanable.dirty.ratio: what newer records replace goes', () => {
    const tested = cluster({ topics: [{ ...topic, config: { 'internal.segment.bytes': '150' } }], settings: often });
    for (let round = 0; round < 8; round++) produce(tested, { keys: ['same'] });
    const sizeBytes = logOn(tested, 1).sizeBytes;
    alter(tested, { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01' });
    tested.run(10_000);
    for (const broker of [1, 2, 3]) {
      expect(logOn(tested, broker).sizeBytes).toBeLessThan(sizeBytes);
      expect(logOn(tested, broker).logStartOffset).toBe(0n);
    }
  });

  test('min.compaction.lag.ms holds compaction back, and lets it go when it is taken back', () => {
    const tested = cluster({ topics: [{ ...topic, config: { 'internal.segment.bytes': '150', 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': '0.01', 'min.compaction.lag.ms': '3600000' } }], settings: often });
    for (let round = 0; round < 8; round++) produce(tested, { keys: ['same'] });
    tested.run(20_000);
    const sizeBytes = logOn(tested, 1).sizeBytes;
    alter(tested, { 'min.compaction.lag.ms': '0' });
    tested.run(10_000);
    expect(logOn(tested, 1).sizeBytes).toBeLessThan(sizeBytes);
  });

  test('flush.ms: a log is flushed when its last flush is so long ago', () => {
    const tested = cluster({ topics: [{ ...topic, config: { 'flush.ms': '3600000' } }], settings: often });
    const flushedUpTo = () => logOn(tested, leaderOf(tested)).recoveryPoint;
    produce(tested);
    tested.run(20_000);
    expect(flushedUpTo()).toBe(0n);
    alter(tested, { 'flush.ms': '10000' });
    tested.run(2000);
    expect(flushedUpTo()).toBe(1n);
    produce(tested);
    tested.run(5000);
    expect(flushedUpTo()).toBe(1n);
    tested.run(6000);
    expect(flushedUpTo()).toBe(2n);
  });
});

test('unclean.leader.election.enable: a partition whose ISR is gone gets a leader once the controller looks again, which it does every five minutes', () => {
  const tested = cluster({ topics: [{ ...topic, replicationFactor: 2 }], withoutInvariants: true });
  const partition = () => tested.state().topics[0]!.partitions[0]!;
  const { leader, replicas } = partition();
  const behind = replicas.map(({ broker }) => broker).find((broker) => broker !== leader)!;
  tested.command({ kind: 'broker.crash', broker: behind });
  tested.runUntil('the follower is out of the ISR', () => partition().isr.length === 1, 60_000);
  expect(produce(tested, { acks: 1 }).errorCode).toBe(ErrorCode.NONE);
  tested.command({ kind: 'broker.crash', broker: leader });
  tested.run(1000);
  tested.command({ kind: 'broker.restart', broker: behind });
  tested.run(60_000);
  expect(partition().leader).toBe(-1);
  alter(tested, { 'unclean.leader.election.enable': 'true' });
  tested.run(300_000);
  expect([partition().leader, partition().isr]).toEqual([behind, [behind]]);
});

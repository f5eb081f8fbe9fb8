/** Compression from end to end: what producers pack, what brokers make of it, and settings that change while it runs. */
import { describe, expect, test } from 'vitest';
import type { ProducerState } from '#engine/core/clients/state.ts';
import { readRecordValue } from '#engine/core/clients/record-generator.ts';
import { readLog } from '#engine/core/log/log.ts';
import { brokerStateOf } from '#engine/core/world/inspect.ts';
import { compressionType, decodeRecords, forEachBatch } from '#engine/protocol/record-batch.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { cluster, type TestCluster } from '#engine/testing/cluster.ts';

const recordsMax = 400;

function start(producerConfig: Record<string, string>, topicConfig: Record<string, string> = {}): TestCluster {
  return cluster({
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3, config: topicConfig }],
    producers: [{ id: 'checkout', topic: 'orders', recordsPerSecond: 200, recordsMax, keys: 8, config: { 'linger.ms': '50', ...producerConfig } }],
    consumers: [{ id: 'billing', group: 'billing', topics: ['orders'], config: { 'auto.offset.reset': 'earliest' } }],
  });
}

function untilDone(run: TestCluster): void {
  const { counters } = run.world.state.nodes.get('producer/checkout')!.state as ProducerState;
  run.runUntil('the producer is done', () => counters.acknowledged === recordsMax);
}

interface Logged {
  types: string[];
  numbers: number[];
  sizeBytes: number;
}

function loggedOn(run: TestCluster, broker: number): Logged {
  const { log } = brokerStateOf(run.world, broker)!.partitions.get('orders-0')!;
  const logged: Logged = { types: [], numbers: [], sizeBytes: log.sizeBytes };
  for (const bytes of readLog(run.world.disks.get(broker)!, log, 0n, 100_000_000, log.logEndOffset, true).batches) {
    forEachBatch(bytes, (batch, at) => {
      logged.types.push(compressionType(batch, at)!);
      for (const { value } of decodeRecords(batch, at, nodeCompression.decompress)) logged.numbers.push(readRecordValue(value!)!.number);
    });
  }
  return logged;
}

const allNumbers = Array.from({ length: recordsMax }, (_, number) => number);

test('offsets.topic.compression.codec: a coordinator packs what it writes, and the next one opens it', () => {
  const run = cluster({
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
    settings: { 'offsets.topic.num.partitions': '1', 'offsets.topic.compression.codec': '3', 'group.initial.rebalance.delay.ms': '0' },
    producers: [{ id: 'checkout', topic: 'orders', recordsPerSecond: 100, recordsMax }],
    consumers: [{ id: 'billing', group: 'billing', topics: ['orders'], config: { 'auto.offset.reset': 'earliest', 'auto.commit.interval.ms': '1000' } }],
  });
  const committed = () => run.state().groups[0]?.offsets.find(({ topic }) => topic === 'orders')?.offset;
  run.runUntil('all is committed', () => committed() === BigInt(recordsMax));
  const leader = () => run.state().topics.find(({ name }) => name === '__consumer_offsets')!.partitions[0]!.leader;
  const first = leader();
  const { log } = brokerStateOf(run.world, first)!.partitions.get('__consumer_offsets-0')!;
  const types = new Set<string>();
  for (const bytes of readLog(run.world.disks.get(first)!, log, 0n, 100_000_000, log.logEndOffset, true).batches) forEachBatch(bytes, (batch, at) => types.add(compressionType(batch, at)!));
  expect(types).toEqual(new Set(['lz4']));
  run.command({ kind: 'broker.crash', broker: first });
  run.runUntil('another coordinator', () => leader() > 0 && leader() !== first);
  run.run(20_000);
  expect(committed()).toBe(BigInt(recordsMax));
});

describe('compression.type', () => {
  test.each(['gzip', 'snappy', 'lz4', 'zstd'] as const)('%s of a producer is how its batches lie on every replica', (type) => {
    const run = start({ 'compression.type': type });
    untilDone(run);
    run.run(2000);
    for (const broker of [1, 2, 3]) {
      const { types, numbers } = loggedOn(run, broker);
      expect(new Set(types)).toEqual(new Set([type]));
      expect(numbers).toEqual(allNumbers);
    }
    const polled = run.factsOf('client.polled').filter(({ payload }) => payload.client === 'billing');
    expect(polled.at(-1)?.payload.toOffset).toBe(BigInt(recordsMax));
  });

  test('of a topic has the leader compress what comes plain, and may change while it is written to', () => {
    const run = start({}, { 'compression.type': 'zstd' });
    run.run(1000);
    run.command({ kind: 'topic.alter', topic: 'orders', config: { 'compression.type': 'snappy' } });
    untilDone(run);
    run.run(2000);
    const { types, numbers } = loggedOn(run, 1);
    expect(numbers).toEqual(allNumbers);
    expect(types[0]).toBe('zstd');
    expect(types.at(-1)).toBe('snappy');
    expect(loggedOn(run, 2)).toEqual(loggedOn(run, 1));
  });
});

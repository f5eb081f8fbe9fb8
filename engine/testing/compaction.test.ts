/** Compaction in a running cluster: what brokers, clients and the group coordinator make of logs with gaps. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { openSqliteDisk } from '#engine/adapters/sqlite/sqlite-disk.ts';
import type { ConsumerState } from '#engine/core/clients/state.ts';
import type { LogState } from '#engine/core/log/log.ts';
import { readLog } from '#engine/core/log/log.ts';
import { brokerStateOf } from '#engine/core/world/inspect.ts';
import { stateHash } from '#engine/core/world/state-hash.ts';
import { decodeRecords, forEachBatch } from '#engine/protocol/record-batch.ts';
import { cluster } from '#engine/testing/cluster.ts';
import type { ClusterOptions, TestCluster } from '#engine/testing/cluster.ts';

const compacted = { 'cleanup.policy': 'compact', 'segment.ms': '1000', 'min.cleanable.dirty.ratio': '0.3' };

function start(options: ClusterOptions = {}): TestCluster {
  return cluster({
    settings: { 'log.cleaner.backoff.ms': '1000' },
    topics: [{ name: 'prices', partitions: 1, replicationFactor: 3, config: compacted }],
    producers: [{ id: 'ticker', topic: 'prices', recordsPerSecond: 100, keys: 10 }],
    ...options,
  });
}

function allInSync(run: TestCluster): boolean {
  const replicas = [1, 2, 3].map((id) => brokerStateOf(run.world, id)?.partitions.get('prices-0'));
  return replicas.every((replica) => replica !== undefined && replica.role !== 'none') && replicas.some((replica) => replica!.role === 'leader' && replica!.isr.length === 3);
}

function logOf(run: TestCluster, broker: number, key: string): LogState {
  return brokerStateOf(run.world, broker)!.partitions.get(key)!.log;
}

/** What a reader from the beginning takes each key to be worth: "offset" of its newest record. */
function newestOffsets(run: TestCluster, broker: number, key: string): { newest: Map<string, bigint>; records: number } {
  const log = logOf(run, broker, key);
  const newest = new Map<string, bigint>();
  let records = 0;
  for (const bytes of readLog(run.world.disks.get(broker)!, log, log.logStartOffset, 1 << 26, log.logEndOffset, true).batches) {
    forEachBatch(bytes, (batch, at) => {
      for (const { key: name, offset } of decodeRecords(batch, at)) {
        newest.set(new TextDecoder().decode(name!), offset);
        records++;
      }
    });
  }
  return { newest, records };
}

test('each replica is compacted by its own broker, and all say the same of each key', () => {
  const run = start({ producers: [{ id: 'ticker', topic: 'prices', recordsPerSecond: 100, recordsMax: 1000, keys: 10 }] });
  run.run(15_000);
  const facts = run.factsOf('replica.compacted');
  expect(new Set(facts.map(({ payload }) => payload.broker))).toEqual(new Set([1, 2, 3]));
  for (const { payload, why } of facts) {
    expect(payload.recordsAfter).toBeLessThan(payload.recordsBefore);
    expect(why).toMatchObject({ rule: 'compaction.dirtyRatio', settings: { 'cleanup.policy': 'compact', 'min.cleanable.dirty.ratio': 0.3 } });
  }
  const [one, two, three] = [1, 2, 3].map((broker) => newestOffsets(run, broker, 'prices-0'));
  expect(one!.newest.size).toBe(10);
  expect([two!.newest, three!.newest]).toEqual([one!.newest, one!.newest]);
  for (const { records } of [one!, two!, three!]) expect(records).toBeLessThan(300);
  for (const broker of [1, 2, 3]) expect([logOf(run, broker, 'prices-0').logStartOffset, logOf(run, broker, 'prices-0').logEndOffset]).toEqual([0n, 1000n]);
});

test('a consumer that comes late is led over the gaps, and meets each key once or a little more', () => {
  const run = start({ producers: [{ id: 'ticker', topic: 'prices', recordsPerSecond: 100, recordsMax: 1000, keys: 10 }] });
  run.run(15_000);
  run.command({ kind: 'consumer.start', consumer: { id: 'late', group: 'g', topics: ['prices'], config: { 'auto.offset.reset': 'earliest' } } });
  run.run(15_000);
  const late = run.world.state.nodes.get('consumer/late')!.state as ConsumerState;
  expect(late.assignment.get('prices-0')?.position).toBe(1000n);
  const polled = run.factsOf('client.polled').filter(({ payload }) => payload.client === 'late');
  expect(polled[0]!.payload.fromOffset).toBeLessThan(900n);
  expect(polled.at(-1)!.payload.toOffset).toBe(1000n);
});

test('a follower that was down while its leader compacted takes over what is left', () => {
  const run = start();
  run.run(3000);
  run.command({ kind: 'broker.crash', broker: 3 });
  run.run(20_000);
  run.command({ kind: 'broker.restart', broker: 3 });
  run.runUntil('broker 3 is back in the ISR', () => allInSync(run), 60_000);
  run.command({ kind: 'producer.stop', producer: 'ticker' });
  run.run(5000);
  expect(newestOffsets(run, 3, 'prices-0').newest).toEqual(newestOffsets(run, 1, 'prices-0').newest);
});

test('the group coordinator loads from a compacted __consumer_offsets what was committed', () => {
  const run = cluster({
    settings: { 'log.cleaner.backoff.ms': '1000', 'log.roll.ms': '1000', 'offsets.topic.num.partitions': '1', 'group.initial.rebalance.delay.ms': '0' },
    topics: [{ name: 'orders', partitions: 2, replicationFactor: 3 }],
    producers: [{ id: 'p', topic: 'orders', recordsPerSecond: 50, recordsMax: 1500 }],
    consumers: [{ id: 'c', group: 'g', topics: ['orders'], config: { 'auto.commit.interval.ms': '200', 'auto.offset.reset': 'earliest' } }],
  });
  run.run(40_000);
  const offsets = () => run.state().groups.find(({ group }) => group === 'g')!.offsets.map(({ topic, partition, offset }) => `${topic}-${partition} ${offset}`);
  const before = offsets();
  expect(before.map((row) => Number(row.split(' ')[1])).reduce((sum, offset) => sum + offset, 0)).toBe(1500);
  const compactions = run.factsOf('replica.compacted').filter(({ payload }) => payload.topic === '__consumer_offsets');
  expect(new Set(compactions.map(({ payload }) => payload.broker))).toEqual(new Set([1, 2, 3]));
  const leader = run.state().topics.find(({ name }) => name === '__consumer_offsets')!.partitions[0]!.leader;
  run.command({ kind: 'broker.crash', broker: leader });
  run.runUntil('another coordinator knows the group', () => {
    const now = run.state().topics.find(({ name }) => name === '__consumer_offsets')!.partitions[0]!.leader;
    return now !== leader && now !== -1 && brokerStateOf(run.world, now)?.groupCoordinator.partitions.get(0)?.status === 'active';
  }, 60_000);
  run.runUntil('the group is stable again', () => run.state().groups.find(({ group }) => group === 'g')?.state === 'Stable', 60_000);
  expect(offsets()).toEqual(before);
});

test('brokers that crash and lose power while they compact lose no key', () => {
  const run = start({ seed: 5, settings: { 'log.cleaner.backoff.ms': '500', 'log.cleaner.io.max.bytes.per.second': '20000' } });
  let underWay = 0;
  for (let round = 0; round < 6; round++) {
    const broker = (round % 3) + 1;
    run.run(5000 + round * 70);
    if (brokerStateOf(run.world, broker)!.logCleaner !== null) underWay++;
    run.command({ kind: round % 2 === 0 ? 'broker.powerLoss' : 'broker.crash', broker });
    run.run(1500);
    run.command({ kind: 'broker.restart', broker });
    run.runUntil('all follow again and are in the ISR', () => allInSync(run), 60_000);
  }
  run.command({ kind: 'producer.stop', producer: 'ticker' });
  run.run(5000);
  const [one, two, three] = [1, 2, 3].map((id) => newestOffsets(run, id, 'prices-0').newest);
  expect(one!.size).toBe(10);
  expect([two, three]).toEqual([one, one]);
  expect(run.factsOf('replica.compacted').length).toBeGreaterThan(10);
  expect(underWay).toBeGreaterThan(2);
});

test('a topic that is deleted in the middle of a compaction leaves nothing behind, nor does the compaction touch a new one of its name', () => {
  const run = start({ settings: { 'log.cleaner.backoff.ms': '1000', 'log.cleaner.io.max.bytes.per.second': '1000' } });
  const cleaning = () => [1, 2, 3].some((id) => brokerStateOf(run.world, id)?.logCleaner?.key === 'prices-0');
  run.runUntil('a broker compacts', cleaning, 60_000);
  run.command({ kind: 'producer.stop', producer: 'ticker' }, { kind: 'topic.delete', topic: 'prices' });
  run.run(1000);
  run.command({ kind: 'topic.create', topic: { name: 'prices', partitions: 1, replicationFactor: 3, config: compacted } });
  run.run(30_000);
  expect(cleaning()).toBe(false);
  for (const id of [1, 2, 3]) {
    expect(run.world.disks.get(id)!.listSegments('prices-0').map(({ path }) => path)).toEqual(['prices-0/00000000000000000000.log']);
    expect(logOf(run, id, 'prices-0').cleanedOffset).toBe(-1n);
  }
});

test('a run with compaction has one state hash on memory, on SQLite and through the wire format', () => {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-compaction-'));
  const disks: { close(): void }[] = [];
  const hashOf = (options: ClusterOptions) => {
    const run = start({ seed: 8, ...options });
    run.run(8000);
    expect(run.factsOf('replica.compacted').length).toBeGreaterThan(3);
    return stateHash(run.world);
  };
  try {
    const onMemory = hashOf({ diskFor: () => new MemoryDisk() });
    const onSqlite = hashOf({
      diskFor: (id) => {
        const disk = openSqliteDisk(join(folder, `broker-${id}.sqlite`));
        disks.push(disk);
        return disk;
      },
    });
    expect([onSqlite, hashOf({ wire: 'bytes' })]).toEqual([onMemory, onMemory]);
  } finally {
    for (const disk of disks) disk.close();
    rmSync(folder, { recursive: true, force: true });
  }
});

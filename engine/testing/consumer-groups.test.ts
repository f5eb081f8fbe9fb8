/** A consumer group on a real cluster of brokers: what a rebalance does to the records. */
import { describe, expect, test } from 'vitest';
import type { GroupView } from '#engine/contract/state.ts';
import type { ConsumerState, ProducerState } from '#engine/core/clients/state.ts';
import type { FactPayloads } from '#engine/core/facts.ts';
import { cluster } from '#engine/testing/cluster.ts';
import type { ClusterOptions, TestCluster } from '#engine/testing/cluster.ts';

const producer = { id: 'checkout', topic: 'orders', recordsPerSecond: 200, recordsMax: 4000, keys: 32 };
const consumer = (id: string, config: Record<string, string> = {}) => ({
  id, group: 'billing', topics: ['orders'], config: { 'auto.offset.reset': 'earliest', ...config },
});

function start(options: ClusterOptions = {}): TestCluster {
  return cluster({
    brokers: 3,
    topics: [{ name: 'orders', partitions: 6, replicationFactor: 3 }],
    settings: { 'offsets.topic.num.partitions': '4', 'group.initial.rebalance.delay.ms': '500' },
    producers: [producer],
    consumers: [consumer('a')],
    ...options,
  });
}

function groupOf(run: TestCluster): GroupView | undefined {
  return run.state().groups.find(({ group }) => group === 'billing');
}
/** The client's own state, read at every event: a whole view would be dear. */
function consumerOf(run: TestCluster, id: string): ConsumerState {
  return run.world.state.nodes.get(`consumer/${id}`)!.state as ConsumerState;
}
function producerOf(run: TestCluster): ProducerState {
  return run.world.state.nodes.get('producer/checkout')!.state as ProducerState;
}
function partitionsOf(run: TestCluster, id: string): number[] {
  return [...consumerOf(run, id).assignment.values()].map(({ partition }) => partition);
}
/** Every record there is has been handed to some application. */
function allIsConsumed(run: TestCluster): boolean {
  if (producerOf(run).counters.acknowledged < producer.recordsMax) return false;
  let reached = 0n;
  for (const end of pollsOf(run).values()) reached += end;
  return reached === BigInt(producer.recordsMax);
}
const reachedOf = new WeakMap<TestCluster, { seen: number; ends: Map<number, bigint> }>();
/** By partition: the highest offset that any consumer polled up to. */
function pollsOf(run: TestCluster): Map<number, bigint> {
  const row = reachedOf.get(run) ?? { seen: 0, ends: new Map<number, bigint>() };
  reachedOf.set(run, row);
  for (; row.seen < run.facts.length; row.seen += 1) {
    const fact = run.facts[row.seen]!;
    if (fact.kind !== 'client.polled') continue;
    const { partition, toOffset } = fact.payload as FactPayloads['client.polled'];
    if (toOffset > (row.ends.get(partition) ?? 0n)) row.ends.set(partition, toOffset);
  }
  return row.ends;
}

/** At least once: a poll begins where some poll before it ended, or goes back; it never leaves a gap. */
function expectNoRecordSkipped(run: TestCluster): void {
  const reached = new Map<number, bigint>();
  for (const { payload } of run.factsOf('client.polled')) {
    const before = reached.get(payload.partition) ?? 0n;
    expect(payload.fromOffset).toBeLessThanOrEqual(before);
    expect(payload.toOffset).toBeGreaterThan(payload.fromOffset);
    if (payload.toOffset > before) reached.set(payload.partition, payload.toOffset);
  }
  expect([...reached.values()].reduce((sum, end) => sum + end, 0n)).toBe(BigInt(producer.recordsMax));
}

describe('a consumer group', () => {
  test('hands every acknowledged record to its one member, in order and once', () => {
    const run = start();
    run.runUntil('everything is consumed', () => allIsConsumed(run));
    expectNoRecordSkipped(run);
    expect(consumerOf(run, 'a').consumed).toBe(producer.recordsMax);
    expect(run.state().producers[0]).toMatchObject({ acknowledged: producer.recordsMax, failed: 0, retries: 0, buffered: 0, inFlight: 0 });
    run.run(6000);
    expect(groupOf(run)!.offsets.map(({ lag }) => lag)).toEqual([0n, 0n, 0n, 0n, 0n, 0n]);
  });

  test('rebalances when a second member joins: both get a range, nothing is skipped and nothing is read twice', () => {
    const run = start();
    run.runUntil('the first member reads', () => consumerOf(run, 'a').consumed > 500);
    expect(partitionsOf(run, 'a')).toEqual([0, 1, 2, 3, 4, 5]);
    run.command({ kind: 'consumer.start', consumer: consumer('b') });
    run.runUntil('both have partitions', () => partitionsOf(run, 'a').length === 3 && partitionsOf(run, 'b').length === 3);
    expect([...partitionsOf(run, 'a'), ...partitionsOf(run, 'b')].toSorted()).toEqual([0, 1, 2, 3, 4, 5]);
    expect(groupOf(run)).toMatchObject({ state: 'Stable', generation: 2, protocol: 'range' });
    run.runUntil('everything is consumed', () => allIsConsumed(run));
    expectNoRecordSkipped(run);
    // What is given up is committed first, so an orderly rebalance repeats nothing.
    expect(consumerOf(run, 'a').consumed + consumerOf(run, 'b').consumed).toBe(producer.recordsMax);
  });

  test('waits for the session of a member that crashed, then reads on from what that one had committed', () => {
    const run = start({ consumers: [consumer('a', { 'session.timeout.ms': '6000' }), consumer('b', { 'session.timeout.ms': '6000' })] });
    run.runUntil('both have partitions', () => partitionsOf(run, 'a').length === 3 && partitionsOf(run, 'b').length === 3);
    run.runUntil('both read', () => consumerOf(run, 'a').consumed > 200 && consumerOf(run, 'b').consumed > 200);
    const crashedUs = run.world.state.timeUs;
    run.command({ kind: 'consumer.crash', consumer: 'b' });
    run.runUntil('the other one has all partitions', () => partitionsOf(run, 'a').length === 6);
    const left = run.factsOf('group.memberLeft').find(({ payload }) => payload.reason === 'session timed out')!;
    const waitedMs = (left.timeUs - crashedUs) / 1000;
    expect(waitedMs).toBeGreaterThan(6000 - 3000);
    expect(waitedMs).toBeLessThanOrEqual(6000);
    run.runUntil('everything is consumed', () => allIsConsumed(run));
    expectNoRecordSkipped(run);
    expect(consumerOf(run, 'a').consumed).toBeGreaterThan(producer.recordsMax / 2);
  });

  test('goes on at once when a member is stopped, because it leaves', () => {
    const run = start({ consumers: [consumer('a'), consumer('b')] });
    run.runUntil('both read', () => partitionsOf(run, 'a').length === 3 && consumerOf(run, 'a').consumed > 100 && consumerOf(run, 'b').consumed > 100);
    const stoppedUs = run.world.state.timeUs;
    run.command({ kind: 'consumer.stop', consumer: 'b' });
    run.runUntil('the other one has all partitions', () => partitionsOf(run, 'a').length === 6);
    // One heartbeat interval to learn of it, and the rebalance itself.
    expect((run.world.state.timeUs - stoppedUs) / 1000).toBeLessThan(3000 + 1000);
    run.runUntil('everything is consumed', () => allIsConsumed(run));
    expectNoRecordSkipped(run);
  });

  test('survives the crash of its coordinator: another broker loads the group, nothing is skipped', () => {
    const run = start();
    run.runUntil('the member reads and has committed', () => consumerOf(run, 'a').consumed > 1200);
    const coordinator = groupOf(run)!.coordinator;
    run.command({ kind: 'broker.crash', broker: coordinator });
    let commits = 0;
    run.runUntil('commits reach another coordinator', () => {
      const { coordinator: known } = consumerOf(run, 'a').membership;
      if (known !== -1 && known !== coordinator) commits += run.facts.at(-1)?.kind === 'group.offsetCommitted' ? 1 : 0;
      return commits >= 2;
    });
    expect(groupOf(run)).toMatchObject({ state: 'Stable', coordinator: consumerOf(run, 'a').membership.coordinator, generation: 1 });
    run.runUntil('everything is consumed', () => allIsConsumed(run));
    expectNoRecordSkipped(run);
  });

  test('keeps a paused member as a member, and it reads on where it was', () => {
    const run = start();
    run.runUntil('the member reads', () => consumerOf(run, 'a').consumed > 300);
    run.command({ kind: 'consumer.pause', consumer: 'a' });
    run.run(1000);
    const { consumed } = consumerOf(run, 'a');
    run.run(60_000);
    expect(consumerOf(run, 'a')).toMatchObject({ consumed, status: 'paused' });
    expect(groupOf(run)).toMatchObject({ state: 'Stable', generation: 1 });
    run.command({ kind: 'consumer.resume', consumer: 'a' });
    run.runUntil('everything is consumed', () => allIsConsumed(run));
    expectNoRecordSkipped(run);
    expect(consumerOf(run, 'a').consumed).toBe(producer.recordsMax);
  });

  test('loses a member whose application does not poll within max.poll.interval.ms', () => {
    const run = start({
      consumers: [
        { ...consumer('slow', { 'max.poll.interval.ms': '10000', 'max.poll.records': '500' }), recordsPerSecond: 10 },
        consumer('b'),
      ],
    });
    run.runUntil('the slow one is out', () => consumerOf(run, 'slow').membership.rejoinReason.includes('max.poll.interval.ms'), 300_000);
    expect(partitionsOf(run, 'slow')).toEqual([]);
    run.runUntil('everything is consumed', () => allIsConsumed(run), 900_000);
    expectNoRecordSkipped(run);
  });

  test('notices new partitions of its topic, and reads them from the beginning', () => {
    const run = start({ consumers: [consumer('a', { 'metadata.max.age.ms': '5000' })] });
    run.runUntil('the member reads', () => consumerOf(run, 'a').consumed > 100);
    run.command({ kind: 'topic.alter', topic: 'orders', partitions: 8 });
    run.runUntil('it has the new partitions', () => partitionsOf(run, 'a').length === 8);
    expect(groupOf(run)!.generation).toBe(2);
  });
});

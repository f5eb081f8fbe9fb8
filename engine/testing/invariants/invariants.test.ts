/** Each invariant, shown to bite: a healthy cluster passes, and the same cluster with one thing made wrong by hand does not. */
import { expect, test } from 'vitest';
import { brokerStateOf, latestImage } from '#engine/core/world/inspect.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import type { PartitionImage } from '#engine/core/metadata/image.ts';
import type { Fact } from '#engine/core/facts.ts';
import type { EventRecord } from '#engine/core/world/world-state.ts';
import { cluster } from '#engine/testing/cluster.ts';
import type { TestCluster } from '#engine/testing/cluster.ts';
import { allInvariants, InvariantError, InvariantWatch } from '#engine/testing/invariants/watch.ts';

function healthy(): TestCluster {
  const run = cluster({
    topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
    producers: [{ id: 'p', topic: 'orders', recordsPerSecond: 20 }],
    consumers: [{ id: 'c', group: 'g', topics: ['orders'] }],
  });
  run.run(5000);
  run.invariants.checkAll();
  return run;
}

/** Every broker's image of orders-0 changes: what the metadata says is wrong. */
function changeImages({ world }: TestCluster, change: (partition: PartitionImage) => PartitionImage): void {
  for (const id of [1, 2, 3]) {
    const topic = topicByName(brokerStateOf(world, id)!.image, 'orders')!;
    topic.partitions[0] = change(topic.partitions[0]!);
  }
}

function leaderOf({ world }: TestCluster): number {
  return topicByName(latestImage(world)!, 'orders')!.partitions[0]!.leader;
}

function replicaOf({ world }: TestCluster, broker: number) {
  return brokerStateOf(world, broker)!.partitions.get('orders-0')!;
}

function publish(run: TestCluster, ...facts: Fact[]): void {
  const record: EventRecord = { id: run.world.state.eventId, timeUs: run.world.state.timeUs, node: 'broker/1', input: { type: 'start' }, causeId: 0, facts, sent: [], held: false };
  run.invariants.note(record);
}

const orders = { topic: 'orders', partition: 0 };

const sabotages: [string, string, (run: TestCluster) => void][] = [
  ['LeaderInIsr', 'the ISR loses its leader', (run) => changeImages(run, (partition) => ({ ...partition, isr: partition.isr.filter((id) => id !== partition.leader) }))],
  ['OneLeaderPerEpoch', 'a second broker leads in the same epoch', (run) => {
    for (const broker of [1, 2]) publish(run, { kind: 'replica.becameLeader', payload: { ...orders, broker, leaderEpoch: 77, logEndOffset: 1_000_000n } });
  }],
  ['OneLeaderPerEpoch', 'a second controller in the same quorum epoch', (run) => {
    for (const broker of [1, 2]) publish(run, { kind: 'quorum.leader', payload: { broker, epoch: 99 } });
  }],
  ['EpochsRise', 'the leader epoch falls', (run) => {
    changeImages(run, (partition) => ({ ...partition, leaderEpoch: 5 }));
    run.invariants.checkAll();
    changeImages(run, (partition) => ({ ...partition, leaderEpoch: 4 }));
  }],
  ['OffsetsOrdered', 'a high watermark beyond the log end', (run) => {
    const { log } = replicaOf(run, leaderOf(run));
    log.highWatermark = log.logEndOffset + 1n;
  }],
  ['OffsetsOrdered', "a leader's high watermark that falls", (run) => {
    replicaOf(run, leaderOf(run)).log.highWatermark -= 1n;
  }],
  ['LeaderHoldsCommitted', 'a leader without what was committed', (run) => {
    const follower = [1, 2, 3].find((id) => id !== leaderOf(run))!;
    publish(run, { kind: 'replica.becameLeader', payload: { ...orders, broker: follower, leaderEpoch: 78, logEndOffset: 1n } });
  }],
  ['HeldByIsr', 'a member of the ISR that lacks committed records', (run) => {
    const follower = [1, 2, 3].find((id) => id !== leaderOf(run))!;
    const { log } = replicaOf(run, follower);
    log.logEndOffset = 1n;
    log.highWatermark = 1n;
  }],
  ['AcknowledgedNeverLost', 'a batch that the leader does not hold', (run) => {
    run.acknowledgements.batches.get('orders-0')!.push({ client: 'p', acks: -1, baseOffset: 9_999_999n, records: 1, crc: 1, eventId: 1, timeUs: 1 });
    for (let looks = 0; looks < 50; looks++) run.invariants.checkAll();
  }],
  ['LogMatching', 'a follower with other bytes below its high watermark', (run) => {
    const follower = [1, 2, 3].find((id) => id !== leaderOf(run))!;
    const [chunk] = run.world.disks.get(follower)!.inner.read(replicaOf(run, follower).log.segments[0]!.path, 0, 1);
    // The CRC field of the first batch.
    chunk!.bytes[17]! ^= 0xff;
    // What was verified is not read again: a watch that has seen nothing yet reads all.
    new InvariantWatch(run.world, run.acknowledgements).checkAll();
  }],
  ['IsrWellFormed', 'a stranger in the ISR', (run) => changeImages(run, (partition) => ({ ...partition, isr: [...partition.isr, 9] }))],
  ['IsrWellFormed', 'a broker in the ISR and the ELR', (run) => changeImages(run, (partition) => ({ ...partition, elr: [partition.isr[0]!] }))],
  ['NoFencedInIsr', 'a fenced member of the ISR', (run) => {
    for (const id of [1, 2, 3]) {
      const { brokers } = brokerStateOf(run.world, id)!.image;
      const follower = [1, 2, 3].find((candidate) => candidate !== leaderOf(run))!;
      brokers.set(follower, { ...brokers.get(follower)!, fenced: true });
    }
  }],
  ['AssignedOnce', 'a partition that belongs to two members', (run) => {
    for (const member of ['a', 'b']) publish(run, { kind: 'group.assigned', payload: { group: 'g', generation: 50, member, partitions: ['orders-0'] } });
  }],
  ['CommittedOffsetsKept', 'a committed offset that falls', (run) => {
    // Several in one event are a coordinator's replay, of which the last counts.
    publish(run, ...[5n, 1_000_000n].map((offset): Fact => ({ kind: 'group.offsetCommitted', payload: { ...orders, group: 'g', offset } })));
    for (const offset of [1_000_000n, 999_999n]) publish(run, { kind: 'group.offsetCommitted', payload: { ...orders, group: 'g', offset } });
  }],
];

test.each(sabotages)('%s notices: %s', (name, _what, sabotage) => {
  const run = healthy();
  let broken: unknown;
  try {
    sabotage(run);
    run.invariants.checkAll();
  } catch (error) {
    broken = error;
  }
  expect(broken).toBeInstanceOf(InvariantError);
  expect((broken as InvariantError).invariant).toBe(name);
});

test('every invariant is shown to bite', () => {
  expect(new Set(sabotages.map(([name]) => name))).toEqual(new Set(allInvariants.map(({ name }) => name)));
});

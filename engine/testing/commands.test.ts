/** The commands that change a living cluster, each with what Kafka makes of it. */
import { expect, test } from 'vitest';
import type { TopicView } from '#engine/contract/state.ts';
import { cluster } from '#engine/testing/cluster.ts';
import type { TestCluster } from '#engine/testing/cluster.ts';

const orders = { name: 'orders', partitions: 2, replicationFactor: 3 };
const withTraffic = {
  topics: [orders],
  producers: [{ id: 'p', topic: 'orders', recordsPerSecond: 20 }],
  consumers: [{ id: 'c', group: 'g', topics: ['orders'] }],
};

function topic(run: TestCluster, name: string): TopicView | undefined {
  return run.state().topics.find((candidate) => candidate.name === name);
}
function statusOf(run: TestCluster, broker: number): string | undefined {
  return run.state().brokers.find(({ id }) => id === broker)?.status;
}

test('a topic is created with leaders, gets more partitions and another setting, and is deleted with its replicas', () => {
  const run = cluster();
  run.command({ kind: 'topic.create', topic: { name: 't', partitions: 2, replicationFactor: 3, config: { 'retention.ms': '60000' } } });
  run.runUntil('t leads', () => topic(run, 't')?.partitions.every(({ leader }) => leader > 0) === true, 5000);
  expect(topic(run, 't')).toMatchObject({ replicationFactor: 3, config: { 'retention.ms': '60000' } });
  run.command({ kind: 'topic.alter', topic: 't', partitions: 5, config: { 'retention.ms': '70000' } });
  run.runUntil('t grows', () => topic(run, 't')?.partitions.length === 5 && topic(run, 't')?.config['retention.ms'] === '70000', 5000);
  run.command({ kind: 'topic.delete', topic: 't' });
  run.run(2000);
  expect(topic(run, 't')).toBeUndefined();
  expect(() => run.command({ kind: 'topic.delete', topic: 't' })).toThrow('there is no topic "t"');
});

test('a producer or consumer of a topic that does not exist is refused with the nearest name', () => {
  const run = cluster({ topics: [orders] });
  expect(() => run.command({ kind: 'producer.start', producer: { id: 'p', topic: 'order', recordsPerSecond: 1, valueBytes: 1, keys: 0, config: {} } })).toThrow('there is no topic "order"; did you mean "orders"?');
  expect(run.state().producers).toEqual([]);
});

test('a broker that is added registers, is unfenced, and takes replicas of new topics', () => {
  const run = cluster({ topics: [orders] });
  run.command({ kind: 'broker.add', broker: { id: 4, host: '127.0.0.1', port: 0 } });
  run.runUntil('broker 4 is unfenced', () => run.state().brokers.find(({ id }) => id === 4)?.registration === 'unfenced', 20_000);
  run.command({ kind: 'topic.create', topic: { name: 'wide', partitions: 4, replicationFactor: 4, config: {} } });
  run.runUntil('it follows', () => topic(run, 'wide')?.partitions.every(({ isr }) => isr.includes(4)) === true, 10_000);
  expect(run.state().brokers.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
});

test('a controlled shutdown moves the leaders away before the process ends, and no produce fails', () => {
  const run = cluster(withTraffic);
  run.run(3000);
  const leader = topic(run, 'orders')!.partitions[0]!.leader;
  run.command({ kind: 'broker.shutdown', broker: leader });
  run.runUntil('it has stopped', () => statusOf(run, leader) === 'stopped', 30_000);
  expect(topic(run, 'orders')!.partitions.every((partition) => partition.leader !== leader && partition.leader !== -1)).toBe(true);
  run.command({ kind: 'broker.restart', broker: leader });
  run.runUntil('it is back in every ISR', () => topic(run, 'orders')!.partitions.every(({ isr }) => isr.includes(leader)), 60_000);
  expect(run.state().producers[0]).toMatchObject({ failed: 0 });
});

test.each(['disk.full', 'disk.fail'] as const)('%s ends the broker, as the loss of its only log directory does; healed and restarted it catches up', (kind) => {
  const run = cluster(withTraffic);
  run.run(3000);
  const follower = topic(run, 'orders')!.partitions[0]!.replicas.at(-1)!.broker;
  run.command({ kind, broker: follower });
  run.runUntil('it has halted', () => statusOf(run, follower) === 'stopped', 30_000);
  expect(run.factsOf('node.halted').length).toBeGreaterThan(0);
  run.command({ kind: 'disk.heal', broker: follower }, { kind: 'broker.restart', broker: follower });
  run.runUntil('it is back in every ISR', () => topic(run, 'orders')!.partitions.every(({ isr }) => isr.includes(follower)), 60_000);
});

test('a producer that is stopped sends what it holds, and one that is started again goes on', () => {
  const run = cluster(withTraffic);
  run.run(3000);
  run.command({ kind: 'producer.stop', producer: 'p' });
  run.run(2000);
  const stopped = run.state().producers[0]!;
  expect(stopped).toMatchObject({ status: 'stopped', inFlight: 0, buffered: 0 });
  expect(stopped.acknowledged).toBe(stopped.sent);
});

test('a consumer that is paused keeps its partitions and reads nothing; one that stops leaves the group at once', () => {
  const run = cluster({ ...withTraffic, consumers: [{ id: 'c1', group: 'g', topics: ['orders'] }, { id: 'c2', group: 'g', topics: ['orders'] }] });
  const group = () => run.state().groups.find((candidate) => candidate.group === 'g');
  run.runUntil('two members share', () => group()?.state === 'Stable' && group()?.members.length === 2, 30_000);
  run.command({ kind: 'consumer.pause', consumer: 'c1' });
  run.run(1000);
  const consumed = () => run.state().consumers.find(({ id }) => id === 'c1')!.consumed;
  const before = consumed();
  run.run(20_000);
  expect(consumed()).toBe(before);
  expect(group()).toMatchObject({ state: 'Stable', members: [{}, {}] });
  run.command({ kind: 'consumer.resume', consumer: 'c1' }, { kind: 'consumer.stop', consumer: 'c2' });
  run.runUntil('one member has all', () => group()?.state === 'Stable' && group()?.members.length === 1, 20_000);
  run.run(2000);
  expect(consumed()).toBeGreaterThan(before);
});

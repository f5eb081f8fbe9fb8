/** The whole process ends at once, and a new one starts on the disks it left: what was acknowledged with acks=all is there. */
import { expect, test } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { cluster } from '#engine/testing/cluster.ts';
import { lostBatches } from '#engine/runtime/scenario/acknowledgements.ts';

const spec = {
  topics: [{ name: 'orders', partitions: 3, replicationFactor: 3, config: { 'min.insync.replicas': '2' } }],
  producers: [{ id: 'p', topic: 'orders', recordsPerSecond: 100 }],
  consumers: [{ id: 'c', group: 'g', topics: ['orders'] }],
};

test.each([1, 2, 3, 4, 5])('seed %i: nothing acknowledged is missing after a restart of everything, and the cluster keeps its id, topics and groups', (seed) => {
  const disks = new Map([1, 2, 3].map((id) => [id, new MemoryDisk()]));
  const diskFor = (id: number) => disks.get(id)!;
  const first = cluster({ ...spec, seed, diskFor });
  first.run(8000 + seed * 37);
  const before = first.state();
  expect(before.producers[0]!.acknowledged).toBeGreaterThan(300);

  const second = cluster({ ...spec, producers: [], seed: seed + 100, diskFor });
  const after = second.state();
  expect(after.clusterId).toBe(before.clusterId);
  expect(after.topics.map(({ name, topicId }) => [name, topicId])).toEqual(before.topics.map(({ name, topicId }) => [name, topicId]));
  expect(lostBatches(first.acknowledgements, second.world)).toEqual([]);
  const group = () => second.state().groups.find((candidate) => candidate.group === 'g');
  second.runUntil('the group is stable again', () => group()?.state === 'Stable', 60_000);
  const committed = (views: typeof before) => views.groups.find((candidate) => candidate.group === 'g')!.offsets.map(({ topic, partition, offset }) => [topic, partition, offset >= 0n]);
  expect(committed(second.state())).toEqual(committed(before));
});

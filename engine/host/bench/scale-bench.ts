/**
 * How the world grows: 3, 10, 30 and 100 brokers in memory, 100 partitions for each with replication factor 3, one producer. The cost of
 * an event may grow no faster than the logarithm of the cluster; memory is that of the whole process after each size, in this order.
 */
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { clusterSpecSchema } from '#engine/contract/cluster-spec.ts';
import { kafkaBehaviours } from '#engine/core/world/behaviours.ts';
import { bootCluster } from '#engine/core/world/boot.ts';
import { commitDisks, createWorld } from '#engine/core/world/create-world.ts';
import { runUntil } from '#engine/core/world/step.ts';
import type { Figure } from '#engine/host/bench/bench.ts';

const sizes = [3, 10, 30, 100];
const virtualSeconds = 5;
const bytesPerMegabyte = 1e6;

export async function scaleBench(): Promise<Figure[]> {
  return sizes.flatMap(measure);
}

function measure(brokers: number): Figure[] {
  const partitions = brokers * 100;
  const spec = clusterSpecSchema.parse({
    brokers: Array.from({ length: brokers }, (_, index) => ({ id: index + 1 })),
    topics: [{ name: 't', partitions, replicationFactor: 3, config: { 'min.insync.replicas': '2' } }],
    producers: [{ id: 'p', topic: 't', recordsPerSecond: 100, config: { acks: 'all' } }],
  });
  const bootMs = performance.now();
  const world = createWorld({ seed: 1, spec, diskFor: () => new MemoryDisk(), behaviours: kafkaBehaviours });
  bootCluster(world);
  const startMs = performance.now();
  const firstEvent = world.state.eventId;
  for (let second = 0; second < virtualSeconds; second++) {
    runUntil(world, world.state.timeUs + 1_000_000);
    commitDisks(world);
  }
  const seconds = (performance.now() - startMs) / 1000;
  const of = `${brokers} brokers, ${partitions.toLocaleString('en-US')} partitions`;
  return [
    { name: `${of}: boot`, unit: 's', value: (startMs - bootMs) / 1000 },
    { name: `${of}: events`, unit: '/s', value: (world.state.eventId - firstEvent) / seconds },
    { name: `${of}: memory of the process`, unit: 'MB', value: process.memoryUsage().rss / bytesPerMegabyte },
  ];
}

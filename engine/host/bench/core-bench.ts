/** The world alone, as fast as it goes: three brokers in memory, built-in producers that send 1,000 records a second together. */
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { clusterSpecSchema } from '#engine/contract/cluster-spec.ts';
import { kafkaBehaviours } from '#engine/core/world/behaviours.ts';
import { bootCluster } from '#engine/core/world/boot.ts';
import { commitDisks, createWorld } from '#engine/core/world/create-world.ts';
import { takeOutbox } from '#engine/core/world/door.ts';
import { runUntil } from '#engine/core/world/step.ts';
import type { Figure } from '#engine/host/bench/bench.ts';

const virtualSeconds = 20;

export async function coreBench(): Promise<Figure[]> {
  const spec = clusterSpecSchema.parse({
    brokers: [1, 2, 3].map((id) => ({ id })),
    topics: [{ name: 't', partitions: 6, replicationFactor: 3, config: { 'min.insync.replicas': '2' } }],
    producers: [1, 2].map((id) => ({ id: `p${id}`, topic: 't', recordsPerSecond: 500, valueBytes: 1024, config: { acks: 'all' } })),
    consumers: [{ id: 'c', group: 'g', topics: ['t'] }],
  });
  const world = createWorld({ seed: 1, spec, diskFor: () => new MemoryDisk(), behaviours: kafkaBehaviours });
  bootCluster(world);
  const firstEvent = world.state.eventId;
  const startMs = performance.now();
  for (let second = 0; second < virtualSeconds; second++) {
    runUntil(world, world.state.timeUs + 1_000_000);
    commitDisks(world);
    takeOutbox(world);
  }
  const seconds = (performance.now() - startMs) / 1000;
  return [
    { name: 'events', unit: '/s', value: (world.state.eventId - firstEvent) / seconds },
    { name: '3 brokers, 1,000 records/s: virtual time', unit: 's/s', value: virtualSeconds / seconds },
  ];
}

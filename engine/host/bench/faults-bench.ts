/** Virtual against real time under faults: three brokers, 100 records a second, and every 20 seconds the leader of a partition dies, and comes back after ten. */
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { clusterSpecSchema } from '#engine/contract/cluster-spec.ts';
import { kafkaBehaviours } from '#engine/core/world/behaviours.ts';
import { bootCluster } from '#engine/core/world/boot.ts';
import { executeCommand } from '#engine/core/world/commands/execute-command.ts';
import { commitDisks, createWorld } from '#engine/core/world/create-world.ts';
import { runUntil } from '#engine/core/world/step.ts';
import type { Figure } from '#engine/host/bench/bench.ts';

const virtualSeconds = 300;

export async function faultsBench(): Promise<Figure[]> {
  const spec = clusterSpecSchema.parse({
    brokers: [1, 2, 3].map((id) => ({ id })),
    topics: [{ name: 't', partitions: 3, replicationFactor: 3, config: { 'min.insync.replicas': '2' } }],
    producers: [{ id: 'p', topic: 't', recordsPerSecond: 100, config: { acks: 'all' } }],
  });
  const world = createWorld({ seed: 1, spec, diskFor: () => new MemoryDisk(), behaviours: kafkaBehaviours });
  bootCluster(world);
  const every = { everyMs: 20_000, times: 1000 };
  executeCommand(world, { kind: 'trigger.set', afterMs: 5000, ...every, do: [{ kind: 'broker.crash', broker: 'leader of t-0' }] });
  executeCommand(world, { kind: 'trigger.set', afterMs: 15_000, ...every, do: [{ kind: 'broker.restart', broker: 'the crashed broker' }] });
  const firstEvent = world.state.eventId;
  const startMs = performance.now();
  for (let second = 0; second < virtualSeconds; second++) {
    runUntil(world, world.state.timeUs + 1_000_000);
    commitDisks(world);
  }
  const seconds = (performance.now() - startMs) / 1000;
  return [
    { name: '3 brokers, 100 records/s, a crash every 20 s: virtual time', unit: 's/s', value: virtualSeconds / seconds },
    { name: 'events of it', unit: '/s', value: (world.state.eventId - firstEvent) / seconds },
  ];
}

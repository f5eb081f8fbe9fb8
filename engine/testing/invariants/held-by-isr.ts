/**
 * Every member of the ISR (and of the ELR) that runs holds everything below the leader's high watermark: any of them can lead and
 * nothing committed is missing. A broker that has restarted counts once the controller has registered this life of it: until then the
 * ISR speaks of the former one.
 */
import type { PartitionImage } from '#engine/core/metadata/image.ts';
import { brokerStateOf, latestImage } from '#engine/core/world/inspect.ts';
import type { World } from '#engine/core/world/world-state.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const heldByIsr: Invariant = {
  name: 'HeldByIsr',
  begin: (world) => ({
    check() {
      for (const topic of latestImage(world)?.topics.values() ?? []) {
        for (const [index, partition] of topic.partitions.entries()) {
          const broken = missingAtMember(world, `${topic.name}-${index}`, partition);
          if (broken !== undefined) return broken;
        }
      }
      return undefined;
    },
  }),
};

function missingAtMember(world: World, key: string, partition: PartitionImage): string | undefined {
  const leader = brokerStateOf(world, partition.leader)?.partitions.get(key);
  if (leader === undefined || leader.role !== 'leader' || leader.leaderEpoch !== partition.leaderEpoch) return undefined;
  for (const member of [...partition.isr, ...partition.elr]) {
    const state = brokerStateOf(world, member);
    const replica = state?.partitions.get(key);
    if (state === undefined || replica === undefined || !isRegistered(world, member, state.lifecycle.incarnationId)) continue;
    if (replica.log.logEndOffset < leader.log.highWatermark) {
      return `${key}: broker ${member} is in the ${partition.isr.includes(member) ? 'ISR' : 'ELR'} with log end ${replica.log.logEndOffset}; the high watermark is ${leader.log.highWatermark}`;
    }
  }
  return undefined;
}

function isRegistered(world: World, broker: number, incarnationId: string): boolean {
  return latestImage(world)?.brokers.get(broker)?.incarnationId === incarnationId;
}

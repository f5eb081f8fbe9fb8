/** In the committed metadata, the leader epoch and the partition epoch of a partition and the epoch of a broker never fall. */
import { bestInformed } from '#engine/core/world/inspect.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const epochsRise: Invariant = {
  name: 'EpochsRise',
  begin(world) {
    let lastOffset = -1n;
    const highest = new Map<string, bigint>();
    const fell = (name: string, epoch: bigint): string | undefined => {
      const before = highest.get(name);
      highest.set(name, epoch);
      return before !== undefined && epoch < before ? `${name} fell from ${before} to ${epoch}` : undefined;
    };
    return {
      check() {
        const best = bestInformed(world);
        // Whoever runs now may know less than one that ran before: it tells of the past, and that is no fall.
        if (best === undefined || best.imageOffset < lastOffset) return undefined;
        lastOffset = best.imageOffset;
        const { image } = best;
        for (const topic of image.topics.values()) {
          for (const [index, partition] of topic.partitions.entries()) {
            const name = `${topic.name}-${index} (${topic.id})`;
            const broken = fell(`leader epoch of ${name}`, BigInt(partition.leaderEpoch)) ?? fell(`partition epoch of ${name}`, BigInt(partition.partitionEpoch));
            if (broken !== undefined) return broken;
          }
        }
        for (const broker of image.brokers.values()) {
          const broken = fell(`epoch of broker ${broker.id}`, broker.epoch);
          if (broken !== undefined) return broken;
        }
        return undefined;
      },
    };
  },
};

/** A partition's leader, as the committed metadata has it, is in its ISR, unless it recovers from an unclean election. */
import { latestImage } from '#engine/core/world/inspect.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const leaderInIsr: Invariant = {
  name: 'LeaderInIsr',
  begin: (world) => ({
    check() {
      for (const topic of latestImage(world)?.topics.values() ?? []) {
        for (const [index, { leader, isr, leaderRecoveryState }] of topic.partitions.entries()) {
          if (leader !== -1 && !isr.includes(leader) && leaderRecoveryState === 0) return `${topic.name}-${index} is led by ${leader}, its ISR is ${isr.join(',')}`;
        }
      }
      return undefined;
    },
  }),
};

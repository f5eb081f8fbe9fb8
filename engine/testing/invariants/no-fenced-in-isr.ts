/** No broker that the controller has fenced is in an ISR of more than itself, and none leads. */
import { latestImage } from '#engine/core/world/inspect.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const noFencedInIsr: Invariant = {
  name: 'NoFencedInIsr',
  begin: (world) => ({
    check() {
      const image = latestImage(world);
      if (image === undefined) return undefined;
      for (const topic of image.topics.values()) {
        for (const [index, { isr, leader }] of topic.partitions.entries()) {
          if (leader !== -1 && image.brokers.get(leader)?.fenced === true) return `${topic.name}-${index} is led by ${leader}, which is fenced`;
          // The last member stays in the ISR while it is fenced: nobody else is known to hold what was committed.
          const fenced = isr.length > 1 ? isr.find((id) => image.brokers.get(id)?.fenced === true) : undefined;
          if (fenced !== undefined) return `${topic.name}-${index} has the fenced broker ${fenced} in its ISR ${isr.join(',')}`;
        }
      }
      return undefined;
    },
  }),
};

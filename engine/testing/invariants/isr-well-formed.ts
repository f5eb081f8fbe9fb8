/** ISR, ELR and last-known ELR are sets of replicas; ISR and ELR share nobody; a partition with a leader has an ISR. */
import type { PartitionImage } from '#engine/core/metadata/image.ts';
import { latestImage } from '#engine/core/world/inspect.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const isrWellFormed: Invariant = {
  name: 'IsrWellFormed',
  begin: (world) => ({
    check() {
      for (const topic of latestImage(world)?.topics.values() ?? []) {
        for (const [index, partition] of topic.partitions.entries()) {
          const broken = malformation(partition);
          if (broken !== undefined) return `${topic.name}-${index}: ${broken}`;
        }
      }
      return undefined;
    },
  }),
};

function malformation({ replicas, isr, elr, lastKnownElr, leader }: PartitionImage): string | undefined {
  const sets = { replicas, isr, elr, lastKnownElr };
  for (const [name, ids] of Object.entries(sets)) {
    if (new Set(ids).size !== ids.length) return `${name} ${ids.join(',')} names a broker twice`;
    const stranger = ids.find((id) => !replicas.includes(id));
    if (stranger !== undefined) return `${name} ${ids.join(',')} holds ${stranger}, which is no replica`;
  }
  const both = isr.find((id) => elr.includes(id));
  if (both !== undefined) return `${both} is in the ISR and in the ELR`;
  if (leader !== -1 && isr.length === 0) return `leader ${leader} and an empty ISR`;
  return undefined;
}

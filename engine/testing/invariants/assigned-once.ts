/** No partition is assigned to two members of a group in one generation, and a group's generation never falls. */
import type { FactPayloads } from '#engine/core/facts.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const assignedOnce: Invariant = {
  name: 'AssignedOnce',
  begin() {
    const owners = new Map<string, string>();
    const generations = new Map<string, number>();
    return {
      onEvent({ facts }) {
        for (const { kind, payload } of facts) {
          if (kind !== 'group.assigned') continue;
          const { group, generation, member, partitions } = payload as FactPayloads['group.assigned'];
          const before = generations.get(group) ?? 0;
          if (generation < before) return `group ${group} went back from generation ${before} to ${generation}`;
          generations.set(group, generation);
          for (const partition of partitions) {
            const claim = `${group} ${generation} ${partition}`;
            const owner = owners.get(claim);
            if (owner !== undefined && owner !== member) return `${partition} belongs to ${owner} and to ${member} in generation ${generation} of ${group}`;
            owners.set(claim, member);
          }
        }
        return undefined;
      },
    };
  },
};

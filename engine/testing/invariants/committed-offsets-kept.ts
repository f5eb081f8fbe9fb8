/**
 * What a group has committed for a partition is not forgotten: whoever consumes the partition next begins there, so that committed offsets never
 * fall. So it is with consumers that only go forward, as those of a simulation do; a group that seeks back, or a topic created anew, begins anew.
 *
 * What counts is where an event leaves an offset: a new coordinator that loaded several commits above its high watermark tells of them all, in the
 * order of its log, when the high watermark passes them (seed 202).
 */
import type { FactPayloads } from '#engine/core/facts.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const committedOffsetsKept: Invariant = {
  name: 'CommittedOffsetsKept',
  begin() {
    const committed = new Map<string, bigint>();
    return {
      onEvent({ facts }) {
        const left = new Map<string, bigint>();
        for (const { kind, payload } of facts) {
          if (kind === 'topic.deleted') forgetTopic(committed, (payload as FactPayloads['topic.deleted']).topic);
          if (kind !== 'group.offsetCommitted') continue;
          const { group, topic, partition, offset } = payload as FactPayloads['group.offsetCommitted'];
          left.set(`${group} ${topic}-${partition}`, offset);
        }
        for (const [key, offset] of left) {
          const before = committed.get(key) ?? 0n;
          if (offset < before) return `${before} was committed of ${key}, and then ${offset}`;
          committed.set(key, offset);
        }
        return undefined;
      },
    };
  },
};

/** A key is "group topic-partition"; a group's name may have spaces, a topic's has none. */
function forgetTopic(committed: Map<string, bigint>, topic: string): void {
  for (const key of committed.keys()) if (key.slice(key.lastIndexOf(' ') + 1, key.lastIndexOf('-')) === topic) committed.delete(key);
}

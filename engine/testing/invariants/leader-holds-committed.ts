/**
 * Whoever becomes leader by a clean election holds everything below the highest high watermark that a leader of the partition ever
 * had: what consumers could read, they can read again.
 */
import type { FactPayloads } from '#engine/core/facts.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const leaderHoldsCommitted: Invariant = {
  name: 'LeaderHoldsCommitted',
  begin() {
    const committed = new Map<string, bigint>();
    const leaders = new Map<string, number>();
    const unclean = new Set<string>();
    return {
      onEvent({ facts }) {
        for (const { kind, payload } of facts) {
          if (kind === 'partition.leaderElected') {
            const elected = payload as FactPayloads['partition.leaderElected'];
            if (elected.unclean) unclean.add(`${elected.topic}-${elected.partition}`);
          } else if (kind === 'replica.highWatermark') {
            const { topic, partition, broker, to } = payload as FactPayloads['replica.highWatermark'];
            const key = `${topic}-${partition}`;
            if (leaders.get(key) === broker && to > (committed.get(key) ?? 0n)) committed.set(key, to);
          } else if (kind === 'replica.becameLeader') {
            const { topic, partition, broker, logEndOffset } = payload as FactPayloads['replica.becameLeader'];
            const key = `${topic}-${partition}`;
            leaders.set(key, broker);
            const needed = committed.get(key) ?? 0n;
            if (unclean.has(key)) committed.set(key, logEndOffset);
            else if (logEndOffset < needed) return `broker ${broker} leads ${key} with log end ${logEndOffset}; ${needed} was committed`;
          } else if (kind === 'topic.deleted') {
            forget((payload as FactPayloads['topic.deleted']).topic, committed, leaders);
          }
        }
        return undefined;
      },
    };
  },
};

function forget(topic: string, ...maps: Map<string, unknown>[]): void {
  for (const map of maps) {
    for (const key of map.keys()) {
      if (key.slice(0, key.lastIndexOf('-')) === topic) map.delete(key);
    }
  }
}

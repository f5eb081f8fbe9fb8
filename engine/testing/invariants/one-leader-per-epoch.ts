/** No two brokers ever lead one partition in the same leader epoch, nor the quorum in the same quorum epoch. */
import type { FactPayloads } from '#engine/core/facts.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const oneLeaderPerEpoch: Invariant = {
  name: 'OneLeaderPerEpoch',
  begin() {
    const leaders = new Map<string, number>();
    return {
      onEvent({ facts }) {
        for (const { kind, payload } of facts) {
          // A topic that is created anew begins with epoch 0 again.
          if (kind === 'topic.deleted') forgetTopic(leaders, (payload as FactPayloads['topic.deleted']).topic);
          const claim = claimOf(kind, payload);
          if (claim === undefined) continue;
          const before = leaders.get(claim.epoch);
          if (before !== undefined && before !== claim.broker) return `brokers ${before} and ${claim.broker} both lead ${claim.epoch}`;
          leaders.set(claim.epoch, claim.broker);
        }
        return undefined;
      },
    };
  },
};

function forgetTopic(leaders: Map<string, number>, topic: string): void {
  for (const key of leaders.keys()) if (key.slice(0, key.lastIndexOf(' in epoch ')).replace(/-\d+$/, '') === topic) leaders.delete(key);
}

function claimOf(kind: string, payload: unknown): { epoch: string; broker: number } | undefined {
  if (kind === 'replica.becameLeader') {
    const { topic, partition, leaderEpoch, broker } = payload as FactPayloads['replica.becameLeader'];
    return { epoch: `${topic}-${partition} in epoch ${leaderEpoch}`, broker };
  }
  if (kind === 'quorum.leader') {
    const { epoch, broker } = payload as FactPayloads['quorum.leader'];
    return { epoch: `the quorum in epoch ${epoch}`, broker };
  }
  return undefined;
}

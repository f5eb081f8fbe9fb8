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

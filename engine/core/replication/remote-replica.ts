/**
 * What a leader knows of one follower, from the follower's own fetches (Kafka: Replica, ReplicaState).
 *
 * Invariants: the follower's log end offset is only what it asked for last, so the leader always knows one fetch less than
 * the follower has; `lastCaughtUpTimeMs` never goes back within a leader epoch.
 */
import type { RemoteReplica } from '#engine/core/replication/state.ts';

const unknownOffset = -1n;

export function newRemoteReplica(brokerId: number): RemoteReplica {
  return {
    brokerId,
    brokerEpoch: -1n,
    logStartOffset: unknownOffset,
    logEndOffset: unknownOffset,
    lastFetchTimeMs: 0,
    lastFetchLeaderLogEndOffset: unknownOffset,
    lastCaughtUpTimeMs: 0,
  };
}

/** A leader epoch begins: members of the ISR get the benefit of the doubt from now on, all others count as behind. */
export function resetRemoteReplica(
  replica: RemoteReplica,
  epochBegins: { isNewLeader: boolean; isInSync: boolean; leaderLogEndOffset: bigint; nowMs: number },
): void {
  replica.lastCaughtUpTimeMs = epochBegins.isInSync ? epochBegins.nowMs : 0;
  if (epochBegins.isNewLeader) {
    replica.brokerEpoch = -1n;
    replica.logStartOffset = unknownOffset;
    replica.logEndOffset = unknownOffset;
    replica.lastFetchLeaderLogEndOffset = unknownOffset;
    replica.lastFetchTimeMs = 0;
    return;
  }
  replica.lastFetchLeaderLogEndOffset = epochBegins.leaderLogEndOffset;
  replica.lastFetchTimeMs = epochBegins.isInSync ? epochBegins.nowMs : 0;
}

export interface FollowerFetch {
  fetchOffset: bigint;
  logStartOffset: bigint;
  /** -1n: the request did not say. */
  brokerEpoch: bigint;
  nowMs: number;
  leaderLogEndOffset: bigint;
}

/** False when the fetch comes from an older process of that broker than the leader knows already. */
export function updateFetchState(replica: RemoteReplica, fetch: FollowerFetch): boolean {
  if (fetch.brokerEpoch !== -1n && fetch.brokerEpoch < replica.brokerEpoch) return false;
  if (fetch.fetchOffset >= fetch.leaderLogEndOffset) {
    replica.lastCaughtUpTimeMs = Math.max(replica.lastCaughtUpTimeMs, fetch.nowMs);
  } else if (fetch.fetchOffset >= replica.lastFetchLeaderLogEndOffset) {
    // It has by now what the leader had at its last fetch, so it was caught up then.
    replica.lastCaughtUpTimeMs = Math.max(replica.lastCaughtUpTimeMs, replica.lastFetchTimeMs);
  }
  replica.brokerEpoch = fetch.brokerEpoch;
  replica.logStartOffset = fetch.logStartOffset;
  replica.logEndOffset = fetch.fetchOffset;
  if (fetch.leaderLogEndOffset > replica.lastFetchLeaderLogEndOffset) replica.lastFetchLeaderLogEndOffset = fetch.leaderLogEndOffset;
  replica.lastFetchTimeMs = fetch.nowMs;
  return true;
}

export function isCaughtUp(replica: RemoteReplica, leaderLogEndOffset: bigint, nowMs: number, lagTimeMaxMs: number): boolean {
  return replica.logEndOffset === leaderLogEndOffset || nowMs - replica.lastCaughtUpTimeMs <= lagTimeMaxMs;
}

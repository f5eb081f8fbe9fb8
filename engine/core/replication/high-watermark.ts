/**
 * How far a leader's high watermark may rise (Kafka: Partition.maybeIncrementLeaderHW; KIP-966's rule of min.insync).
 *
 * The high watermark is the smallest log end offset of the *maximal* ISR: every member of the committed ISR and every
 * member of a proposed one, so that a proposal which the controller accepts without the leader knowing yet can lose
 * nothing. A follower that is caught up and about to join is waited for too. Below min.insync.replicas it stands still.
 * Invariant: within a leader epoch it only rises.
 */
import { setHighWatermark } from '#engine/core/log/log.ts';
import { isMutated } from '#engine/core/mutations.ts';
import { isCaughtUp } from '#engine/core/replication/remote-replica.ts';
import type { PartitionState, RemoteReplica } from '#engine/core/replication/state.ts';

/** What it takes to judge a follower; lives for one handling. */
export interface ReplicaRules {
  nowMs: number;
  lagTimeMaxMs: number;
  /** Brokers that the metadata lets into an ISR (registered, not fenced, not shutting down), with their broker epochs. */
  eligible: ReadonlyMap<number, bigint>;
}

/** Its fetches must come from the process that is registered (KIP-903). */
export function isEligible(replica: RemoteReplica, eligible: ReadonlyMap<number, bigint>): boolean {
  const brokerEpoch = eligible.get(replica.brokerId);
  return brokerEpoch !== undefined && (replica.brokerEpoch === -1n || replica.brokerEpoch === brokerEpoch);
}

/** min.insync.replicas, but never more than there are replicas. */
export function effectiveMinIsr(partition: PartitionState): number {
  return Math.min(partition.log.settings['min.insync.replicas'], partition.remotes.size + 1);
}

export function isUnderMinIsr(partition: PartitionState): boolean {
  return partition.isr.length < effectiveMinIsr(partition);
}

/** Answers whether it rose. */
export function maybeIncrementHighWatermark(partition: PartitionState, rules: ReplicaRules): boolean {
  if (partition.role !== 'leader' || isUnderMinIsr(partition)) return false;
  const { log } = partition;
  const leaderLogEndOffset = log.logEndOffset;
  if (log.highWatermark >= leaderLogEndOffset) return false;
  let candidate = leaderLogEndOffset;
  for (const replica of partition.remotes.values()) {
    if (replica.logEndOffset >= candidate || isMutated('high-watermark-without-isr')) continue;
    if (partition.maximalIsr.includes(replica.brokerId) || isAboutToJoin(replica, leaderLogEndOffset, rules)) candidate = replica.logEndOffset;
  }
  if (candidate === log.highWatermark || (candidate < log.highWatermark && !isMutated('high-watermark-may-fall'))) return false;
  setHighWatermark(log, candidate);
  return true;
}

function isAboutToJoin(replica: RemoteReplica, leaderLogEndOffset: bigint, rules: ReplicaRules): boolean {
  return isCaughtUp(replica, leaderLogEndOffset, rules.nowMs, rules.lagTimeMaxMs) && isEligible(replica, rules.eligible);
}

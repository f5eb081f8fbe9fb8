/**
 * Who is in sync (Kafka: Partition.maybeExpandIsr, maybeShrinkIsr, handleAlterPartitionError; KIP-497, KIP-841, KIP-903).
 *
 * The leader proposes, the controller decides, and the leader goes on with the larger of both until it knows: a proposed
 * member counts for the high watermark at once, a member proposed to leave counts until its leaving is committed.
 * Invariant: at most one proposal of a partition is open.
 */
import { isMutated } from '#engine/core/mutations.ts';
import { isEligible, type ReplicaRules } from '#engine/core/replication/high-watermark.ts';
import { isCaughtUp } from '#engine/core/replication/remote-replica.ts';
import type { PartitionState, RemoteReplica } from '#engine/core/replication/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

export interface IsrContext {
  brokerId: number;
  brokerEpoch: bigint;
  rules: ReplicaRules;
}

/** The follower has reached the high watermark and everything that this leader's epoch began with. */
function isInSync(partition: PartitionState, replica: RemoteReplica): boolean {
  return replica.logEndOffset >= partition.log.highWatermark && replica.logEndOffset >= partition.leaderEpochStartOffset;
}

/** Called at each fetch of the follower. Answers whether an expansion was proposed. */
export function maybeProposeExpand(partition: PartitionState, replica: RemoteReplica, context: IsrContext): boolean {
  if (partition.proposal !== null || partition.maximalIsr.includes(replica.brokerId)) return false;
  if (!isInSync(partition, replica) || !isEligible(replica, context.rules.eligible)) return false;
  propose(partition, 'expand', [...partition.isr, replica.brokerId], [replica.brokerId], context);
  return true;
}

/** Members of the ISR that have not been caught up for longer than replica.lag.time.max.ms. */
export function outOfSyncReplicas(partition: PartitionState, brokerId: number, rules: ReplicaRules): number[] {
  return partition.isr.filter((id) => {
    const replica = partition.remotes.get(id);
    return id !== brokerId && (replica === undefined || !isCaughtUp(replica, partition.log.logEndOffset, rules.nowMs, rules.lagTimeMaxMs));
  });
}

/** Called on a schedule. Answers those proposed to leave; empty when nothing was proposed. */
export function maybeProposeShrink(partition: PartitionState, context: IsrContext): number[] {
  if (partition.role !== 'leader' || partition.proposal !== null) return [];
  const out = outOfSyncReplicas(partition, context.brokerId, context.rules);
  if (out.length === 0) return isMutated('isr-takes-anybody') ? proposeAnybody(partition, context) : [];
  propose(partition, 'shrink', partition.isr.filter((id) => !out.includes(id)), out, context);
  return out;
}

/** What nobody does whose followers must hold what is committed. */
function proposeAnybody(partition: PartitionState, context: IsrContext): number[] {
  const out = [...partition.remotes.keys()].filter((id) => !partition.isr.includes(id) && context.rules.eligible.has(id));
  if (out.length > 0) propose(partition, 'expand', [...partition.isr, ...out], out, context);
  return out;
}

function propose(partition: PartitionState, kind: 'expand' | 'shrink', isr: number[], changed: number[], context: IsrContext): void {
  const brokerEpochs = isr.map((id) => (id === context.brokerId ? context.brokerEpoch : (partition.remotes.get(id)?.brokerEpoch ?? -1n)));
  partition.proposal = { kind, isr, brokerEpochs, changed, status: 'queued' };
  if (kind === 'expand') partition.maximalIsr = [...isr];
}

/** The controller refused for good: back to what is committed. */
export function rollBackProposal(partition: PartitionState): void {
  partition.proposal = null;
  partition.maximalIsr = [...partition.isr];
}

export type ProposalVerdict =
  /** The committed ISR stays; a later fetch or check may propose again. */
  | 'rollBack'
  /** The leader is behind the metadata: it waits, with the proposal open, for the record that corrects it. */
  | 'await'
  | 'retry';

export function verdictOnError(errorCode: number): ProposalVerdict {
  switch (errorCode) {
    case ErrorCode.OPERATION_NOT_ATTEMPTED:
    case ErrorCode.INELIGIBLE_REPLICA:
      return 'rollBack';
    case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
    case ErrorCode.UNKNOWN_TOPIC_ID:
    case ErrorCode.FENCED_LEADER_EPOCH:
    case ErrorCode.INVALID_UPDATE_VERSION:
    case ErrorCode.INVALID_REQUEST:
    case ErrorCode.NEW_LEADER_ELECTED:
      return 'await';
    default:
      return 'retry';
  }
}

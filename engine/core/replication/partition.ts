/**
 * A replica that this broker hosts, becoming leader or follower as the metadata says (Kafka: Partition.makeLeader,
 * makeFollower, updateAssignmentAndIsr).
 *
 * Invariants: a change is applied only when its partition epoch is not older than what the replica holds (the answer to an
 * AlterPartition may come before the metadata record that it wrote); a new leader epoch begins at the leader's log end and
 * is written to the epoch cache before anything is appended in it; a follower keeps no ISR of its own.
 * Left out: log directories beyond one, tiered storage, recovery of a log that an unclean election chose.
 */
import { assignEpochStart, type LogState } from '#engine/core/log/log.ts';
import { newRemoteReplica, resetRemoteReplica } from '#engine/core/replication/remote-replica.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import { assert } from '#engine/ports/assert.ts';
import type { Disk } from '#engine/ports/disk.ts';

/** What the metadata says of a partition. */
export interface PartitionAssignment {
  replicas: readonly number[];
  isr: readonly number[];
  leader: number;
  leaderEpoch: number;
  partitionEpoch: number;
}

export function partitionKey(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

/** The last dash divides: topic names may have dashes of their own. Undefined when it is no partition's directory. */
export function parsePartitionKey(key: string): { topic: string; partition: number } | undefined {
  const dash = key.lastIndexOf('-');
  if (dash <= 0 || !/^\d+$/.test(key.slice(dash + 1))) return undefined;
  return { topic: key.slice(0, dash), partition: Number(key.slice(dash + 1)) };
}

export function newPartition(topic: string, topicId: string, partition: number, log: LogState): PartitionState {
  return {
    key: partitionKey(topic, partition),
    topic,
    topicId,
    partition,
    role: 'none',
    leaderId: -1,
    leaderEpoch: -1,
    partitionEpoch: -1,
    leaderEpochStartOffset: -1n,
    replicas: [],
    isr: [],
    maximalIsr: [],
    proposal: null,
    remotes: new Map(),
    log,
  };
}

export interface RoleChange {
  applied: boolean;
  /** The leader epoch is new: fetchers start over, followers are judged afresh. */
  newEpoch: boolean;
  /** The role, or the leader it follows, changed. */
  newRole: boolean;
}

const notApplied: RoleChange = { applied: false, newEpoch: false, newRole: false };

export function makeLeader(disk: Disk, partition: PartitionState, brokerId: number, assignment: PartitionAssignment, nowMs: number): RoleChange {
  if (assignment.partitionEpoch < partition.partitionEpoch) return notApplied;
  const isNewLeader = partition.role !== 'leader';
  const newEpoch = assignment.leaderEpoch > partition.leaderEpoch;
  assert(newEpoch || !isNewLeader, `${partition.key}: became leader without a new leader epoch (${assignment.leaderEpoch})`);
  adoptAssignment(partition, assignment, brokerId);
  if (newEpoch) {
    const leaderLogEndOffset = partition.log.logEndOffset;
    partition.leaderEpochStartOffset = leaderLogEndOffset;
    assignEpochStart(disk, partition.log, assignment.leaderEpoch, leaderLogEndOffset);
    for (const replica of partition.remotes.values()) {
      resetRemoteReplica(replica, { isNewLeader, isInSync: partition.isr.includes(replica.brokerId), leaderLogEndOffset, nowMs });
    }
  }
  partition.role = 'leader';
  partition.leaderId = brokerId;
  partition.leaderEpoch = assignment.leaderEpoch;
  return { applied: true, newEpoch, newRole: isNewLeader };
}

export function makeFollower(partition: PartitionState, assignment: PartitionAssignment): RoleChange {
  if (assignment.partitionEpoch < partition.partitionEpoch) return notApplied;
  const newEpoch = assignment.leaderEpoch > partition.leaderEpoch;
  const newRole = partition.role !== 'follower' || partition.leaderId !== assignment.leader;
  partition.role = 'follower';
  partition.leaderId = assignment.leader;
  partition.leaderEpoch = assignment.leaderEpoch;
  partition.partitionEpoch = assignment.partitionEpoch;
  partition.leaderEpochStartOffset = -1n;
  partition.replicas = [...assignment.replicas];
  partition.isr = [];
  partition.maximalIsr = [];
  partition.proposal = null;
  partition.remotes.clear();
  return { applied: true, newEpoch, newRole };
}

function adoptAssignment(partition: PartitionState, assignment: PartitionAssignment, brokerId: number): void {
  partition.replicas = [...assignment.replicas];
  commitIsr(partition, assignment.isr, assignment.partitionEpoch);
  for (const id of partition.remotes.keys()) if (!partition.replicas.includes(id)) partition.remotes.delete(id);
  for (const id of partition.replicas) {
    if (id !== brokerId && !partition.remotes.has(id)) partition.remotes.set(id, newRemoteReplica(id));
  }
}

/** The controller has committed this ISR: whatever was proposed is settled. */
export function commitIsr(partition: PartitionState, isr: readonly number[], partitionEpoch: number): void {
  partition.isr = [...isr];
  partition.maximalIsr = [...isr];
  partition.partitionEpoch = partitionEpoch;
  partition.proposal = null;
}

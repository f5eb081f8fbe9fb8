/**
 * The rebalance of a classic group: everybody joins, the leader assigns, everybody syncs. Kafka: GroupMetadataManager's
 * classic group part (prepareRebalance, completeClassicGroupJoin, tryCompleteInitialRebalanceElseSchedule, expirePendingSync,
 * expireClassicGroupMemberHeartbeat).
 *
 * Empty → PreparingRebalance (initial delay) → CompletingRebalance → Stable, and back to PreparingRebalance whenever the
 * membership or a subscription changes. Invariants: a generation begins when a join phase completes and only then; dynamic
 * members that did not rejoin in time are out of it, static ones stay until their session ends; members that wait for an
 * answer do not lose their session by silence.
 * Timers: "group.join" (the join phase, by group id), "group.sync" (the sync phase, by group id), "group.session".
 */
import { isMutated } from '#engine/core/mutations.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { transitionTo } from '#engine/core/group/coordination.ts';
import { appendRecords } from '#engine/core/group/append.ts';
import {
  electJoinedLeader,
  hasAllMembersJoined,
  joinedMembers,
  rebalanceTimeoutMs,
  removeMember,
  selectProtocol,
} from '#engine/core/group/classic-group.ts';
import { groupMetadataRecord } from '#engine/core/group/records.ts';
import { completeJoin, completeSync, endSession, NO_MEMBER_ID, restartSession } from '#engine/core/group/responses.ts';
import type { ClassicGroup, ClassicMember, OffsetsPartitionState } from '#engine/core/group/state.ts';
import { assignedPartitionNames } from '#engine/core/clients/consumer-protocol.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

/** A group whose membership or subscriptions changed rebalances, or waits for fewer members. */
export function rebalanceOrCompleteJoin(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup, rule: string): void {
  if (group.state === 'Empty' || group.state === 'Stable' || group.state === 'CompletingRebalance') prepareRebalance(coordination, partition, group, rule);
  else completeJoinPhaseIfAllJoined(coordination, partition, group);
}

export function prepareRebalance(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup, rule: string): void {
  const { context, host } = coordination;
  if (group.state === 'CompletingRebalance') resetAssignments(coordination, group, ErrorCode.REBALANCE_IN_PROGRESS);
  context.disarm('group.sync', group.groupId);
  const isInitial = group.state === 'Empty';
  transitionTo(coordination, group, 'PreparingRebalance', rule);
  if (isInitial) {
    const delayMs = host.settings['group.initial.rebalance.delay.ms'];
    group.newMemberAdded = false;
    group.initialDelay = { delayMs, remainingMs: Math.max(rebalanceTimeoutMs(group) - delayMs, 0) };
    context.arm('group.join', group.groupId, delayMs);
  } else if (hasAllMembersJoined(group)) completeJoinPhase(coordination, partition, group);
  else context.arm('group.join', group.groupId, rebalanceTimeoutMs(group));
}

/** A group that was empty waits out its initial delay, so that its first members do not rebalance one by one. */
export function completeJoinPhaseIfAllJoined(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup): void {
  if (group.state !== 'PreparingRebalance' || group.initialDelay !== null) return;
  if (hasAllMembersJoined(group)) completeJoinPhase(coordination, partition, group);
}

/** The join phase's time is over; in the initial delay new members prolong it, up to the rebalance timeout. */
export function onJoinTimer(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup): void {
  const delay = group.initialDelay;
  if (delay === null || !group.newMemberAdded || delay.remainingMs === 0) {
    completeJoinPhase(coordination, partition, group);
    return;
  }
  group.newMemberAdded = false;
  const delayMs = Math.min(coordination.host.settings['group.initial.rebalance.delay.ms'], delay.remainingMs);
  group.initialDelay = { delayMs, remainingMs: Math.max(delay.remainingMs - delay.delayMs, 0) };
  coordination.context.arm('group.join', group.groupId, delayMs);
}

export function completeJoinPhase(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup): void {
  const { context } = coordination;
  context.disarm('group.join', group.groupId);
  if (group.state !== 'PreparingRebalance') return;
  for (const member of group.members.values()) {
    if (member.awaitingJoin === null && member.instanceId === null) dropMember(coordination, group, member, 'did not rejoin in time');
  }
  if (!electJoinedLeader(group) && group.members.size > 0) {
    // Only silent static members are left: their sessions will end, or one of them comes back.
    context.arm('group.join', group.groupId, rebalanceTimeoutMs(group));
    return;
  }
  group.initialDelay = null;
  group.pendingSyncMembers.clear();
  if (!isMutated('generation-stands-still') || group.generation === 0) group.generation += 1;
  if (group.members.size === 0) becomeEmpty(coordination, partition, group);
  else beginSyncPhase(coordination, group);
}

function becomeEmpty(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup): void {
  group.protocolName = null;
  transitionTo(coordination, group, 'Empty', 'last-member-left');
  // Should it fail, a later coordinator will load the members of before and their sessions will end there.
  appendRecords(coordination, {
    partition,
    records: [groupMetadataRecord(group)],
    completion: { kind: 'emptyGroup', groupId: group.groupId, created: false },
  });
}

function beginSyncPhase(coordination: Coordination, group: ClassicGroup): void {
  group.protocolName = selectProtocol(group);
  transitionTo(coordination, group, 'CompletingRebalance', 'all-members-joined');
  for (const member of group.members.values()) {
    completeJoin(coordination, member, {
      memberId: member.memberId,
      generationId: group.generation,
      protocolType: group.protocolType,
      protocolName: group.protocolName,
      leader: group.leader ?? NO_MEMBER_ID,
      members: member.memberId === group.leader ? joinedMembers(group) : [],
    });
    restartSession(coordination, group, member);
    member.isNew = false;
    group.pendingSyncMembers.add(member.memberId);
  }
  coordination.context.arm('group.sync', group.groupId, rebalanceTimeoutMs(group));
}

/** Members that got the join's answer and never synced are out, whatever their session says (KIP-345's follow-up). */
export function onSyncTimer(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup): void {
  if (group.state !== 'CompletingRebalance' && group.state !== 'Stable') return;
  if (group.pendingSyncMembers.size === 0) return;
  for (const memberId of group.pendingSyncMembers) {
    const member = group.members.get(memberId);
    if (member !== undefined) dropMember(coordination, group, member, 'did not sync in time');
  }
  prepareRebalance(coordination, partition, group, 'sync-timeout');
}

export function memberSynced({ context }: Coordination, group: ClassicGroup, memberId: string): void {
  group.pendingSyncMembers.delete(memberId);
  if (group.pendingSyncMembers.size === 0) context.disarm('group.sync', group.groupId);
}

/** The leader's assignment is committed: everybody who waits gets its part, the others when they ask. */
export function becomeStable(coordination: Coordination, group: ClassicGroup, assignments: ReadonlyMap<string, Uint8Array>): void {
  for (const member of group.members.values()) {
    member.assignment = assignments.get(member.memberId) ?? new Uint8Array(0);
    coordination.context.publish(
      'group.assigned',
      { group: group.groupId, generation: group.generation, member: member.memberId, partitions: assignedPartitionNames(member.assignment) },
      { rule: 'leader-assigns', settings: { protocol: group.protocolName ?? '', leader: group.leader ?? '' } },
    );
  }
  propagateAssignments(coordination, group, ErrorCode.NONE);
  transitionTo(coordination, group, 'Stable', 'assignment-committed');
}

export function resetAssignments(coordination: Coordination, group: ClassicGroup, errorCode: number): void {
  for (const member of group.members.values()) member.assignment = new Uint8Array(0);
  propagateAssignments(coordination, group, errorCode);
}

function propagateAssignments(coordination: Coordination, group: ClassicGroup, errorCode: number): void {
  const known = errorCode === ErrorCode.NONE ? { protocolType: group.protocolType, protocolName: group.protocolName } : {};
  for (const member of group.members.values()) {
    const answered = completeSync(coordination, member, { errorCode, assignment: member.assignment, ...known });
    if (answered) restartSession(coordination, group, member);
  }
}

/** Takes a member out and says so; the group's next step is the caller's. */
export function dropMember(coordination: Coordination, group: ClassicGroup, member: ClassicMember, reason: string): void {
  const { context } = coordination;
  endSession(coordination, group.groupId, member.memberId);
  completeJoin(coordination, member, { memberId: NO_MEMBER_ID, errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
  completeSync(coordination, member, { errorCode: ErrorCode.UNKNOWN_MEMBER_ID });
  removeMember(group, member.memberId);
  context.publish('group.memberLeft', { group: group.groupId, member: member.memberId, reason }, {
    rule: 'member-left',
    settings: { 'session.timeout.ms': member.sessionTimeoutMs, 'max.poll.interval.ms': member.rebalanceTimeoutMs },
  });
}

/** The session timer: silence ends a membership, unless the coordinator itself keeps the member waiting. */
export function onSessionTimer(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup, memberId: string): void {
  if (group.pendingJoinMembers.delete(memberId)) {
    completeJoinPhaseIfAllJoined(coordination, partition, group);
    return;
  }
  const member = group.members.get(memberId);
  if (member === undefined) return;
  // A new member is not known to be alive while its first join waits: it has no id to send heartbeats with.
  if (!member.isNew && (member.awaitingJoin !== null || member.awaitingSync !== null)) return;
  dropMember(coordination, group, member, 'session timed out');
  rebalanceOrCompleteJoin(coordination, partition, group, 'member-session-timed-out');
}

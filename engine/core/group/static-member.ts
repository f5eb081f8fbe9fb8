/**
 * A static member (group.instance.id, KIP-345) that comes back under a new member id: the old one is fenced, its assignment
 * stays, and a stable group need not rebalance. Kafka: updateStaticMemberThenRebalanceOrCompleteJoin.
 */
import { assert } from '#engine/ports/assert.ts';
import { appendRecords } from '#engine/core/group/append.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { joinedMembers, replaceStaticMember, selectProtocol } from '#engine/core/group/classic-group.ts';
import { updateMember, type Join } from '#engine/core/group/join.ts';
import { completeJoinPhaseIfAllJoined, prepareRebalance } from '#engine/core/group/rebalance.ts';
import { groupMetadataRecord } from '#engine/core/group/records.ts';
import { completeJoin, completeSync, endSession, NO_MEMBER_ID, restartSession } from '#engine/core/group/responses.ts';
import type { ClassicGroup, ClassicMember, OffsetsPartitionState, PendingCompletion } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

type StaticMemberCompletion = Extract<PendingCompletion, { kind: 'staticMember' }>;

export function rejoinStaticMember(coordination: Coordination, join: Join, oldMemberId: string, memberId: string): void {
  const { partition, group, request } = join;
  const oldLeader = group.leader;
  const old = group.members.get(oldMemberId);
  assert(old !== undefined, `group ${group.groupId}: instance ${join.body.groupInstanceId} points at ${oldMemberId}, which is no member`);
  fence(coordination, group, old);
  const member = replaceStaticMember(group, oldMemberId, memberId);
  updateMember(member, join);
  restartSession(coordination, group, member);
  switch (group.state) {
    case 'Stable': {
      if (selectProtocol(group) !== group.protocolName) return prepareRebalance(coordination, partition, group, 'protocol-changed');
      const completion: PendingCompletion = {
        kind: 'staticMember', groupId: group.groupId, memberId, oldMember: old, oldLeader, apiVersion: request.apiVersion,
      };
      const errorCode = appendRecords(coordination, { partition, records: [groupMetadataRecord(group)], completion });
      if (errorCode !== ErrorCode.NONE) completeStaticMember(coordination, partition, completion, errorCode);
      return;
    }
    case 'CompletingRebalance':
      return prepareRebalance(coordination, partition, group, 'static-member-replaced');
    case 'PreparingRebalance':
      return completeJoinPhaseIfAllJoined(coordination, partition, group);
    case 'Empty':
    case 'Dead':
      assert(false, `group ${group.groupId} is ${group.state} and has the static member ${oldMemberId}`);
  }
}

/** The member of before may be a zombie: whatever it waits for, it learns that its place is taken. */
function fence(coordination: Coordination, group: ClassicGroup, old: ClassicMember): void {
  endSession(coordination, group.groupId, old.memberId);
  completeJoin(coordination, old, { memberId: old.memberId, errorCode: ErrorCode.FENCED_INSTANCE_ID });
  completeSync(coordination, old, { errorCode: ErrorCode.FENCED_INSTANCE_ID });
}

/** The new member id is in the log, or could not be written and the old one is taken back. */
export function completeStaticMember(
  coordination: Coordination,
  partition: OffsetsPartitionState,
  completion: StaticMemberCompletion,
  errorCode: number,
): void {
  const group = partition.groups.get(completion.groupId);
  const member = group?.members.get(completion.memberId);
  if (group === undefined || member === undefined) return;
  if (errorCode !== ErrorCode.NONE) {
    takeBack(coordination, group, member, completion, errorCode);
    return;
  }
  const isLeader = group.leader === member.memberId;
  const canSkip = completion.apiVersion >= 9;
  completeJoin(coordination, member, {
    memberId: member.memberId,
    generationId: group.generation,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    // Before version 9 a leader that came back is told the old leader's id, so that it takes itself for a follower.
    leader: (canSkip ? group.leader : completion.oldLeader) ?? NO_MEMBER_ID,
    members: canSkip && isLeader ? joinedMembers(group) : [],
    skipAssignment: canSkip && isLeader,
  });
}

function takeBack(coordination: Coordination, group: ClassicGroup, member: ClassicMember, completion: StaticMemberCompletion, errorCode: number): void {
  endSession(coordination, group.groupId, member.memberId);
  completeJoin(coordination, member, {
    memberId: NO_MEMBER_ID,
    errorCode,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: completion.oldLeader ?? NO_MEMBER_ID,
  });
  const { memberId, protocols, sessionTimeoutMs, rebalanceTimeoutMs } = completion.oldMember;
  const restored = replaceStaticMember(group, member.memberId, memberId);
  Object.assign(restored, { protocols, sessionTimeoutMs, rebalanceTimeoutMs });
  restartSession(coordination, group, restored);
}

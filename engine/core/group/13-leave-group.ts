/**
 * LeaveGroup (13), versions 0 to 5. Kafka: GroupMetadataManager.classicGroupLeave. Up to version 2 one member leaves and the
 * error is the answer's; from 3 on several do, by member id or by instance id (administrators do that), with an error each.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import { validateMember } from '#engine/core/group/classic-group.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { placeOfGroup } from '#engine/core/group/coordination.ts';
import { dropMember, rebalanceOrCompleteJoin } from '#engine/core/group/rebalance.ts';
import { endSession, NO_MEMBER_ID } from '#engine/core/group/responses.ts';
import type { ClassicGroup } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { LeaveGroupRequest, LeaveGroupResponse } from '#engine/protocol/messages/13-leave-group.ts';

type Leaver = LeaveGroupRequest['members'][number];

export function leaveGroup(coordination: Coordination, request: RequestMessage): void {
  const body = request.body as LeaveGroupRequest;
  const leavers = request.apiVersion >= 3 ? body.members : [{ memberId: body.memberId, groupInstanceId: null, reason: null }];
  const response = leave(coordination, body.groupId, leavers);
  if (request.apiVersion < 3) {
    response.errorCode ||= response.members[0]?.errorCode ?? ErrorCode.NONE;
    response.members = [];
  }
  coordination.context.respond(request, response);
}

function leave(coordination: Coordination, groupId: string, leavers: Leaver[]): LeaveGroupResponse {
  if (groupId === '') return refusal(ErrorCode.INVALID_GROUP_ID);
  const place = placeOfGroup(coordination, groupId);
  if (typeof place === 'number') return refusal(place);
  const { group, partition } = place;
  if (group?.state === 'Dead') return refusal(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  const members = leavers.map((leaver) => ({
    memberId: leaver.memberId,
    groupInstanceId: leaver.groupInstanceId,
    errorCode: group === undefined ? ErrorCode.UNKNOWN_MEMBER_ID : takeOut(coordination, group, leaver),
  }));
  if (group !== undefined && group.state !== 'Empty' && members.some(({ errorCode }) => errorCode === ErrorCode.NONE)) {
    rebalanceOrCompleteJoin(coordination, partition, group, 'member-left');
  }
  return { throttleTimeMs: 0, errorCode: ErrorCode.NONE, members };
}

function refusal(errorCode: number): LeaveGroupResponse {
  return { throttleTimeMs: 0, errorCode, members: [] };
}

function takeOut(coordination: Coordination, group: ClassicGroup, { memberId, groupInstanceId, reason }: Leaver): number {
  if (group.pendingJoinMembers.delete(memberId)) {
    endSession(coordination, group.groupId, memberId);
    return ErrorCode.NONE;
  }
  const isByInstance = memberId === NO_MEMBER_ID;
  const leavingId = isByInstance ? group.staticMembers.get(groupInstanceId ?? '') : memberId;
  if (leavingId === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
  const problem = isByInstance ? ErrorCode.NONE : validateMember(group, memberId, groupInstanceId);
  const member = group.members.get(leavingId);
  if (problem !== ErrorCode.NONE || member === undefined) return problem || ErrorCode.UNKNOWN_MEMBER_ID;
  dropMember(coordination, group, member, reason ?? 'left the group');
  return ErrorCode.NONE;
}

/**
 * SyncGroup (14), versions 0 to 5. Kafka: GroupMetadataManager.classicGroupSync. Static members from version 3; protocol type
 * and name must be told from 5 on (KIP-559), and must be the group's.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import { appendRecords, errorForGroupClients } from '#engine/core/group/append.ts';
import { validateMember } from '#engine/core/group/classic-group.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { placeOfGroup } from '#engine/core/group/coordination.ts';
import { becomeStable, memberSynced, rebalanceOrCompleteJoin, resetAssignments } from '#engine/core/group/rebalance.ts';
import { groupMetadataRecord } from '#engine/core/group/records.ts';
import { restartSession, syncResponse } from '#engine/core/group/responses.ts';
import type { ClassicGroup, OffsetsPartitionState, PendingCompletion } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { SyncGroupRequest } from '#engine/protocol/messages/14-sync-group.ts';

type AssignmentCompletion = Extract<PendingCompletion, { kind: 'assignment' }>;

export function syncGroup(coordination: Coordination, request: RequestMessage): void {
  const { context } = coordination;
  const body = request.body as SyncGroupRequest;
  const refuse = (errorCode: number) => context.respond(request, syncResponse({ errorCode }));
  if (request.apiVersion >= 5 && (body.protocolType === null || body.protocolName === null)) return refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
  if (body.groupId === '') return refuse(ErrorCode.INVALID_GROUP_ID);
  const place = placeOfGroup(coordination, body.groupId);
  // A member of a group that is being loaded has to begin anew once it is there.
  if (typeof place === 'number') return refuse(place === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS ? ErrorCode.REBALANCE_IN_PROGRESS : place);
  const { group, partition } = place;
  if (group === undefined) return refuse(ErrorCode.UNKNOWN_MEMBER_ID);
  const problem = validateSync(group, body);
  if (problem !== ErrorCode.NONE) return refuse(problem);
  const member = group.members.get(body.memberId);
  if (member === undefined || group.state === 'Empty') return refuse(ErrorCode.UNKNOWN_MEMBER_ID);
  if (group.state === 'PreparingRebalance') return refuse(ErrorCode.REBALANCE_IN_PROGRESS);
  memberSynced(coordination, group, member.memberId);
  if (group.state === 'Stable') {
    context.respond(request, syncResponse({ protocolType: group.protocolType, protocolName: group.protocolName, assignment: member.assignment }));
    restartSession(coordination, group, member);
    return;
  }
  member.awaitingSync = request;
  if (group.leader === member.memberId) persistAssignment(coordination, partition, group, body);
}

function validateSync(group: ClassicGroup, body: SyncGroupRequest): number {
  if (group.state === 'Dead') return ErrorCode.COORDINATOR_NOT_AVAILABLE;
  const problem = validateMember(group, body.memberId, body.groupInstanceId);
  if (problem !== ErrorCode.NONE) return problem;
  if (body.generationId !== group.generation) return ErrorCode.ILLEGAL_GENERATION;
  if (isOther(body.protocolType, group.protocolType) || isOther(body.protocolName, group.protocolName)) return ErrorCode.INCONSISTENT_GROUP_PROTOCOL;
  return ErrorCode.NONE;
}

function isOther(told: string | null, own: string | null): boolean {
  return told !== null && told !== own;
}

function persistAssignment(
  coordination: Coordination,
  partition: OffsetsPartitionState,
  group: ClassicGroup,
  body: SyncGroupRequest,
): void {
  const given = new Map(body.assignments.map(({ memberId, assignment }) => [memberId, assignment]));
  const assignments = new Map([...group.members.keys()].map((memberId) => [memberId, given.get(memberId)?.slice() ?? new Uint8Array(0)]));
  const completion: AssignmentCompletion = { kind: 'assignment', groupId: group.groupId, generation: group.generation, assignments };
  const errorCode = appendRecords(coordination, { partition, records: [groupMetadataRecord(group, assignments)], completion });
  if (errorCode !== ErrorCode.NONE) completeAssignment(coordination, partition, completion, errorCode);
}

/** Another rebalance may have begun while the record was on its way to the in-sync replicas: then nobody waits for this. */
export function completeAssignment(
  coordination: Coordination,
  partition: OffsetsPartitionState,
  completion: AssignmentCompletion,
  errorCode: number,
): void {
  const group = partition.groups.get(completion.groupId);
  if (group === undefined || group.state !== 'CompletingRebalance' || group.generation !== completion.generation) return;
  if (errorCode === ErrorCode.NONE) {
    becomeStable(coordination, group, completion.assignments);
    return;
  }
  resetAssignments(coordination, group, errorForGroupClients(errorCode));
  rebalanceOrCompleteJoin(coordination, partition, group, 'assignment-not-written');
}

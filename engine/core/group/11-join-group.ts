/**
 * JoinGroup (11), versions 0 to 9. Kafka: GroupCoordinatorService.joinGroup, GroupMetadataManager.classicGroupJoin and what
 * it calls. Version notes: the rebalance timeout is the session timeout in version 0; from version 4 on a new dynamic member
 * first gets its id (MEMBER_ID_REQUIRED, KIP-394); static members from 5 (KIP-345); the leader may be told to skip the
 * assignment from 9 (KIP-814).
 * Left out: groups of the consumer type that speak this protocol while they migrate.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import { appendRecords } from '#engine/core/group/append.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { createGroup, memberKey, placeOfGroup } from '#engine/core/group/coordination.ts';
import {
  addMember,
  countAwaitingJoin,
  hasSameProtocols,
  isInState,
  joinedMembers,
  supportsProtocols,
  validateMember,
} from '#engine/core/group/classic-group.ts';
import { updateMember, type Join } from '#engine/core/group/join.ts';
import { javaUuid } from '#engine/core/group/java-uuid.ts';
import { rebalanceOrCompleteJoin } from '#engine/core/group/rebalance.ts';
import { groupMetadataRecord } from '#engine/core/group/records.ts';
import { joinError, joinResponse, NO_MEMBER_ID, restartSession } from '#engine/core/group/responses.ts';
import type { ClassicGroup, ClassicMember, OffsetsPartitionState } from '#engine/core/group/state.ts';
import { rejoinStaticMember } from '#engine/core/group/static-member.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { JoinGroupRequest } from '#engine/protocol/messages/11-join-group.ts';

/** A new member's first JoinGroup may wait this long; then it is taken for dead (GroupMetadataManager: 5 minutes). */
const NEW_MEMBER_JOIN_TIMEOUT_MS = 300_000;

export function joinGroup(coordination: Coordination, request: RequestMessage): void {
  const { host, context } = coordination;
  const body = request.body as JoinGroupRequest;
  const refuse = (errorCode: number, memberId = body.memberId) => context.respond(request, joinError(request, memberId, errorCode));
  if (body.groupId === '') return refuse(ErrorCode.INVALID_GROUP_ID);
  const { 'group.min.session.timeout.ms': minMs, 'group.max.session.timeout.ms': maxMs } = host.settings;
  if (body.sessionTimeoutMs < minMs || body.sessionTimeoutMs > maxMs) return refuse(ErrorCode.INVALID_SESSION_TIMEOUT);
  const place = placeOfGroup(coordination, body.groupId);
  if (typeof place === 'number') return refuse(place);
  const isNewMember = body.memberId === NO_MEMBER_ID;
  if (place.group === undefined && !isNewMember) return refuse(ErrorCode.UNKNOWN_MEMBER_ID);
  const group = place.group ?? createGroup(coordination, place.partition, body.groupId);
  const join: Join = { request, body, partition: place.partition, group };
  if (!acceptsMember(group, body.memberId, host.settings['group.max.size'])) {
    group.pendingJoinMembers.delete(body.memberId);
    return refuse(ErrorCode.GROUP_MAX_SIZE_REACHED, NO_MEMBER_ID);
  }
  if (isNewMember) joinNewMember(coordination, join);
  else joinExistingMember(coordination, join);
  if (place.group === undefined) persistNewGroup(coordination, join);
}

/** Members count when the group rebalances; before, whoever is in is in. */
function acceptsMember(group: ClassicGroup, memberId: string, maxSize: number): boolean {
  switch (group.state) {
    case 'Empty':
    case 'Dead':
      return true;
    case 'PreparingRebalance':
      return (group.members.get(memberId)?.awaitingJoin ?? null) !== null || countAwaitingJoin(group) < maxSize;
    case 'CompletingRebalance':
    case 'Stable':
      return group.members.has(memberId) || group.members.size < maxSize;
  }
}

function joinNewMember(coordination: Coordination, join: Join): void {
  const { context } = coordination;
  const { request, body, group } = join;
  if (group.state === 'Dead') return context.respond(request, joinError(request, NO_MEMBER_ID, ErrorCode.COORDINATOR_NOT_AVAILABLE));
  if (!supportsProtocols(group, body.protocolType, body.protocols)) {
    return context.respond(request, joinError(request, NO_MEMBER_ID, ErrorCode.INCONSISTENT_GROUP_PROTOCOL));
  }
  const memberId = `${body.groupInstanceId ?? request.clientId ?? ''}-${javaUuid(context.random)}`;
  if (body.groupInstanceId !== null) {
    const oldMemberId = group.staticMembers.get(body.groupInstanceId);
    if (oldMemberId === undefined) return addAndRebalance(coordination, join, memberId);
    return rejoinStaticMember(coordination, join, oldMemberId, memberId);
  }
  if (request.apiVersion < 4) return addAndRebalance(coordination, join, memberId);
  group.pendingJoinMembers.add(memberId);
  context.arm('group.session', memberKey(group.groupId, memberId), body.sessionTimeoutMs);
  context.respond(request, joinError(request, memberId, ErrorCode.MEMBER_ID_REQUIRED));
}

function joinExistingMember(coordination: Coordination, join: Join): void {
  const { context } = coordination;
  const { request, body, partition, group } = join;
  const refuse = (errorCode: number) => context.respond(request, joinError(request, body.memberId, errorCode));
  if (group.state === 'Dead') return refuse(ErrorCode.COORDINATOR_NOT_AVAILABLE);
  if (!supportsProtocols(group, body.protocolType, body.protocols)) return refuse(ErrorCode.INCONSISTENT_GROUP_PROTOCOL);
  if (group.pendingJoinMembers.has(body.memberId)) return addAndRebalance(coordination, join, body.memberId);
  const problem = validateMember(group, body.memberId, body.groupInstanceId);
  if (problem !== ErrorCode.NONE) return refuse(problem);
  const member = group.members.get(body.memberId);
  if (member === undefined || group.state === 'Empty') return refuse(ErrorCode.UNKNOWN_MEMBER_ID);
  if (isToldAgain(group, member, body)) {
    const isLeader = group.leader === member.memberId;
    return context.respond(request, currentGeneration(join, member, isLeader));
  }
  updateMember(member, join);
  rebalanceOrCompleteJoin(coordination, partition, group, group.leader === member.memberId ? 'leader-rejoined' : 'member-rejoined');
}

/** Nothing changes by a join that repeats itself in this generation, unless the leader asks for a rebalance that way. */
function isToldAgain(group: ClassicGroup, member: ClassicMember, body: JoinGroupRequest): boolean {
  if (!hasSameProtocols(member, body.protocols)) return false;
  return group.state === 'CompletingRebalance' || (group.state === 'Stable' && group.leader !== member.memberId);
}

function currentGeneration({ request, group }: Join, member: ClassicMember, withMembers: boolean) {
  return joinResponse(request.apiVersion, {
    memberId: member.memberId,
    generationId: group.generation,
    protocolType: group.protocolType,
    protocolName: group.protocolName,
    leader: group.leader ?? NO_MEMBER_ID,
    members: withMembers ? joinedMembers(group) : [],
  });
}

function addAndRebalance(coordination: Coordination, join: Join, memberId: string): void {
  const { context, host } = coordination;
  const { request, body, partition, group } = join;
  const member: ClassicMember = {
    memberId,
    instanceId: body.groupInstanceId,
    clientId: request.clientId ?? '',
    clientHost: host.clientHost(request),
    rebalanceTimeoutMs: 0,
    sessionTimeoutMs: 0,
    protocolType: body.protocolType,
    protocols: [],
    assignment: new Uint8Array(0),
    awaitingJoin: null,
    awaitingSync: null,
    isNew: true,
    sessionDeadlineUs: -1,
  };
  updateMember(member, join);
  if (isInState(group, 'PreparingRebalance') && group.initialDelay !== null) group.newMemberAdded = true;
  addMember(group, member);
  restartSession(coordination, group, member, NEW_MEMBER_JOIN_TIMEOUT_MS);
  context.publish('group.memberJoined', { group: group.groupId, member: memberId, clientId: member.clientId }, {
    rule: 'member-joined',
    settings: { 'session.timeout.ms': member.sessionTimeoutMs, 'max.poll.interval.ms': member.rebalanceTimeoutMs },
  });
  rebalanceOrCompleteJoin(coordination, partition, group, 'member-joined');
}

/** A new group is in the log before anybody relies on it. */
function persistNewGroup(coordination: Coordination, { partition, group }: Join): void {
  const errorCode = appendRecords(coordination, {
    partition,
    records: [groupMetadataRecord({ ...group, members: new Map(), leader: null, protocolName: null, protocolType: null })],
    completion: { kind: 'emptyGroup', groupId: group.groupId, created: true },
  });
  if (errorCode !== ErrorCode.NONE) forgetNewGroup(coordination, partition, group, errorCode);
}

/** The group could not be created: whoever waits for it is told, and tries again. */
export function forgetNewGroup(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup, errorCode: number): void {
  const { context } = coordination;
  for (const member of group.members.values()) {
    if (member.awaitingJoin === null) continue;
    context.respond(member.awaitingJoin, joinError(member.awaitingJoin, NO_MEMBER_ID, errorCode));
    member.awaitingJoin = null;
  }
  for (const memberId of [...group.members.keys(), ...group.pendingJoinMembers]) {
    context.disarm('group.session', memberKey(group.groupId, memberId));
  }
  context.disarm('group.join', group.groupId);
  partition.groups.delete(group.groupId);
}

/**
 * The answers that members wait for: each parked request is answered at most once, and the member's session starts anew when
 * it is. Kafka: ClassicGroup.completeJoinFuture and completeSyncFuture, the builders of the JSON messages' defaults.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { memberKey } from '#engine/core/group/coordination.ts';
import type { ClassicGroup, ClassicMember } from '#engine/core/group/state.ts';
import { create, type DeepPartial } from '#engine/protocol/message.ts';
import { JoinGroupResponse } from '#engine/protocol/messages/11-join-group.ts';
import { SyncGroupResponse } from '#engine/protocol/messages/14-sync-group.ts';

export const NO_MEMBER_ID = '';
export const NO_GENERATION = -1;

/** Version 7 is the first in which the protocol's name can be null. */
export function joinResponse(apiVersion: number, values: DeepPartial<JoinGroupResponse>): JoinGroupResponse {
  const body = create(JoinGroupResponse, { protocolName: null, ...values });
  if (apiVersion < 7) body.protocolName ??= '';
  return body;
}

export function joinError(request: RequestMessage, memberId: string, errorCode: number): JoinGroupResponse {
  return joinResponse(request.apiVersion, { memberId, errorCode, generationId: NO_GENERATION });
}

export function syncResponse(values: DeepPartial<SyncGroupResponse>): SyncGroupResponse {
  return create(SyncGroupResponse, values);
}

/** Does nothing when no join of the member is waiting. */
export function completeJoin({ context }: Coordination, member: ClassicMember, values: DeepPartial<JoinGroupResponse>): void {
  const request = member.awaitingJoin;
  if (request === null) return;
  member.awaitingJoin = null;
  context.respond(request, joinResponse(request.apiVersion, values));
}

/** False when no sync of the member was waiting. */
export function completeSync({ context }: Coordination, member: ClassicMember, values: DeepPartial<SyncGroupResponse>): boolean {
  const request = member.awaitingSync;
  if (request === null) return false;
  member.awaitingSync = null;
  context.respond(request, syncResponse(values));
  return true;
}

/** The session begins anew: the member was heard of, or was told something. */
export function restartSession(coordination: Coordination, group: ClassicGroup, member: ClassicMember, timeoutMs = member.sessionTimeoutMs): void {
  const { context } = coordination;
  member.sessionDeadlineUs = context.nowUs + timeoutMs * 1000;
  context.arm('group.session', memberKey(group.groupId, member.memberId), timeoutMs);
}

export function endSession({ context }: Coordination, groupId: string, memberId: string): void {
  context.disarm('group.session', memberKey(groupId, memberId));
}

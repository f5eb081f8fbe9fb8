/**
 * Heartbeat (12), versions 0 to 4. Kafka: GroupMetadataManager.classicGroupHeartbeat. It is how a member learns of a
 * rebalance: REBALANCE_IN_PROGRESS. While the group is being loaded every heartbeat is answered well, as Kafka does.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import { validateMember } from '#engine/core/group/classic-group.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { placeOfGroup } from '#engine/core/group/coordination.ts';
import { restartSession } from '#engine/core/group/responses.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { HeartbeatRequest, HeartbeatResponse } from '#engine/protocol/messages/12-heartbeat.ts';

export function heartbeat(coordination: Coordination, request: RequestMessage): void {
  const response: HeartbeatResponse = { throttleTimeMs: 0, errorCode: beat(coordination, request.body as HeartbeatRequest) };
  coordination.context.respond(request, response);
}

function beat(coordination: Coordination, body: HeartbeatRequest): number {
  if (body.groupId === '') return ErrorCode.INVALID_GROUP_ID;
  const place = placeOfGroup(coordination, body.groupId);
  if (place === ErrorCode.COORDINATOR_LOAD_IN_PROGRESS) return ErrorCode.NONE;
  if (typeof place === 'number') return place;
  const { group } = place;
  if (group === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
  if (group.state === 'Dead') return ErrorCode.COORDINATOR_NOT_AVAILABLE;
  const problem = validateMember(group, body.memberId, body.groupInstanceId);
  if (problem !== ErrorCode.NONE) return problem;
  if (body.generationId !== group.generation) return ErrorCode.ILLEGAL_GENERATION;
  const member = group.members.get(body.memberId);
  if (member === undefined || group.state === 'Empty') return ErrorCode.UNKNOWN_MEMBER_ID;
  restartSession(coordination, group, member);
  return group.state === 'PreparingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
}

/** A JoinGroup under way, and what it changes about its member: shared by dynamic and static members. */
import type { RequestMessage } from '#engine/core/node.ts';
import type { ClassicGroup, ClassicMember, OffsetsPartitionState } from '#engine/core/group/state.ts';
import type { JoinGroupRequest } from '#engine/protocol/messages/11-join-group.ts';

/** A JoinGroup with all it concerns, during its handling. */
export interface Join {
  request: RequestMessage;
  body: JoinGroupRequest;
  partition: OffsetsPartitionState;
  group: ClassicGroup;
}

/** What a join tells about its member, and the join itself, which now waits. */
export function updateMember(member: ClassicMember, { request, body }: Join): void {
  member.sessionTimeoutMs = body.sessionTimeoutMs;
  member.rebalanceTimeoutMs = request.apiVersion === 0 ? body.sessionTimeoutMs : body.rebalanceTimeoutMs;
  member.protocols = body.protocols.map(({ name, metadata }) => ({ name, metadata: metadata.slice() }));
  member.awaitingJoin = request;
}

/**
 * ListGroups (16), versions 0 to 5. Kafka: GroupMetadataManager.listGroups over all partitions that this broker coordinates;
 * one that is being loaded makes the whole answer COORDINATOR_LOAD_IN_PROGRESS. Filters by state from version 4 and by type
 * from 5 ignore case.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { ListGroupsRequest, ListGroupsResponse } from '#engine/protocol/messages/16-list-groups.ts';

export function listGroups({ state, context }: Coordination, request: RequestMessage): void {
  const body = request.body as ListGroupsRequest;
  const isWanted = filter(body.statesFilter);
  const isWantedType = filter(body.typesFilter);
  const response: ListGroupsResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, groups: [] };
  for (const partition of state.partitions.values()) {
    if (partition.status === 'loading') response.errorCode = ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
    if (partition.status !== 'active') continue;
    for (const group of partition.groups.values()) {
      if (!isWanted(group.state) || !isWantedType(group.type)) continue;
      response.groups.push({ groupId: group.groupId, protocolType: group.protocolType ?? '', groupState: group.state, groupType: group.type });
    }
  }
  if (response.errorCode !== ErrorCode.NONE) response.groups = [];
  context.respond(request, response);
}

function filter(names: string[]): (name: string) => boolean {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  return (name) => wanted.size === 0 || wanted.has(name.toLowerCase());
}

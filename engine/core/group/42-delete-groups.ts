/**
 * DeleteGroups (42), versions 0 to 2. Kafka: GroupCoordinatorShard.deleteGroups. Only a group without members goes; its
 * offsets go with it, as tombstones in the same batch. Groups of one partition are one append. The
 * empty group id is a group like any other here, as offsets can be committed under it.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import { appendRecords } from '#engine/core/group/append.ts';
import { canBeDeleted } from '#engine/core/group/classic-group.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { placeOfGroup } from '#engine/core/group/coordination.ts';
import { beginGathering, gatherPart } from '#engine/core/group/gathering.ts';
import { groupTombstone, offsetsOfGroup } from '#engine/core/group/records.ts';
import type { OffsetChange, OffsetsPartitionState } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DeleteGroupsRequest, DeleteGroupsResponse } from '#engine/protocol/messages/42-delete-groups.ts';

interface Deletion {
  groupId: string;
  part: number;
}

export function deleteGroups(coordination: Coordination, request: RequestMessage): void {
  const groupIds = [...new Set((request.body as DeleteGroupsRequest).groupsNames)];
  beginGathering(coordination, request, groupIds.length, respondDeleteGroups);
  const deletions = new Map<OffsetsPartitionState, Deletion[]>();
  for (const [part, groupId] of groupIds.entries()) {
    const verdict = partitionToDeleteFrom(coordination, groupId);
    if (typeof verdict === 'number') answer(coordination, request.id, { groupId, part }, verdict);
    else deletions.set(verdict, [...(deletions.get(verdict) ?? []), { groupId, part }]);
  }
  for (const [partition, groups] of deletions) deleteFrom(coordination, request.id, partition, groups);
}

function partitionToDeleteFrom(coordination: Coordination, groupId: string): OffsetsPartitionState | number {
  const place = placeOfGroup(coordination, groupId);
  if (typeof place === 'number') return place;
  if (place.group === undefined) return ErrorCode.GROUP_ID_NOT_FOUND;
  const problem = canBeDeleted(place.group);
  return problem === ErrorCode.NONE ? place.partition : problem;
}

function deleteFrom(coordination: Coordination, requestId: number, partition: OffsetsPartitionState, groups: Deletion[]): void {
  const offsets: OffsetChange[] = groups.flatMap(({ groupId }) =>
    offsetsOfGroup(partition, groupId).map(({ topic, partition: index }) => ({ group: groupId, topic, partition: index, value: null })),
  );
  const records = groups.map(({ groupId }) => groupTombstone(groupId));
  const errorCode = appendRecords(coordination, { partition, offsets, records, completion: { kind: 'deleteGroups', requestId, groups } });
  if (errorCode !== ErrorCode.NONE) completeDeleteGroups(coordination, requestId, groups, errorCode);
  else for (const { groupId } of groups) partition.groups.delete(groupId);
}

export function completeDeleteGroups(coordination: Coordination, requestId: number, groups: Deletion[], errorCode: number): void {
  if (!coordination.state.gatherings.has(requestId)) return;
  for (const deletion of groups) answer(coordination, requestId, deletion, errorCode);
}

function answer(coordination: Coordination, requestId: number, { groupId, part }: Deletion, errorCode: number): void {
  gatherPart(coordination, requestId, part, { groupId, errorCode }, respondDeleteGroups);
}

function respondDeleteGroups({ context }: Coordination, request: RequestMessage, parts: unknown[]): void {
  const response: DeleteGroupsResponse = { throttleTimeMs: 0, results: parts as DeleteGroupsResponse['results'] };
  context.respond(request, response);
}

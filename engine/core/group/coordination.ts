/**
 * What the coordinator's handlers share during one handling: the state, the broker around it and the node's context; how a
 * group is found; how timers of groups are named. Kafka: CoordinatorRuntime's contexts, GroupMetadataManager's timer keys.
 */
import type { NodeContext } from '#engine/core/node.ts';
import type { CoordinatorHost } from '#engine/core/group/host.ts';
import { offsetsPartitionOf } from '#engine/core/group/partition-of.ts';
import type { ClassicGroup, ClassicGroupState, GroupCoordinatorState, OffsetsPartitionState } from '#engine/core/group/state.ts';
import { createClassicGroup } from '#engine/core/group/classic-group.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

/** Lives for one handling; never kept. */
export interface Coordination {
  state: GroupCoordinatorState;
  host: CoordinatorHost;
  context: NodeContext;
}

/** A group's offsets partition with the group in it, if it exists. */
export interface GroupPlace {
  partition: OffsetsPartitionState;
  group: ClassicGroup | undefined;
}

/** The active partition that a group belongs to, or the error that clients are told. */
export function placeOfGroup({ state, host }: Coordination, groupId: string): GroupPlace | number {
  const partitionCount = host.offsetsPartitionCount();
  if (partitionCount === 0) return ErrorCode.NOT_COORDINATOR;
  const partition = state.partitions.get(offsetsPartitionOf(groupId, partitionCount));
  if (partition === undefined || partition.status === 'failed') return ErrorCode.NOT_COORDINATOR;
  if (partition.status === 'loading') return ErrorCode.COORDINATOR_LOAD_IN_PROGRESS;
  return { partition, group: partition.groups.get(groupId) };
}

export function createGroup({ context }: Coordination, partition: OffsetsPartitionState, groupId: string): ClassicGroup {
  const group = createClassicGroup(groupId, context.nowMs);
  partition.groups.set(groupId, group);
  return group;
}

export function transitionTo({ context }: Coordination, group: ClassicGroup, to: ClassicGroupState, rule: string): void {
  const from = group.state;
  group.state = to;
  group.stateSinceMs = context.nowMs;
  if (from !== to) context.publish('group.state', { group: group.groupId, from, to, generation: group.generation }, { rule });
}

/** Timers of members: group ids and member ids may contain anything, so the first one's length goes before. */
export function memberKey(groupId: string, memberId: string): string {
  return `${groupId.length}/${groupId}/${memberId}`;
}

export function parseMemberKey(key: string): { groupId: string; memberId: string } {
  const slash = key.indexOf('/');
  const groupEnd = slash + 1 + Number(key.slice(0, slash));
  return { groupId: key.slice(slash + 1, groupEnd), memberId: key.slice(groupEnd + 1) };
}

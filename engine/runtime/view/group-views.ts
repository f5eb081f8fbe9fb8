/**
 * Groups as their coordinators have them. A group whose coordinator is moving is told as it was last known, with coordinator
 * -1, so that it does not vanish from the screen in the very moment that one looks at it.
 */
import type { CommittedOffsetView, GroupView, MemberView } from '#engine/contract/state.ts';
import { assignedPartitionNames } from '#engine/core/clients/consumer-protocol.ts';
import type { ClassicGroup, ClassicMember, OffsetsPartitionState } from '#engine/core/group/state.ts';
import { OFFSETS_TOPIC } from '#engine/core/group/host.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import { brokerIds, brokerStateOf } from '#engine/core/world/inspect.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';

/** An active coordinator of one partition of `__consumer_offsets`. */
export interface CoordinatedPartition {
  broker: number;
  state: OffsetsPartitionState;
}

interface KnownGroup {
  offsetsPartition: number;
  view: GroupView;
}

/** What was last known, by source: lives as long as the run does. */
const lastKnown = new WeakMap<ViewSource, Map<string, KnownGroup>>();

export function groupViews(source: ViewSource): GroupView[] {
  const coordinated = coordinatedPartitions(source);
  const known = lastKnown.get(source) ?? new Map<string, KnownGroup>();
  const current = new Map<string, KnownGroup>();
  for (const [group, last] of known) {
    if (!coordinated.has(last.offsetsPartition)) current.set(group, { ...last, view: { ...last.view, coordinator: -1 } });
  }
  for (const [offsetsPartition, { broker, state }] of coordinated) {
    for (const id of new Set([...state.groups.keys(), ...state.offsets.keys()])) {
      current.set(id, { offsetsPartition, view: groupView(source, broker, state, id) });
    }
  }
  lastKnown.set(source, current);
  return [...current.values()].map(({ view }) => view).toSorted((a, b) => (a.group < b.group ? -1 : 1));
}

/**
 * Who coordinates each offsets partition now. A paused or cut-off broker may still believe that it does: the leader that the metadata
 * names wins.
 */
export function coordinatedPartitions(source: ViewSource): Map<number, CoordinatedPartition> {
  const image = source.image();
  const offsetsTopic = image && topicByName(image, OFFSETS_TOPIC);
  const found = new Map<number, CoordinatedPartition>();
  for (const broker of brokerIds(source.world)) {
    for (const [partition, state] of brokerStateOf(source.world, broker)?.groupCoordinator.partitions ?? []) {
      if (state.status !== 'active') continue;
      if (found.has(partition) && offsetsTopic?.partitions[partition]?.leader !== broker) continue;
      found.set(partition, { broker, state });
    }
  }
  return found;
}

function groupView(source: ViewSource, coordinator: number, state: OffsetsPartitionState, id: string): GroupView {
  const group: ClassicGroup | undefined = state.groups.get(id);
  return {
    group: id,
    type: 'classic',
    state: group?.state ?? 'Empty',
    coordinator,
    generation: group?.generation ?? -1,
    protocolType: group?.protocolType ?? '',
    protocol: group?.protocolName ?? '',
    leader: group?.leader ?? '',
    members: group === undefined ? [] : [...group.members.values()].map((member) => memberView(source, member)),
    offsets: offsetViews(source, state, id),
  };
}

function memberView({ world }: ViewSource, member: ClassicMember): MemberView {
  const { sessionDeadlineUs } = member;
  return {
    memberId: member.memberId,
    instanceId: member.instanceId,
    clientId: member.clientId,
    host: member.clientHost,
    assignment: assignedPartitionNames(member.assignment),
    sessionTimeoutMs: member.sessionTimeoutMs,
    sessionLeftMs: sessionDeadlineUs === -1 ? -1 : Math.max(0, Math.round((sessionDeadlineUs - world.state.timeUs) / 1000)),
  };
}

function offsetViews(source: ViewSource, state: OffsetsPartitionState, group: string): CommittedOffsetView[] {
  const views: CommittedOffsetView[] = [];
  for (const [topic, partitions] of state.offsets.get(group) ?? []) {
    for (const [partition, { committed }] of partitions) {
      if (committed === null) continue;
      const end = leaderOffsets(source, topic, partition);
      views.push({
        topic,
        partition,
        offset: committed.offset,
        logEndOffset: end?.logEndOffset ?? -1n,
        lag: end === undefined ? -1n : maximum(0n, end.highWatermark - committed.offset),
        metadata: committed.metadata,
      });
    }
  }
  return views.toSorted((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

/** Ends of a partition's log as its leader has them; undefined while it has none, or none that runs. */
export function leaderOffsets(source: ViewSource, topic: string, partition: number): { highWatermark: bigint; logEndOffset: bigint } | undefined {
  const image = source.image();
  const leader = image && topicByName(image, topic)?.partitions[partition]?.leader;
  if (leader === undefined || leader === -1) return undefined;
  const log = brokerStateOf(source.world, leader)?.partitions.get(`${topic}-${partition}`)?.log;
  return log && { highWatermark: log.highWatermark, logEndOffset: log.logEndOffset };
}

function maximum(a: bigint, b: bigint): bigint {
  return a > b ? a : b;
}

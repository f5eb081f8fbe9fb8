/**
 * The records by which a classic group survives: GroupMetadata and OffsetCommit on `__consumer_offsets`, and what replaying
 * one does to the state. Kafka: GroupCoordinatorRecordHelpers, GroupCoordinatorShard.replay.
 *
 * Invariant: loading and live handling change offsets through `replayOffset` alone. As in Kafka a living classic group is
 * soft state (its members are at the broker's other end); its record is replayed only when the partition is loaded, or when
 * it is a tombstone. Records of other group types are passed over: no such group can exist yet.
 */
import { isMutated } from '#engine/core/mutations.ts';
import {
  coordinatorRecordType,
  decodeCoordinatorKey,
  decodeCoordinatorValue,
  encodeCoordinatorKey,
  encodeCoordinatorValue,
} from '#engine/protocol/records/coordinator-record-frame.ts';
import { GroupMetadataKey, GroupMetadataValue, OffsetCommitKey, OffsetCommitValue } from '#engine/protocol/records/consumer-offsets-records.ts';
import { createClassicGroup, protocolMetadata } from '#engine/core/group/classic-group.ts';
import type { ClassicGroup, ClassicMember, OffsetAndMetadata, OffsetChange, OffsetsPartitionState } from '#engine/core/group/state.ts';

export interface CoordinatorRecord {
  key: Uint8Array;
  /** Null: a tombstone. */
  value: Uint8Array | null;
}

/** As Kafka 4.3 writes them: a reader of version 4 exists, a writer does not. */
const GROUP_VERSION = 3;
/** Version 1 is the only one with an expiry of its own; the newest one else. */
const OFFSET_VERSION_WITH_EXPIRY = 1;

/** `assignments` by member id, instead of what the members have now. */
export function groupMetadataRecord(group: ClassicGroup, assignments?: ReadonlyMap<string, Uint8Array>): CoordinatorRecord {
  const members = [...group.members.values()].map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.instanceId,
    clientId: member.clientId,
    clientHost: member.clientHost,
    rebalanceTimeout: member.rebalanceTimeoutMs,
    sessionTimeout: member.sessionTimeoutMs,
    subscription: protocolMetadata(member, group.protocolName),
    assignment: assignments === undefined ? member.assignment : (assignments.get(member.memberId) ?? new Uint8Array(0)),
  }));
  const value = encodeCoordinatorValue(GroupMetadataValue, {
    protocolType: group.protocolType ?? '',
    generation: group.generation,
    protocol: group.protocolName,
    leader: group.leader,
    currentStateTimestamp: BigInt(group.stateSinceMs),
    members,
  }, GROUP_VERSION);
  return { key: encodeCoordinatorKey(GroupMetadataKey, { group: group.groupId }), value };
}

export function groupTombstone(groupId: string): CoordinatorRecord {
  return { key: encodeCoordinatorKey(GroupMetadataKey, { group: groupId }), value: null };
}

export function offsetRecord(change: OffsetChange): CoordinatorRecord {
  const key = encodeCoordinatorKey(OffsetCommitKey, { group: change.group, topic: change.topic, partition: change.partition });
  if (change.value === null) return { key, value: null };
  const { offset, leaderEpoch, metadata, commitTimestampMs, expireTimestampMs, topicId } = change.value;
  const body: OffsetCommitValue = {
    offset, leaderEpoch, metadata, topicId, commitTimestamp: commitTimestampMs, expireTimestamp: expireTimestampMs,
  };
  const version = expireTimestampMs === -1n ? OffsetCommitValue.versions.max : OFFSET_VERSION_WITH_EXPIRY;
  return { key, value: encodeCoordinatorValue(OffsetCommitValue, body, version) };
}

/** While loading: sets the state as the record says. Answers the offset it carries, if it is one. */
export function replayRecord(partition: OffsetsPartitionState, record: CoordinatorRecord, nowMs: number): OffsetChange | undefined {
  switch (coordinatorRecordType(record.key)) {
    case OffsetCommitKey.apiKey: {
      const change = decodeOffsetChange(record);
      replayOffset(partition, change);
      return change;
    }
    case GroupMetadataKey.apiKey: {
      replayGroup(partition, record, nowMs);
      return undefined;
    }
    default:
      return undefined;
  }
}

function decodeOffsetChange({ key, value }: CoordinatorRecord): OffsetChange {
  const { group, topic, partition } = decodeCoordinatorKey(OffsetCommitKey, key);
  if (value === null) return { group, topic, partition, value: null };
  const body = decodeCoordinatorValue(OffsetCommitValue, value);
  return {
    group,
    topic,
    partition,
    value: {
      offset: body.offset,
      leaderEpoch: body.leaderEpoch,
      metadata: body.metadata,
      commitTimestampMs: body.commitTimestamp,
      expireTimestampMs: body.expireTimestamp,
      topicId: body.topicId,
    },
  };
}

/** What was written to the log: seen by those who wait for it to commit. */
export function replayOffset(partition: OffsetsPartitionState, { group, topic, partition: index, value }: OffsetChange): void {
  let topics = partition.offsets.get(group);
  if (topics === undefined) {
    if (value === null) return;
    topics = new Map();
    partition.offsets.set(group, topics);
  }
  let rows = topics.get(topic);
  if (rows === undefined) {
    if (value === null) return;
    rows = new Map();
    topics.set(topic, rows);
  }
  const row = rows.get(index);
  if (row !== undefined && isMutated('first-commit-kept')) return;
  if (row !== undefined) row.latest = value;
  else if (value !== null) rows.set(index, { latest: value, committed: null });
}

/** What the high watermark has passed: seen by all. */
export function commitOffset(partition: OffsetsPartitionState, { group, topic, partition: index, value }: OffsetChange): void {
  const topics = partition.offsets.get(group);
  const rows = topics?.get(topic);
  const row = rows?.get(index);
  if (topics === undefined || rows === undefined || row === undefined) return;
  if (row.committed === null || !isMutated('first-commit-kept')) row.committed = value;
  if (row.latest !== null || row.committed !== null) return;
  rows.delete(index);
  if (rows.size === 0) topics.delete(topic);
  if (topics.size === 0) partition.offsets.delete(group);
}

export function offsetsOfGroup(partition: OffsetsPartitionState, groupId: string): { topic: string; partition: number; value: OffsetAndMetadata }[] {
  const offsets: { topic: string; partition: number; value: OffsetAndMetadata }[] = [];
  for (const [topic, rows] of partition.offsets.get(groupId) ?? []) {
    for (const [index, { latest }] of rows) if (latest !== null) offsets.push({ topic, partition: index, value: latest });
  }
  return offsets;
}

function replayGroup(partition: OffsetsPartitionState, { key, value }: CoordinatorRecord, nowMs: number): void {
  const { group: groupId } = decodeCoordinatorKey(GroupMetadataKey, key);
  if (value === null) {
    partition.groups.delete(groupId);
    return;
  }
  const body = decodeCoordinatorValue(GroupMetadataValue, value);
  const group = createClassicGroup(groupId, body.currentStateTimestamp < 0n ? nowMs : Number(body.currentStateTimestamp));
  group.state = body.members.length === 0 ? 'Empty' : 'Stable';
  group.generation = body.generation;
  group.protocolType = body.protocolType === '' ? null : body.protocolType;
  group.protocolName = body.protocol;
  group.leader = body.leader;
  for (const stored of body.members) {
    const member = loadedMember(stored, body);
    group.members.set(member.memberId, member);
    if (member.instanceId !== null) group.staticMembers.set(member.instanceId, member.memberId);
  }
  partition.groups.set(groupId, group);
}

function loadedMember(stored: GroupMetadataValue['members'][number], body: GroupMetadataValue): ClassicMember {
  return {
    memberId: stored.memberId,
    instanceId: stored.groupInstanceId,
    clientId: stored.clientId,
    clientHost: stored.clientHost,
    rebalanceTimeoutMs: stored.rebalanceTimeout === -1 ? stored.sessionTimeout : stored.rebalanceTimeout,
    sessionTimeoutMs: stored.sessionTimeout,
    protocolType: body.protocolType,
    protocols: [{ name: body.protocol ?? '', metadata: stored.subscription }],
    assignment: stored.assignment,
    awaitingJoin: null,
    awaitingSync: null,
    isNew: false,
    sessionDeadlineUs: -1,
  };
}

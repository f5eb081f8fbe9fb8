/**
 * Offsets that nobody needs any more, and groups that consist of nothing else. Kafka: OffsetMetadataManager.
 * cleanupExpiredOffsets, OffsetExpirationConditionImpl, GroupMetadataManager.maybeDeleteGroup; looked for every
 * offsets.retention.check.interval.ms (timer "group.expire", by partition).
 *
 * Invariants: an offset of a topic that members consume never expires; the time counts from the moment the group became
 * empty, or from the commit when it never had members or the topic is not consumed any more; each tombstone is a record.
 */
import { appendRecords } from '#engine/core/group/append.ts';
import { canBeDeleted, CONSUMER_PROTOCOL_TYPE, subscribedTopics } from '#engine/core/group/classic-group.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { groupTombstone, offsetsOfGroup } from '#engine/core/group/records.ts';
import type { ClassicGroup, OffsetAndMetadata, OffsetChange, OffsetsPartitionState } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

/** Tombstones of one batch: keeps it well below any message.max.bytes that could be set. */
const TOMBSTONES_PER_BATCH_MAX = 500;

export function armExpiry({ context, host }: Coordination, partition: number): void {
  context.arm('group.expire', String(partition), host.settings['offsets.retention.check.interval.ms']);
}

export function expireOffsets(coordination: Coordination, partition: OffsetsPartitionState): void {
  const retentionMs = coordination.host.settings['offsets.retention.minutes'] * 60_000;
  const expired: OffsetChange[] = [];
  const emptied: string[] = [];
  for (const group of partition.groups.values()) {
    const stored = offsetsOfGroup(partition, group.groupId);
    const baseOf = expiryBase(group);
    const gone = baseOf === undefined ? [] : stored.filter(({ topic, value }) => isExpired(value, baseOf(topic, value), retentionMs, coordination.context.nowMs));
    for (const { topic, partition: index } of gone) expired.push({ group: group.groupId, topic, partition: index, value: null });
    if (gone.length === stored.length && canBeDeleted(group) === ErrorCode.NONE) emptied.push(group.groupId);
  }
  if (writeTombstones(coordination, partition, expired)) deleteEmptied(coordination, partition, emptied);
}

/** From when an offset's retention counts; -1: it does not expire. Undefined: nothing of this group does, at present. */
function expiryBase(group: ClassicGroup): ((topic: string, value: OffsetAndMetadata) => number) | undefined {
  if (group.protocolType === null) return (_topic, value) => Number(value.commitTimestampMs);
  if (group.state === 'Empty') return () => group.stateSinceMs;
  if (group.state !== 'Stable' || group.protocolType !== CONSUMER_PROTOCOL_TYPE) return undefined;
  const consumed = subscribedTopics(group);
  if (consumed === undefined) return undefined;
  return (topic, value) => (consumed.has(topic) ? -1 : Number(value.commitTimestampMs));
}

function isExpired(value: OffsetAndMetadata, baseMs: number, retentionMs: number, nowMs: number): boolean {
  if (baseMs < 0) return false;
  return value.expireTimestampMs >= 0n ? nowMs >= Number(value.expireTimestampMs) : nowMs - baseMs >= retentionMs;
}

/** Offsets of a deleted topic go, whoever consumed it. */
export function forgetTopics(coordination: Coordination, topics: ReadonlySet<string>): void {
  for (const partition of coordination.state.partitions.values()) {
    if (partition.status !== 'active') continue;
    const gone: OffsetChange[] = [];
    for (const group of partition.offsets.keys()) {
      for (const { topic, partition: index } of offsetsOfGroup(partition, group)) {
        if (topics.has(topic)) gone.push({ group, topic, partition: index, value: null });
      }
    }
    writeTombstones(coordination, partition, gone);
  }
}

function writeTombstones(coordination: Coordination, partition: OffsetsPartitionState, offsets: OffsetChange[]): boolean {
  for (let at = 0; at < offsets.length; at += TOMBSTONES_PER_BATCH_MAX) {
    const some = offsets.slice(at, at + TOMBSTONES_PER_BATCH_MAX);
    if (appendRecords(coordination, { partition, offsets: some, completion: { kind: 'cleanup' } }) !== ErrorCode.NONE) return false;
  }
  return true;
}

function deleteEmptied(coordination: Coordination, partition: OffsetsPartitionState, groupIds: string[]): void {
  for (let at = 0; at < groupIds.length; at += TOMBSTONES_PER_BATCH_MAX) {
    const some = groupIds.slice(at, at + TOMBSTONES_PER_BATCH_MAX);
    const errorCode = appendRecords(coordination, { partition, records: some.map(groupTombstone), completion: { kind: 'cleanup' } });
    if (errorCode !== ErrorCode.NONE) return;
    for (const groupId of some) partition.groups.delete(groupId);
  }
}

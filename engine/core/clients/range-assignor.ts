/**
 * The range assignor: of each topic, consecutive partitions to the members in order, the first ones getting one more when
 * it does not divide evenly. Kafka: RangeAssignor, AbstractPartitionAssignor.MemberInfo (the order of members).
 * Left out: matching the members' racks to the replicas' (KIP-881), which only acts when members tell a rack.
 */
import { isMutated } from '#engine/core/mutations.ts';
import type { TopicPartitions } from '#engine/core/clients/consumer-protocol.ts';

export interface AssignableMember {
  memberId: string;
  instanceId: string | null;
  topics: string[];
}

/** Member id → its partitions. Topics that do not exist (no partition count) are left out. */
export function assignRange(members: AssignableMember[], partitionCounts: ReadonlyMap<string, number>): Map<string, TopicPartitions[]> {
  const ordered = members.toSorted(compareMembers);
  const assignment = new Map<string, TopicPartitions[]>(members.map(({ memberId }) => [memberId, []]));
  for (const topic of [...new Set(members.flatMap((member) => member.topics))].toSorted(compareText)) {
    const partitionCount = partitionCounts.get(topic) ?? 0;
    const subscribers = ordered.filter((member) => member.topics.includes(topic));
    const each = Math.floor(partitionCount / subscribers.length);
    const withOneMore = partitionCount % subscribers.length;
    let next = 0;
    for (const [index, { memberId }] of subscribers.entries()) {
      const count = each + (index < withOneMore ? 1 : 0);
      if (count === 0) continue;
      const first = next;
      assignment.get(memberId)?.push({ topic, partitions: Array.from({ length: count + (isMutated('assignment-overlaps') && next + count < partitionCount ? 1 : 0) }, (_, i) => first + i) });
      next += count;
    }
  }
  return assignment;
}

/** Static members come first, by instance id; dynamic ones after, by member id. */
function compareMembers(a: AssignableMember, b: AssignableMember): number {
  if (a.instanceId !== null && b.instanceId !== null) return compareText(a.instanceId, b.instanceId);
  if (a.instanceId !== null) return -1;
  if (b.instanceId !== null) return 1;
  return compareText(a.memberId, b.memberId);
}

/** By UTF-16 units, as Java compares strings, whatever the locale. */
function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

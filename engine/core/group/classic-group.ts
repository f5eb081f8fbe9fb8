/**
 * A classic group as data: who belongs to it, which protocol its members agree on, who leads it. Kafka: ClassicGroup.
 *
 * Invariants: the leader is a member; a static member's instance id points at a member; a member id is either a member's or
 * pending, never both. Nothing here answers a request or arms a timer: that is rebalance.ts.
 */
import { assert } from '#engine/ports/assert.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { subscribedTopicNames } from '#engine/core/clients/consumer-protocol.ts';
import type { ClassicGroup, ClassicGroupState, ClassicMember, MemberProtocol } from '#engine/core/group/state.ts';

/** The protocol type of consumers: only with it does the coordinator look at a subscription's topics. */
export const CONSUMER_PROTOCOL_TYPE = 'consumer';

export function createClassicGroup(groupId: string, nowMs: number): ClassicGroup {
  return {
    type: 'classic',
    groupId,
    state: 'Empty',
    stateSinceMs: nowMs,
    generation: 0,
    protocolType: null,
    protocolName: null,
    leader: null,
    members: new Map(),
    staticMembers: new Map(),
    pendingJoinMembers: new Set(),
    pendingSyncMembers: new Set(),
    newMemberAdded: false,
    initialDelay: null,
  };
}

export function isInState(group: ClassicGroup, ...states: ClassicGroupState[]): boolean {
  return states.includes(group.state);
}

export function addMember(group: ClassicGroup, member: ClassicMember): void {
  group.protocolType ??= member.protocolType;
  group.leader ??= member.memberId;
  group.members.set(member.memberId, member);
  group.pendingJoinMembers.delete(member.memberId);
  if (member.instanceId !== null) group.staticMembers.set(member.instanceId, member.memberId);
}

/** Forgets a member or a pending one; the next in order of joining becomes leader. */
export function removeMember(group: ClassicGroup, memberId: string): void {
  const member = group.members.get(memberId);
  group.members.delete(memberId);
  group.pendingJoinMembers.delete(memberId);
  group.pendingSyncMembers.delete(memberId);
  if (member !== undefined && member.instanceId !== null && group.staticMembers.get(member.instanceId) === memberId) group.staticMembers.delete(member.instanceId);
  if (group.leader === memberId) group.leader = group.members.keys().next().value ?? null;
}

/** The static member keeps its place, its assignment and its leadership under a new member id (KIP-345). */
export function replaceStaticMember(group: ClassicGroup, oldMemberId: string, newMemberId: string): ClassicMember {
  const old = group.members.get(oldMemberId);
  assert(old !== undefined && old.instanceId !== null, `group ${group.groupId}: ${oldMemberId} is not a static member`);
  const replacement: ClassicMember = { ...old, memberId: newMemberId, awaitingJoin: null, awaitingSync: null };
  const members = [...group.members.values()].map((member) => (member === old ? replacement : member));
  group.members = new Map(members.map((member) => [member.memberId, member]));
  group.pendingSyncMembers.delete(oldMemberId);
  group.staticMembers.set(old.instanceId, newMemberId);
  if (group.leader === oldMemberId) group.leader = newMemberId;
  return replacement;
}

/** What is wrong with a request that speaks for this member; NONE when nothing is. */
export function validateMember(group: ClassicGroup, memberId: string, instanceId: string | null): number {
  if (instanceId !== null) {
    const owner = group.staticMembers.get(instanceId);
    if (owner === undefined) return ErrorCode.UNKNOWN_MEMBER_ID;
    if (owner !== memberId) return ErrorCode.FENCED_INSTANCE_ID;
  }
  return group.members.has(memberId) ? ErrorCode.NONE : ErrorCode.UNKNOWN_MEMBER_ID;
}

/** Whether a member with these protocols fits: an empty group takes every one, another group one that shares a protocol with all. */
export function supportsProtocols(group: ClassicGroup, protocolType: string, protocols: MemberProtocol[]): boolean {
  if (group.state === 'Empty') return protocolType !== '' && protocols.length > 0;
  if (group.protocolType !== protocolType) return false;
  return protocols.some(({ name }) => isSupportedByAll(group, name));
}

function isSupportedByAll(group: ClassicGroup, protocolName: string): boolean {
  return [...group.members.values()].every((member) => member.protocols.some(({ name }) => name === protocolName));
}

/** Each member votes for the first of its protocols that all support. */
export function selectProtocol(group: ClassicGroup): string {
  const votes = new Map<string, number>();
  for (const member of group.members.values()) {
    const choice = member.protocols.find(({ name }) => isSupportedByAll(group, name));
    assert(choice !== undefined, `group ${group.groupId}: no protocol of ${member.memberId} is supported by all`);
    votes.set(choice.name, (votes.get(choice.name) ?? 0) + 1);
  }
  let selected: [name: string, votes: number] | undefined;
  for (const candidate of votes) if (selected === undefined || candidate[1] > selected[1]) selected = candidate;
  assert(selected !== undefined, `group ${group.groupId} has no member to select a protocol`);
  return selected[0];
}

export function hasAllMembersJoined(group: ClassicGroup): boolean {
  return group.pendingJoinMembers.size === 0 && [...group.members.values()].every((member) => member.awaitingJoin !== null);
}

export function countAwaitingJoin(group: ClassicGroup): number {
  let count = 0;
  for (const member of group.members.values()) if (member.awaitingJoin !== null) count++;
  return count;
}

/** The longest that any member grants for the others to join. */
export function rebalanceTimeoutMs(group: ClassicGroup): number {
  return Math.max(0, ...[...group.members.values()].map((member) => member.rebalanceTimeoutMs));
}

/** False when nobody of the group joined, so that nobody can lead. */
export function electJoinedLeader(group: ClassicGroup): boolean {
  if (group.leader === null) return false;
  if ((group.members.get(group.leader)?.awaitingJoin ?? null) !== null) return true;
  for (const member of group.members.values()) {
    if (member.awaitingJoin === null) continue;
    group.leader = member.memberId;
    return true;
  }
  return false;
}

export function hasSameProtocols(member: ClassicMember, protocols: MemberProtocol[]): boolean {
  return (
    member.protocols.length === protocols.length &&
    member.protocols.every((own, index) => {
      const other = protocols[index];
      return other !== undefined && own.name === other.name && equalBytes(own.metadata, other.metadata);
    })
  );
}

export function protocolMetadata(member: ClassicMember, protocolName: string | null): Uint8Array {
  return member.protocols.find(({ name }) => name === protocolName)?.metadata ?? new Uint8Array(0);
}

/** What the leader is told to assign from. */
export function joinedMembers(group: ClassicGroup): { memberId: string; groupInstanceId: string | null; metadata: Uint8Array }[] {
  return [...group.members.values()].map((member) => ({
    memberId: member.memberId,
    groupInstanceId: member.instanceId,
    metadata: protocolMetadata(member, group.protocolName),
  }));
}

/** Topics that the members consume; undefined when that cannot be known (another protocol type, unreadable bytes). */
export function subscribedTopics(group: ClassicGroup): Set<string> | undefined {
  if (group.protocolType !== CONSUMER_PROTOCOL_TYPE || group.protocolName === null) return undefined;
  const topics = new Set<string>();
  for (const member of group.members.values()) {
    const names = subscribedTopicNames(protocolMetadata(member, group.protocolName));
    if (names === undefined) return undefined;
    for (const name of names) topics.add(name);
  }
  return topics;
}

/** May the group go when nobody refers to it any more (DeleteGroups, expiry)? */
export function canBeDeleted(group: ClassicGroup): number {
  if (group.state === 'Empty') return ErrorCode.NONE;
  return group.state === 'Dead' ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.NON_EMPTY_GROUP;
}

function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index]);
}

/**
 * The group coordinator's state: groups and committed offsets of those partitions of `__consumer_offsets` that this broker
 * leads. Kafka: GroupCoordinatorShard, GroupMetadataManager, OffsetMetadataManager, ClassicGroup, ClassicGroupMember.
 *
 * Invariants: a group lives in exactly one offsets partition (String.hashCode of its id, modulo the partition count); a
 * partition that this broker does not lead has no row here; a member's parked request is answered exactly once; `committed`
 * of an offset changes only when the record that carries it is below the high watermark.
 * Everything is volatile: it is rebuilt from the log when the partition is elected.
 * Left room for: groups of another type (KIP-848 consumer, share, streams) as further members of `Group`.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import type { OffsetCommitResponse } from '#engine/protocol/messages/08-offset-commit.ts';
import type { OffsetDeleteResponse } from '#engine/protocol/messages/47-offset-delete.ts';

export interface GroupCoordinatorState {
  /** By partition of `__consumer_offsets`: only those that this broker leads. */
  partitions: Map<number, OffsetsPartitionState>;
  /** Appended and not below the high watermark yet, by token. */
  pendingAppends: Map<string, PendingAppend>;
  /** Answers of several parts (DeleteGroups, OffsetFetch of several groups) that are not complete, by the request's id. */
  gatherings: Map<number, Gathering>;
  nextToken: number;
}

export interface OffsetsPartitionState {
  partition: number;
  leaderEpoch: number;
  /** While it loads every request is answered with COORDINATOR_LOAD_IN_PROGRESS; a failed one with NOT_COORDINATOR. */
  status: 'loading' | 'active' | 'failed';
  /** The next offset to load. */
  loadOffset: bigint;
  /** Loaded from above the high watermark. */
  uncommitted: OffsetChange[];
  groups: Map<string, Group>;
  /** group → topic → partition → offset. A group may have offsets without having members ("simple" consumers). */
  offsets: Map<string, Map<string, Map<number, OffsetRow>>>;
}

export type Group = ClassicGroup;
export type GroupType = Group['type'];

export type ClassicGroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead';

export interface ClassicGroup {
  type: 'classic';
  groupId: string;
  state: ClassicGroupState;
  stateSinceMs: number;
  generation: number;
  protocolType: string | null;
  /** The assignor that all members chose. */
  protocolName: string | null;
  leader: string | null;
  /** In order of joining. */
  members: Map<string, ClassicMember>;
  /** group.instance.id → member id. */
  staticMembers: Map<string, string>;
  /** Were given a member id and have not come back with it (KIP-394). */
  pendingJoinMembers: Set<string>;
  /** Got the answer of this generation's join and have not synced. */
  pendingSyncMembers: Set<string>;
  newMemberAdded: boolean;
  /** Present while the join phase of an empty group is being delayed for more members to arrive. */
  initialDelay: { remainingMs: number; delayMs: number } | null;
}

export interface ClassicMember {
  memberId: string;
  instanceId: string | null;
  clientId: string;
  clientHost: string;
  rebalanceTimeoutMs: number;
  sessionTimeoutMs: number;
  protocolType: string;
  /** In the member's order of preference; `metadata` is the consumer protocol's subscription. */
  protocols: MemberProtocol[];
  /** The consumer protocol's assignment, as the leader's SyncGroup gave it. */
  assignment: Uint8Array;
  /** The JoinGroup that waits for the others to join. */
  awaitingJoin: RequestMessage | null;
  /** The SyncGroup that waits for the leader's assignment. */
  awaitingSync: RequestMessage | null;
  /** Joined for the first time, and the join is not complete. */
  isNew: boolean;
  /** When the session ends unless the member is heard of, in virtual microseconds; -1 while no session runs. */
  sessionDeadlineUs: number;
}

export interface MemberProtocol {
  name: string;
  metadata: Uint8Array;
}

export interface OffsetRow {
  /** As last written to the log; null: deleted by a tombstone that is not committed yet. */
  latest: OffsetAndMetadata | null;
  /** As far as the high watermark has come: what OffsetFetch answers. Null: nothing yet. */
  committed: OffsetAndMetadata | null;
}

export interface OffsetAndMetadata {
  offset: bigint;
  leaderEpoch: number;
  metadata: string;
  commitTimestampMs: bigint;
  /** -1n: by the broker's offsets.retention.minutes. */
  expireTimestampMs: bigint;
  topicId: string;
}

/** One offset that a record sets, or deletes (`value` null). */
export interface OffsetChange {
  group: string;
  topic: string;
  partition: number;
  value: OffsetAndMetadata | null;
}

/** What is to be done when an append has committed or failed. */
export type PendingCompletion =
  /** A group that is new or became empty. A group that could not be created is forgotten. */
  | { kind: 'emptyGroup'; groupId: string; created: boolean }
  /** The leader's assignment: hand it to the members, the group becomes stable. */
  | { kind: 'assignment'; groupId: string; generation: number; assignments: Map<string, Uint8Array> }
  /** A static member that came back under a new member id while the group was stable. */
  | { kind: 'staticMember'; groupId: string; memberId: string; oldMember: ClassicMember; oldLeader: string | null; apiVersion: number }
  /** Answer `request` with `body`, or with the error put into every part of it that is without one. */
  | { kind: 'offsetCommit'; request: RequestMessage; body: OffsetCommitResponse }
  | { kind: 'offsetDelete'; request: RequestMessage; body: OffsetDeleteResponse }
  /** Parts of a gathering, by their position in it. */
  | { kind: 'deleteGroups'; requestId: number; groups: { groupId: string; part: number }[] }
  | { kind: 'offsetFetch'; requestId: number; part: number }
  /** Expired offsets, offsets of deleted topics. */
  | { kind: 'cleanup' }
  /** What loading found above the high watermark. */
  | { kind: 'loaded' };

export interface PendingAppend {
  token: string;
  partition: number;
  /** Offsets that become the committed ones. */
  offsets: OffsetChange[];
  /** Completed with an error already, because offsets.commit.timeout.ms had passed; the offsets commit all the same. */
  timedOut: boolean;
  completion: PendingCompletion;
}

export interface Gathering {
  request: RequestMessage;
  remaining: number;
  /** In the order of the request; null: to come. */
  parts: unknown[];
}

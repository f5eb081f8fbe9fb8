/**
 * The records of `__consumer_offsets`: committed offsets, classic groups, and the groups of the new protocol (KIP-848), each as a pair
 * of key and value. `coordinator-record-frame.ts` has the numbers that stand before them.
 *
 * A group of the new protocol is several records: its epoch (3), what it knew of partitions (4, no longer written), its members'
 * subscriptions (5), the epoch of the target assignment (6) and each member's target (7), what each member has now (8), and what
 * patterns matched (16).
 */
import { array, bytes, int32, int64, int8, message, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

/** A committed offset of a group. */
export const OffsetCommitKey = message('OffsetCommitKey', { apiKey: 1, versions: '0' }, {
  group: string(),
  topic: string(),
  partition: int32(),
});
export type OffsetCommitKey = MessageOf<typeof OffsetCommitKey>;

/** 1: expiry time in the record, until 2 took it away (KIP-211). 3: leader epoch. 4: topic id. */
export const OffsetCommitValue = message('OffsetCommitValue', { apiKey: 1, versions: '0-4', flexible: '4+' }, {
  offset: int64(),
  leaderEpoch: int32({ versions: '3+', default: -1 }),
  metadata: string(),
  commitTimestamp: int64(),
  expireTimestamp: int64({ versions: '1', default: -1n }),
  topicId: uuid({ tagged: '4+', tag: 0 }),
});
export type OffsetCommitValue = MessageOf<typeof OffsetCommitValue>;

/** A classic group. */
export const GroupMetadataKey = message('GroupMetadataKey', { apiKey: 2, versions: '0' }, {
  group: string(),
});
export type GroupMetadataKey = MessageOf<typeof GroupMetadataKey>;

const memberMetadata = {
  memberId: string(),
  groupInstanceId: string({ versions: '3+', nullable: '3+', default: null }),
  clientId: string(),
  clientHost: string(),
  rebalanceTimeout: int32({ versions: '1+', default: -1 }),
  sessionTimeout: int32(),
  subscription: bytes(),
  assignment: bytes(),
};

/** 1: rebalance timeout. 2: since when the group is in its state. 3: static members. 4: flexible. */
export const GroupMetadataValue = message('GroupMetadataValue', { apiKey: 2, versions: '0-4', flexible: '4+' }, {
  protocolType: string(),
  generation: int32(),
  protocol: string({ nullable: '0+' }),
  leader: string({ nullable: '0+' }),
  currentStateTimestamp: int64({ versions: '2+', default: -1n }),
  members: array(memberMetadata),
});
export type GroupMetadataValue = MessageOf<typeof GroupMetadataValue>;

export const ConsumerGroupMetadataKey = message('ConsumerGroupMetadataKey', { apiKey: 3, versions: '0' }, {
  groupId: string(),
});
export type ConsumerGroupMetadataKey = MessageOf<typeof ConsumerGroupMetadataKey>;

export const ConsumerGroupMetadataValue = message('ConsumerGroupMetadataValue', { apiKey: 3, versions: '0', flexible: '0+' }, {
  epoch: int32(),
  metadataHash: int64({ tagged: '0+', tag: 0 }),
});
export type ConsumerGroupMetadataValue = MessageOf<typeof ConsumerGroupMetadataValue>;

export const ConsumerGroupPartitionMetadataKey = message('ConsumerGroupPartitionMetadataKey', { apiKey: 4, versions: '0' }, {
  groupId: string(),
});
export type ConsumerGroupPartitionMetadataKey = MessageOf<typeof ConsumerGroupPartitionMetadataKey>;

export const ConsumerGroupPartitionMetadataValue = message('ConsumerGroupPartitionMetadataValue', { apiKey: 4, versions: '0', flexible: '0+' }, {
  topics: array({
    topicId: uuid(),
    topicName: string(),
    numPartitions: int32(),
    partitionMetadata: array({ partition: int32(), racks: array(string()) }),
  }),
});
export type ConsumerGroupPartitionMetadataValue = MessageOf<typeof ConsumerGroupPartitionMetadataValue>;

export const ConsumerGroupMemberMetadataKey = message('ConsumerGroupMemberMetadataKey', { apiKey: 5, versions: '0' }, {
  groupId: string(),
  memberId: string(),
});
export type ConsumerGroupMemberMetadataKey = MessageOf<typeof ConsumerGroupMemberMetadataKey>;

export const ConsumerGroupMemberMetadataValue = message('ConsumerGroupMemberMetadataValue', { apiKey: 5, versions: '0', flexible: '0+' }, {
  instanceId: string({ nullable: '0+' }),
  rackId: string({ nullable: '0+' }),
  clientId: string(),
  clientHost: string(),
  subscribedTopicNames: array(string()),
  subscribedTopicRegex: string({ nullable: '0+' }),
  rebalanceTimeoutMs: int32({ default: -1 }),
  serverAssignor: string({ nullable: '0+' }),
  classicMemberMetadata: struct({
    sessionTimeoutMs: int32(),
    supportedProtocols: array({ name: string(), metadata: bytes() }),
  }, { nullable: '0+', tagged: '0+', tag: 0 }),
});
export type ConsumerGroupMemberMetadataValue = MessageOf<typeof ConsumerGroupMemberMetadataValue>;

export const ConsumerGroupTargetAssignmentMetadataKey = message('ConsumerGroupTargetAssignmentMetadataKey', { apiKey: 6, versions: '0' }, {
  groupId: string(),
});
export type ConsumerGroupTargetAssignmentMetadataKey = MessageOf<typeof ConsumerGroupTargetAssignmentMetadataKey>;

export const ConsumerGroupTargetAssignmentMetadataValue = message('ConsumerGroupTargetAssignmentMetadataValue', { apiKey: 6, versions: '0', flexible: '0+' }, {
  assignmentEpoch: int32(),
  assignmentTimestamp: int64({ tagged: '0+', tag: 0 }),
});
export type ConsumerGroupTargetAssignmentMetadataValue = MessageOf<typeof ConsumerGroupTargetAssignmentMetadataValue>;

export const ConsumerGroupTargetAssignmentMemberKey = message('ConsumerGroupTargetAssignmentMemberKey', { apiKey: 7, versions: '0' }, {
  groupId: string(),
  memberId: string(),
});
export type ConsumerGroupTargetAssignmentMemberKey = MessageOf<typeof ConsumerGroupTargetAssignmentMemberKey>;

export const ConsumerGroupTargetAssignmentMemberValue = message('ConsumerGroupTargetAssignmentMemberValue', { apiKey: 7, versions: '0', flexible: '0+' }, {
  topicPartitions: array({ topicId: uuid(), partitions: array(int32()) }),
});
export type ConsumerGroupTargetAssignmentMemberValue = MessageOf<typeof ConsumerGroupTargetAssignmentMemberValue>;

export const ConsumerGroupCurrentMemberAssignmentKey = message('ConsumerGroupCurrentMemberAssignmentKey', { apiKey: 8, versions: '0' }, {
  groupId: string(),
  memberId: string(),
});
export type ConsumerGroupCurrentMemberAssignmentKey = MessageOf<typeof ConsumerGroupCurrentMemberAssignmentKey>;

const topicPartitions = {
  topicId: uuid(),
  partitions: array(int32()),
  assignmentEpochs: array(int32(), { nullable: '0+', tagged: '0+', tag: 0 }),
};

export const ConsumerGroupCurrentMemberAssignmentValue = message('ConsumerGroupCurrentMemberAssignmentValue', { apiKey: 8, versions: '0', flexible: '0+' }, {
  memberEpoch: int32(),
  previousMemberEpoch: int32(),
  state: int8(),
  assignedPartitions: array(topicPartitions),
  partitionsPendingRevocation: array(topicPartitions),
});
export type ConsumerGroupCurrentMemberAssignmentValue = MessageOf<typeof ConsumerGroupCurrentMemberAssignmentValue>;

export const ConsumerGroupRegularExpressionKey = message('ConsumerGroupRegularExpressionKey', { apiKey: 16, versions: '0' }, {
  groupId: string(),
  regularExpression: string(),
});
export type ConsumerGroupRegularExpressionKey = MessageOf<typeof ConsumerGroupRegularExpressionKey>;

export const ConsumerGroupRegularExpressionValue = message('ConsumerGroupRegularExpressionValue', { apiKey: 16, versions: '0', flexible: '0+' }, {
  topics: array(string()),
  version: int64(),
  timestamp: int64(),
});
export type ConsumerGroupRegularExpressionValue = MessageOf<typeof ConsumerGroupRegularExpressionValue>;

/** The same as type 1; old brokers wrote it. */
export const LegacyOffsetCommitKey = message('LegacyOffsetCommitKey', { apiKey: 0, versions: '0' }, {
  group: string(),
  topic: string(),
  partition: int32(),
});
export type LegacyOffsetCommitKey = MessageOf<typeof LegacyOffsetCommitKey>;

export const LegacyOffsetCommitValue = message('LegacyOffsetCommitValue', { apiKey: 0, versions: '0' }, {
  offset: int64(),
  metadata: string(),
  commitTimestamp: int64(),
});
export type LegacyOffsetCommitValue = MessageOf<typeof LegacyOffsetCommitValue>;


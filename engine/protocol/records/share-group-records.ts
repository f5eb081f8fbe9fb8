/**
 * The records of share groups (KIP-932): in `__consumer_offsets` the group itself (types 10 to 15), and in `__share_group_state` the state
 * of each share partition as snapshots (0) and updates of them (1).
 */
import { array, int16, int32, int64, int8, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ShareGroupMemberMetadataKey = message('ShareGroupMemberMetadataKey', { apiKey: 10, versions: '0' }, {
  groupId: string(),
  memberId: string(),
});
export type ShareGroupMemberMetadataKey = MessageOf<typeof ShareGroupMemberMetadataKey>;

export const ShareGroupMemberMetadataValue = message('ShareGroupMemberMetadataValue', { apiKey: 10, versions: '0', flexible: '0+' }, {
  rackId: string({ nullable: '0+' }),
  clientId: string(),
  clientHost: string(),
  subscribedTopicNames: array(string()),
});
export type ShareGroupMemberMetadataValue = MessageOf<typeof ShareGroupMemberMetadataValue>;

export const ShareGroupMetadataKey = message('ShareGroupMetadataKey', { apiKey: 11, versions: '0' }, {
  groupId: string(),
});
export type ShareGroupMetadataKey = MessageOf<typeof ShareGroupMetadataKey>;

export const ShareGroupMetadataValue = message('ShareGroupMetadataValue', { apiKey: 11, versions: '0', flexible: '0+' }, {
  epoch: int32(),
  metadataHash: int64(),
});
export type ShareGroupMetadataValue = MessageOf<typeof ShareGroupMetadataValue>;

export const ShareGroupTargetAssignmentMetadataKey = message('ShareGroupTargetAssignmentMetadataKey', { apiKey: 12, versions: '0' }, {
  groupId: string(),
});
export type ShareGroupTargetAssignmentMetadataKey = MessageOf<typeof ShareGroupTargetAssignmentMetadataKey>;

export const ShareGroupTargetAssignmentMetadataValue = message('ShareGroupTargetAssignmentMetadataValue', { apiKey: 12, versions: '0', flexible: '0+' }, {
  assignmentEpoch: int32(),
  assignmentTimestamp: int64({ tagged: '0+', tag: 0 }),
});
export type ShareGroupTargetAssignmentMetadataValue = MessageOf<typeof ShareGroupTargetAssignmentMetadataValue>;

export const ShareGroupTargetAssignmentMemberKey = message('ShareGroupTargetAssignmentMemberKey', { apiKey: 13, versions: '0' }, {
  groupId: string(),
  memberId: string(),
});
export type ShareGroupTargetAssignmentMemberKey = MessageOf<typeof ShareGroupTargetAssignmentMemberKey>;

export const ShareGroupTargetAssignmentMemberValue = message('ShareGroupTargetAssignmentMemberValue', { apiKey: 13, versions: '0', flexible: '0+' }, {
  topicPartitions: array({ topicId: uuid(), partitions: array(int32()) }),
});
export type ShareGroupTargetAssignmentMemberValue = MessageOf<typeof ShareGroupTargetAssignmentMemberValue>;

export const ShareGroupCurrentMemberAssignmentKey = message('ShareGroupCurrentMemberAssignmentKey', { apiKey: 14, versions: '0' }, {
  groupId: string(),
  memberId: string(),
});
export type ShareGroupCurrentMemberAssignmentKey = MessageOf<typeof ShareGroupCurrentMemberAssignmentKey>;

const topicPartitions = {
  topicId: uuid(),
  partitions: array(int32()),
};

export const ShareGroupCurrentMemberAssignmentValue = message('ShareGroupCurrentMemberAssignmentValue', { apiKey: 14, versions: '0', flexible: '0+' }, {
  memberEpoch: int32(),
  previousMemberEpoch: int32(),
  state: int8(),
  assignedPartitions: array(topicPartitions),
});
export type ShareGroupCurrentMemberAssignmentValue = MessageOf<typeof ShareGroupCurrentMemberAssignmentValue>;

export const ShareGroupStatePartitionMetadataKey = message('ShareGroupStatePartitionMetadataKey', { apiKey: 15, versions: '0' }, {
  groupId: string(),
});
export type ShareGroupStatePartitionMetadataKey = MessageOf<typeof ShareGroupStatePartitionMetadataKey>;

const topicPartitionsInfo = {
  topicId: uuid(),
  topicName: string(),
  partitions: array(int32()),
};

const topicInfo = {
  topicId: uuid(),
  topicName: string(),
};

export const ShareGroupStatePartitionMetadataValue = message('ShareGroupStatePartitionMetadataValue', { apiKey: 15, versions: '0', flexible: '0+' }, {
  initializingTopics: array(topicPartitionsInfo),
  initializedTopics: array(topicPartitionsInfo),
  deletingTopics: array(topicInfo),
});
export type ShareGroupStatePartitionMetadataValue = MessageOf<typeof ShareGroupStatePartitionMetadataValue>;

export const ShareSnapshotKey = message('ShareSnapshotKey', { apiKey: 0, versions: '0' }, {
  groupId: string(),
  topicId: uuid(),
  partition: int32(),
});
export type ShareSnapshotKey = MessageOf<typeof ShareSnapshotKey>;

export const ShareSnapshotValue = message('ShareSnapshotValue', { apiKey: 0, versions: '0', flexible: '0+' }, {
  snapshotEpoch: int32(),
  stateEpoch: int32(),
  leaderEpoch: int32(),
  startOffset: int64(),
  deliveryCompleteCount: int32({ tagged: '0+', tag: 0, default: -1 }),
  createTimestamp: int64(),
  writeTimestamp: int64(),
  stateBatches: array({ firstOffset: int64(), lastOffset: int64(), deliveryState: int8(), deliveryCount: int16() }),
});
export type ShareSnapshotValue = MessageOf<typeof ShareSnapshotValue>;

export const ShareUpdateKey = message('ShareUpdateKey', { apiKey: 1, versions: '0' }, {
  groupId: string(),
  topicId: uuid(),
  partition: int32(),
});
export type ShareUpdateKey = MessageOf<typeof ShareUpdateKey>;

export const ShareUpdateValue = message('ShareUpdateValue', { apiKey: 1, versions: '0', flexible: '0+' }, {
  snapshotEpoch: int32(),
  leaderEpoch: int32(),
  startOffset: int64(),
  deliveryCompleteCount: int32({ tagged: '0+', tag: 0, default: -1 }),
  stateBatches: array({ firstOffset: int64(), lastOffset: int64(), deliveryState: int8(), deliveryCount: int16() }),
});
export type ShareUpdateValue = MessageOf<typeof ShareUpdateValue>;


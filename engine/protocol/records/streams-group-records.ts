/**
 * The records of streams groups in `__consumer_offsets` (KIP-1071): epoch, members, target and current tasks, topology.
 */
import { array, int16, int32, int64, int8, message, string, struct, uint16, type MessageOf } from '#engine/protocol/message.ts';

export const StreamsGroupMetadataKey = message('StreamsGroupMetadataKey', { apiKey: 17, versions: '0' }, {
  groupId: string(),
});
export type StreamsGroupMetadataKey = MessageOf<typeof StreamsGroupMetadataKey>;

const lastAssignmentConfig = {
  key: string(),
  value: string(),
};

export const StreamsGroupMetadataValue = message('StreamsGroupMetadataValue', { apiKey: 17, versions: '0', flexible: '0+' }, {
  epoch: int32(),
  metadataHash: int64(),
  validatedTopologyEpoch: int32({ tagged: '0+', tag: 0, default: -1 }),
  lastAssignmentConfigs: array(lastAssignmentConfig, { nullable: '0+', tagged: '0+', tag: 1 }),
});
export type StreamsGroupMetadataValue = MessageOf<typeof StreamsGroupMetadataValue>;

export const StreamsGroupMemberMetadataKey = message('StreamsGroupMemberMetadataKey', { apiKey: 19, versions: '0' }, {
  groupId: string(),
  memberId: string(),
});
export type StreamsGroupMemberMetadataKey = MessageOf<typeof StreamsGroupMemberMetadataKey>;

const endpoint = {
  host: string(),
  port: uint16(),
};

const keyValue = {
  key: string(),
  value: string(),
};

export const StreamsGroupMemberMetadataValue = message('StreamsGroupMemberMetadataValue', { apiKey: 19, versions: '0', flexible: '0+' }, {
  instanceId: string({ nullable: '0+' }),
  rackId: string({ nullable: '0+' }),
  clientId: string(),
  clientHost: string(),
  rebalanceTimeoutMs: int32({ default: -1 }),
  topologyEpoch: int32(),
  processId: string(),
  userEndpoint: struct(endpoint, { nullable: '0+', default: null }),
  clientTags: array(keyValue),
});
export type StreamsGroupMemberMetadataValue = MessageOf<typeof StreamsGroupMemberMetadataValue>;

export const StreamsGroupTargetAssignmentMetadataKey = message('StreamsGroupTargetAssignmentMetadataKey', { apiKey: 20, versions: '0' }, {
  groupId: string(),
});
export type StreamsGroupTargetAssignmentMetadataKey = MessageOf<typeof StreamsGroupTargetAssignmentMetadataKey>;

export const StreamsGroupTargetAssignmentMetadataValue = message('StreamsGroupTargetAssignmentMetadataValue', { apiKey: 20, versions: '0', flexible: '0+' }, {
  assignmentEpoch: int32(),
  assignmentTimestamp: int64({ tagged: '0+', tag: 0 }),
});
export type StreamsGroupTargetAssignmentMetadataValue = MessageOf<typeof StreamsGroupTargetAssignmentMetadataValue>;

export const StreamsGroupTargetAssignmentMemberKey = message('StreamsGroupTargetAssignmentMemberKey', { apiKey: 21, versions: '0' }, {
  groupId: string(),
  memberId: string(),
});
export type StreamsGroupTargetAssignmentMemberKey = MessageOf<typeof StreamsGroupTargetAssignmentMemberKey>;

const taskIds = {
  subtopologyId: string(),
  partitions: array(int32()),
};

export const StreamsGroupTargetAssignmentMemberValue = message('StreamsGroupTargetAssignmentMemberValue', { apiKey: 21, versions: '0', flexible: '0+' }, {
  activeTasks: array(taskIds),
  standbyTasks: array(taskIds),
  warmupTasks: array(taskIds),
});
export type StreamsGroupTargetAssignmentMemberValue = MessageOf<typeof StreamsGroupTargetAssignmentMemberValue>;

export const StreamsGroupCurrentMemberAssignmentKey = message('StreamsGroupCurrentMemberAssignmentKey', { apiKey: 22, versions: '0' }, {
  groupId: string(),
  memberId: string(),
});
export type StreamsGroupCurrentMemberAssignmentKey = MessageOf<typeof StreamsGroupCurrentMemberAssignmentKey>;

const taskIdsWithEpochs = {
  subtopologyId: string(),
  partitions: array(int32()),
  assignmentEpochs: array(int32(), { nullable: '0+', tagged: '0+', tag: 0 }),
};

export const StreamsGroupCurrentMemberAssignmentValue = message('StreamsGroupCurrentMemberAssignmentValue', { apiKey: 22, versions: '0', flexible: '0+' }, {
  memberEpoch: int32(),
  previousMemberEpoch: int32(),
  state: int8(),
  activeTasks: array(taskIdsWithEpochs),
  standbyTasks: array(taskIdsWithEpochs),
  warmupTasks: array(taskIdsWithEpochs),
  activeTasksPendingRevocation: array(taskIdsWithEpochs),
  standbyTasksPendingRevocation: array(taskIdsWithEpochs),
  warmupTasksPendingRevocation: array(taskIdsWithEpochs),
});
export type StreamsGroupCurrentMemberAssignmentValue = MessageOf<typeof StreamsGroupCurrentMemberAssignmentValue>;

export const StreamsGroupTopologyKey = message('StreamsGroupTopologyKey', { apiKey: 23, versions: '0' }, {
  groupId: string(),
});
export type StreamsGroupTopologyKey = MessageOf<typeof StreamsGroupTopologyKey>;

const topicConfig = {
  key: string(),
  value: string(),
};

const topicInfo = {
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: array(topicConfig),
};

export const StreamsGroupTopologyValue = message('StreamsGroupTopologyValue', { apiKey: 23, versions: '0', flexible: '0+' }, {
  epoch: int32(),
  subtopologies: array({
    subtopologyId: string(),
    sourceTopics: array(string()),
    sourceTopicRegex: array(string()),
    stateChangelogTopics: array(topicInfo),
    repartitionSinkTopics: array(string()),
    repartitionSourceTopics: array(topicInfo),
    copartitionGroups: array({
      sourceTopics: array(int16()),
      sourceTopicRegex: array(int16()),
      repartitionSourceTopics: array(int16()),
    }),
  }),
});
export type StreamsGroupTopologyValue = MessageOf<typeof StreamsGroupTopologyValue>;


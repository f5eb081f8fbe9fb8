/**
 * StreamsGroupHeartbeat (88): a Kafka Streams process joins, lives on or leaves, with its topology and its tasks (KIP-1071).
 */
import { array, bool, int16, int32, int64, int8, message, string, struct, uint16, type MessageOf } from '#engine/protocol/message.ts';

const keyValue = {
  key: string(),
  value: string(),
};

const topicInfo = {
  name: string(),
  partitions: int32(),
  replicationFactor: int16(),
  topicConfigs: array(keyValue),
};

const endpoint = {
  host: string(),
  port: uint16(),
};

const taskOffset = {
  subtopologyId: string(),
  partition: int32(),
  offset: int64(),
};

const taskIds = {
  subtopologyId: string(),
  partitions: array(int32()),
};

export const StreamsGroupHeartbeatRequest = message('StreamsGroupHeartbeatRequest', { apiKey: 88, versions: '0', flexible: '0+' }, {
  groupId: string(),
  memberId: string(),
  memberEpoch: int32(),
  endpointInformationEpoch: int32(),
  instanceId: string({ nullable: '0+', default: null }),
  rackId: string({ nullable: '0+', default: null }),
  rebalanceTimeoutMs: int32({ default: -1 }),
  topology: struct({
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
  }, { nullable: '0+', default: null }),
  activeTasks: array(taskIds, { nullable: '0+', default: null }),
  standbyTasks: array(taskIds, { nullable: '0+', default: null }),
  warmupTasks: array(taskIds, { nullable: '0+', default: null }),
  processId: string({ nullable: '0+', default: null }),
  userEndpoint: struct(endpoint, { nullable: '0+', default: null }),
  clientTags: array(keyValue, { nullable: '0+', default: null }),
  taskOffsets: array(taskOffset, { nullable: '0+', default: null }),
  taskEndOffsets: array(taskOffset, { nullable: '0+', default: null }),
  shutdownApplication: bool(),
});
export type StreamsGroupHeartbeatRequest = MessageOf<typeof StreamsGroupHeartbeatRequest>;

const status = {
  statusCode: int8(),
  statusDetail: string(),
};

const topicPartition = {
  topic: string(),
  partitions: array(int32()),
};

export const StreamsGroupHeartbeatResponse = message('StreamsGroupHeartbeatResponse', { apiKey: 88, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+', default: null }),
  memberId: string(),
  memberEpoch: int32(),
  heartbeatIntervalMs: int32(),
  acceptableRecoveryLag: int32(),
  taskOffsetIntervalMs: int32(),
  status: array(status, { nullable: '0+' }),
  activeTasks: array(taskIds, { nullable: '0+', default: null }),
  standbyTasks: array(taskIds, { nullable: '0+', default: null }),
  warmupTasks: array(taskIds, { nullable: '0+', default: null }),
  endpointInformationEpoch: int32(),
  partitionsByUserEndpoint: array({
    userEndpoint: struct(endpoint),
    activePartitions: array(topicPartition),
    standbyPartitions: array(topicPartition),
  }, { nullable: '0+', default: null }),
});
export type StreamsGroupHeartbeatResponse = MessageOf<typeof StreamsGroupHeartbeatResponse>;

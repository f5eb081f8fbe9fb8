/**
 * StreamsGroupDescribe (89): streams groups with topology and tasks (KIP-1071).
 */
import { array, bool, int16, int32, int64, message, string, struct, uint16, type MessageOf } from '#engine/protocol/message.ts';

export const StreamsGroupDescribeRequest = message('StreamsGroupDescribeRequest', { apiKey: 89, versions: '0', flexible: '0+' }, {
  groupIds: array(string()),
  includeAuthorizedOperations: bool(),
});
export type StreamsGroupDescribeRequest = MessageOf<typeof StreamsGroupDescribeRequest>;

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

const assignment = {
  activeTasks: array(taskIds),
  standbyTasks: array(taskIds),
  warmupTasks: array(taskIds),
};

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

export const StreamsGroupDescribeResponse = message('StreamsGroupDescribeResponse', { apiKey: 89, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  groups: array({
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
    groupId: string(),
    groupState: string(),
    groupEpoch: int32(),
    assignmentEpoch: int32(),
    topology: struct({
      epoch: int32(),
      subtopologies: array({
        subtopologyId: string(),
        sourceTopics: array(string()),
        repartitionSinkTopics: array(string()),
        stateChangelogTopics: array(topicInfo),
        repartitionSourceTopics: array(topicInfo),
      }, { nullable: '0+', default: null }),
    }, { nullable: '0+', default: null }),
    members: array({
      memberId: string(),
      memberEpoch: int32(),
      instanceId: string({ nullable: '0+', default: null }),
      rackId: string({ nullable: '0+', default: null }),
      clientId: string(),
      clientHost: string(),
      topologyEpoch: int32(),
      processId: string(),
      userEndpoint: struct(endpoint, { nullable: '0+', default: null }),
      clientTags: array(keyValue),
      taskOffsets: array(taskOffset),
      taskEndOffsets: array(taskOffset),
      assignment: struct(assignment),
      targetAssignment: struct(assignment),
      isClassic: bool(),
    }),
    authorizedOperations: int32({ default: -2_147_483_648 }),
  }),
});
export type StreamsGroupDescribeResponse = MessageOf<typeof StreamsGroupDescribeResponse>;

/**
 * ConsumerGroupDescribe (69): groups of the new protocol with current and target assignments (KIP-848).
 *
 * 1: of which protocol each member is (KIP-1099).
 */
import { array, bool, int16, int32, int8, message, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ConsumerGroupDescribeRequest = message('ConsumerGroupDescribeRequest', { apiKey: 69, versions: '0-1', flexible: '0+' }, {
  groupIds: array(string()),
  includeAuthorizedOperations: bool(),
});
export type ConsumerGroupDescribeRequest = MessageOf<typeof ConsumerGroupDescribeRequest>;

const topicPartitions = {
  topicId: uuid(),
  topicName: string(),
  partitions: array(int32()),
};

const assignment = {
  topicPartitions: array(topicPartitions),
};

export const ConsumerGroupDescribeResponse = message('ConsumerGroupDescribeResponse', { apiKey: 69, versions: '0-1', flexible: '0+' }, {
  throttleTimeMs: int32(),
  groups: array({
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
    groupId: string(),
    groupState: string(),
    groupEpoch: int32(),
    assignmentEpoch: int32(),
    assignorName: string(),
    members: array({
      memberId: string(),
      instanceId: string({ nullable: '0+', default: null }),
      rackId: string({ nullable: '0+', default: null }),
      memberEpoch: int32(),
      clientId: string(),
      clientHost: string(),
      subscribedTopicNames: array(string()),
      subscribedTopicRegex: string({ nullable: '0+', default: null }),
      assignment: struct(assignment),
      targetAssignment: struct(assignment),
      memberType: int8({ versions: '1+', default: -1 }),
    }),
    authorizedOperations: int32({ default: -2_147_483_648 }),
  }),
});
export type ConsumerGroupDescribeResponse = MessageOf<typeof ConsumerGroupDescribeResponse>;

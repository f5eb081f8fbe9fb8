/**
 * ShareGroupDescribe (77): share groups with their members (KIP-932).
 *
 * 0: early access, gone. 1: the first that counts.
 */
import { array, bool, int16, int32, message, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ShareGroupDescribeRequest = message('ShareGroupDescribeRequest', { apiKey: 77, versions: '1', flexible: '0+' }, {
  groupIds: array(string()),
  includeAuthorizedOperations: bool(),
});
export type ShareGroupDescribeRequest = MessageOf<typeof ShareGroupDescribeRequest>;

const topicPartitions = {
  topicId: uuid(),
  topicName: string(),
  partitions: array(int32()),
};

const assignment = {
  topicPartitions: array(topicPartitions),
};

export const ShareGroupDescribeResponse = message('ShareGroupDescribeResponse', { apiKey: 77, versions: '1', flexible: '0+' }, {
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
      rackId: string({ nullable: '0+', default: null }),
      memberEpoch: int32(),
      clientId: string(),
      clientHost: string(),
      subscribedTopicNames: array(string()),
      assignment: struct(assignment),
    }),
    authorizedOperations: int32({ default: -2_147_483_648 }),
  }),
});
export type ShareGroupDescribeResponse = MessageOf<typeof ShareGroupDescribeResponse>;

/**
 * ShareGroupHeartbeat (76): a member of a share group joins, lives on or leaves (KIP-932).
 *
 * 0: early access, gone. 1: the first that counts.
 */
import { array, int16, int32, message, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ShareGroupHeartbeatRequest = message('ShareGroupHeartbeatRequest', { apiKey: 76, versions: '1', flexible: '0+' }, {
  groupId: string(),
  memberId: string(),
  memberEpoch: int32(),
  rackId: string({ nullable: '0+', default: null }),
  subscribedTopicNames: array(string(), { nullable: '0+', default: null }),
});
export type ShareGroupHeartbeatRequest = MessageOf<typeof ShareGroupHeartbeatRequest>;

const topicPartitions = {
  topicId: uuid(),
  partitions: array(int32()),
};

export const ShareGroupHeartbeatResponse = message('ShareGroupHeartbeatResponse', { apiKey: 76, versions: '1', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+', default: null }),
  memberId: string({ nullable: '0+', default: null }),
  memberEpoch: int32(),
  heartbeatIntervalMs: int32(),
  assignment: struct({ topicPartitions: array(topicPartitions) }, { nullable: '0+', default: null }),
});
export type ShareGroupHeartbeatResponse = MessageOf<typeof ShareGroupHeartbeatResponse>;

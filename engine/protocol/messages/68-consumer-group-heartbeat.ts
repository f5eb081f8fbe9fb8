/**
 * ConsumerGroupHeartbeat (68): the one request of a member of a consumer group of the new protocol: joins (epoch 0), lives on, leaves (-1, or -2
 * for a static member), and carries subscription and assignment (KIP-848). Null says that a field has not changed.
 *
 * 1: subscription by a pattern that the broker matches; the member chooses its own id (KIP-1082).
 */
import { array, int16, int32, message, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ConsumerGroupHeartbeatRequest = message('ConsumerGroupHeartbeatRequest', { apiKey: 68, versions: '0-1', flexible: '0+' }, {
  groupId: string(),
  memberId: string(),
  memberEpoch: int32(),
  instanceId: string({ nullable: '0+', default: null }),
  rackId: string({ nullable: '0+', default: null }),
  rebalanceTimeoutMs: int32({ default: -1 }),
  subscribedTopicNames: array(string(), { nullable: '0+', default: null }),
  subscribedTopicRegex: string({ versions: '1+', nullable: '1+', default: null }),
  serverAssignor: string({ nullable: '0+', default: null }),
  topicPartitions: array({ topicId: uuid(), partitions: array(int32()) }, { nullable: '0+', default: null }),
});
export type ConsumerGroupHeartbeatRequest = MessageOf<typeof ConsumerGroupHeartbeatRequest>;

const topicPartitions = {
  topicId: uuid(),
  partitions: array(int32()),
};

export const ConsumerGroupHeartbeatResponse = message('ConsumerGroupHeartbeatResponse', { apiKey: 68, versions: '0-1', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+', default: null }),
  memberId: string({ nullable: '0+', default: null }),
  memberEpoch: int32(),
  heartbeatIntervalMs: int32(),
  assignment: struct({ topicPartitions: array(topicPartitions) }, { nullable: '0+', default: null }),
});
export type ConsumerGroupHeartbeatResponse = MessageOf<typeof ConsumerGroupHeartbeatResponse>;

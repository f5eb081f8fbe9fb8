/**
 * DescribeTopicPartitions (75): topics with their partitions, eligible leader replicas included, page by page (KIP-966).
 */
import { array, bool, int16, int32, message, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeTopicPartitionsRequest = message('DescribeTopicPartitionsRequest', { apiKey: 75, versions: '0', flexible: '0+' }, {
  topics: array({ name: string() }),
  responsePartitionLimit: int32({ default: 2000 }),
  cursor: struct({ topicName: string(), partitionIndex: int32() }, { nullable: '0+', default: null }),
});
export type DescribeTopicPartitionsRequest = MessageOf<typeof DescribeTopicPartitionsRequest>;

export const DescribeTopicPartitionsResponse = message('DescribeTopicPartitionsResponse', { apiKey: 75, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  topics: array({
    errorCode: int16(),
    name: string({ nullable: '0+' }),
    topicId: uuid(),
    isInternal: bool(),
    partitions: array({
      errorCode: int16(),
      partitionIndex: int32(),
      leaderId: int32(),
      leaderEpoch: int32({ default: -1 }),
      replicaNodes: array(int32()),
      isrNodes: array(int32()),
      eligibleLeaderReplicas: array(int32(), { nullable: '0+', default: null }),
      lastKnownElr: array(int32(), { nullable: '0+', default: null }),
      offlineReplicas: array(int32()),
    }),
    topicAuthorizedOperations: int32({ default: -2_147_483_648 }),
  }),
  nextCursor: struct({ topicName: string(), partitionIndex: int32() }, { nullable: '0+', default: null }),
});
export type DescribeTopicPartitionsResponse = MessageOf<typeof DescribeTopicPartitionsResponse>;

/**
 * Metadata (3).
 */
import { array, bool, int16, int32, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const MetadataRequest = message('MetadataRequest', { apiKey: 3, versions: '0-13', flexible: '9+' }, {
  topics: array({ topicId: uuid({ versions: '10+' }), name: string({ nullable: '10+' }) }, { nullable: '1+' }),
  allowAutoTopicCreation: bool({ versions: '4+', default: true }),
  includeClusterAuthorizedOperations: bool({ versions: '8-10' }),
  includeTopicAuthorizedOperations: bool({ versions: '8+' }),
});
export type MetadataRequest = MessageOf<typeof MetadataRequest>;

export const MetadataResponse = message('MetadataResponse', { apiKey: 3, versions: '0-13', flexible: '9+' }, {
  throttleTimeMs: int32({ versions: '3+' }),
  brokers: array({
    nodeId: int32(),
    host: string(),
    port: int32(),
    rack: string({ versions: '1+', nullable: '1+', default: null }),
  }),
  clusterId: string({ versions: '2+', nullable: '2+', default: null }),
  controllerId: int32({ versions: '1+', default: -1 }),
  topics: array({
    errorCode: int16(),
    name: string({ nullable: '12+' }),
    topicId: uuid({ versions: '10+' }),
    isInternal: bool({ versions: '1+' }),
    partitions: array({
      errorCode: int16(),
      partitionIndex: int32(),
      leaderId: int32(),
      leaderEpoch: int32({ versions: '7+', default: -1 }),
      replicaNodes: array(int32()),
      isrNodes: array(int32()),
      offlineReplicas: array(int32(), { versions: '5+' }),
    }),
    topicAuthorizedOperations: int32({ versions: '8+', default: -2_147_483_648 }),
  }),
  clusterAuthorizedOperations: int32({ versions: '8-10', default: -2_147_483_648 }),
  errorCode: int16({ versions: '13+' }),
});
export type MetadataResponse = MessageOf<typeof MetadataResponse>;

/**
 * Metadata (3): the brokers, and topics with their leaders, replicas and ISR, as the asked broker knows them.
 *
 * 1: no topics (null) means all, racks, controller id. 2: cluster id. 3: throttle time. 4: whether an unknown topic may be created.
 * 5: offline replicas. 6: throttling as in KIP-219. 7: leader epochs (KIP-320). 8: authorized operations (KIP-430). 9: flexible.
 * 10: topic ids (KIP-516). 11: the cluster's authorized operations moved to DescribeCluster (KIP-700). 12: topics asked for by id alone.
 * 13: an error of the whole answer, REBOOTSTRAP_REQUIRED (KIP-1102). In version 0 an empty list of topics means all.
 */
import { array, bool, int16, int32, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const MetadataRequest = message('MetadataRequest', { apiKey: 3, versions: '0-13', flexible: '9+' }, {
  /** Null: all topics; in version 0, which has no null, the empty list. */
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

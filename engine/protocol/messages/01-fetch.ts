/**
 * Fetch (1).
 */
import { array, int16, int32, int64, int8, message, records, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const FetchRequest = message('FetchRequest', { apiKey: 1, versions: '4-18', flexible: '12+' }, {
  clusterId: string({ nullable: '12+', tagged: '12+', tag: 0, default: null }),
  replicaId: int32({ versions: '0-14', default: -1 }),
  replicaState: struct({ replicaId: int32({ default: -1 }), replicaEpoch: int64({ default: -1n }) }, { tagged: '15+', tag: 1 }),
  maxWaitMs: int32(),
  minBytes: int32(),
  maxBytes: int32({ default: 2_147_483_647 }),
  isolationLevel: int8(),
  sessionId: int32({ versions: '7+' }),
  sessionEpoch: int32({ versions: '7+', default: -1 }),
  topics: array({
    topic: string({ versions: '0-12' }),
    topicId: uuid({ versions: '13+' }),
    partitions: array({
      partition: int32(),
      currentLeaderEpoch: int32({ versions: '9+', default: -1 }),
      fetchOffset: int64(),
      lastFetchedEpoch: int32({ versions: '12+', default: -1 }),
      logStartOffset: int64({ versions: '5+', default: -1n }),
      partitionMaxBytes: int32(),
      replicaDirectoryId: uuid({ tagged: '17+', tag: 0 }),
      highWatermark: int64({ tagged: '18+', tag: 1, default: 9223372036854775807n }),
    }),
  }),
  forgottenTopicsData: array({
    topic: string({ versions: '7-12' }),
    topicId: uuid({ versions: '13+' }),
    partitions: array(int32()),
  }, { versions: '7+' }),
  rackId: string({ versions: '11+' }),
});
export type FetchRequest = MessageOf<typeof FetchRequest>;

export const FetchResponse = message('FetchResponse', { apiKey: 1, versions: '4-18', flexible: '12+' }, {
  throttleTimeMs: int32(),
  errorCode: int16({ versions: '7+' }),
  sessionId: int32({ versions: '7+' }),
  responses: array({
    topic: string({ versions: '0-12' }),
    topicId: uuid({ versions: '13+' }),
    partitions: array({
      partitionIndex: int32(),
      errorCode: int16(),
      highWatermark: int64(),
      lastStableOffset: int64({ default: -1n }),
      logStartOffset: int64({ versions: '5+', default: -1n }),
      divergingEpoch: struct({ epoch: int32({ default: -1 }), endOffset: int64({ default: -1n }) }, { tagged: '12+', tag: 0 }),
      currentLeader: struct({ leaderId: int32({ default: -1 }), leaderEpoch: int32({ default: -1 }) }, { tagged: '12+', tag: 1 }),
      snapshotId: struct({ endOffset: int64({ default: -1n }), epoch: int32({ default: -1 }) }, { tagged: '12+', tag: 2 }),
      abortedTransactions: array({ producerId: int64(), firstOffset: int64() }, { nullable: '4+' }),
      preferredReadReplica: int32({ versions: '11+', default: -1 }),
      records: records({ nullable: '0+' }),
    }),
  }),
  nodeEndpoints: array({
    nodeId: int32(),
    host: string(),
    port: int32(),
    rack: string({ nullable: '16+', default: null }),
  }, { tagged: '16+', tag: 0 }),
});
export type FetchResponse = MessageOf<typeof FetchResponse>;

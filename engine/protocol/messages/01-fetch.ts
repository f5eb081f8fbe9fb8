/**
 * Fetch (1): batches from an offset on. Consumers, followers and the quorum's voters all read by this one request.
 *
 * 4: isolation level and aborted transactions (KIP-98). 5: log start offset. 6: KAFKA_STORAGE_ERROR. 7: sessions, in which a request names
 * only what changed (KIP-227). 8: throttling as in KIP-219. 9: the leader epoch that the reader believes in (KIP-320). 10: zstd.
 * 11: rack of the reader, preferred read replica (KIP-392). 12: flexible; the epoch of the last record that was fetched, and the epoch
 * where logs diverge; cluster id (KIP-595). 13: topic ids (KIP-516). 14: OFFSET_MOVED_TO_TIERED_STORAGE. 15: a follower gives its broker
 * epoch with its id, in a tag (KIP-903). 16: addresses of new leaders (KIP-951). 17: directory id of the replica (KIP-853).
 * 18: the high watermark that the follower knows, so that a leader need not answer with nothing new (KIP-1166).
 */
import { array, int16, int32, int64, int8, message, records, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const FetchRequest = message('FetchRequest', { apiKey: 1, versions: '4-18', flexible: '12+' }, {
  clusterId: string({ nullable: '12+', tagged: '12+', tag: 0, default: null }),
  /** -1 for a consumer; a follower gives its broker id. From 15 on it is in the replica state. */
  replicaId: int32({ versions: '0-14', default: -1 }),
  /** Who reads, when it is a follower. */
  replicaState: struct({ replicaId: int32({ default: -1 }), replicaEpoch: int64({ default: -1n }) }, { tagged: '15+', tag: 1 }),
  maxWaitMs: int32(),
  /** The broker waits until so much is there, or the longest wait is over. */
  minBytes: int32(),
  maxBytes: int32({ default: 2_147_483_647 }),
  /** 0: up to the high watermark; 1: up to the last stable offset. */
  isolationLevel: int8(),
  /** 0: none yet. */
  sessionId: int32({ versions: '7+' }),
  /** 0 begins a session, -1 reads without one or ends it. */
  sessionEpoch: int32({ versions: '7+', default: -1 }),
  topics: array({
    topic: string({ versions: '0-12' }),
    topicId: uuid({ versions: '13+' }),
    partitions: array({
      partition: int32(),
      currentLeaderEpoch: int32({ versions: '9+', default: -1 }),
      fetchOffset: int64(),
      lastFetchedEpoch: int32({ versions: '12+', default: -1 }),
      /** The follower's own log start, by which the leader learns it; -1 for a consumer. */
      logStartOffset: int64({ versions: '5+', default: -1n }),
      partitionMaxBytes: int32(),
      replicaDirectoryId: uuid({ tagged: '17+', tag: 0 }),
      highWatermark: int64({ tagged: '18+', tag: 1, default: 9223372036854775807n }),
    }),
  }),
  /** Leaves the session. */
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
      /** Where the follower's log parts from the leader's: to the smaller of both ends of this epoch it truncates. */
      divergingEpoch: struct({ epoch: int32({ default: -1 }), endOffset: int64({ default: -1n }) }, { tagged: '12+', tag: 0 }),
      currentLeader: struct({ leaderId: int32({ default: -1 }), leaderEpoch: int32({ default: -1 }) }, { tagged: '12+', tag: 1 }),
      /** The follower is so far behind that it must fetch this snapshot first. */
      snapshotId: struct({ endOffset: int64({ default: -1n }), epoch: int32({ default: -1 }) }, { tagged: '12+', tag: 2 }),
      abortedTransactions: array({ producerId: int64(), firstOffset: int64() }, { nullable: '4+' }),
      /** Where this consumer should read instead; -1: here. */
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

/**
 * Produce (0): record batches for the leaders of partitions, and the offset that each run of batches got.
 *
 * 3: batches of magic 2, transactional id (KIP-98). 4: KAFKA_STORAGE_ERROR may come back. 5: log start offset in the answer.
 * 6: a throttled broker answers at once, and the client waits (KIP-219). 7: zstd (KIP-110). 8: which records of a batch were refused,
 * and why (KIP-467). 9: flexible. 10: the new leader and its address beside NOT_LEADER_OR_FOLLOWER (KIP-951). 11: TRANSACTION_ABORTABLE.
 * 12: a transactional produce adds its partitions to the transaction by itself (KIP-890). 13: topic ids instead of names (KIP-516).
 * A broker offers versions from 0 on and refuses 0 to 2: old librdkafka reads "no version 0" as "no compression".
 */
import { array, int16, int32, int64, message, records, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ProduceRequest = message('ProduceRequest', { apiKey: 0, versions: '3-13', flexible: '9+' }, {
  transactionalId: string({ nullable: '3+', default: null }),
  /** 0: no answer at all; 1: when the leader has it; -1: when the whole ISR has it. */
  acks: int16(),
  timeoutMs: int32(),
  topicData: array({
    name: string({ versions: '0-12' }),
    topicId: uuid({ versions: '13+' }),
    partitionData: array({ index: int32(), records: records({ nullable: '0+' }) }),
  }),
});
export type ProduceRequest = MessageOf<typeof ProduceRequest>;

export const ProduceResponse = message('ProduceResponse', { apiKey: 0, versions: '3-13', flexible: '9+' }, {
  responses: array({
    name: string({ versions: '0-12' }),
    topicId: uuid({ versions: '13+' }),
    partitionResponses: array({
      index: int32(),
      errorCode: int16(),
      baseOffset: int64(),
      logAppendTimeMs: int64({ default: -1n }),
      logStartOffset: int64({ versions: '5+', default: -1n }),
      recordErrors: array({ batchIndex: int32(), batchIndexErrorMessage: string({ nullable: '8+', default: null }) }, { versions: '8+' }),
      errorMessage: string({ versions: '8+', nullable: '8+', default: null }),
      currentLeader: struct({ leaderId: int32({ default: -1 }), leaderEpoch: int32({ default: -1 }) }, { tagged: '10+', tag: 0 }),
    }),
  }),
  throttleTimeMs: int32(),
  nodeEndpoints: array({
    nodeId: int32(),
    host: string(),
    port: int32(),
    rack: string({ nullable: '10+', default: null }),
  }, { tagged: '10+', tag: 0 }),
});
export type ProduceResponse = MessageOf<typeof ProduceResponse>;

/**
 * Produce (0).
 */
import { array, int16, int32, int64, message, records, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ProduceRequest = message('ProduceRequest', { apiKey: 0, versions: '3-13', flexible: '9+' }, {
  transactionalId: string({ nullable: '3+', default: null }),
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

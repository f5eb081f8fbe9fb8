/**
 * ShareFetch (78): a member of a share group acquires records, and acknowledges earlier ones on the way (KIP-932).
 *
 * 0: early access, gone. 1: limits by records. 2: renews a lock on records, and chooses whether the limit of records is strict.
 */
import { array, bool, int16, int32, int64, int8, message, records, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ShareFetchRequest = message('ShareFetchRequest', { apiKey: 78, versions: '1-2', flexible: '0+' }, {
  groupId: string({ nullable: '0+', default: null }),
  memberId: string({ nullable: '0+' }),
  shareSessionEpoch: int32(),
  maxWaitMs: int32(),
  minBytes: int32(),
  maxBytes: int32({ default: 2_147_483_647 }),
  maxRecords: int32(),
  batchSize: int32(),
  shareAcquireMode: int8({ versions: '2+' }),
  isRenewAck: bool({ versions: '2+' }),
  topics: array({
    topicId: uuid(),
    partitions: array({
      partitionIndex: int32(),
      partitionMaxBytes: int32({ versions: '0' }),
      acknowledgementBatches: array({ firstOffset: int64(), lastOffset: int64(), acknowledgeTypes: array(int8()) }),
    }),
  }),
  forgottenTopicsData: array({ topicId: uuid(), partitions: array(int32()) }),
});
export type ShareFetchRequest = MessageOf<typeof ShareFetchRequest>;

export const ShareFetchResponse = message('ShareFetchResponse', { apiKey: 78, versions: '1-2', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+', default: null }),
  acquisitionLockTimeoutMs: int32(),
  responses: array({
    topicId: uuid(),
    partitions: array({
      partitionIndex: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
      acknowledgeErrorCode: int16(),
      acknowledgeErrorMessage: string({ nullable: '0+', default: null }),
      currentLeader: struct({ leaderId: int32(), leaderEpoch: int32() }),
      records: records({ nullable: '0' }),
      acquiredRecords: array({ firstOffset: int64(), lastOffset: int64(), deliveryCount: int16() }),
    }),
  }),
  nodeEndpoints: array({
    nodeId: int32(),
    host: string(),
    port: int32(),
    rack: string({ nullable: '0+', default: null }),
  }),
});
export type ShareFetchResponse = MessageOf<typeof ShareFetchResponse>;

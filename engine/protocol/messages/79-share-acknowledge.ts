/**
 * ShareAcknowledge (79): a member of a share group accepts, releases or rejects records (KIP-932).
 *
 * 0: early access, gone. 1: the first that counts. 2: renews a lock on records.
 */
import { array, bool, int16, int32, int64, int8, message, string, struct, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ShareAcknowledgeRequest = message('ShareAcknowledgeRequest', { apiKey: 79, versions: '1-2', flexible: '0+' }, {
  groupId: string({ nullable: '0+', default: null }),
  memberId: string({ nullable: '0+' }),
  shareSessionEpoch: int32(),
  isRenewAck: bool({ versions: '2+' }),
  topics: array({
    topicId: uuid(),
    partitions: array({
      partitionIndex: int32(),
      acknowledgementBatches: array({ firstOffset: int64(), lastOffset: int64(), acknowledgeTypes: array(int8()) }),
    }),
  }),
});
export type ShareAcknowledgeRequest = MessageOf<typeof ShareAcknowledgeRequest>;

export const ShareAcknowledgeResponse = message('ShareAcknowledgeResponse', { apiKey: 79, versions: '1-2', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+', default: null }),
  acquisitionLockTimeoutMs: int32({ versions: '2+' }),
  responses: array({
    topicId: uuid(),
    partitions: array({
      partitionIndex: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
      currentLeader: struct({ leaderId: int32(), leaderEpoch: int32() }),
    }),
  }),
  nodeEndpoints: array({
    nodeId: int32(),
    host: string(),
    port: int32(),
    rack: string({ nullable: '0+', default: null }),
  }),
});
export type ShareAcknowledgeResponse = MessageOf<typeof ShareAcknowledgeResponse>;

/**
 * TxnOffsetCommit (28): a group's positions, to count when the transaction commits.
 *
 * 1: throttling as in KIP-219. 2: leader epochs (KIP-320). 3: flexible; member and generation, so that a zombie is fenced (KIP-447).
 * 4: TRANSACTION_ABORTABLE. 5: adds the group to the transaction by itself (KIP-890).
 */
import { array, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const TxnOffsetCommitRequest = message('TxnOffsetCommitRequest', { apiKey: 28, versions: '0-5', flexible: '3+' }, {
  transactionalId: string(),
  groupId: string(),
  producerId: int64(),
  producerEpoch: int16(),
  generationId: int32({ versions: '3+', default: -1 }),
  memberId: string({ versions: '3+' }),
  groupInstanceId: string({ versions: '3+', nullable: '3+', default: null }),
  topics: array({
    name: string(),
    partitions: array({
      partitionIndex: int32(),
      committedOffset: int64(),
      committedLeaderEpoch: int32({ versions: '2+', default: -1 }),
      committedMetadata: string({ nullable: '0+' }),
    }),
  }),
});
export type TxnOffsetCommitRequest = MessageOf<typeof TxnOffsetCommitRequest>;

export const TxnOffsetCommitResponse = message('TxnOffsetCommitResponse', { apiKey: 28, versions: '0-5', flexible: '3+' }, {
  throttleTimeMs: int32(),
  topics: array({
    name: string(),
    partitions: array({ partitionIndex: int32(), errorCode: int16() }),
  }),
});
export type TxnOffsetCommitResponse = MessageOf<typeof TxnOffsetCommitResponse>;

/**
 * The records of `__transaction_state`: one for each transactional id, with where its transaction stands.
 */
import { array, int16, int32, int64, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

/** A transactional id. */
export const TransactionLogKey = message('TransactionLogKey', { apiKey: 0, versions: '0' }, {
  transactionalId: string(),
});
export type TransactionLogKey = MessageOf<typeof TransactionLogKey>;

/** 1: flexible; in tags what transaction version 2 needs (KIP-890). */
export const TransactionLogValue = message('TransactionLogValue', { apiKey: 0, versions: '0-1', flexible: '1+' }, {
  producerId: int64(),
  previousProducerId: int64({ tagged: '1+', tag: 0, default: -1n }),
  nextProducerId: int64({ tagged: '1+', tag: 1, default: -1n }),
  producerEpoch: int16(),
  nextProducerEpoch: int16({ tagged: '1+', tag: 3, default: -1 }),
  transactionTimeoutMs: int32(),
  transactionStatus: int8(),
  transactionPartitions: array({ topic: string(), partitionIds: array(int32()) }, { nullable: '0+' }),
  transactionLastUpdateTimestampMs: int64(),
  transactionStartTimestampMs: int64(),
  clientTransactionVersion: int16({ tagged: '1+', tag: 2 }),
});
export type TransactionLogValue = MessageOf<typeof TransactionLogValue>;


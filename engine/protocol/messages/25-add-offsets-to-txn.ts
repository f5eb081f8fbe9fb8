/**
 * AddOffsetsToTxn (25): a group's offsets join a transaction.
 *
 * 1: throttling as in KIP-219. 2: PRODUCER_FENCED. 3: flexible. 4: TRANSACTION_ABORTABLE (KIP-890).
 */
import { int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const AddOffsetsToTxnRequest = message('AddOffsetsToTxnRequest', { apiKey: 25, versions: '0-4', flexible: '3+' }, {
  transactionalId: string(),
  producerId: int64(),
  producerEpoch: int16(),
  groupId: string(),
});
export type AddOffsetsToTxnRequest = MessageOf<typeof AddOffsetsToTxnRequest>;

export const AddOffsetsToTxnResponse = message('AddOffsetsToTxnResponse', { apiKey: 25, versions: '0-4', flexible: '3+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
});
export type AddOffsetsToTxnResponse = MessageOf<typeof AddOffsetsToTxnResponse>;

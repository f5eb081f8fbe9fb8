/**
 * EndTxn (26): a transaction commits or aborts.
 *
 * 1: throttling as in KIP-219. 2: PRODUCER_FENCED. 3: flexible. 4: TRANSACTION_ABORTABLE. 5: each end raises the producer's epoch, and the
 * answer carries it (KIP-890, transaction version 2).
 */
import { bool, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const EndTxnRequest = message('EndTxnRequest', { apiKey: 26, versions: '0-5', flexible: '3+' }, {
  transactionalId: string(),
  producerId: int64(),
  producerEpoch: int16(),
  committed: bool(),
});
export type EndTxnRequest = MessageOf<typeof EndTxnRequest>;

export const EndTxnResponse = message('EndTxnResponse', { apiKey: 26, versions: '0-5', flexible: '3+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  producerId: int64({ versions: '5+', default: -1n }),
  producerEpoch: int16({ versions: '5+', default: -1 }),
});
export type EndTxnResponse = MessageOf<typeof EndTxnResponse>;

/**
 * InitProducerId (22): an idempotent or transactional producer gets its id and epoch.
 *
 * 1: throttling as in KIP-219. 2: flexible. 3: a producer asks for a new epoch of the id that it has (KIP-360). 4: PRODUCER_FENCED in place of
 * INVALID_PRODUCER_EPOCH. 5: TRANSACTION_ABORTABLE (KIP-890). 6: two-phase commit (KIP-939), unstable and not offered.
 */
import { bool, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const InitProducerIdRequest = message('InitProducerIdRequest', { apiKey: 22, versions: '0-6', flexible: '2+' }, {
  /** Null: idempotent only. */
  transactionalId: string({ nullable: '0+' }),
  transactionTimeoutMs: int32(),
  producerId: int64({ versions: '3+', default: -1n }),
  producerEpoch: int16({ versions: '3+', default: -1 }),
  enable2Pc: bool({ versions: '6+' }),
  keepPreparedTxn: bool({ versions: '6+' }),
});
export type InitProducerIdRequest = MessageOf<typeof InitProducerIdRequest>;

export const InitProducerIdResponse = message('InitProducerIdResponse', { apiKey: 22, versions: '0-6', flexible: '2+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  producerId: int64({ default: -1n }),
  producerEpoch: int16(),
  ongoingTxnProducerId: int64({ versions: '6+', default: -1n }),
  ongoingTxnProducerEpoch: int16({ versions: '6+', default: -1 }),
});
export type InitProducerIdResponse = MessageOf<typeof InitProducerIdResponse>;

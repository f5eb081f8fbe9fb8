/**
 * EndTxn (26).
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

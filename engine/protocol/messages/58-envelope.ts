/**
 * Envelope (58): a broker forwards a client's request to the controller, with the client's principal and address (KIP-590).
 */
import { bytes, int16, message, type MessageOf } from '#engine/protocol/message.ts';

export const EnvelopeRequest = message('EnvelopeRequest', { apiKey: 58, versions: '0', flexible: '0+' }, {
  requestData: bytes(),
  requestPrincipal: bytes({ nullable: '0+' }),
  clientHostAddress: bytes(),
});
export type EnvelopeRequest = MessageOf<typeof EnvelopeRequest>;

export const EnvelopeResponse = message('EnvelopeResponse', { apiKey: 58, versions: '0', flexible: '0+' }, {
  responseData: bytes({ nullable: '0+', default: null }),
  errorCode: int16(),
});
export type EnvelopeResponse = MessageOf<typeof EnvelopeResponse>;

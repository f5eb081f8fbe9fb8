/**
 * SaslAuthenticate (36): one step of a SASL exchange.
 *
 * 1: how long the session lasts before the client must authenticate anew (KIP-368). 2: flexible.
 */
import { bytes, int16, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const SaslAuthenticateRequest = message('SaslAuthenticateRequest', { apiKey: 36, versions: '0-2', flexible: '2+' }, {
  authBytes: bytes(),
});
export type SaslAuthenticateRequest = MessageOf<typeof SaslAuthenticateRequest>;

export const SaslAuthenticateResponse = message('SaslAuthenticateResponse', { apiKey: 36, versions: '0-2', flexible: '2+' }, {
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
  authBytes: bytes(),
  sessionLifetimeMs: int64({ versions: '1+' }),
});
export type SaslAuthenticateResponse = MessageOf<typeof SaslAuthenticateResponse>;

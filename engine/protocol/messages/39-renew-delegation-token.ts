/**
 * RenewDelegationToken (39): a token lasts longer.
 *
 * 1: throttling as in KIP-219. 2: flexible.
 */
import { bytes, int16, int32, int64, message, type MessageOf } from '#engine/protocol/message.ts';

export const RenewDelegationTokenRequest = message('RenewDelegationTokenRequest', { apiKey: 39, versions: '1-2', flexible: '2+' }, {
  hmac: bytes(),
  renewPeriodMs: int64(),
});
export type RenewDelegationTokenRequest = MessageOf<typeof RenewDelegationTokenRequest>;

export const RenewDelegationTokenResponse = message('RenewDelegationTokenResponse', { apiKey: 39, versions: '1-2', flexible: '2+' }, {
  errorCode: int16(),
  expiryTimestampMs: int64(),
  throttleTimeMs: int32(),
});
export type RenewDelegationTokenResponse = MessageOf<typeof RenewDelegationTokenResponse>;

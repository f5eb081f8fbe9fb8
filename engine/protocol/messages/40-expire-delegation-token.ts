/**
 * ExpireDelegationToken (40): a token ends earlier, or at once.
 *
 * 1: throttling as in KIP-219. 2: flexible.
 */
import { bytes, int16, int32, int64, message, type MessageOf } from '#engine/protocol/message.ts';

export const ExpireDelegationTokenRequest = message('ExpireDelegationTokenRequest', { apiKey: 40, versions: '1-2', flexible: '2+' }, {
  hmac: bytes(),
  expiryTimePeriodMs: int64(),
});
export type ExpireDelegationTokenRequest = MessageOf<typeof ExpireDelegationTokenRequest>;

export const ExpireDelegationTokenResponse = message('ExpireDelegationTokenResponse', { apiKey: 40, versions: '1-2', flexible: '2+' }, {
  errorCode: int16(),
  expiryTimestampMs: int64(),
  throttleTimeMs: int32(),
});
export type ExpireDelegationTokenResponse = MessageOf<typeof ExpireDelegationTokenResponse>;

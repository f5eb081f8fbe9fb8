/**
 * CreateDelegationToken (38): a token in whose name others may connect (KIP-48).
 *
 * 1: throttling as in KIP-219. 2: flexible. 3: for another owner (KIP-373).
 */
import { array, bytes, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const CreateDelegationTokenRequest = message('CreateDelegationTokenRequest', { apiKey: 38, versions: '1-3', flexible: '2+' }, {
  ownerPrincipalType: string({ versions: '3+', nullable: '3+' }),
  ownerPrincipalName: string({ versions: '3+', nullable: '3+' }),
  renewers: array({ principalType: string(), principalName: string() }),
  maxLifetimeMs: int64(),
});
export type CreateDelegationTokenRequest = MessageOf<typeof CreateDelegationTokenRequest>;

export const CreateDelegationTokenResponse = message('CreateDelegationTokenResponse', { apiKey: 38, versions: '1-3', flexible: '2+' }, {
  errorCode: int16(),
  principalType: string(),
  principalName: string(),
  tokenRequesterPrincipalType: string({ versions: '3+' }),
  tokenRequesterPrincipalName: string({ versions: '3+' }),
  issueTimestampMs: int64(),
  expiryTimestampMs: int64(),
  maxTimestampMs: int64(),
  tokenId: string(),
  hmac: bytes(),
  throttleTimeMs: int32(),
});
export type CreateDelegationTokenResponse = MessageOf<typeof CreateDelegationTokenResponse>;

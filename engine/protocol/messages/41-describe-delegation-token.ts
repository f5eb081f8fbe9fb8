/**
 * DescribeDelegationToken (41): the tokens of some owners.
 *
 * 1: throttling as in KIP-219. 2: flexible. 3: who asked for the token (KIP-373).
 */
import { array, bytes, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeDelegationTokenRequest = message('DescribeDelegationTokenRequest', { apiKey: 41, versions: '1-3', flexible: '2+' }, {
  owners: array({ principalType: string(), principalName: string() }, { nullable: '0+' }),
});
export type DescribeDelegationTokenRequest = MessageOf<typeof DescribeDelegationTokenRequest>;

export const DescribeDelegationTokenResponse = message('DescribeDelegationTokenResponse', { apiKey: 41, versions: '1-3', flexible: '2+' }, {
  errorCode: int16(),
  tokens: array({
    principalType: string(),
    principalName: string(),
    tokenRequesterPrincipalType: string({ versions: '3+' }),
    tokenRequesterPrincipalName: string({ versions: '3+' }),
    issueTimestamp: int64(),
    expiryTimestamp: int64(),
    maxTimestamp: int64(),
    tokenId: string(),
    hmac: bytes(),
    renewers: array({ principalType: string(), principalName: string() }),
  }),
  throttleTimeMs: int32(),
});
export type DescribeDelegationTokenResponse = MessageOf<typeof DescribeDelegationTokenResponse>;

/**
 * DescribeUserScramCredentials (50): which SCRAM mechanisms users have, with the iterations and without the secrets (KIP-554).
 */
import { array, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeUserScramCredentialsRequest = message('DescribeUserScramCredentialsRequest', { apiKey: 50, versions: '0', flexible: '0+' }, {
  users: array({ name: string() }, { nullable: '0+' }),
});
export type DescribeUserScramCredentialsRequest = MessageOf<typeof DescribeUserScramCredentialsRequest>;

export const DescribeUserScramCredentialsResponse = message('DescribeUserScramCredentialsResponse', { apiKey: 50, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
  results: array({
    user: string(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+' }),
    credentialInfos: array({ mechanism: int8(), iterations: int32() }),
  }),
});
export type DescribeUserScramCredentialsResponse = MessageOf<typeof DescribeUserScramCredentialsResponse>;

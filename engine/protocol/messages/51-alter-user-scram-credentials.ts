/**
 * AlterUserScramCredentials (51): SCRAM credentials are stored or deleted; the client salts the password (KIP-554).
 */
import { array, bytes, int16, int32, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const AlterUserScramCredentialsRequest = message('AlterUserScramCredentialsRequest', { apiKey: 51, versions: '0', flexible: '0+' }, {
  deletions: array({ name: string(), mechanism: int8() }),
  upsertions: array({
    name: string(),
    mechanism: int8(),
    iterations: int32(),
    salt: bytes(),
    saltedPassword: bytes(),
  }),
});
export type AlterUserScramCredentialsRequest = MessageOf<typeof AlterUserScramCredentialsRequest>;

export const AlterUserScramCredentialsResponse = message('AlterUserScramCredentialsResponse', { apiKey: 51, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  results: array({ user: string(), errorCode: int16(), errorMessage: string({ nullable: '0+' }) }),
});
export type AlterUserScramCredentialsResponse = MessageOf<typeof AlterUserScramCredentialsResponse>;

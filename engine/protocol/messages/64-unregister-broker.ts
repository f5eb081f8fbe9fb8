/**
 * UnregisterBroker (64): a broker that is gone for good leaves the metadata (KIP-631).
 */
import { int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const UnregisterBrokerRequest = message('UnregisterBrokerRequest', { apiKey: 64, versions: '0', flexible: '0+' }, {
  brokerId: int32(),
});
export type UnregisterBrokerRequest = MessageOf<typeof UnregisterBrokerRequest>;

export const UnregisterBrokerResponse = message('UnregisterBrokerResponse', { apiKey: 64, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
});
export type UnregisterBrokerResponse = MessageOf<typeof UnregisterBrokerResponse>;

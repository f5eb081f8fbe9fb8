/**
 * BrokerRegistration (62).
 */
import { array, bool, int16, int32, int64, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const BrokerRegistrationRequest = message('BrokerRegistrationRequest', { apiKey: 62, versions: '0-4', flexible: '0+' }, {
  brokerId: int32(),
  clusterId: string(),
  incarnationId: uuid(),
  listeners: array({ name: string(), host: string(), port: uint16(), securityProtocol: int16() }),
  features: array({ name: string(), minSupportedVersion: int16(), maxSupportedVersion: int16() }),
  rack: string({ nullable: '0+' }),
  isMigratingZkBroker: bool({ versions: '1+' }),
  logDirs: array(uuid(), { versions: '2+' }),
  previousBrokerEpoch: int64({ versions: '3+', default: -1n }),
});
export type BrokerRegistrationRequest = MessageOf<typeof BrokerRegistrationRequest>;

export const BrokerRegistrationResponse = message('BrokerRegistrationResponse', { apiKey: 62, versions: '0-4', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  brokerEpoch: int64({ default: -1n }),
});
export type BrokerRegistrationResponse = MessageOf<typeof BrokerRegistrationResponse>;

/**
 * BrokerRegistration (62): a broker that starts makes itself known to the controller and gets its epoch (KIP-631).
 *
 * 1: migration from ZooKeeper. 2: log directories (KIP-858). 3: the epoch of the broker's previous life, by which the controller sees whether it
 * ended cleanly (KIP-966). 4: features whose least version is 0.
 */
import { array, bool, int16, int32, int64, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const BrokerRegistrationRequest = message('BrokerRegistrationRequest', { apiKey: 62, versions: '0-4', flexible: '0+' }, {
  brokerId: int32(),
  clusterId: string(),
  /** Chosen anew each time the process starts. */
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

/**
 * ControllerRegistration (70): a controller makes its addresses and features known to the active one (KIP-919).
 */
import { array, bool, int16, int32, message, string, uint16, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ControllerRegistrationRequest = message('ControllerRegistrationRequest', { apiKey: 70, versions: '0', flexible: '0+' }, {
  controllerId: int32(),
  incarnationId: uuid(),
  zkMigrationReady: bool(),
  listeners: array({ name: string(), host: string(), port: uint16(), securityProtocol: int16() }),
  features: array({ name: string(), minSupportedVersion: int16(), maxSupportedVersion: int16() }),
});
export type ControllerRegistrationRequest = MessageOf<typeof ControllerRegistrationRequest>;

export const ControllerRegistrationResponse = message('ControllerRegistrationResponse', { apiKey: 70, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+' }),
});
export type ControllerRegistrationResponse = MessageOf<typeof ControllerRegistrationResponse>;

/**
 * PushTelemetry (72): metrics of a client (KIP-714). Only a broker with a receiver for metrics offers it.
 */
import { bool, bytes, int16, int32, int8, message, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const PushTelemetryRequest = message('PushTelemetryRequest', { apiKey: 72, versions: '0', flexible: '0+' }, {
  clientInstanceId: uuid(),
  subscriptionId: int32(),
  terminating: bool(),
  compressionType: int8(),
  metrics: bytes(),
});
export type PushTelemetryRequest = MessageOf<typeof PushTelemetryRequest>;

export const PushTelemetryResponse = message('PushTelemetryResponse', { apiKey: 72, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
});
export type PushTelemetryResponse = MessageOf<typeof PushTelemetryResponse>;

/**
 * GetTelemetrySubscriptions (71): which metrics a client should push (KIP-714). Only a broker with a receiver for metrics offers it.
 */
import { array, bool, int16, int32, int8, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const GetTelemetrySubscriptionsRequest = message('GetTelemetrySubscriptionsRequest', { apiKey: 71, versions: '0', flexible: '0+' }, {
  clientInstanceId: uuid(),
});
export type GetTelemetrySubscriptionsRequest = MessageOf<typeof GetTelemetrySubscriptionsRequest>;

export const GetTelemetrySubscriptionsResponse = message('GetTelemetrySubscriptionsResponse', { apiKey: 71, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  clientInstanceId: uuid(),
  subscriptionId: int32(),
  acceptedCompressionTypes: array(int8()),
  pushIntervalMs: int32(),
  telemetryMaxBytes: int32(),
  deltaTemporality: bool(),
  requestedMetrics: array(string()),
});
export type GetTelemetrySubscriptionsResponse = MessageOf<typeof GetTelemetrySubscriptionsResponse>;

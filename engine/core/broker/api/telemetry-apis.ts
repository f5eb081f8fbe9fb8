/**
 * Client telemetry (71, 72; KIP-714) on a broker without a receiver of metrics: ApiVersions does not name it, so that no
 * client asks, and one that asks all the same is told that nothing is wanted of it (Kafka: ClientMetricsManager without
 * subscriptions). Left out: remembering instances, so none is told that it asks too often.
 */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { GetTelemetrySubscriptionsRequest, GetTelemetrySubscriptionsResponse } from '#engine/protocol/messages/71-get-telemetry-subscriptions.ts';
import type { PushTelemetryResponse } from '#engine/protocol/messages/72-push-telemetry.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

/** ZStd, LZ4, GZip, Snappy: the best first. */
const compressionTypes = [4, 3, 1, 2];
const pushIntervalMs = 300_000;
const subscriptionId = 1;

const getTelemetrySubscriptions: ApiHandler = {
  apiKey: ApiKey.GetTelemetrySubscriptions,
  handle(state, request, context) {
    const { clientInstanceId } = request.body as GetTelemetrySubscriptionsRequest;
    const response: GetTelemetrySubscriptionsResponse = {
      throttleTimeMs: 0,
      errorCode: ErrorCode.NONE,
      clientInstanceId: clientInstanceId === zeroUuid ? context.random.uuid() : clientInstanceId,
      subscriptionId,
      acceptedCompressionTypes: compressionTypes,
      pushIntervalMs,
      telemetryMaxBytes: state.settings['telemetry.max.bytes'],
      deltaTemporality: true,
      requestedMetrics: [],
    };
    context.respond(request, response);
  },
};

const pushTelemetry: ApiHandler = {
  apiKey: ApiKey.PushTelemetry,
  handle(_state, request, context) {
    const response: PushTelemetryResponse = { throttleTimeMs: 0, errorCode: ErrorCode.UNKNOWN_SUBSCRIPTION_ID };
    context.respond(request, response);
  },
};

export const telemetryApis: readonly ApiHandler[] = [getTelemetrySubscriptions, pushTelemetry];

/**
 * ApiVersions (18): which APIs in which versions, and the features (Kafka: ApiVersionManager). Offered is only what the
 * registry answers. A version that the broker does not know is answered in version 0's form, with the error and the versions of
 * ApiVersions alone.
 */
import { noteVersionsTold } from '#engine/core/broker/authentication.ts';
import { supportedFeatures } from '#engine/core/metadata/supported-features.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { ApiVersionsRequest, ApiVersionsResponse } from '#engine/protocol/messages/18-api-versions.ts';

const newestVersion = 4;
/** KIP-511: what a client may call itself. */
const softwareName = /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/;

type OfferedApis = ApiVersionsResponse['apiKeys'];

export function apiVersionsHandler(offered: () => OfferedApis): ApiHandler {
  return {
    apiKey: ApiKey.ApiVersions,
    handle(state, request, context) {
      const body = request.body as ApiVersionsRequest;
      if (request.apiVersion < 0 || request.apiVersion > newestVersion) {
        context.respond(request, answerOf(state, ErrorCode.UNSUPPORTED_VERSION, 0, offered().filter(({ apiKey }) => apiKey === ApiKey.ApiVersions)));
        return;
      }
      const isNamed = request.apiVersion < 3 || (softwareName.test(body.clientSoftwareName) && softwareName.test(body.clientSoftwareVersion));
      if (isNamed) noteVersionsTold(state, request);
      context.respond(request, answerOf(state, isNamed ? ErrorCode.NONE : ErrorCode.INVALID_REQUEST, request.apiVersion, offered()));
    },
  };
}

function answerOf(state: BrokerState, errorCode: number, apiVersion: number, offered: OfferedApis): ApiVersionsResponse {
  const refusal = errorCode === ErrorCode.INVALID_REQUEST;
  return {
    errorCode,
    apiKeys: refusal ? [] : offered,
    throttleTimeMs: 0,
    // Up to v3 a feature that begins at level 0 would break clients.
    supportedFeatures: refusal ? [] : supportedFeatures.filter(({ min }) => apiVersion >= 4 || min > 0).map(({ name, min, max }) => ({ name, minVersion: min, maxVersion: max })),
    finalizedFeaturesEpoch: refusal ? -1n : state.imageOffset,
    finalizedFeatures: refusal ? [] : [...state.image.features].map(([name, level]) => ({ name, maxVersionLevel: level, minVersionLevel: level })),
    zkMigrationReady: false,
  };
}

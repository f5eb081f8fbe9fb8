/** ListConfigResources (74): what has settings to describe (KIP-1142). Client metrics and groups are those for which some are set. */
import { configKey, ConfigResourceType } from '#engine/core/metadata/image.ts';
import { aliveBrokers } from '#engine/core/broker/metadata-cache.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { ListConfigResourcesRequest, ListConfigResourcesResponse } from '#engine/protocol/messages/74-list-config-resources.ts';

const { TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP } = ConfigResourceType;
const allTypes: readonly number[] = [TOPIC, BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP];

export const listConfigResources: ApiHandler = {
  apiKey: ApiKey.ListConfigResources,
  handle(state, request, context) {
    const { resourceTypes } = request.body as ListConfigResourcesRequest;
    // Version 0 asks for client metrics alone.
    const asked = request.apiVersion === 0 ? [CLIENT_METRICS] : resourceTypes.length === 0 ? allTypes : resourceTypes;
    const isKnown = asked.every((type) => allTypes.includes(type));
    const response: ListConfigResourcesResponse = {
      throttleTimeMs: 0,
      errorCode: isKnown ? ErrorCode.NONE : ErrorCode.UNSUPPORTED_VERSION,
      configResources: isKnown ? asked.flatMap((resourceType) => namesOf(state, resourceType).map((resourceName) => ({ resourceName, resourceType }))) : [],
    };
    context.respond(request, response);
  },
};

function namesOf(state: BrokerState, resourceType: number): string[] {
  switch (resourceType) {
    case TOPIC:
      return [...state.image.topicIds.keys()];
    case BROKER:
    case BROKER_LOGGER:
      return aliveBrokers(state).map(({ id }) => String(id));
    default:
      return namesWithConfigs(state, resourceType);
  }
}

function namesWithConfigs(state: BrokerState, resourceType: number): string[] {
  const prefix = configKey(resourceType, '');
  return [...state.image.configs].filter(([key, configs]) => key.startsWith(prefix) && configs.size > 0).map(([key]) => key.slice(prefix.length));
}

/**
 * Every API that a broker answers on its client listener. The next one is one more file and one more line here; what is not
 * listed is not offered, and closes the connection when it is sent all the same, as an API that Kafka does not know does.
 */
import { produce } from '#engine/core/broker/api/00-produce.ts';
import { fetch } from '#engine/core/broker/api/01-fetch.ts';
import { listOffsets } from '#engine/core/broker/api/02-list-offsets.ts';
import { metadata } from '#engine/core/broker/api/03-metadata.ts';
import { apiVersionsHandler } from '#engine/core/broker/api/18-api-versions.ts';
import { deleteRecords } from '#engine/core/broker/api/21-delete-records.ts';
import { initProducerId } from '#engine/core/broker/api/22-init-producer-id.ts';
import { offsetForLeaderEpoch } from '#engine/core/broker/api/23-offset-for-leader-epoch.ts';
import { describeConfigs } from '#engine/core/broker/api/32-describe-configs.ts';
import { describeLogDirs } from '#engine/core/broker/api/35-describe-log-dirs.ts';
import { describeClientQuotas } from '#engine/core/broker/api/48-describe-client-quotas.ts';
import { describeCluster } from '#engine/core/broker/api/60-describe-cluster.ts';
import { describeProducers } from '#engine/core/broker/api/61-describe-producers.ts';
import { listConfigResources } from '#engine/core/broker/api/74-list-config-resources.ts';
import { describeTopicPartitions } from '#engine/core/broker/api/75-describe-topic-partitions.ts';
import { forwardedApis } from '#engine/core/broker/api/forwarded-apis.ts';
import { groupApis } from '#engine/core/broker/api/group-apis.ts';
import { securityApis } from '#engine/core/broker/api/security-apis.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { apiOf } from '#engine/protocol/api-keys.ts';
import type { ApiVersionsResponse } from '#engine/protocol/messages/18-api-versions.ts';

const handlers: readonly ApiHandler[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  apiVersionsHandler(offeredApis),
  deleteRecords,
  initProducerId,
  offsetForLeaderEpoch,
  describeConfigs,
  describeLogDirs,
  describeClientQuotas,
  describeCluster,
  describeProducers,
  listConfigResources,
  describeTopicPartitions,
  ...forwardedApis,
  ...groupApis,
  ...securityApis,
];

const handlersByKey: (ApiHandler | undefined)[] = [];
for (const handler of handlers) handlersByKey[handler.apiKey] = handler;

export function handlerOf(apiKey: number): ApiHandler | undefined {
  return handlersByKey[apiKey];
}

/** What ApiVersions tells, by key. */
export function offeredApis(): ApiVersionsResponse['apiKeys'] {
  const offered: ApiVersionsResponse['apiKeys'] = [];
  for (const handler of handlersByKey) {
    const versions = handler === undefined ? undefined : apiOf(handler.apiKey)?.offered;
    if (handler !== undefined && versions !== undefined) offered.push({ apiKey: handler.apiKey, minVersion: versions.min, maxVersion: versions.max });
  }
  return offered;
}

/** Whether the broker takes this version of the API; ApiVersions itself answers any. */
export function accepts(apiKey: number, apiVersion: number): boolean {
  const api = apiOf(apiKey);
  return api !== undefined && apiVersion >= api.versions.min && apiVersion <= api.versions.max;
}

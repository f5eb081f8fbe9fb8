/**
 * Every API that a broker answers on its client listener. The next one is one more file and one more line here; what is not
 * listed belongs to the controllers, and closes the connection when it is sent here, as it does in Kafka.
 */
import { produce } from '#engine/core/broker/api/00-produce.ts';
import { fetch } from '#engine/core/broker/api/01-fetch.ts';
import { listOffsets } from '#engine/core/broker/api/02-list-offsets.ts';
import { metadata } from '#engine/core/broker/api/03-metadata.ts';
import { saslHandshake } from '#engine/core/broker/api/17-sasl-handshake.ts';
import { apiVersionsHandler } from '#engine/core/broker/api/18-api-versions.ts';
import { deleteRecords } from '#engine/core/broker/api/21-delete-records.ts';
import { initProducerId } from '#engine/core/broker/api/22-init-producer-id.ts';
import { offsetForLeaderEpoch } from '#engine/core/broker/api/23-offset-for-leader-epoch.ts';
import { addPartitionsToTxn } from '#engine/core/broker/api/24-add-partitions-to-txn.ts';
import { writeTxnMarkers } from '#engine/core/broker/api/27-write-txn-markers.ts';
import { describeAcls } from '#engine/core/broker/api/29-describe-acls.ts';
import { createAcls } from '#engine/core/broker/api/30-create-acls.ts';
import { deleteAcls } from '#engine/core/broker/api/31-delete-acls.ts';
import { describeConfigs } from '#engine/core/broker/api/32-describe-configs.ts';
import { alterReplicaLogDirs } from '#engine/core/broker/api/34-alter-replica-log-dirs.ts';
import { describeLogDirs } from '#engine/core/broker/api/35-describe-log-dirs.ts';
import { saslAuthenticate } from '#engine/core/broker/api/36-sasl-authenticate.ts';
import { describeClientQuotas } from '#engine/core/broker/api/48-describe-client-quotas.ts';
import { alterClientQuotas } from '#engine/core/broker/api/49-alter-client-quotas.ts';
import { describeUserScramCredentials } from '#engine/core/broker/api/50-describe-user-scram-credentials.ts';
import { describeCluster } from '#engine/core/broker/api/60-describe-cluster.ts';
import { describeProducers } from '#engine/core/broker/api/61-describe-producers.ts';
import { listTransactions } from '#engine/core/broker/api/66-list-transactions.ts';
import { listConfigResources } from '#engine/core/broker/api/74-list-config-resources.ts';
import { describeTopicPartitions } from '#engine/core/broker/api/75-describe-topic-partitions.ts';
import { delegationTokenApis } from '#engine/core/broker/api/delegation-token-apis.ts';
import { featuresOff } from '#engine/core/broker/api/features-off.ts';
import { forwardedApis } from '#engine/core/broker/api/forwarded-apis.ts';
import { groupApis } from '#engine/core/broker/api/group-apis.ts';
import { telemetryApis } from '#engine/core/broker/api/telemetry-apis.ts';
import { transactionCoordinatorApis } from '#engine/core/broker/api/transaction-coordinator.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { apiOf } from '#engine/protocol/api-keys.ts';
import type { ApiVersionsResponse } from '#engine/protocol/messages/18-api-versions.ts';

const handlers: readonly ApiHandler[] = [
  produce,
  fetch,
  listOffsets,
  metadata,
  saslHandshake,
  apiVersionsHandler(offeredApis),
  deleteRecords,
  initProducerId,
  offsetForLeaderEpoch,
  addPartitionsToTxn,
  writeTxnMarkers,
  describeAcls,
  createAcls,
  deleteAcls,
  describeConfigs,
  alterReplicaLogDirs,
  describeLogDirs,
  saslAuthenticate,
  describeClientQuotas,
  alterClientQuotas,
  describeUserScramCredentials,
  describeCluster,
  describeProducers,
  listTransactions,
  listConfigResources,
  describeTopicPartitions,
  ...forwardedApis,
  ...groupApis,
  ...delegationTokenApis,
  ...transactionCoordinatorApis,
  ...telemetryApis,
  ...featuresOff,
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

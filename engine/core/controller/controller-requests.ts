/**
 * The requests that the active controller answers on the listener CONTROLLER, one line each (Kafka: ControllerApis), and what
 * a node says that is not the active controller: NOT_CONTROLLER, in each request's own place for an error.
 */
import { assert } from '#engine/ports/assert.ts';
import { ApiKey, apiOf } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { CreateTopicsRequest, CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import type { DeleteTopicsRequest, DeleteTopicsResponse } from '#engine/protocol/messages/20-delete-topics.ts';
import type { CreateAclsRequest, CreateAclsResponse } from '#engine/protocol/messages/30-create-acls.ts';
import type { DeleteAclsRequest, DeleteAclsResponse } from '#engine/protocol/messages/31-delete-acls.ts';
import type { AlterConfigsRequest, AlterConfigsResponse } from '#engine/protocol/messages/33-alter-configs.ts';
import type { CreatePartitionsRequest, CreatePartitionsResponse } from '#engine/protocol/messages/37-create-partitions.ts';
import type { AlterUserScramCredentialsRequest, AlterUserScramCredentialsResponse } from '#engine/protocol/messages/51-alter-user-scram-credentials.ts';
import { create } from '#engine/protocol/message.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import type { ActiveController } from '#engine/core/controller/active-controller.ts';
import { createAcls, deleteAcls } from '#engine/core/controller/acl-control.ts';
import { alterPartition } from '#engine/core/controller/alter-partition.ts';
import { heartbeat, registerBroker, unregisterBroker } from '#engine/core/controller/cluster-control.ts';
import { alterConfigs, incrementalAlterConfigs } from '#engine/core/controller/config-control.ts';
import { electLeaders } from '#engine/core/controller/elect-leaders.ts';
import { updateFeatures } from '#engine/core/controller/feature-control.ts';
import { createPartitions } from '#engine/core/controller/new-partitions.ts';
import { allocateProducerIds } from '#engine/core/controller/producer-ids.ts';
import { describeQuorum } from '#engine/core/controller/quorum/describe-quorum.ts';
import { addRaftVoter, removeRaftVoter } from '#engine/core/controller/quorum/raft-voters.ts';
import { alterPartitionReassignments, listPartitionReassignments } from '#engine/core/controller/reassignments.ts';
import { alterUserScramCredentials } from '#engine/core/controller/scram-control.ts';
import { createTopics, deleteTopics } from '#engine/core/controller/topic-control.ts';

type Handler = (active: ActiveController, request: RequestMessage, context: NodeContext) => void;

const handlers: ReadonlyMap<number, Handler> = new Map<number, Handler>([
  [ApiKey.BrokerRegistration, registerBroker],
  [ApiKey.BrokerHeartbeat, heartbeat],
  [ApiKey.UnregisterBroker, unregisterBroker],
  [ApiKey.AlterPartition, alterPartition],
  [ApiKey.CreateTopics, createTopics],
  [ApiKey.DeleteTopics, deleteTopics],
  [ApiKey.CreatePartitions, createPartitions],
  [ApiKey.IncrementalAlterConfigs, incrementalAlterConfigs],
  [ApiKey.AlterConfigs, alterConfigs],
  [ApiKey.AllocateProducerIds, allocateProducerIds],
  [ApiKey.ElectLeaders, electLeaders],
  [ApiKey.AlterPartitionReassignments, alterPartitionReassignments],
  [ApiKey.ListPartitionReassignments, listPartitionReassignments],
  [ApiKey.CreateAcls, createAcls],
  [ApiKey.DeleteAcls, deleteAcls],
  [ApiKey.AlterUserScramCredentials, alterUserScramCredentials],
  [ApiKey.DescribeQuorum, (active, request, context) => describeQuorum(active.quorum, active.image, request, context)],
  [ApiKey.UpdateFeatures, updateFeatures],
  [ApiKey.AddRaftVoter, (active, request, context) => addRaftVoter(active.quorum, request, context)],
  [ApiKey.RemoveRaftVoter, (active, request, context) => removeRaftVoter(active.quorum, request, context)],
]);

export function handleControllerRequest(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const handler = handlers.get(request.apiKey);
  assert(handler !== undefined, `the controller has no handler for API ${request.apiKey}`);
  handler(active, request, context);
}

/** Whether `handleControllerRequest` knows the API. */
export function isControllerApi(apiKey: number): boolean {
  return handlers.has(apiKey);
}

const errorCode = ErrorCode.NOT_CONTROLLER;
const errorMessage = 'This is not the correct controller for this cluster.';

export function notControllerAnswer(request: RequestMessage): unknown {
  switch (request.apiKey) {
    case ApiKey.CreateTopics:
      return refusedCreateTopics(request.body as CreateTopicsRequest);
    case ApiKey.DeleteTopics:
      return refusedDeleteTopics(request);
    case ApiKey.CreatePartitions:
      return refusedCreatePartitions(request.body as CreatePartitionsRequest);
    case ApiKey.AlterConfigs:
    case ApiKey.IncrementalAlterConfigs:
      return refusedAlterConfigs(request.body as AlterConfigsRequest);
    case ApiKey.CreateAcls:
      return refusedCreateAcls(request.body as CreateAclsRequest);
    case ApiKey.DeleteAcls:
      return refusedDeleteAcls(request.body as DeleteAclsRequest);
    case ApiKey.AlterUserScramCredentials:
      return refusedCredentials(request.body as AlterUserScramCredentialsRequest);
    default: {
      // All others have one error code for the whole answer.
      const api = apiOf(request.apiKey);
      assert(api !== undefined, `no API has the key ${request.apiKey}`);
      return { ...create(api.response), errorCode };
    }
  }
}

function refusedCreateTopics(body: CreateTopicsRequest): CreateTopicsResponse {
  const refused = { topicId: zeroUuid, errorCode, errorMessage, topicConfigErrorCode: 0, numPartitions: -1, replicationFactor: -1, configs: [] };
  return { throttleTimeMs: 0, topics: body.topics.map(({ name }) => ({ name, ...refused })) };
}

function refusedDeleteTopics(request: RequestMessage): DeleteTopicsResponse {
  const body = request.body as DeleteTopicsRequest;
  const topics = request.apiVersion >= 6 ? body.topics : body.topicNames.map((name) => ({ name, topicId: zeroUuid }));
  return { throttleTimeMs: 0, responses: topics.map(({ name, topicId }) => ({ name, topicId, errorCode, errorMessage })) };
}

function refusedCreatePartitions(body: CreatePartitionsRequest): CreatePartitionsResponse {
  return { throttleTimeMs: 0, results: body.topics.map(({ name }) => ({ name, errorCode, errorMessage })) };
}

function refusedCreateAcls(body: CreateAclsRequest): CreateAclsResponse {
  return { throttleTimeMs: 0, results: body.creations.map(() => ({ errorCode, errorMessage })) };
}

function refusedDeleteAcls(body: DeleteAclsRequest): DeleteAclsResponse {
  return { throttleTimeMs: 0, filterResults: body.filters.map(() => ({ errorCode, errorMessage, matchingAcls: [] })) };
}

function refusedCredentials({ deletions, upsertions }: AlterUserScramCredentialsRequest): AlterUserScramCredentialsResponse {
  return { throttleTimeMs: 0, results: [...deletions, ...upsertions].map(({ name }) => ({ user: name, errorCode, errorMessage })) };
}

function refusedAlterConfigs(body: AlterConfigsRequest): AlterConfigsResponse {
  return { throttleTimeMs: 0, responses: body.resources.map(({ resourceType, resourceName }) => ({ errorCode, errorMessage, resourceType, resourceName })) };
}

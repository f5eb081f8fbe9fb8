/**
 * Metadata (3): the brokers that are alive, and topics with their leaders (Kafka: KafkaApis.handleTopicMetadataRequest,
 * KRaftMetadataCache.getTopicMetadata).
 *
 * Unknown topics are created when client and broker both allow it; the answer is still UNKNOWN_TOPIC_OR_PARTITION, and the
 * client comes again. `controllerId` is, as in Kafka under KRaft, some broker that is alive: requests for the controller go
 * to any broker and are handed on.
 */
import { quorumLeader } from '#engine/core/controller/controller-node.ts';
import { topicByName, type PartitionImage, type TopicImage } from '#engine/core/metadata/image.ts';
import { allClusterOperations, allTopicOperations, operationsNotAsked } from '#engine/core/broker/authorized-operations.ts';
import { createTopicsAutomatically, isValidTopicName } from '#engine/core/broker/auto-topic-creation.ts';
import { aliveBrokers, endpointOfRegistration, isInternalTopic, offlineReplicas } from '#engine/core/broker/metadata-cache.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { MetadataRequest, MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';

type TopicAnswer = MetadataResponse['topics'][number];
type PartitionAnswer = TopicAnswer['partitions'][number];

export const metadata: ApiHandler = {
  apiKey: ApiKey.Metadata,
  handle(state, request, context) {
    const body = request.body as MetadataRequest;
    const allTopics = body.topics === null || (request.apiVersion === 0 && body.topics.length === 0);
    if (!allTopics && request.apiVersion < 12 && body.topics?.some((topic) => topic.name === null) === true) {
      context.respond(request, refusalOf(body, ErrorCode.INVALID_REQUEST));
      return;
    }
    if (body.topics?.some((topic) => topic.name === null && topic.topicId === zeroUuid) === true) {
      // Kafka stumbles over it.
      context.respond(request, refusalOf(body, ErrorCode.UNKNOWN_SERVER_ERROR));
      return;
    }
    const mayCreate = request.apiVersion < 4 || body.allowAutoTopicCreation;
    const missing: string[] = [];
    const topics = allTopics
      ? [...state.image.topics.values()].map((topic) => describe(state, topic, body, request.apiVersion))
      : distinct(body.topics ?? []).map((asked) => describeAsked(state, asked, mayCreate, body, request.apiVersion, missing));
    createTopicsAutomatically(state, missing, context);
    context.respond(request, answerOf(state, body, topics, ErrorCode.NONE));
  },
};

/** A request that is refused as a whole is told nothing of the cluster. */
function refusalOf(body: MetadataRequest, errorCode: number): MetadataResponse {
  const topics = (body.topics ?? []).map(({ name, topicId }) => ({ ...unknown(name ?? '', topicId, errorCode), isInternal: false }));
  return { throttleTimeMs: 0, brokers: [], clusterId: null, controllerId: -1, topics, clusterAuthorizedOperations: operationsNotAsked, errorCode };
}

type AskedTopic = NonNullable<MetadataRequest['topics']>[number];

function distinct(topics: readonly AskedTopic[]): AskedTopic[] {
  const seen = new Map<string, AskedTopic>();
  for (const topic of topics) seen.set(topic.name ?? `id ${topic.topicId}`, topic);
  return [...seen.values()];
}

/** Notes a topic that is to be created. */
function describeAsked(state: BrokerState, asked: AskedTopic, mayCreate: boolean, body: MetadataRequest, apiVersion: number, missing: string[]): TopicAnswer {
  if (asked.name === null) {
    const byId = state.image.topics.get(asked.topicId);
    return byId === undefined ? unknown(null, asked.topicId, ErrorCode.UNKNOWN_TOPIC_ID) : describe(state, byId, body, apiVersion);
  }
  const topic = topicByName(state.image, asked.name);
  if (topic !== undefined) return describe(state, topic, body, apiVersion);
  if (!mayCreate || !state.settings['auto.create.topics.enable']) return unknown(asked.name, zeroUuid, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  if (!isValidTopicName(asked.name)) return unknown(asked.name, zeroUuid, ErrorCode.INVALID_TOPIC_EXCEPTION);
  missing.push(asked.name);
  return unknown(asked.name, zeroUuid, ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
}

function unknown(name: string | null, topicId: string, errorCode: number): TopicAnswer {
  return { errorCode, name, topicId, isInternal: name !== null && isInternalTopic(name), partitions: [], topicAuthorizedOperations: operationsNotAsked };
}

function describe(state: BrokerState, topic: TopicImage, body: MetadataRequest, apiVersion: number): TopicAnswer {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.map((partition, index) => describePartition(state, partition, index, apiVersion)),
    topicAuthorizedOperations: body.includeTopicAuthorizedOperations ? allTopicOperations : operationsNotAsked,
  };
}

function describePartition(state: BrokerState, partition: PartitionImage, partitionIndex: number, apiVersion: number): PartitionAnswer {
  const leader = state.image.brokers.get(partition.leader);
  const leaderIsAlive = leader !== undefined && !leader.fenced;
  // Clients from before KIP-320's answers took any replica that was down for an error.
  const replicaIsMissing = apiVersion === 0 && offlineReplicas(state, partition).length > 0;
  const errorCode = !leaderIsAlive ? ErrorCode.LEADER_NOT_AVAILABLE : replicaIsMissing ? ErrorCode.REPLICA_NOT_AVAILABLE : ErrorCode.NONE;
  return {
    errorCode,
    partitionIndex,
    leaderId: leaderIsAlive ? partition.leader : -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: [...partition.replicas],
    isrNodes: [...partition.isr],
    offlineReplicas: offlineReplicas(state, partition),
  };
}

function answerOf(state: BrokerState, body: MetadataRequest, topics: TopicAnswer[], errorCode: number): MetadataResponse {
  const brokers = aliveBrokers(state)
    .map(endpointOfRegistration)
    .filter((endpoint) => endpoint !== undefined);
  return {
    throttleTimeMs: 0,
    brokers,
    clusterId: state.config.clusterId,
    controllerId: aBrokerThatIsAlive(state, brokers.map(({ nodeId }) => nodeId)),
    topics,
    clusterAuthorizedOperations: body.includeClusterAuthorizedOperations ? allClusterOperations : operationsNotAsked,
    errorCode,
  };
}

/** Kafka names one at random; here it is the quorum's leader while that is alive, so that what is shown is what is. */
export function aBrokerThatIsAlive(state: BrokerState, alive: readonly number[]): number {
  const { leaderId } = quorumLeader(state.controllerNode);
  return alive.includes(leaderId) ? leaderId : (alive[0] ?? -1);
}

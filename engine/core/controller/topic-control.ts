/**
 * Topics: create, delete, add partitions (Kafka: ReplicationControlManager.createTopics, deleteTopics, createPartitions;
 * KIP-4, KIP-195). Error codes and messages are Kafka's.
 *
 * A request is one batch of records, so that its topics appear together; a topic that is refused does not hinder the others.
 * Left out: policies (create.topic.policy.class.name) and the quota for mutations.
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { CreateTopicsRequest, CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import type { DeleteTopicsRequest, DeleteTopicsResponse } from '#engine/protocol/messages/20-delete-topics.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { topicByName, type TopicImage } from '#engine/core/metadata/image.ts';
import { metadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { decideAndAnswer, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { checkTopicConfig, describeNewTopic } from '#engine/core/controller/config-control.ts';
import { manualPartition, partitionRecord, placedPartitions, type NewPartition } from '#engine/core/controller/new-partitions.ts';
import { outcomeOf, RequestError } from '#engine/core/controller/request-error.ts';
import { collides, topicNameProblem } from '#engine/core/controller/topic-name.ts';

type CreatableTopic = CreateTopicsRequest['topics'][number];
type CreatedTopic = CreateTopicsResponse['topics'][number];

export function createTopics(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as CreateTopicsRequest;
  const records: MetadataRecord[] = [];
  const repeated = repeatedNames(body.topics);
  const topics = distinctByName(body.topics).map((wanted): CreatedTopic => {
    const created: MetadataRecord[] = [];
    let result: CreatedTopic | undefined;
    const outcome = outcomeOf(() => {
      if (repeated.has(wanted.name)) throw new RequestError(ErrorCode.INVALID_REQUEST, 'Duplicate topic name.');
      checkName(active, wanted.name);
      result = createTopic(active, wanted, created, context);
    });
    if (result === undefined) return failedTopic(wanted.name, outcome.errorCode, outcome.errorMessage);
    records.push(...created);
    if (!body.validateOnly) {
      context.publish('topic.created', { topic: wanted.name, topicId: result.topicId, partitions: result.numPartitions });
    }
    return result;
  });
  const answer: CreateTopicsResponse = { throttleTimeMs: 0, topics };
  decideAndAnswer(active, request, body.validateOnly ? [] : records, answer, context);
}

function failedTopic(name: string, errorCode: number, errorMessage: string | null): CreatedTopic {
  return { name, topicId: zeroUuid, errorCode, errorMessage, topicConfigErrorCode: 0, numPartitions: -1, replicationFactor: -1, configs: [] };
}

/** Kafka answers a name once, however often it was asked for. */
function distinctByName<T extends { name: string }>(wanted: readonly T[]): T[] {
  return [...new Map(wanted.map((topic) => [topic.name, topic])).values()];
}

function repeatedNames(wanted: readonly { name: string }[]): ReadonlySet<string> {
  const seen = new Set<string>();
  return new Set(wanted.filter(({ name }) => seen.size === seen.add(name).size).map(({ name }) => name));
}

/** Names collide with topics that exist; those of one request are not held against each other, in Kafka neither. */
function checkName(active: ActiveController, name: string): void {
  const problem = topicNameProblem(name);
  if (problem !== undefined) throw new RequestError(ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic name is invalid: ${problem}`);
  if (name === '__cluster_metadata') throw new RequestError(ErrorCode.INVALID_REQUEST, `Creation of internal topic ${name} is prohibited.`);
  if (active.image.topicIds.has(name)) throw new RequestError(ErrorCode.TOPIC_ALREADY_EXISTS, `Topic '${name}' already exists.`);
  if (!/[._]/.test(name)) return;
  for (const other of active.image.topicIds.keys()) {
    if (collides(name, other)) throw new RequestError(ErrorCode.INVALID_TOPIC_EXCEPTION, `Topic '${name}' collides with existing topic: ${other}`);
  }
}

function createTopic(active: ActiveController, wanted: CreatableTopic, records: MetadataRecord[], context: NodeContext): CreatedTopic {
  const configs = creationConfigs(wanted);
  checkTopicConfig(configs);
  const partitions = wanted.assignments.length > 0 ? assignedPartitions(active, wanted) : automaticPartitions(active, wanted, context);
  const topicId = context.random.uuid();
  records.push(metadataRecord('TopicRecord', { name: wanted.name, topicId }));
  for (const [name, value] of Object.entries(configs)) records.push(metadataRecord('ConfigRecord', { resourceType: 2, resourceName: wanted.name, name, value }));
  for (const [partitionId, partition] of partitions.entries()) records.push(partitionRecord(active, topicId, partitionId, partition));
  return {
    name: wanted.name,
    topicId,
    errorCode: ErrorCode.NONE,
    errorMessage: null,
    topicConfigErrorCode: ErrorCode.NONE,
    numPartitions: partitions.length,
    replicationFactor: partitions[0]?.replicas.length ?? -1,
    configs: describeNewTopic(active, configs),
  };
}

function creationConfigs(wanted: CreatableTopic): Record<string, string> {
  const nulls = wanted.configs.filter((config) => config.value === null).map((config) => config.name);
  if (nulls.length > 0) throw new RequestError(ErrorCode.INVALID_CONFIG, `Null value not supported for topic configs: ${nulls.join(',')}`);
  return Object.fromEntries(wanted.configs.map((config) => [config.name, config.value ?? '']));
}

function assignedPartitions(active: ActiveController, wanted: CreatableTopic): NewPartition[] {
  if (wanted.replicationFactor !== -1) {
    throw new RequestError(ErrorCode.INVALID_REQUEST, 'A manual partition assignment was specified, but replication factor was not set to -1.');
  }
  if (wanted.numPartitions !== -1) {
    throw new RequestError(ErrorCode.INVALID_REQUEST, 'A manual partition assignment was specified, but numPartitions was not set to -1.');
  }
  const partitions = new Map<number, NewPartition>();
  let replicationFactor: number | undefined;
  for (const { partitionIndex, brokerIds } of wanted.assignments) {
    if (partitions.has(partitionIndex)) {
      throw new RequestError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, `Found multiple manual partition assignments for partition ${partitionIndex}`);
    }
    partitions.set(partitionIndex, manualPartition(active, partitionIndex, brokerIds, replicationFactor));
    replicationFactor = brokerIds.length;
  }
  return Array.from({ length: partitions.size }, (_, index) => {
    const partition = partitions.get(index);
    if (partition === undefined) throw new RequestError(ErrorCode.INVALID_REPLICA_ASSIGNMENT, 'partitions should be a consecutive 0-based integer sequence');
    return partition;
  });
}

function automaticPartitions(active: ActiveController, wanted: CreatableTopic, context: NodeContext): NewPartition[] {
  if (wanted.replicationFactor < -1 || wanted.replicationFactor === 0) {
    throw new RequestError(ErrorCode.INVALID_REPLICATION_FACTOR, 'Replication factor must be larger than 0, or -1 to use the default value.');
  }
  if (wanted.numPartitions < -1 || wanted.numPartitions === 0) {
    throw new RequestError(ErrorCode.INVALID_PARTITIONS, 'Number of partitions was set to an invalid non-positive value.');
  }
  const count = wanted.numPartitions === -1 ? active.settings['num.partitions'] : wanted.numPartitions;
  const replicationFactor = wanted.replicationFactor === -1 ? active.settings['default.replication.factor'] : wanted.replicationFactor;
  return placedPartitions(active, count, replicationFactor, context);
}

export function deleteTopics(active: ActiveController, request: RequestMessage, context: NodeContext): void {
  const body = request.body as DeleteTopicsRequest;
  const records: MetadataRecord[] = [];
  const wanted = request.apiVersion >= 6 ? body.topics : body.topicNames.map((name): WantedTopic => ({ name, topicId: zeroUuid }));
  const responses: DeleteTopicsResponse['responses'] = [];
  for (const [index, { name, topicId }] of wanted.entries()) {
    let topic: TopicImage | undefined;
    const outcome = outcomeOf(() => {
      topic = topicToDelete(active, name, topicId);
    });
    const others = wanted.filter((other, place) => place !== index && isSame(topic, name, topicId, other));
    if (others.length > 0) {
      // Asked for twice, it is answered once, and stays.
      if (wanted.findIndex((other) => isSame(topic, name, topicId, other)) < index) continue;
      const byName = others.every((other) => other.name === name);
      const errorMessage = byName ? (name === null ? 'Duplicate topic id.' : 'Duplicate topic name.') : 'The provided topic name maps to an ID that was already supplied.';
      responses.push({ name, topicId: byName ? topicId : (topic?.id ?? topicId), errorCode: ErrorCode.INVALID_REQUEST, errorMessage });
      continue;
    }
    if (topic !== undefined) {
      records.push(metadataRecord('RemoveTopicRecord', { topicId: topic.id }));
      context.publish('topic.deleted', { topic: topic.name });
    }
    responses.push({ name: topic?.name ?? name, topicId: topic?.id ?? topicId, ...outcome });
  }
  const answer: DeleteTopicsResponse = { throttleTimeMs: 0, responses };
  decideAndAnswer(active, request, records, answer, context);
}

interface WantedTopic {
  name: string | null;
  topicId: string;
}

/** Whether another entry of the request means the same topic: by the same words, or by the id of the one that is named. */
function isSame(topic: TopicImage | undefined, name: string | null, topicId: string, other: WantedTopic): boolean {
  if (other.name === name && other.topicId === topicId) return true;
  return topic !== undefined && (other.name === topic.name ? other.topicId === zeroUuid : other.name === null && other.topicId === topic.id);
}

function topicToDelete(active: ActiveController, name: string | null, topicId: string): TopicImage {
  if (!active.settings['delete.topic.enable']) throw new RequestError(ErrorCode.TOPIC_DELETION_DISABLED, 'Topic deletion is disabled.');
  if (name !== null && topicId !== zeroUuid) throw new RequestError(ErrorCode.INVALID_REQUEST, 'You may not specify both topic name and topic id.');
  if (name !== null) {
    const topic = topicByName(active.image, name);
    if (topic === undefined) throw new RequestError(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION, 'This server does not host this topic-partition.');
    return topic;
  }
  if (topicId === zeroUuid) throw new RequestError(ErrorCode.INVALID_REQUEST, 'Neither topic name nor id were specified.');
  const topic = active.image.topics.get(topicId);
  if (topic === undefined) throw new RequestError(ErrorCode.UNKNOWN_TOPIC_ID, 'This server does not host this topic ID.');
  return topic;
}

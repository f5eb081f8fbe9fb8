/**
 * What a client knows of the cluster, and how it keeps knowing: it asks a broker it knows (first one of the bootstrap list),
 * again when something it was told proves wrong, and when it grows old. Kafka: Metadata, NetworkClient.DefaultMetadataUpdater.
 *
 * Invariants: one request at a time; a partition's leader epoch never goes back while the topic's id stays; attempts are
 * spaced by retry.backoff.ms. Timer "metadata": the next attempt, or metadata.max.age.ms.
 * Left out: asking by topic id, `metadata.max.idle.ms`, rebootstrapping on REBOOTSTRAP_REQUIRED.
 */
import type { NodeContext } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { retryBackoffMs, type BackoffSettings } from '#engine/core/clients/backoff.ts';
import type { ClientMetadata, PartitionMetadata, TopicMetadata } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode, isRetriable } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { MetadataRequest, type MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

export const METADATA_KIND = 'metadata';
const METADATA_VERSION = 13;

export interface MetadataSettings extends BackoffSettings {
  'metadata.max.age.ms': number;
  'request.timeout.ms': number;
}

export function createMetadata(bootstrap: number[], interest: string[], allowAutoTopicCreation = true): ClientMetadata {
  return {
    allowAutoTopicCreation,
    brokers: [],
    bootstrap: [...bootstrap],
    controllerId: -1,
    clusterId: null,
    topics: new Map(),
    interest: [...interest],
    refreshedMs: -1,
    attemptedMs: -1,
    attempts: 0,
    inFlight: -1,
    updateRequested: false,
  };
}

/** Asks now, or as soon as the back-off since the last attempt allows. */
export function requestMetadataUpdate(metadata: ClientMetadata, settings: MetadataSettings, context: NodeContext): void {
  metadata.updateRequested = true;
  if (metadata.inFlight !== -1) return;
  const backoffMs = metadata.attemptedMs < 0 ? 0 : retryBackoffMs(settings, metadata.attempts, context.random);
  const waitMs = metadata.attemptedMs + backoffMs - context.nowMs;
  if (metadata.attemptedMs < 0 || waitMs <= 0) sendMetadataRequest(metadata, settings, context);
  else context.arm(METADATA_KIND, '', waitMs);
}

export function onMetadataTimer(metadata: ClientMetadata, settings: MetadataSettings, context: NodeContext): void {
  if (metadata.inFlight === -1) sendMetadataRequest(metadata, settings, context);
}

/** A broker to ask something that any broker answers; when none of the known ones did, the bootstrap list is begun anew. */
export function anyBroker(metadata: ClientMetadata, context: NodeContext): number {
  const candidates = metadata.brokers.length > 0 ? metadata.brokers : metadata.bootstrap;
  return candidates[context.random.integer(candidates.length)] ?? -1;
}

function sendMetadataRequest(metadata: ClientMetadata, settings: MetadataSettings, context: NodeContext): void {
  const broker = anyBroker(metadata, context);
  metadata.attemptedMs = context.nowMs;
  metadata.updateRequested = false;
  metadata.inFlight = context.request({
    to: brokerNodeId(broker),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.Metadata,
    apiVersion: METADATA_VERSION,
    body: create(MetadataRequest, { topics: metadata.interest.map((name) => ({ topicId: zeroUuid, name })), allowAutoTopicCreation: metadata.allowAutoTopicCreation }),
    kind: METADATA_KIND,
    key: String(broker),
    timeoutMs: settings['request.timeout.ms'],
  });
}

export function onMetadataFailure(metadata: ClientMetadata, settings: MetadataSettings, context: NodeContext): void {
  metadata.inFlight = -1;
  metadata.attempts += 1;
  // Enough failures in a row, and the brokers known from the last answer may all be gone.
  if (metadata.attempts > metadata.brokers.length) metadata.brokers = [];
  requestMetadataUpdate(metadata, settings, context);
}

export function onMetadataResponse(metadata: ClientMetadata, body: MetadataResponse, settings: MetadataSettings, context: NodeContext): void {
  metadata.inFlight = -1;
  metadata.controllerId = body.controllerId;
  metadata.clusterId = body.clusterId;
  if (body.brokers.length > 0) metadata.brokers = body.brokers.map(({ nodeId }) => nodeId);
  for (const topic of body.topics) if (topic.name !== null) takeTopic(metadata, topic.name, topic);
  const isIncomplete = body.brokers.length === 0 || body.topics.some(needsAnotherLook);
  if (isIncomplete) {
    metadata.attempts += 1;
    requestMetadataUpdate(metadata, settings, context);
    return;
  }
  metadata.attempts = 0;
  metadata.refreshedMs = context.nowMs;
  if (metadata.updateRequested) requestMetadataUpdate(metadata, settings, context);
  else context.arm(METADATA_KIND, '', settings['metadata.max.age.ms']);
}

/** A topic that is just being created, or a partition without a leader, is asked for again. */
function needsAnotherLook(topic: MetadataResponse['topics'][number]): boolean {
  return isRetriable(topic.errorCode) || topic.partitions.some(({ errorCode }) => errorCode === ErrorCode.LEADER_NOT_AVAILABLE);
}

function takeTopic(metadata: ClientMetadata, name: string, topic: MetadataResponse['topics'][number]): void {
  if (topic.errorCode !== ErrorCode.NONE) {
    metadata.topics.set(name, { name, topicId: topic.topicId, errorCode: topic.errorCode, partitions: [] });
    return;
  }
  const known = metadata.topics.get(name);
  const partitions = topic.partitions
    .map(({ partitionIndex, leaderId, leaderEpoch }): PartitionMetadata => {
      const old = known?.topicId === topic.topicId ? known.partitions[partitionIndex] : undefined;
      return old !== undefined && old.leaderEpoch > leaderEpoch ? old : { partition: partitionIndex, leader: leaderId, leaderEpoch };
    })
    .toSorted((a, b) => a.partition - b.partition);
  metadata.topics.set(name, { name, topicId: topic.topicId, errorCode: ErrorCode.NONE, partitions });
}

/** A leader that a refusal named (KIP-951): used at once when its epoch is newer. */
export function learnLeader(metadata: ClientMetadata, topic: string, partition: number, leader: { leaderId: number; leaderEpoch: number }): boolean {
  const known = metadata.topics.get(topic)?.partitions[partition];
  if (known === undefined || leader.leaderId < 0 || leader.leaderEpoch <= known.leaderEpoch) return false;
  known.leader = leader.leaderId;
  known.leaderEpoch = leader.leaderEpoch;
  return true;
}

/** Undefined: not known, or it has none. */
export function leaderOf(metadata: ClientMetadata, topic: string, partition: number): PartitionMetadata | undefined {
  const known = metadata.topics.get(topic)?.partitions[partition];
  return known === undefined || known.leader < 0 ? undefined : known;
}

export function topicById(metadata: ClientMetadata, topicId: string): TopicMetadata | undefined {
  for (const topic of metadata.topics.values()) if (topic.topicId === topicId) return topic;
  return undefined;
}

/** Errors that say "you asked the wrong broker" (InvalidMetadataException). */
export function isStaleMetadataError(errorCode: number): boolean {
  switch (errorCode) {
    case ErrorCode.UNKNOWN_TOPIC_OR_PARTITION:
    case ErrorCode.UNKNOWN_TOPIC_ID:
    case ErrorCode.INCONSISTENT_TOPIC_ID:
    case ErrorCode.LEADER_NOT_AVAILABLE:
    case ErrorCode.NOT_LEADER_OR_FOLLOWER:
    case ErrorCode.REPLICA_NOT_AVAILABLE:
    case ErrorCode.KAFKA_STORAGE_ERROR:
    case ErrorCode.FENCED_LEADER_EPOCH:
    case ErrorCode.UNKNOWN_LEADER_EPOCH:
    case ErrorCode.NETWORK_EXCEPTION:
    case ErrorCode.LISTENER_NOT_FOUND:
      return true;
    default:
      return false;
  }
}

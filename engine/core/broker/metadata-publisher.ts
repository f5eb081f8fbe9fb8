/**
 * Puts the committed metadata into effect (Kafka: MetadataLoader, BrokerMetadataPublisher, ReplicaManager.applyDelta).
 *
 * Records are replayed into the image as they commit. Their effects begin only when the process has caught up with the
 * controller: a restarted broker must not become the leader of epochs long past while it reads its own history.
 * Invariant: after a publication each local replica's role, leader and epoch are those of the image, unless an answer of
 * the controller was faster than the log. Simplified: a deleted log goes at once, not after file.delete.delay.ms.
 */
import { takeCommitted } from '#engine/core/controller/controller-node.ts';
import { deleteLog, openLog } from '#engine/core/log/log.ts';
import { isActive, topicOverrides, brokerOverrides, configKey, ConfigResourceType, type PartitionImage, type TopicImage } from '#engine/core/metadata/image.ts';
import { emptyDelta, replay, type ImageDelta } from '#engine/core/metadata/replay.ts';
import { pumpFetchers, startFetching, stopFetching } from '#engine/core/replication/fetcher.ts';
import { makeFollower, makeLeader, newPartition, partitionKey } from '#engine/core/replication/partition.ts';
import { resolveBrokerSecurity, type BrokerSecurity } from '#engine/core/security/broker-security.ts';
import { mergedBrokerTexts, resolveBrokerSettings, resolveTopicSettings, type Overrides } from '#engine/core/settings/resolve-settings.ts';
import { SettingError } from '#engine/core/settings/setting-error.ts';
import { isrCommitted } from '#engine/core/broker/alter-partition.ts';
import { offsetsPartitionElected, offsetsPartitionResigned, topicsDeleted } from '#engine/core/broker/coordinator-host.ts';
import { raiseHighWatermark } from '#engine/core/broker/replica-manager.ts';
import { lookAtEverything } from '#engine/core/broker/session-watch.ts';
import { staticOverridesOf } from '#engine/core/broker/static-settings.ts';
import { writeTopicId } from '#engine/core/broker/topic-id-file.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';

/** After each handling of the controller's node in this process. */
export function publishCommitted(state: BrokerState, context: BrokerContext): void {
  const committed = takeCommitted(state.controllerNode);
  if (committed.length === 0) return;
  const delta = emptyDelta();
  for (const { offset, record } of committed) {
    replay(state.image, record, delta);
    state.imageOffset = offset;
  }
  if (state.imagePublished) applyDelta(state, delta, context);
}

export function publishFirstImage(state: BrokerState, context: BrokerContext): void {
  state.imagePublished = true;
  context.readyAll();
  for (const partition of state.partitions.values()) {
    const topic = state.image.topics.get(partition.topicId);
    const isAssigned = topic?.name === partition.topic && topic.partitions[partition.partition]?.replicas.includes(state.brokerId);
    // A stray: deleted, or moved away, while this broker was down.
    if (isAssigned !== true) removeReplica(state, partition, context);
  }
  const everything = emptyDelta();
  for (const topic of state.image.topics.values()) everything.partitions.set(topic.id, new Set(topic.partitions.keys()));
  for (const id of state.image.brokers.keys()) everything.brokers.add(id);
  for (const key of state.image.configs.keys()) everything.configs.add(key);
  applyDelta(state, everything, context);
}

function applyDelta(state: BrokerState, delta: ImageDelta, context: BrokerContext): void {
  if (delta.brokers.size > 0) {
    state.eligibleBrokers = new Map([...state.image.brokers.values()].filter((broker) => isActive(state.image, broker.id)).map((broker) => [broker.id, broker.epoch]));
  }
  applyConfigs(state, delta);
  // Who may read what has changed: there may be something to say of any partition.
  if (delta.acls) for (const session of state.fetchSessions.sessions.values()) lookAtEverything(state, session);
  for (const topic of delta.topicsDeleted.values()) removeTopic(state, topic, context);
  topicsDeleted(state, new Set([...delta.topicsDeleted.values()].map((topic) => topic.name)), context);
  for (const [topicId, numbers] of delta.partitions) {
    const topic = state.image.topics.get(topicId);
    if (topic === undefined) continue;
    state.topicsBeingCreated.delete(topic.name);
    for (const number of numbers) applyPartition(state, topic, number, context);
  }
  if (state.fetchers.size > 0) pumpFetchers(state, context);
}

function removeTopic(state: BrokerState, topic: TopicImage, context: BrokerContext): void {
  for (const number of topic.partitions.keys()) {
    const partition = state.partitions.get(partitionKey(topic.name, number));
    if (partition !== undefined && partition.topicId === topic.id) removeReplica(state, partition, context);
  }
}

function removeReplica(state: BrokerState, partition: PartitionState, context: BrokerContext): void {
  stopFetching(state, partition.key);
  if (partition.role === 'leader') offsetsPartitionResigned(state, partition, context);
  state.partitions.delete(partition.key);
  deleteLog(context.disk, partition.key);
  context.noteRole(partition.key);
}

function applyPartition(state: BrokerState, topic: TopicImage, number: number, context: BrokerContext): void {
  const assignment = topic.partitions[number];
  if (assignment === undefined) return;
  const existing = state.partitions.get(partitionKey(topic.name, number));
  if (!assignment.replicas.includes(state.brokerId)) {
    if (existing !== undefined) removeReplica(state, existing, context);
    return;
  }
  const partition = existing ?? createReplica(state, topic, number, context);
  if (assignment.leader === state.brokerId) becomeLeader(state, partition, assignment, context);
  else becomeFollower(state, partition, assignment, context);
}

function createReplica(state: BrokerState, topic: TopicImage, number: number, context: BrokerContext): PartitionState {
  const key = partitionKey(topic.name, number);
  const settings = resolveTopicSettings(state.settings, topicOverrides(state.image, topic.name));
  const log = openLog(context.disk, key, settings, context.nowMs, { logStartOffset: undefined, recoveryPoint: undefined, cleanedOffset: undefined });
  writeTopicId(context.disk, key, topic.id);
  const partition = newPartition(topic.name, topic.id, number, log);
  state.partitions.set(key, partition);
  return partition;
}

function becomeLeader(state: BrokerState, partition: PartitionState, assignment: PartitionImage, context: BrokerContext): void {
  const isrBefore = partition.isr;
  const change = makeLeader(context.disk, partition, state.brokerId, assignment, context.nowMs);
  if (!change.applied) return;
  if (!change.newEpoch) {
    isrCommitted(state, partition, isrBefore, context);
    return;
  }
  stopFetching(state, partition.key);
  context.noteRole(partition.key);
  context.publish(
    'replica.becameLeader',
    { topic: partition.topic, partition: partition.partition, broker: state.brokerId, leaderEpoch: partition.leaderEpoch, logEndOffset: partition.log.logEndOffset },
    { rule: 'metadata.leaderAssigned' },
  );
  raiseHighWatermark(state, partition, context);
  offsetsPartitionElected(state, partition, context);
}

function becomeFollower(state: BrokerState, partition: PartitionState, assignment: PartitionImage, context: BrokerContext): void {
  const wasLeader = partition.role === 'leader';
  const change = makeFollower(partition, assignment);
  if (!change.applied || !(change.newEpoch || change.newRole)) return;
  if (wasLeader) offsetsPartitionResigned(state, partition, context);
  startFetching(state, partition, context);
  context.noteRole(partition.key);
  context.publish(
    'replica.becameFollower',
    { topic: partition.topic, partition: partition.partition, broker: state.brokerId, leader: partition.leaderId, leaderEpoch: partition.leaderEpoch },
    { rule: 'metadata.leaderAssigned' },
  );
}

/** The controller has looked at what one level sets; what the levels come to together may still be no listener, and then the old one stays. */
function securityAfter(state: BrokerState, texts: Overrides): BrokerSecurity {
  try {
    return resolveBrokerSecurity(texts, state.settings);
  } catch (error) {
    if (error instanceof SettingError) return state.security;
    throw error;
  }
}

/** Dynamic settings of brokers and topics; what a log, a timer or a check reads next is the new value. */
function applyConfigs(state: BrokerState, delta: ImageDelta): void {
  const brokerKeys = [configKey(ConfigResourceType.BROKER, ''), configKey(ConfigResourceType.BROKER, String(state.brokerId))];
  const brokerChanged = brokerKeys.some((key) => delta.configs.has(key));
  if (brokerChanged) {
    const { preset } = state.config;
    const overrides = staticOverridesOf(state.config);
    const dynamic = { clusterWide: brokerOverrides(state.image, null), perBroker: brokerOverrides(state.image, state.brokerId) };
    state.settings = resolveBrokerSettings(overrides, preset, dynamic);
    state.security = securityAfter(state, mergedBrokerTexts(overrides, preset, dynamic));
  }
  for (const partition of state.partitions.values()) {
    if (!brokerChanged && !delta.configs.has(configKey(ConfigResourceType.TOPIC, partition.topic))) continue;
    partition.log.settings = resolveTopicSettings(state.settings, topicOverrides(state.image, partition.topic));
  }
}

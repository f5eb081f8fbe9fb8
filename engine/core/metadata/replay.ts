/**
 * How a record changes the image (Kafka: the replay methods of TopicsDelta, ClusterDelta and of the control managers), and a
 * note of what changed, for those who must act on it.
 *
 * A record that does not fit the image is a broken invariant: the log was written by a controller that saw the same image.
 */
import { isMutated } from '#engine/core/mutations.ts';
import { assert } from '#engine/ports/assert.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import { addAcl, removeAcl } from '#engine/core/security/acls-image.ts';
import { scramMechanismOfType, type ScramMechanism } from '#engine/core/security/mechanisms.ts';
import type { ClusterImage, PartitionImage, TopicImage } from '#engine/core/metadata/image.ts';
import { configKey, ConfigResourceType, noLeader } from '#engine/core/metadata/image.ts';
import type { MetadataRecord, MetadataRecordData } from '#engine/core/metadata/metadata-record.ts';

/** What a run of records changed. A topic that came and went within it is in neither set of topics. */
export interface ImageDelta {
  topicsCreated: Set<string>;
  topicsDeleted: Map<string, TopicImage>;
  /** Partition numbers by topic id, created ones included. */
  partitions: Map<string, Set<number>>;
  brokers: Set<number>;
  /** As `configKey` names them. */
  configs: Set<string>;
  features: Set<string>;
  acls: boolean;
}

export function emptyDelta(): ImageDelta {
  return { topicsCreated: new Set(), topicsDeleted: new Map(), partitions: new Map(), brokers: new Set(), configs: new Set(), features: new Set(), acls: false };
}

export function replay(image: ClusterImage, record: MetadataRecord, delta: ImageDelta = emptyDelta()): void {
  switch (record.kind) {
    case 'TopicRecord':
      return replayTopic(image, record.data, delta);
    case 'PartitionRecord':
      return replayPartition(image, record.data, delta);
    case 'PartitionChangeRecord':
      return replayPartitionChange(image, record.data, delta);
    case 'RemoveTopicRecord':
      return replayRemoveTopic(image, record.data, delta);
    case 'ConfigRecord':
      return replayConfig(image, record.data, delta);
    case 'RegisterBrokerRecord':
      return replayRegisterBroker(image, record.data, delta);
    case 'UnregisterBrokerRecord':
      requireBroker(image, record.data.brokerId, record.data.brokerEpoch);
      image.brokers.delete(record.data.brokerId);
      delta.brokers.add(record.data.brokerId);
      return;
    case 'FenceBrokerRecord':
      return changeBroker(image, record.data.id, record.data.epoch, { fenced: true }, delta);
    case 'UnfenceBrokerRecord':
      return changeBroker(image, record.data.id, record.data.epoch, { fenced: false }, delta);
    case 'BrokerRegistrationChangeRecord':
      return replayRegistrationChange(image, record.data, delta);
    case 'FeatureLevelRecord':
      if (record.data.featureLevel === 0) image.features.delete(record.data.name);
      else image.features.set(record.data.name, record.data.featureLevel);
      delta.features.add(record.data.name);
      return;
    case 'ProducerIdsRecord':
      image.nextProducerId = record.data.nextProducerId;
      return;
    case 'ClearElrRecord':
      return replayClearElr(image, record.data.topicName, delta);
    case 'UserScramCredentialRecord':
      return replayScramCredential(image, record.data);
    case 'RemoveUserScramCredentialRecord':
      image.scramCredentials.get(requireScramMechanism(record.data.mechanism))?.delete(record.data.name);
      return;
    case 'AccessControlEntryRecord': {
      const { id, ...acl } = record.data;
      delta.acls = true;
      return addAcl(image.acls, id, acl);
    }
    case 'RemoveAccessControlEntryRecord':
      delta.acls = true;
      return removeAcl(image.acls, record.data.id);
    case 'NoOpRecord':
    case 'RegisterControllerRecord':
    // The bracket of a metadata transaction (KIP-868): what is inside comes in the same batch, whole or not at all.
    case 'BeginTransactionRecord':
    case 'EndTransactionRecord':
      return;
  }
}

function replayTopic(image: ClusterImage, data: MetadataRecordData<'TopicRecord'>, delta: ImageDelta): void {
  assert(!image.topicIds.has(data.name), `topic ${data.name} exists already`);
  image.topics.set(data.topicId, { name: data.name, id: data.topicId, partitions: [] });
  image.topicIds.set(data.name, data.topicId);
  delta.topicsCreated.add(data.topicId);
}

function replayPartition(image: ClusterImage, data: MetadataRecordData<'PartitionRecord'>, delta: ImageDelta): void {
  const topic = requireTopic(image, data.topicId);
  assert(data.partitionId === topic.partitions.length, `partition ${data.partitionId} of ${topic.name} comes out of order`);
  topic.partitions.push({
    replicas: data.replicas,
    directories: data.directories.length === data.replicas.length ? data.directories : data.replicas.map(() => zeroUuid),
    isr: data.isr,
    elr: data.eligibleLeaderReplicas ?? [],
    lastKnownElr: data.lastKnownElr ?? [],
    removingReplicas: data.removingReplicas,
    addingReplicas: data.addingReplicas,
    leader: data.leader,
    leaderRecoveryState: data.leaderRecoveryState,
    leaderEpoch: data.leaderEpoch,
    partitionEpoch: data.partitionEpoch,
  });
  notePartition(delta, data.topicId, data.partitionId);
}

function replayPartitionChange(image: ClusterImage, data: MetadataRecordData<'PartitionChangeRecord'>, delta: ImageDelta): void {
  const topic = requireTopic(image, data.topicId);
  const before = topic.partitions[data.partitionId];
  assert(before !== undefined, `topic ${topic.name} has no partition ${data.partitionId}`);
  topic.partitions[data.partitionId] = mergePartitionChange(before, data);
  notePartition(delta, data.topicId, data.partitionId);
}

/**
 * The partition after a change record: what the record does not mention stays; any change raises the partition epoch, and one
 * that names a leader (even the same one) raises the leader epoch.
 */
export function mergePartitionChange(before: PartitionImage, data: MetadataRecordData<'PartitionChangeRecord'>): PartitionImage {
  const leaderNamed = data.leader !== leaderUnchanged;
  return {
    replicas: data.replicas ?? before.replicas,
    directories: data.directories ?? before.directories,
    isr: data.isr ?? before.isr,
    elr: data.eligibleLeaderReplicas ?? before.elr,
    lastKnownElr: data.lastKnownElr ?? before.lastKnownElr,
    removingReplicas: data.removingReplicas ?? before.removingReplicas,
    addingReplicas: data.addingReplicas ?? before.addingReplicas,
    leader: leaderNamed ? data.leader : before.leader,
    leaderRecoveryState: data.leaderRecoveryState === -1 ? before.leaderRecoveryState : data.leaderRecoveryState,
    leaderEpoch: before.leaderEpoch + (leaderNamed ? 1 : 0),
    partitionEpoch: leaderNamed && isMutated('partition-epoch-restarts') ? 0 : before.partitionEpoch + 1,
  };
}

/** In PartitionChangeRecord.leader: the record says nothing of the leader. `noLeader` says that there is none. */
export const leaderUnchanged = -2;

function replayRemoveTopic(image: ClusterImage, data: MetadataRecordData<'RemoveTopicRecord'>, delta: ImageDelta): void {
  const topic = requireTopic(image, data.topicId);
  image.topics.delete(topic.id);
  image.topicIds.delete(topic.name);
  const key = configKey(ConfigResourceType.TOPIC, topic.name);
  if (image.configs.delete(key)) delta.configs.add(key);
  delta.partitions.delete(topic.id);
  if (!delta.topicsCreated.delete(topic.id)) delta.topicsDeleted.set(topic.id, topic);
}

function replayConfig(image: ClusterImage, data: MetadataRecordData<'ConfigRecord'>, delta: ImageDelta): void {
  const key = configKey(data.resourceType, data.resourceName);
  delta.configs.add(key);
  let entries = image.configs.get(key);
  if (data.value === null) {
    entries?.delete(data.name);
    if (entries?.size === 0) image.configs.delete(key);
    return;
  }
  if (entries === undefined) {
    entries = new Map();
    image.configs.set(key, entries);
  }
  entries.set(data.name, data.value);
}

function replayScramCredential(image: ClusterImage, data: MetadataRecordData<'UserScramCredentialRecord'>): void {
  const mechanism = requireScramMechanism(data.mechanism);
  const users = image.scramCredentials.get(mechanism) ?? new Map();
  image.scramCredentials.set(mechanism, users);
  users.set(data.name, { salt: data.salt, storedKey: data.storedKey, serverKey: data.serverKey, iterations: data.iterations });
}

function requireScramMechanism(type: number): ScramMechanism {
  const mechanism = scramMechanismOfType(type);
  assert(mechanism !== undefined, `there is no SCRAM mechanism ${type}`);
  return mechanism;
}

function replayRegisterBroker(image: ClusterImage, data: MetadataRecordData<'RegisterBrokerRecord'>, delta: ImageDelta): void {
  image.brokers.set(data.brokerId, {
    id: data.brokerId,
    epoch: data.brokerEpoch,
    incarnationId: data.incarnationId,
    endPoints: data.endPoints,
    rack: data.rack,
    fenced: data.fenced,
    inControlledShutdown: data.inControlledShutdown,
    logDirs: data.logDirs,
  });
  delta.brokers.add(data.brokerId);
}

/** In the record, 1 and -1 say that a thing becomes so or ceases to be so; 0 leaves it. */
function replayRegistrationChange(image: ClusterImage, data: MetadataRecordData<'BrokerRegistrationChangeRecord'>, delta: ImageDelta): void {
  const change: { fenced?: boolean; inControlledShutdown?: boolean; logDirs?: readonly string[] } = {};
  if (data.fenced !== 0) change.fenced = data.fenced === 1;
  if (data.inControlledShutdown !== 0) change.inControlledShutdown = data.inControlledShutdown === 1;
  if (data.logDirs.length > 0) change.logDirs = data.logDirs;
  changeBroker(image, data.brokerId, data.brokerEpoch, change, delta);
}

function replayClearElr(image: ClusterImage, topicName: string, delta: ImageDelta): void {
  for (const topic of image.topics.values()) {
    if (topicName !== '' && topic.name !== topicName) continue;
    topic.partitions = topic.partitions.map((partition, number) => {
      if (partition.elr.length === 0 && partition.lastKnownElr.length === 0) return partition;
      notePartition(delta, topic.id, number);
      return { ...partition, elr: [], lastKnownElr: [], partitionEpoch: partition.partitionEpoch + 1 };
    });
  }
}

function changeBroker(
  image: ClusterImage,
  id: number,
  epoch: bigint,
  change: { fenced?: boolean; inControlledShutdown?: boolean; logDirs?: readonly string[] },
  delta: ImageDelta,
): void {
  const broker = requireBroker(image, id, epoch);
  image.brokers.set(id, { ...broker, ...change });
  delta.brokers.add(id);
}

function requireTopic(image: ClusterImage, topicId: string): TopicImage {
  const topic = image.topics.get(topicId);
  assert(topic !== undefined, `the image has no topic with id ${topicId}`);
  return topic;
}

function requireBroker(image: ClusterImage, id: number, epoch: bigint) {
  const broker = image.brokers.get(id);
  assert(broker !== undefined, `broker ${id} is not registered`);
  assert(broker.epoch === epoch, `broker ${id} is registered with epoch ${broker.epoch}, the record is for epoch ${epoch}`);
  return broker;
}

function notePartition(delta: ImageDelta, topicId: string, partition: number): void {
  const noted = delta.partitions.get(topicId);
  if (noted === undefined) delta.partitions.set(topicId, new Set([partition]));
  else noted.add(partition);
}

/** A partition without a leader is offline: nothing can be written to it or read from it. */
export function isOffline(partition: PartitionImage): boolean {
  return partition.leader === noLeader;
}

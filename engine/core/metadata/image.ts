/**
 * What the cluster is, according to the metadata log up to some record (Kafka: MetadataImage; on the controller the
 * registries of ClusterControlManager, ReplicationControlManager and their siblings).
 *
 * It is nothing but the replay of records (`replay.ts`), so every node that replayed the same records holds the same image.
 * Partitions and registrations are replaced, never changed: an image can be copied by copying its maps, and whoever holds a
 * partition of yesterday still holds yesterday's. Left out: tokens, quotas.
 *
 * Invariants: `topicIds` and `topics` name the same topics; a partition's leader is -1 or a member of its ISR, unless it
 * recovers from an unclean election; ISR, ELR and last-known ELR are subsets of `replicas`, ISR and ELR share nobody.
 */
import { cloneAcls, emptyAcls, type AclsImage } from '#engine/core/security/acls-image.ts';
import type { ScramMechanism } from '#engine/core/security/mechanisms.ts';
import type { ScramCredential } from '#engine/core/security/scram-credential.ts';
import { assert } from '#engine/ports/assert.ts';

/** In PartitionImage.leader: nobody leads. */
export const noLeader = -1;

export interface PartitionImage {
  readonly replicas: readonly number[];
  readonly directories: readonly string[];
  readonly isr: readonly number[];
  /** Eligible leader replicas (KIP-966): outside the ISR, and yet known to hold everything below the high watermark. */
  readonly elr: readonly number[];
  /** At most one: who led last when ISR and ELR became empty. */
  readonly lastKnownElr: readonly number[];
  readonly removingReplicas: readonly number[];
  readonly addingReplicas: readonly number[];
  readonly leader: number;
  /** 0: recovered, 1: recovering after an unclean election. */
  readonly leaderRecoveryState: number;
  readonly leaderEpoch: number;
  readonly partitionEpoch: number;
}

export interface TopicImage {
  readonly name: string;
  readonly id: string;
  /** By partition number. */
  partitions: PartitionImage[];
}

export interface EndPoint {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly securityProtocol: number;
}

export interface BrokerRegistration {
  readonly id: number;
  readonly epoch: bigint;
  readonly incarnationId: string;
  readonly endPoints: readonly EndPoint[];
  readonly rack: string | null;
  readonly fenced: boolean;
  readonly inControlledShutdown: boolean;
  readonly logDirs: readonly string[];
}

export interface ClusterImage {
  /** By topic id. */
  topics: Map<string, TopicImage>;
  /** Topic ids by name. */
  topicIds: Map<string, string>;
  brokers: Map<number, BrokerRegistration>;
  /** Kafka's name for what a config is about and its name, "topic/orders"; see `configKey`. */
  configs: Map<string, Map<string, string>>;
  features: Map<string, number>;
  nextProducerId: bigint;
  /** By mechanism, then by user. */
  scramCredentials: Map<ScramMechanism, Map<string, ScramCredential>>;
  acls: AclsImage;
}

/** Kafka's ConfigResource.Type. */
export const ConfigResourceType = { UNKNOWN: 0, TOPIC: 2, BROKER: 4, BROKER_LOGGER: 8, CLIENT_METRICS: 16, GROUP: 32 } as const;

export function emptyImage(): ClusterImage {
  return {
    topics: new Map(),
    topicIds: new Map(),
    brokers: new Map(),
    configs: new Map(),
    features: new Map(),
    nextProducerId: 0n,
    scramCredentials: new Map(),
    acls: emptyAcls(),
  };
}

/** A copy that can go its own way; what never changes is shared. */
export function cloneImage(image: ClusterImage): ClusterImage {
  return {
    topics: new Map([...image.topics].map(([id, topic]) => [id, { ...topic, partitions: [...topic.partitions] }])),
    topicIds: new Map(image.topicIds),
    brokers: new Map(image.brokers),
    configs: new Map([...image.configs].map(([key, entries]) => [key, new Map(entries)])),
    features: new Map(image.features),
    nextProducerId: image.nextProducerId,
    scramCredentials: new Map([...image.scramCredentials].map(([mechanism, users]) => [mechanism, new Map(users)])),
    acls: cloneAcls(image.acls),
  };
}

export function configKey(resourceType: number, resourceName: string): string {
  switch (resourceType) {
    case ConfigResourceType.TOPIC:
      return `topic/${resourceName}`;
    case ConfigResourceType.BROKER:
      return `broker/${resourceName}`;
    default:
      return `${resourceType}/${resourceName}`;
  }
}

/** What is set on a topic itself. */
export function topicOverrides(image: ClusterImage, topic: string): Record<string, string> {
  return Object.fromEntries(image.configs.get(configKey(ConfigResourceType.TOPIC, topic)) ?? []);
}

/** Dynamic settings of one broker; of all brokers (cluster-wide) when `brokerId` is null. */
export function brokerOverrides(image: ClusterImage, brokerId: number | null): Record<string, string> {
  const name = brokerId === null ? '' : String(brokerId);
  return Object.fromEntries(image.configs.get(configKey(ConfigResourceType.BROKER, name)) ?? []);
}

export function topicByName(image: ClusterImage, name: string): TopicImage | undefined {
  const id = image.topicIds.get(name);
  return id === undefined ? undefined : image.topics.get(id);
}

export function partitionOf(image: ClusterImage, topicId: string, partition: number): PartitionImage | undefined {
  return image.topics.get(topicId)?.partitions[partition];
}

export function requirePartition(image: ClusterImage, topicId: string, partition: number): PartitionImage {
  const found = partitionOf(image, topicId, partition);
  assert(found !== undefined, `the image has no partition ${partition} of topic id ${topicId}`);
  return found;
}

/** Registered, not fenced, and not on its way down: may lead and may be given new replicas. */
export function isActive(image: ClusterImage, brokerId: number): boolean {
  const broker = image.brokers.get(brokerId);
  return broker !== undefined && !broker.fenced && !broker.inControlledShutdown;
}

export function isUnfenced(image: ClusterImage, brokerId: number): boolean {
  const broker = image.brokers.get(brokerId);
  return broker !== undefined && !broker.fenced;
}

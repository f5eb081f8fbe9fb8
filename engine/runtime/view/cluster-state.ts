/**
 * The cluster's state as JSON-like data (contract/state.ts), projected from what the nodes hold at this event. What the
 * controller decided is taken from committed metadata, what a broker believes from the broker itself, and what a dead broker
 * has from its disk.
 */
import type { BrokerView, ClusterState, FaultView, PartitionView, ReplicaView, TopicView } from '#engine/contract/state.ts';
import { toJson } from '#engine/contract/json.ts';
import { lastStableOffset } from '#engine/core/log/log.ts';
import { topicOverrides } from '#engine/core/metadata/image.ts';
import type { ClusterImage, PartitionImage, TopicImage } from '#engine/core/metadata/image.ts';
import { brokerIds, brokerStateOf } from '#engine/core/world/inspect.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import type { NodeRow, World } from '#engine/core/world/world-state.ts';
import { ReplicaViews } from '#engine/runtime/view/broker-replicas.ts';
import { createViewSource } from '#engine/runtime/view/view-source.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';
import { consumerViews, producerViews } from '#engine/runtime/view/client-views.ts';
import { groupViews } from '#engine/runtime/view/group-views.ts';
import { activeControllerId, quorumOf, quorumRole, quorumView } from '#engine/runtime/view/quorum-view.ts';
import { brokerSessionDueUs } from '#engine/runtime/view/timers.ts';

export function projectClusterState(source: ViewSource): ClusterState {
  const { world, seed } = source;
  const { state } = world;
  const image = source.image();
  const topics = image === undefined ? [] : [...image.topics.values()].map((topic) => topicView(source, image, topic)).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  return {
    eventId: state.eventId,
    timeUs: state.timeUs,
    clusterId: state.clusterId,
    seed,
    controller: activeControllerId(world),
    quorum: quorumView(world),
    brokers: brokerIds(world).map((id) => brokerView(source, image, id)),
    topics,
    groups: groupViews(source),
    producers: producerViews(world),
    consumers: consumerViews(world),
    faults: state.faults.map(faultView),
  };
}

function brokerView({ world, replicas }: ViewSource, image: ClusterImage | undefined, id: number): BrokerView {
  const row = world.state.nodes.get(brokerNodeId(id)) as NodeRow;
  const quorum = quorumOf(world, id);
  const registration = image?.brokers.get(id);
  const sessionDueUs = brokerSessionDueUs(world, id);
  const spec = world.state.spec.brokers.find((broker) => broker.id === id);
  return {
    id,
    rack: spec?.rack ?? null,
    host: spec?.host ?? '',
    port: spec?.port ?? 0,
    status: row.status,
    registration: registrationOf(registration),
    epoch: registration?.epoch ?? -1n,
    metadataLogEndOffset: replicas.metadataLogOf(id)?.logEndOffset ?? 0n,
    metadataHighWatermark: quorum?.highWatermark ?? -1n,
    quorumRole: quorumRole(quorum),
    quorumEpoch: quorum?.epoch ?? -1,
    sessionLeftMs: sessionDueUs === -1 ? -1 : Math.max(0, Math.round((sessionDueUs - world.state.timeUs) / 1000)),
  };
}

export function registrationOf(registration: { fenced: boolean; inControlledShutdown: boolean } | undefined): BrokerView['registration'] {
  if (registration === undefined) return 'unregistered';
  if (registration.fenced) return 'fenced';
  return registration.inControlledShutdown ? 'shuttingDown' : 'unfenced';
}

function topicView(source: ViewSource, image: ClusterImage, topic: TopicImage): TopicView {
  return {
    name: topic.name,
    topicId: topic.id,
    internal: isInternal(topic.name),
    replicationFactor: topic.partitions[0]?.replicas.length ?? 0,
    config: topicOverrides(image, topic.name),
    partitions: topic.partitions.map((partition, index) => partitionView(source, topic, partition, index)),
  };
}

export function isInternal(topic: string): boolean {
  return topic === '__consumer_offsets' || topic === '__transaction_state' || topic === '__share_group_state';
}

function partitionView(source: ViewSource, topic: TopicImage, partition: PartitionImage, index: number): PartitionView {
  return {
    partition: index,
    leader: partition.leader,
    leaderEpoch: partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch,
    isr: [...partition.isr],
    elr: [...partition.elr],
    lastKnownElr: [...partition.lastKnownElr],
    replicas: partition.replicas.map((broker) => replicaView(source, `${topic.name}-${index}`, partition, broker)),
  };
}

export function replicaView(source: ViewSource, key: string, partition: PartitionImage, broker: number): ReplicaView {
  const replica = brokerStateOf(source.world, broker)?.partitions.get(key);
  const view = source.replicas.logOf(broker, key);
  return {
    broker,
    online: replica !== undefined && replica.role !== 'none',
    role: replica?.role ?? 'none',
    leaderEpoch: replica?.leaderEpoch ?? -1,
    logStartOffset: view?.log.logStartOffset ?? 0n,
    logEndOffset: view?.log.logEndOffset ?? 0n,
    highWatermark: view?.highWatermark ?? 0n,
    lastStableOffset: view === undefined ? 0n : replica === undefined ? view.highWatermark : lastStableOffset(view.log),
    inSync: partition.isr.includes(broker),
    epochs: view?.log.epochs.map(({ epoch, startOffset }) => ({ epoch, startOffset })) ?? [],
    sizeBytes: view?.log.sizeBytes ?? 0,
  };
}

function faultView(fault: World['state']['faults'][number]): FaultView {
  return { id: fault.id, command: toJson(fault.command), inverse: toJson(fault.inverse), sinceUs: fault.sinceUs, text: fault.text };
}

/** The state of a world that nobody has watched: what a headless run ends with. */
export function clusterStateOf(world: World): ClusterState {
  return projectClusterState(createViewSource(world, world.state.seed, new ReplicaViews(world)));
}

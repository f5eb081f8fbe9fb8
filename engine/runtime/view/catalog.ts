/**
 * The catalog: names for the numbers in frames, and the way back from names to numbers. Partitions of a topic lie side by
 * side, topics in the order of their names, so that positions on the stage do not jump when a topic is added elsewhere.
 */
import type { Catalog } from '#engine/contract/envelope.ts';
import { apis } from '#engine/protocol/api-keys.ts';
import { topicOverrides } from '#engine/core/metadata/image.ts';
import type { ClusterImage } from '#engine/core/metadata/image.ts';
import { resolveBrokerSettings, resolveTopicSettings } from '#engine/core/settings/resolve-settings.ts';
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import type { ConsumerConfig, ProducerConfig } from '#engine/core/clients/state.ts';
import { brokerStateOf } from '#engine/core/world/inspect.ts';
import type { World } from '#engine/core/world/world-state.ts';
import { consumerRows, consumerStateOf, producerRows } from '#engine/runtime/view/client-views.ts';
import { isInternal } from '#engine/runtime/view/cluster-state.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';
import { groupViews } from '#engine/runtime/view/group-views.ts';

export interface CatalogIndex {
  catalog: Catalog;
  /** Index of partition 0, and how many there are, by topic name and by topic id. */
  topics: Map<string, { first: number; count: number }>;
  groups: Map<string, number>;
  /** By "group member". */
  members: Map<string, number>;
  /** By node id. */
  clients: Map<string, number>;
}

/** Client ids of connections from outside, by connection id, as their requests named them. */
export type OutsideClientIds = ReadonlyMap<number, string>;

export function buildCatalog(source: ViewSource, catalogId: number, clientIds: OutsideClientIds): CatalogIndex {
  const { world } = source;
  const image = source.image();
  const index: CatalogIndex = {
    catalog: {
      catalogId,
      brokers: world.state.spec.brokers.map(({ id, rack, host, port }) => ({ id, rack: rack ?? null, host, port })),
      topics: [],
      partitions: [],
      groups: [],
      members: [],
      clients: [],
      apiNames,
    },
    topics: new Map(),
    groups: new Map(),
    members: new Map(),
    clients: new Map(),
  };
  if (image !== undefined) addTopics(index, image, world);
  addClients(index, world, clientIds);
  addGroups(index, source);
  return index;
}

/** Whether two catalogs say the same, apart from their number. */
export function isSameCatalog(a: Catalog, b: Catalog): boolean {
  return JSON.stringify({ ...a, catalogId: 0 }) === JSON.stringify({ ...b, catalogId: 0 });
}

export function partitionIndex(index: CatalogIndex, topicNameOrId: string, partition: number): number {
  const topic = index.topics.get(topicNameOrId);
  return topic === undefined || partition < 0 || partition >= topic.count ? -1 : topic.first + partition;
}

const apiNames: Record<number, string> = Object.fromEntries(Object.values(apis).map(({ key, name }) => [key, name]));

function addTopics({ catalog, topics }: CatalogIndex, image: ClusterImage, world: World): void {
  const settings = brokerSettingsOf(world);
  for (const topic of [...image.topics.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const place = { first: catalog.partitions.length, count: topic.partitions.length };
    topics.set(topic.name, place).set(topic.id, place);
    const number = catalog.topics.length;
    catalog.topics.push({
      name: topic.name,
      topicId: topic.id,
      internal: isInternal(topic.name),
      minInsyncReplicas: resolveTopicSettings(settings, topicOverrides(image, topic.name))['min.insync.replicas'],
      replicationFactor: topic.partitions[0]?.replicas.length ?? 0,
    });
    for (const [partition, { replicas }] of topic.partitions.entries()) catalog.partitions.push({ topic: number, partition, replicas: [...replicas] });
  }
}

function brokerSettingsOf(world: World): BrokerSettings {
  const { spec } = world.state;
  const running = spec.brokers.map(({ id }) => brokerStateOf(world, id)).find((state) => state !== undefined);
  return running?.settings ?? resolveBrokerSettings(spec.settings, spec.preset);
}

function addClients({ catalog, clients }: CatalogIndex, world: World, clientIds: OutsideClientIds): void {
  const add = (client: Catalog['clients'][number]): void => {
    clients.set(client.node, catalog.clients.length);
    catalog.clients.push(client);
  };
  for (const row of producerRows(world)) {
    const { id, clientId, topic, settings } = row.config as ProducerConfig;
    add({ node: row.id, kind: 'producer', clientId, label: id, topic, address: null, settings });
  }
  for (const row of consumerRows(world)) {
    const { id, clientId, topics, settings } = row.config as ConsumerConfig;
    add({ node: row.id, kind: 'consumer', clientId, label: id, topic: topics[0] ?? null, address: null, settings });
  }
  for (const { id, from, clientAddress } of world.state.connections.values()) {
    if (clientAddress === null) continue;
    const clientId = clientIds.get(id) ?? '';
    add({ node: from, kind: 'external', clientId, label: clientId === '' ? clientAddress : clientId, topic: null, address: clientAddress, settings: {} });
  }
}

function addGroups({ catalog, groups, members }: CatalogIndex, source: ViewSource): void {
  const nodeByMember = new Map<string, string>();
  for (const row of consumerRows(source.world)) {
    const memberId = consumerStateOf(row)?.membership.memberId;
    if (memberId !== undefined && memberId !== '') nodeByMember.set(memberId, row.id);
  }
  for (const view of groupViews(source)) {
    const group = catalog.groups.length;
    groups.set(view.group, group);
    catalog.groups.push({ group: view.group, type: view.type });
    for (const { memberId, clientId } of view.members) {
      members.set(`${view.group} ${memberId}`, catalog.members.length);
      catalog.members.push({ group, memberId, clientId, node: nodeByMember.get(memberId) ?? null });
    }
  }
}

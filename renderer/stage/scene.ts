/** The view model seen as a stage: which brokers, cores, clients and groups stand on it, in which order and hue. */
import type { Catalog } from '#engine/contract/envelope.ts';
import { clientIndexBase } from '#engine/contract/frame.ts';
import { corePicture } from '#renderer/model/core-picture.ts';
import type { CorePicture } from '#renderer/model/core-picture.ts';
import { lagOf, partitionsOfMember, producerOf } from '#renderer/model/view-model.ts';
import type { ViewModel } from '#renderer/model/view-model.ts';
import type { ClientPicture } from '#renderer/stage/draw/client-card.ts';
import type { GroupPicture } from '#renderer/stage/draw/group-box.ts';
import { layoutStage } from '#renderer/stage/layout/stage-layout.ts';
import type { Camera, LayoutInput, StageLayout } from '#renderer/stage/layout/stage-layout.ts';
import type { Depth } from '#renderer/stage/layout/sizes.ts';
import { connectionsOf, outsideMembers, representatives } from '#renderer/stage/outside-clients.ts';
import { groupHueName, hueOrder } from '#renderer/stage/palette.ts';
import type { ColorName, Palette } from '#renderer/stage/palette.ts';
import { groupOf } from '#renderer/model/view-model.ts';

export interface StageOptions {
  showsInternalTopics: boolean;
}

export interface Scene {
  model: ViewModel;
  catalog: Catalog;
  input: LayoutInput;
  layout: StageLayout;
  topicHues: Map<number, ColorName>;
  /** Client index of a group member, by the member's index, where it is known. */
  memberOfClient: Map<number, number>;
  clientsInGroups: Set<number>;
  /** For each client the one whose card stands for it, and the member that an outside client seems to be. */
  representative: readonly number[];
  outsideMember: Map<number, number>;
  pictures: Map<number, CorePicture>;
}

const emptyCatalog: Catalog = { catalogId: -1, brokers: [], topics: [], partitions: [], groups: [], members: [], clients: [], apiNames: {} };

export function buildScene(model: ViewModel, options: StageOptions, width: number, height: number, camera: Camera, depth: Depth | undefined): Scene {
  const catalog = model.catalog ?? emptyCatalog;
  const memberOfClient = new Map<number, number>();
  catalog.members.forEach((member, index) => {
    const client = member.node === null ? -1 : catalog.clients.findIndex((candidate) => candidate.node === member.node);
    if (client >= 0) memberOfClient.set(client, index);
  });
  const clientsInGroups = new Set(memberOfClient.keys());
  const representative = representatives(catalog);
  const input: LayoutInput = {
    width,
    height,
    camera,
    depth,
    brokers: catalog.brokers.map(({ id, rack }) => ({ id, rack })).toSorted((a, b) => (a.rack ?? '').localeCompare(b.rack ?? '') || a.id - b.id),
    topics: visibleTopics(catalog, options),
    clients: catalog.clients.flatMap((client, index) => (client.kind === 'consumer' || clientsInGroups.has(index) || representative[index] !== index ? [] : [index])),
    groups: groupContents(model, catalog),
  };
  return { model, catalog, input, layout: layoutStage(input), topicHues: hueOrder(catalog.topics), memberOfClient, clientsInGroups, representative, outsideMember: outsideMembers(catalog), pictures: new Map() };
}

function visibleTopics(catalog: Catalog, options: StageOptions): LayoutInput['topics'] {
  const byTopic = new Map<number, number[]>();
  catalog.partitions.forEach((partition, index) => {
    const list = byTopic.get(partition.topic);
    if (list === undefined) byTopic.set(partition.topic, [index]);
    else list.push(index);
  });
  const shown = [...byTopic.keys()].filter((topic) => options.showsInternalTopics || catalog.topics[topic]?.internal !== true);
  const ordered = shown.toSorted((a, b) => Number(catalog.topics[a]?.internal === true) - Number(catalog.topics[b]?.internal === true) || a - b);
  return ordered.map((topic) => ({ topic, partitions: (byTopic.get(topic) ?? []).toSorted((a, b) => (catalog.partitions[a]?.partition ?? 0) - (catalog.partitions[b]?.partition ?? 0)) }));
}

function groupContents(model: ViewModel, catalog: Catalog): LayoutInput['groups'] {
  return catalog.groups.map((_, group) => ({
    group,
    members: catalog.members.flatMap((member, index) => (member.group === group ? [{ member: index, partitions: partitionsOfMember(model, group, index).length }] : [])),
  }));
}

export function pictureIn(scene: Scene, partition: number): CorePicture | undefined {
  const known = scene.pictures.get(partition);
  if (known !== undefined) return known;
  const made = corePicture(scene.model, partition);
  if (made !== undefined) scene.pictures.set(partition, made);
  return made;
}

export function topicHue(scene: Scene, palette: Palette, topic: number): string {
  return palette[scene.topicHues.get(topic) ?? 'text3'];
}
export function groupHue(palette: Palette, group: number | undefined): string {
  return palette[groupHueName(group ?? 0)];
}
export function partitionLabel(scene: Scene, partition: number): string {
  const named = scene.catalog.partitions[partition];
  return named === undefined ? `partition ${partition}` : `${scene.catalog.topics[named.topic]?.name ?? '?'}-${named.partition}`;
}

export function topicHead(scene: Scene, palette: Palette, topic: number): { name: string; note: string; hue: string } {
  const named = scene.catalog.topics[topic];
  const count = scene.input.topics.find((shown) => shown.topic === topic)?.partitions.length ?? 0;
  const note = named === undefined ? '' : `${count} ${count === 1 ? 'partition' : 'partitions'}, RF ${named.replicationFactor}, min ISR ${named.minInsyncReplicas}`;
  return { name: named?.name ?? '', note, hue: topicHue(scene, palette, topic) };
}

export function clientPicture(scene: Scene, palette: Palette, client: number): ClientPicture {
  const named = scene.catalog.clients[client];
  const topic = named?.topic === null || named === undefined ? -1 : scene.catalog.topics.findIndex((candidate) => candidate.name === named.topic);
  return { named, connections: named?.kind === 'external' ? connectionsOf(scene.catalog, client) : 1, row: producerOf(scene.model, client), hue: topic < 0 ? palette.text2 : topicHue(scene, palette, topic) };
}

export function groupPicture(scene: Scene, palette: Palette, group: number): GroupPicture {
  const named = scene.catalog.groups[group];
  return {
    name: named?.group ?? '',
    type: named?.type ?? '',
    hue: groupHue(palette, group),
    row: groupOf(scene.model, group),
    member(member) {
      const row = scene.catalog.members[member];
      const owned = partitionsOfMember(scene.model, group, member).map((assignment) => ({
        label: partitionLabel(scene, assignment.partition),
        hue: topicHue(scene, palette, scene.catalog.partitions[assignment.partition]?.topic ?? -1),
        lag: lagOf(scene.model, assignment),
      }));
      return { name: memberName(scene, member), owned, notes: [row?.node === null ? 'from outside' : generationText(scene, group)] };
    },
  };
}

function generationText(scene: Scene, group: number): string {
  const generation = groupOf(scene.model, group)?.generation ?? -1;
  return generation < 0 ? '' : `generation ${generation}`;
}

/** A member's short name: of the built-in client, or of its client id; the id itself is in the inspector. */
export function memberName(scene: Scene, member: number): string {
  const row = scene.catalog.members[member];
  if (row === undefined) return 'member';
  const client = scene.catalog.clients.find((candidate) => candidate.node !== null && candidate.node === row.node);
  return client?.label ?? (row.clientId === '' ? row.memberId : row.clientId);
}

export function nodeName(scene: Scene, node: number): string {
  if (node < clientIndexBase) return `broker ${node}`;
  return scene.catalog.clients[node - clientIndexBase]?.label ?? 'a client that left';
}

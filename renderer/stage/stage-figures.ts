/** Figures for the chrome, taken from the view model a few times a second: never more than the screen can use. */
import type { Totals } from '#renderer/model/view-model.ts';
import { brokerOf, groupOf, lagOf, partitionOf, producerOf } from '#renderer/model/view-model.ts';
import { groupStates } from '#engine/contract/frame.ts';
import { brokerStanding } from '#renderer/stage/draw/broker-label.ts';
import type { BrokerStanding } from '#renderer/stage/draw/broker-label.ts';
import { pictureIn } from '#renderer/stage/scene.ts';
import type { Scene } from '#renderer/stage/scene.ts';
import type { Depth } from '#renderer/stage/layout/sizes.ts';
import type { ColorName } from '#renderer/stage/palette.ts';
import { groupHueName } from '#renderer/stage/palette.ts';

export interface BrokerFigures extends BrokerStanding {
  broker: number;
  rack: string | null;
  leaders: number;
}
export interface PartitionFigures {
  partition: number;
  leader: number;
  pendingLeader: number;
  inSync: number;
  replicas: number;
}
export interface TopicFigures {
  topic: string;
  internal: boolean;
  hue: ColorName;
  partitionCount: number;
  replicationFactor: number;
  /** Only as many as a tree can show. */
  partitions: PartitionFigures[];
  underReplicated: number;
  leaderless: number;
}
export interface GroupFigures {
  group: string;
  type: string;
  hue: ColorName;
  state: string;
  members: { memberId: string; label: string }[];
  lag: string;
}
export interface ClientFigures {
  node: string;
  label: string;
  kind: string;
  topic: string | null;
  recordsPerSecond: number;
}

export interface StageFigures {
  timeUs: number;
  eventId: number;
  totals: Totals | undefined;
  brokers: BrokerFigures[];
  topics: TopicFigures[];
  groups: GroupFigures[];
  clients: ClientFigures[];
  depth: Depth;
  replicas: number;
}

const partitionsListedMax = 64;
const topicsListedMax = 200;

export function stageFigures(scene: Scene, nowUs: number): StageFigures {
  const { model, catalog } = scene;
  return {
    timeUs: nowUs,
    eventId: model.eventId,
    totals: model.totals,
    brokers: scene.input.brokers.map(({ id, rack }) => {
      const row = brokerOf(model, id);
      return { broker: id, rack, leaders: row?.leaders ?? 0, ...brokerStanding(row?.flags ?? 0) };
    }),
    topics: topicFigures(scene),
    groups: catalog.groups.map((named, group) => ({
      group: named.group,
      type: named.type,
      hue: groupHueName(group),
      state: groupStates[groupOf(model, group)?.state ?? 0] ?? 'Empty',
      members: catalog.members.flatMap((member) => (member.group === group ? [{ memberId: member.memberId, label: memberLabel(scene, member) }] : [])),
      lag: groupLag(scene, group),
    })),
    clients: catalog.clients.flatMap((client, index) =>
      scene.representative[index] === index ? [{ node: client.node, label: client.label, kind: client.kind, topic: client.topic, recordsPerSecond: producerOf(model, index)?.recordsPerSecond ?? 0 }] : [],
    ),
    depth: scene.layout.depth,
    replicas: model.tables.replicas.rowCount,
  };
}

function memberLabel(scene: Scene, member: Scene['catalog']['members'][number]): string {
  return scene.catalog.clients.find((client) => client.node === member.node)?.label ?? (member.clientId || member.memberId);
}

function topicFigures(scene: Scene): TopicFigures[] {
  const { catalog } = scene;
  const byTopic = new Map<number, number[]>();
  catalog.partitions.forEach((named, partition) => {
    const list = byTopic.get(named.topic);
    if (list === undefined) byTopic.set(named.topic, [partition]);
    else list.push(partition);
  });
  return catalog.topics.slice(0, topicsListedMax).map((named, topic) => {
    const partitions = byTopic.get(topic) ?? [];
    const figures = partitions.map((partition) => partitionFigures(scene, partition));
    return {
      topic: named.name,
      internal: named.internal,
      hue: scene.topicHues.get(topic) ?? 'text3',
      partitionCount: partitions.length,
      replicationFactor: named.replicationFactor,
      partitions: figures.slice(0, partitionsListedMax),
      underReplicated: figures.filter((figure) => figure.inSync < figure.replicas).length,
      leaderless: figures.filter((figure) => figure.leader < 0).length,
    };
  });
}

function partitionFigures(scene: Scene, partition: number): PartitionFigures {
  const named = scene.catalog.partitions[partition];
  const row = partitionOf(scene.model, partition);
  return { partition: named?.partition ?? -1, leader: row?.leader ?? -1, pendingLeader: row?.pendingLeader ?? -1, inSync: row?.isrSize ?? 0, replicas: named?.replicas.length ?? 0 };
}

function groupLag(scene: Scene, group: number): string {
  const table = scene.model.tables.assignments;
  let lag = 0n;
  for (let row = 0; row < table.rowCount; row++) {
    if (table.columns.group[row] === group) lag += lagOf(scene.model, table.get(row)) ?? 0n;
  }
  return String(lag);
}

/** One line about a core for screen readers and tooltips. */
export function isrText(scene: Scene, partition: number): string {
  const picture = pictureIn(scene, partition);
  return picture === undefined ? '' : picture.replicas.filter((replica) => replica.inSync).map((replica) => replica.broker).join(', ');
}

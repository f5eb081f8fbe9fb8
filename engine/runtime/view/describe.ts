/**
 * The state as Kafka's own command-line tools print it: kafka-topics --describe, kafka-consumer-groups --describe,
 * kafka-metadata-quorum describe --status, kafka-cluster list-endpoints. Column for column, trailing blanks included.
 *
 * LOG-END-OFFSET of kafka-consumer-groups is what a consumer can reach, the high watermark. The quorum's listener is not on a
 * socket here; its endpoint is told as DescribeQuorum tells it.
 */
import type { BrokerView, ClusterState, GroupView, PartitionView, TopicView } from '#engine/contract/state.ts';
import { controllerListenerName, controllerPortOf } from '#engine/core/controller/controller-listener.ts';
import { QueryError } from '#engine/runtime/queries/query-error.ts';
import { settingsOf } from '#engine/runtime/queries/settings-query.ts';
import { suggestion } from '#engine/runtime/schema-problems.ts';
import { projectClusterState } from '#engine/runtime/view/cluster-state.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';

export type DescribeWhat = 'topics' | 'groups' | 'quorum' | 'brokers';

/** `name`: one topic or group; absent, all of them. */
export function describeText(source: ViewSource, what: DescribeWhat, name?: string): string {
  const state = projectClusterState(source);
  switch (what) {
    case 'topics':
      return named(state.topics, ({ name: topic }) => topic, 'topic', name).map((topic) => topicText(topic, configsOf(source, topic.name))).join('');
    case 'groups':
      return named(state.groups, ({ group }) => group, 'group', name).map((group) => groupText(group, state)).join('');
    case 'quorum':
      return quorumText(state);
    case 'brokers':
      return brokersText(state.brokers);
  }
}

function named<T>(items: T[], nameOf: (item: T) => string, what: string, name: string | undefined): T[] {
  if (name === undefined) return items;
  const found = items.filter((item) => nameOf(item) === name);
  if (found.length === 0) throw new QueryError(`there is no ${what} "${name}"${suggestion(name, items.map(nameOf))}`);
  return found;
}

/** What is set for a topic anywhere, as the tool lists it: everything whose value is not Kafka's default. */
function configsOf(source: ViewSource, topic: string): string {
  return settingsOf(source, { kind: 'settings', of: 'topic', name: topic })
    .filter((setting) => setting.source !== 'DEFAULT_CONFIG')
    .map((setting) => `${setting.name}=${setting.value ?? ''}`)
    .join(',');
}

function topicText(topic: TopicView, configs: string): string {
  const head = [`Topic: ${topic.name}`, `TopicId: ${topic.topicId}`, `PartitionCount: ${topic.partitions.length}`, `ReplicationFactor: ${topic.replicationFactor}`, `Configs: ${configs}`];
  return lines([head.join('\t'), ...topic.partitions.map((partition) => partitionText(topic.name, partition))]);
}

function partitionText(topic: string, { partition, leader, replicas, isr, elr, lastKnownElr }: PartitionView): string {
  const fields = [
    '',
    `Topic: ${topic}`,
    `Partition: ${partition}`,
    `Leader: ${leader === -1 ? 'none' : leader}`,
    `Replicas: ${replicas.map(({ broker }) => broker).join(',')}`,
    `Isr: ${isr.join(',')}`,
    `Elr: ${elr.join(',')}`,
    `LastKnownElr: ${lastKnownElr.join(',')}`,
  ];
  return fields.join('\t');
}

const groupHeader = ['GROUP', 'TOPIC', 'PARTITION', 'CURRENT-OFFSET', 'LOG-END-OFFSET', 'LAG', 'CONSUMER-ID', 'HOST', 'CLIENT-ID'];

function groupText(group: GroupView, state: ClusterState): string {
  const rows = groupRows(group, state);
  const widths = [15, 15, 10, 15, 15, 15, 15, 15, 0].map((least, column) =>
    // Only names make a column wider; figures keep their place.
    [0, 1, 6, 7].includes(column) ? Math.max(least, ...rows.map((row) => row[column]?.length ?? 0)) : least,
  );
  const table = [groupHeader, ...rows].map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' '));
  const remark = group.members.length === 0 ? ['', `Consumer group '${group.group}' has no active members.`] : rebalancing(group);
  return lines(rows.length === 0 ? remark : [...remark, '', ...table]);
}

function rebalancing({ group, state }: GroupView): string[] {
  return state === 'PreparingRebalance' || state === 'CompletingRebalance' ? ['', `Warning: Consumer group '${group}' is rebalancing.`] : [];
}

function groupRows(group: GroupView, state: ClusterState): string[][] {
  const committed = new Map(group.offsets.map((offset) => [`${offset.topic}-${offset.partition}`, offset.offset]));
  const rows: string[][] = [];
  const assigned = new Set<string>();
  for (const member of group.members) {
    const consumer = [member.memberId, member.host, member.clientId];
    if (member.assignment.length === 0) rows.push([group.group, '-', '-', '-', '-', '-', ...consumer]);
    for (const name of member.assignment) {
      assigned.add(name);
      rows.push([group.group, ...offsetCells(name, committed.get(name), state), ...consumer]);
    }
  }
  for (const [name, offset] of committed) if (!assigned.has(name)) rows.push([group.group, ...offsetCells(name, offset, state), '-', '-', '-']);
  return rows;
}

function offsetCells(name: string, committed: bigint | undefined, state: ClusterState): string[] {
  const dash = name.lastIndexOf('-');
  const topic = name.slice(0, dash);
  const partition = state.topics.find((view) => view.name === topic)?.partitions[Number(name.slice(dash + 1))];
  const end = partition?.replicas.find(({ broker, online }) => broker === partition.leader && online)?.highWatermark;
  const lag = committed === undefined || end === undefined ? undefined : end > committed ? end - committed : 0n;
  return [topic, name.slice(dash + 1), ...[committed, end, lag].map((value) => (value === undefined ? '-' : String(value)))];
}

function quorumText({ clusterId, quorum, brokers }: ClusterState): string {
  const followers = [...quorum.voters, ...quorum.observers].filter(({ id }) => id !== quorum.leaderId);
  const leaderEnd = quorum.voters.find(({ id }) => id === quorum.leaderId)?.logEndOffset ?? 0n;
  let maxLag = 0n;
  for (const { logEndOffset } of followers) if (leaderEnd - logEndOffset > maxLag) maxLag = leaderEnd - logEndOffset;
  const endpoint = (id: number): string => {
    const broker = brokers.find((view) => view.id === id);
    return `${controllerListenerName}://${broker?.host ?? ''}:${controllerPortOf(id)}`;
  };
  const fields: [string, string][] = [
    ['ClusterId', clusterId],
    ['LeaderId', String(quorum.leaderId)],
    ['LeaderEpoch', String(quorum.leaderEpoch)],
    ['HighWatermark', String(quorum.highWatermark)],
    ['MaxFollowerLag', String(maxLag)],
    ['MaxFollowerLagTimeMs', String(Math.max(0, ...followers.map(({ lagMs }) => lagMs)))],
    ['CurrentVoters', `[${quorum.voters.map(({ id }) => `{"id": ${id}, "endpoints": ["${endpoint(id)}"]}`).join(', ')}]`],
    ['CurrentObservers', `[${quorum.observers.map(({ id }) => `{"id": ${id}}`).join(', ')}]`],
  ];
  return lines(fields.map(([name, value]) => `${name}:`.padEnd(24) + value));
}

function brokersText(brokers: BrokerView[]): string {
  const rows = brokers.map((broker) => [String(broker.id), broker.host, String(broker.port), broker.rack ?? 'null', broker.registration === 'unfenced' ? 'unfenced' : 'fenced', 'broker']);
  const header = ['ID', 'HOST', 'PORT', 'RACK', 'STATE', 'ENDPOINT_TYPE'];
  const hostWidth = Math.max(header[1]?.length ?? 0, ...brokers.map(({ host }) => host.length));
  const rackWidth = Math.max(10, ...brokers.map(({ rack }) => rack?.length ?? 0));
  const widths = [10, hostWidth, 10, rackWidth, 10, 15];
  return lines([header, ...rows].map((row) => row.map((text, column) => text.padEnd(widths[column] ?? 0)).join(' ')));
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join('');
}

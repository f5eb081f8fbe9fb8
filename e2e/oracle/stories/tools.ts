/** Kafka's own command-line tools against both: what they print, to the letter. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AskOptions, Session } from '../session.ts';
import { toolRunner, type ToolRun } from '../tools/tool-runner.ts';
import { toolText } from '../tools/tool-text.ts';
import { batchOf } from './batches.ts';
import { stableGroup } from './groups.ts';
import { kept, produceBody } from './produce.ts';
import { bodiesIn, coordinatorOf, createTopic, until } from './scene.ts';
import type { Story } from './story.ts';

const kafkaTools = 'org.apache.kafka.tools';
const classes = {
  topics: `${kafkaTools}.TopicCommand`,
  configs: 'kafka.admin.ConfigCommand',
  'consumer-groups': `${kafkaTools}.consumer.group.ConsumerGroupCommand`,
  groups: `${kafkaTools}.GroupsCommand`,
  'metadata-quorum': `${kafkaTools}.MetadataQuorumCommand`,
  'broker-api-versions': `${kafkaTools}.BrokerApiVersionsCommand`,
  'get-offsets': `${kafkaTools}.GetOffsetShell`,
  'log-dirs': `${kafkaTools}.LogDirsCommand`,
  'reassign-partitions': `${kafkaTools}.reassign.ReassignPartitionsCommand`,
  'leader-election': `${kafkaTools}.LeaderElectionCommand`,
  'delete-records': `${kafkaTools}.DeleteRecordsCommand`,
  cluster: `${kafkaTools}.ClusterTool`,
  features: `${kafkaTools}.FeatureCommand`,
  transactions: `${kafkaTools}.TransactionsCommand`,
  acls: `${kafkaTools}.AclCommand`,
  'console-producer': `${kafkaTools}.ConsoleProducer`,
  'console-consumer': `${kafkaTools}.consumer.ConsoleConsumer`,
} as const;

export type Tool = keyof typeof classes;

function bootstrapOf(session: Session): string {
  return [...session.ports.values()].map((port) => `127.0.0.1:${port}`).join(',');
}

interface RunOptions {
  label?: string;
  input?: string;
  /** Files that the arguments name, as JSON. */
  files?: Record<string, unknown>;
  /** Compare only these lines, sorted. */
  lines?: RegExp;
}

/** Groups of other stories end by the clock, and brokers answer in any order. */
const ownGroups = /^(exit|GROUP|tools-)/;

/** Runs "topics --list" and notes what it printed. */
async function runTool(session: Session, tool: Tool, args: string, options: RunOptions = {}): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-tools-'));
  try {
    const words = args.split(' ').map((word) => {
      const content = options.files?.[word];
      if (content === undefined) return word;
      const path = join(folder, word);
      writeFileSync(path, JSON.stringify(content));
      return path;
    });
    const run = await runToolAt(bootstrapOf(session), tool, words.join(' '), options.input);
    session.note(options.label ?? `${tool} ${args}`, { kind: 'text', text: linesOf(toolText(run).replaceAll(folder, '<folder>'), options.lines) });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function linesOf(text: string, wanted: RegExp | undefined): string {
  return wanted === undefined ? text : text.split('\n').filter((line) => wanted.test(line)).toSorted().join('\n');
}

export function runToolAt(bootstrap: string, tool: Tool, args: string, input?: string): Promise<ToolRun> {
  const words = args.split(' ').filter((word) => word !== '');
  return toolRunner.run(classes[tool], ['--bootstrap-server', bootstrap, ...words].toSorted(subcommandFirst), input);
}

/** "cluster-id", "list-endpoints" and the like come before every option. */
const subcommands: ReadonlySet<string> = new Set(['cluster-id', 'list-endpoints', 'unregister']);

function subcommandFirst(left: string, right: string): number {
  return Number(subcommands.has(right)) - Number(subcommands.has(left));
}

export function assignmentOf(topic: string, partitions: number[]): Uint8Array {
  const bytes = Buffer.alloc(2 + 4 + 2 + topic.length + 4 + 4 * partitions.length + 4);
  let at = bytes.writeInt32BE(1, 2);
  at = bytes.writeInt16BE(topic.length, at);
  at += bytes.write(topic, at);
  at = bytes.writeInt32BE(partitions.length, at);
  for (const partition of partitions) at = bytes.writeInt32BE(partition, at);
  bytes.writeInt32BE(-1, at);
  return bytes;
}

export function subscriptionOf(topic: string): Uint8Array {
  return Buffer.concat([Buffer.from([0, 0, 0, 0, 0, 1, 0, topic.length]), Buffer.from(topic), Buffer.from([255, 255, 255, 255])]);
}

export async function commitTo(session: Session, group: string, topic: string, offsets: Record<number, bigint>, at: AskOptions, member: object = {}): Promise<void> {
  const partitions = Object.entries(offsets).map(([partitionIndex, committedOffset]) => ({ partitionIndex: Number(partitionIndex), committedOffset, committedMetadata: '' }));
  await session.call('OffsetCommit', 9, { groupId: group, ...member, topics: [{ name: topic, partitions }] }, at);
}

async function untilReplicasAre(session: Session, topic: string, partition: number, replicas: number[]): Promise<void> {
  await until(session, `${topic}-${partition} is on ${replicas.join(', ')}`, async () => {
    const [answer] = bodiesIn(await session.call('Metadata', 12, { topics: [{ name: topic }], allowAutoTopicCreation: false }), 'topics');
    const found = bodiesIn(answer, 'partitions').find((one) => one['partitionIndex'] === partition);
    return found !== undefined && String(found['replicaNodes']) === String(replicas) && (found['isrNodes'] as number[]).length === replicas.length;
  });
}

export const toolStories: Story[] = [
  {
    name: 'tools for topics',
    async tell(session) {
      await createTopic(session, 'tools-1', 3, { ...kept, 'min.insync.replicas': '2' });
      for (const partition of [0, 0, 1]) await session.call('Produce', 12, produceBody({ topic: 'tools-1', partition }, batchOf(3)), { broker: partition + 1 });
      const topics = (args: string, label?: string) => runTool(session, 'topics', args, label === undefined ? {} : { label });
      await topics('--create --topic tools-made --partitions 1 --replication-factor 3');
      await topics('--create --topic tools-made --partitions 1', 'topics --create again');
      await topics('--create --topic tools-made --partitions 1 --if-not-exists');
      await topics('--create --topic tools_made --replica-assignment 1');
      await topics('--create --topic tools.made --partitions 1', 'topics --create with a name that collides');
      await topics('--create --topic tools-many --partitions 1 --replication-factor 4');
      await topics('--create --topic tools-assigned --replica-assignment 1:2,2:3');
      await topics('--create --topic tools-wrong --config no.such=1');
      await topics('--create --topic tools-wrong --config retention.ms=soon');
      await topics('--list --topic tools.*');
      await topics('--list --exclude-internal --topic tools-.*');
      await topics('--describe --topic tools-1');
      await topics('--describe --topic tools-assigned');
      await topics('--describe --topic tools-1 --topics-with-overrides');
      await topics('--describe --under-replicated-partitions --topic tools.*');
      await topics('--describe --unavailable-partitions --topic tools.*');
      await topics('--describe --at-min-isr-partitions --topic tools.*');
      await topics('--describe --topic tools-none');
      await topics('--alter --topic tools-made --partitions 1');
      await topics('--alter --topic tools-none --partitions 2');
      await topics('--delete --topic tools-none');
      await topics('--delete --topic tools-assigned');
      await runTool(session, 'get-offsets', '--topic tools-1');
      for (const time of ['-1', '-2', '-3', '-4', '-5', '-6', 'earliest', 'max-timestamp', '1700000000001']) await runTool(session, 'get-offsets', `--topic tools-1 --time ${time}`);
      await runTool(session, 'get-offsets', '--topic-partitions tools-1:0-1');
      await runTool(session, 'get-offsets', '--topic tools-none');
      await runTool(session, 'log-dirs', '--describe --topic-list tools-1');
      await runTool(session, 'log-dirs', '--describe --topic-list tools-1 --broker-list 2');
      await runTool(session, 'delete-records', '--offset-json-file records.json', { files: { 'records.json': { version: 1, partitions: [{ topic: 'tools-1', partition: 0, offset: 2 }, { topic: 'tools-1', partition: 1, offset: 99 }] } } });
      await runTool(session, 'get-offsets', '--topic tools-1 --time earliest', { label: 'get-offsets when records are deleted' });
      await runTool(session, 'console-producer', '--topic tools-made --reader-property parse.key=true', { input: 'a\t1\nb\t2\na\t3\n' });
      await runTool(session, 'console-consumer', '--topic tools-made --group tools-console --from-beginning --max-messages 3 --timeout-ms 20000 --formatter-property print.key=true --formatter-property print.offset=true --formatter-property print.partition=true');
    },
  },
  {
    name: 'tools for settings',
    async tell(session) {
      await createTopic(session, 'tools-set', 1, { 'retention.ms': '1234' });
      const configs = (args: string, label?: string) => runTool(session, 'configs', args, label === undefined ? {} : { label });
      const topic = '--entity-type topics --entity-name tools-set';
      await configs(`${topic} --describe`);
      await configs(`${topic} --describe --all`);
      await configs(`${topic} --alter --add-config segment.ms=60000,cleanup.policy=[compact,delete]`);
      await configs(`${topic} --describe`, 'configs as they are then');
      await configs(`${topic} --alter --delete-config segment.ms`);
      await configs(`${topic} --alter --delete-config no.such`);
      await configs(`${topic} --alter --add-config no.such=1`);
      await configs(`${topic} --alter --add-config retention.ms=soon`);
      await configs('--entity-type topics --entity-name tools-none --describe');
      await configs('--entity-type topics --entity-name tools-none --alter --add-config retention.ms=1');
      await configs('--entity-type brokers --entity-name 1 --describe');
      await configs('--entity-type brokers --entity-name 1 --describe --all');
      await configs('--entity-type brokers --entity-default --describe');
      await configs('--entity-type brokers --entity-default --alter --add-config log.cleaner.backoff.ms=16000');
      await configs('--entity-type brokers --entity-default --describe', 'configs of all brokers as they are then');
      await configs('--entity-type brokers --entity-default --alter --delete-config log.cleaner.backoff.ms');
      await configs('--entity-type brokers --entity-name 1 --alter --add-config process.roles=broker');
      await configs('--entity-type groups --entity-name g --describe --all');
      await configs('--entity-type client-metrics --entity-name m --describe');
      await configs('--entity-type users --describe');
    },
  },
  {
    name: 'tools for groups',
    async tell(session) {
      await createTopic(session, 'tools-read', 2, kept);
      for (const partition of [0, 1]) await session.call('Produce', 12, produceBody({ topic: 'tools-read', partition }, batchOf(4)), { broker: partition + 1 });
      const at = { broker: await coordinatorOf(session, 'tools-stable') };
      const member = { sessionTimeoutMs: 300_000, protocols: [{ name: 'range', metadata: subscriptionOf('tools-read') }] };
      const memberId = await stableGroup(session, 'tools-stable', at, member, assignmentOf('tools-read', [0, 1]));
      await commitTo(session, 'tools-stable', 'tools-read', { 0: 1n }, at, { memberId, generationIdOrMemberEpoch: 1 });
      await commitTo(session, 'tools-empty', 'tools-read', { 0: 1n, 1: 4n }, { broker: await coordinatorOf(session, 'tools-empty') });
      const groups = (args: string, label?: string) => runTool(session, 'consumer-groups', args, label === undefined ? {} : { label });
      for (const group of ['tools-stable', 'tools-empty', 'tools-none']) {
        for (const what of ['', ' --offsets', ' --members', ' --members --verbose', ' --state', ' --offsets --verbose']) await groups(`--describe --group ${group}${what}`);
      }
      for (const what of ['', ' --state', ' --state stable', ' --type classic', ' --type consumer']) await runTool(session, 'consumer-groups', `--list${what}`, { lines: ownGroups });
      for (const what of ['', ' --consumer', ' --group-type classic', ' --protocol none']) await runTool(session, 'groups', `--list${what}`, { lines: ownGroups });
      await groups('--delete --group tools-stable');
      await groups('--delete --group tools-none');
      await groups('--delete-offsets --group tools-empty --topic tools-read:0');
      await groups('--delete-offsets --group tools-stable --topic tools-read:0');
      await groups('--reset-offsets --group tools-empty --topic tools-read --to-earliest --dry-run');
      await groups('--reset-offsets --group tools-empty --topic tools-read:1 --shift-by -1 --execute');
      await groups('--reset-offsets --group tools-empty --topic tools-read --to-latest --execute');
      await groups('--reset-offsets --group tools-stable --topic tools-read --to-earliest --execute');
      await groups('--describe --group tools-empty', 'consumer-groups when it is reset');
      await groups('--delete --group tools-empty');
      await session.call('LeaveGroup', 5, { groupId: 'tools-stable', members: [{ memberId }] }, at);
    },
  },
  {
    name: 'tools for the cluster',
    async tell(session) {
      await createTopic(session, 'tools-move', 1);
      const move = { version: 1, partitions: [{ topic: 'tools-move', partition: 0, replicas: [2, 1], log_dirs: ['any', 'any'] }] };
      await runTool(session, 'metadata-quorum', 'describe --status');
      await runTool(session, 'metadata-quorum', 'describe --replication');
      await runTool(session, 'broker-api-versions', '');
      await runTool(session, 'cluster', 'cluster-id');
      await runTool(session, 'cluster', 'list-endpoints');
      await runTool(session, 'cluster', 'list-endpoints --include-fenced-brokers');
      await runTool(session, 'cluster', 'unregister --id 99');
      await runTool(session, 'features', 'describe');
      await runTool(session, 'features', 'version-mapping --release-version 4.3');
      await runTool(session, 'transactions', 'list');
      await runTool(session, 'transactions', 'describe-producers --topic tools-move --partition 0');
      await runTool(session, 'acls', '--list');
      await runTool(session, 'acls', '--add --allow-principal User:a --operation Read --topic t --force');
      await runTool(session, 'reassign-partitions', '--list');
      await runTool(session, 'reassign-partitions', '--execute --reassignment-json-file move.json', { files: { 'move.json': move } });
      await untilReplicasAre(session, 'tools-move', 0, [2, 1]);
      await runTool(session, 'reassign-partitions', '--verify --reassignment-json-file move.json', { files: { 'move.json': move } });
      await runTool(session, 'reassign-partitions', '--execute --reassignment-json-file wrong.json', { files: { 'wrong.json': { version: 1, partitions: [{ topic: 'tools-none', partition: 0, replicas: [1] }] } } });
      await runTool(session, 'leader-election', '--election-type preferred --topic tools-move --partition 0');
      await runTool(session, 'leader-election', '--election-type unclean --topic tools-move --partition 0');
      await runTool(session, 'leader-election', '--election-type preferred --topic tools-none --partition 0');
    },
  },
];

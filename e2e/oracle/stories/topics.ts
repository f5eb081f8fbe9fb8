/** Creating, describing, growing and deleting topics: what is refused, and in which words. */
import type { Body, Session } from '../session.ts';
import { unknownId } from '../request-shapes.ts';
import { createTopic, topicIdOf, until, untilLed } from './scene.ts';
import type { Story } from './story.ts';

const long = 'x'.repeat(250);
const counted = (numPartitions: number, replicationFactor: number): Body => ({ numPartitions, replicationFactor });
const assigned = (...brokerIds: number[][]): Body => ({ numPartitions: -1, replicationFactor: -1, assignments: brokerIds.map((ids, partitionIndex) => ({ partitionIndex, brokerIds: ids })) });
const configured = (...configs: [string, string | null][]): Body => ({ numPartitions: 1, replicationFactor: 3, configs: configs.map(([name, value]) => ({ name, value })) });

const creations: Record<string, Body> = {
  'empty name': { name: '', ...counted(1, 1) },
  'name "."': { name: '.', ...counted(1, 1) },
  'name ".."': { name: '..', ...counted(1, 1) },
  'name of 250 characters': { name: long, ...counted(1, 1) },
  'name with a space': { name: 'a b', ...counted(1, 1) },
  'name with a slash': { name: 'a/b', ...counted(1, 1) },
  'name beyond ASCII': { name: 'größe', ...counted(1, 1) },
  'name that collides but for the dot': { name: 'topics.taken', ...counted(1, 1) },
  'name that is taken': { name: 'topics_taken', ...counted(1, 1) },
  'no partitions': { name: 'c', ...counted(0, 1) },
  'partitions -2': { name: 'c', ...counted(-2, 1) },
  'replication factor 0': { name: 'c', ...counted(1, 0) },
  'replication factor -2': { name: 'c', ...counted(1, -2) },
  'replication factor 4 of 3': { name: 'c', ...counted(1, 4) },
  'defaults for both': { name: 'c', ...counted(-1, -1) },
  'assignment and a count': { name: 'c', ...assigned([1]), numPartitions: 1 },
  'assignment and a replication factor': { name: 'c', ...assigned([1]), replicationFactor: 1 },
  'assignment to a broker that is not there': { name: 'c', ...assigned([9]) },
  'assignment to a broker twice': { name: 'c', ...assigned([1, 1]) },
  'assignment to nobody': { name: 'c', ...assigned([]) },
  'assignment to broker -1': { name: 'c', ...assigned([-1]) },
  'assignments of different sizes': { name: 'c', ...assigned([1, 2], [1]) },
  'assignment with a gap': { name: 'c', numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [1] }, { partitionIndex: 2, brokerIds: [1] }] },
  'assignment of one partition twice': { name: 'c', numPartitions: -1, replicationFactor: -1, assignments: [{ partitionIndex: 0, brokerIds: [1] }, { partitionIndex: 0, brokerIds: [2] }] },
  'good assignment': { name: 'c', ...assigned([1, 2], [2, 3]) },
  'setting nobody knows': { name: 'c', ...configured(['no.such.setting', '1']) },
  'setting of another type': { name: 'c', ...configured(['retention.ms', 'soon']) },
  'setting below its range': { name: 'c', ...configured(['segment.bytes', '1']) },
  'setting of no choice': { name: 'c', ...configured(['cleanup.policy', 'burn']) },
  'setting without a value': { name: 'c', ...configured(['retention.ms', null]) },
  'min.insync.replicas 0': { name: 'c', ...configured(['min.insync.replicas', '0']) },
  'compression type nobody knows': { name: 'c', ...configured(['compression.type', 'brotli']) },
  'both cleanup policies': { name: 'c', ...configured(['cleanup.policy', 'compact,delete']) },
  'gzip level out of range': { name: 'c', ...configured(['compression.gzip.level', '11']) },
  'local retention above retention': { name: 'c', ...configured(['retention.ms', '10'], ['local.retention.ms', '20']) },
  'max compaction lag below min': { name: 'c', ...configured(['min.compaction.lag.ms', '20'], ['max.compaction.lag.ms', '10']) },
  'remote storage without it': { name: 'c', ...configured(['remote.storage.enable', 'true']) },
  'empty value': { name: 'c', ...configured(['retention.ms', '']) },
  'setting given twice': { name: 'c', ...configured(['retention.ms', '1000'], ['retention.ms', '2000']) },
};

export const topicStories: Story[] = [
  {
    name: 'create topics',
    async tell(session) {
      await createTopic(session, 'topics_taken', 1);
      for (const [label, topic] of Object.entries(creations)) await session.ask(label, 'CreateTopics', 7, { topics: [topic], timeoutMs: 10_000, validateOnly: true });
      for (const version of [2, 4, 5, 6, 7]) await session.ask(`validated by v${version}`, 'CreateTopics', version, { topics: [{ name: 'c', ...counted(2, 3) }], timeoutMs: 10_000, validateOnly: true });
      await session.ask('one name twice', 'CreateTopics', 7, { topics: [{ name: 'c', ...counted(1, 1) }, { name: 'c', ...counted(2, 1) }], timeoutMs: 10_000 });
      await session.ask('one good and one bad', 'CreateTopics', 7, { topics: [{ name: 'topics-good', ...assigned([1]) }, { name: 'b d', ...counted(1, 1) }], timeoutMs: 10_000 });
      await session.ask('again', 'CreateTopics', 7, { topics: [{ name: 'topics-good', ...assigned([1]) }], timeoutMs: 10_000 });
      await session.ask('with settings', 'CreateTopics', 7, { topics: [{ name: 'topics-set', ...assigned([1, 2, 3]), configs: [{ name: 'retention.ms', value: '1000' }, { name: 'cleanup.policy', value: 'compact' }] }], timeoutMs: 10_000 });
      await session.ask('internal topic of transactions by hand', 'CreateTopics', 7, { topics: [{ name: '__cluster_metadata', ...counted(1, 1) }], timeoutMs: 10_000, validateOnly: true });
      await untilLed(session, 'topics-set', 1);
    },
  },
  {
    name: 'metadata',
    async tell(session) {
      await createTopic(session, 'metadata-1', 4);
      const id = await topicIdOf(session, 'metadata-1');
      for (let version = 0; version <= 13; version += 1) await session.ask(`known topic v${version}`, 'Metadata', version, { topics: [{ name: 'metadata-1' }], allowAutoTopicCreation: false });
      for (let version = 4; version <= 13; version += 1) await session.ask(`unknown topic v${version}`, 'Metadata', version, { topics: [{ name: 'metadata-none' }], allowAutoTopicCreation: false });
      for (const name of ['', '.', 'a b', long]) await session.ask(`name "${name.slice(0, 5)}"`, 'Metadata', 13, { topics: [{ name }], allowAutoTopicCreation: true });
      for (const version of [10, 11, 12, 13]) await session.ask(`by id v${version}`, 'Metadata', version, { topics: [{ topicId: id, name: null }], allowAutoTopicCreation: false });
      await session.ask('by unknown id', 'Metadata', 13, { topics: [{ topicId: unknownId, name: null }], allowAutoTopicCreation: false });
      await session.ask('by zero id', 'Metadata', 13, { topics: [{ name: null }], allowAutoTopicCreation: false });
      await session.ask('by id and name', 'Metadata', 13, { topics: [{ topicId: id, name: 'metadata-1' }], allowAutoTopicCreation: false });
      await session.ask('one name twice', 'Metadata', 13, { topics: [{ name: 'metadata-1' }, { name: 'metadata-1' }], allowAutoTopicCreation: false });
      await session.ask('with operations', 'Metadata', 13, { topics: [{ name: 'metadata-1' }], allowAutoTopicCreation: false, includeTopicAuthorizedOperations: true });
      await session.ask('with operations of the cluster', 'Metadata', 9, { topics: [], includeClusterAuthorizedOperations: true });
      await session.ask('creates what is asked for', 'Metadata', 13, { topics: [{ name: 'metadata-auto' }], allowAutoTopicCreation: true });
      await untilLed(session, 'metadata-auto', 1);
      await session.ask('creates with a name that collides', 'Metadata', 13, { topics: [{ name: 'metadata.auto' }, { name: 'metadata_auto' }], allowAutoTopicCreation: true });
      for (const body of [{ topics: [{ name: 'metadata-1' }] }, { topics: [{ name: 'nope' }] }, { topics: [{ name: 'metadata-1' }], responsePartitionLimit: 2 }, { topics: [{ name: 'metadata-1' }], responsePartitionLimit: 1, cursor: { topicName: 'metadata-1', partitionIndex: 2 } }, { topics: [{ name: 'metadata-1' }], cursor: { topicName: 'metadata-1', partitionIndex: -1 } }, { topics: [{ name: 'metadata-1' }], cursor: { topicName: 'zzz', partitionIndex: 0 } }, { topics: [{ name: 'metadata-1' }], responsePartitionLimit: 0 }]) {
        await session.ask(`DescribeTopicPartitions ${JSON.stringify(body)}`, 'DescribeTopicPartitions', 0, body);
      }
    },
  },
  {
    name: 'create partitions',
    async tell(session) {
      await createTopic(session, 'partitions-1', 2);
      const ask = (label: string, topic: Body, rest: Body = {}) => session.ask(label, 'CreatePartitions', 3, { topics: [{ name: 'partitions-1', assignments: null, ...topic }], timeoutMs: 10_000, validateOnly: true, ...rest });
      await ask('as many as there are', { count: 2 });
      await ask('fewer', { count: 1 });
      await ask('none', { count: 0 });
      await ask('negative', { count: -1 });
      await ask('one more, validated', { count: 3 });
      await ask('too few assignments', { count: 4, assignments: [{ brokerIds: [1, 2, 3] }] });
      await ask('too many assignments', { count: 3, assignments: [{ brokerIds: [1, 2, 3] }, { brokerIds: [1, 2, 3] }] });
      await ask('empty assignments', { count: 3, assignments: [] });
      await ask('assignment of another size', { count: 3, assignments: [{ brokerIds: [1] }] });
      await ask('assignment to an unknown broker', { count: 3, assignments: [{ brokerIds: [1, 2, 9] }] });
      await ask('assignment to a broker twice', { count: 3, assignments: [{ brokerIds: [1, 2, 2] }] });
      await ask('unknown topic', { name: 'partitions-none', count: 3 });
      await ask('bad name', { name: 'a b', count: 3 });
      await session.ask('one name twice', 'CreatePartitions', 3, { topics: [{ name: 'partitions-1', count: 3, assignments: null }, { name: 'partitions-1', count: 4, assignments: null }], timeoutMs: 10_000, validateOnly: true });
      await ask('one more', { count: 3, assignments: [{ brokerIds: [3, 1, 2] }] }, { validateOnly: false });
      await untilLed(session, 'partitions-1', 3);
      await session.ask('as it is then', 'Metadata', 13, { topics: [{ name: 'partitions-1' }], allowAutoTopicCreation: false });
    },
  },
  {
    name: 'delete topics',
    async tell(session) {
      for (const name of ['delete-1', 'delete-2', 'delete-3']) await createTopic(session, name, 1);
      const id = await topicIdOf(session, 'delete-2');
      for (const version of [1, 3, 5]) await session.ask(`unknown v${version}`, 'DeleteTopics', version, { topicNames: ['delete-none'], timeoutMs: 10_000 });
      await session.ask('unknown v6', 'DeleteTopics', 6, { topics: [{ name: 'delete-none' }], timeoutMs: 10_000 });
      await session.ask('unknown id', 'DeleteTopics', 6, { topics: [{ topicId: unknownId, name: null }], timeoutMs: 10_000 });
      await session.ask('neither name nor id', 'DeleteTopics', 6, { topics: [{ name: null }], timeoutMs: 10_000 });
      await session.ask('both name and id', 'DeleteTopics', 6, { topics: [{ name: 'delete-2', topicId: id }], timeoutMs: 10_000 });
      await session.ask('one name twice', 'DeleteTopics', 6, { topics: [{ name: 'delete-1' }, { name: 'delete-1' }], timeoutMs: 10_000 });
      await session.ask('name and id of one', 'DeleteTopics', 6, { topics: [{ name: 'delete-2' }, { name: null, topicId: id }], timeoutMs: 10_000 });
      await session.ask('by name', 'DeleteTopics', 5, { topicNames: ['delete-1'], timeoutMs: 10_000 });
      await session.ask('by id', 'DeleteTopics', 6, { topics: [{ topicId: id, name: null }], timeoutMs: 10_000 });
      await session.ask('again', 'DeleteTopics', 6, { topics: [{ name: 'delete-1' }], timeoutMs: 10_000 });
      await untilGone(session, 'delete-2');
      await session.ask('metadata of it', 'Metadata', 13, { topics: [{ name: 'delete-2' }], allowAutoTopicCreation: false });
    },
  },
];

async function untilGone(session: Session, name: string): Promise<void> {
  await until(session, `${name} is gone`, async () => {
    const [topic] = (await session.call('Metadata', 12, { topics: [{ name }], allowAutoTopicCreation: false }))['topics'] as Body[];
    return topic?.['errorCode'] === 3;
  });
}

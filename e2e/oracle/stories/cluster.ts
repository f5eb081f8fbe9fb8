/** Leaders elected and moved, and the cluster described. */
import type { Body } from '../session.ts';
import { batchOf } from './batches.ts';
import { kept, produceBody } from './produce.ts';
import { bodiesIn, createTopic, until } from './scene.ts';
import type { Story } from './story.ts';

function partitions(topic: string, ...numbers: number[]): Body {
  return { topicPartitions: [{ topic, partitions: numbers }] };
}

function to(partitionIndex: number, replicas: number[] | null): Body {
  return { partitionIndex, replicas };
}

function quorum(topicName: string, ...numbers: number[]): Body {
  return { topics: [{ topicName, partitions: numbers.map((partitionIndex) => ({ partitionIndex })) }] };
}

function dirs(topic: string, ...numbers: number[]): Body {
  return { topics: [{ topic, partitions: numbers }] };
}

export const clusterStories: Story[] = [
  {
    name: 'elect leaders',
    async tell(session) {
      await createTopic(session, 'elect-1', 2);
      const ask = (label: string, body: Body, version = 2) => session.ask(label, 'ElectLeaders', version, { timeoutMs: 10_000, ...body });
      for (const version of [0, 1, 2]) await ask(`preferred where it leads v${version}`, { electionType: 0, ...partitions('elect-1', 0, 1) }, version);
      await ask('unclean where there is a leader', { electionType: 1, ...partitions('elect-1', 0) });
      await ask('a type nobody knows', { electionType: 2, ...partitions('elect-1', 0) });
      await ask('unknown topic', { electionType: 0, ...partitions('elect-none', 0) });
      await ask('unknown partition', { electionType: 0, ...partitions('elect-1', 99, -1) });
      await ask('one twice', { electionType: 0, ...partitions('elect-1', 0, 0) });
      await ask('none', { electionType: 0, topicPartitions: [] });
      await ask('all', { electionType: 0, topicPartitions: null });
    },
  },
  {
    name: 'reassign',
    async tell(session) {
      await createTopic(session, 'reassign-1', 2);
      const ask = (label: string, partitions: Body[], more: Body = {}, version = 1, name = 'reassign-1') => session.ask(label, 'AlterPartitionReassignments', version, { timeoutMs: 10_000, topics: [{ name, partitions }], ...more });
      await session.ask('list none', 'ListPartitionReassignments', 0, { timeoutMs: 10_000, topics: null });
      await session.ask('list of an unknown topic', 'ListPartitionReassignments', 0, { timeoutMs: 10_000, topics: [{ name: 'reassign-none', partitionIndexes: [0] }] });
      await session.ask('list of a topic', 'ListPartitionReassignments', 0, { timeoutMs: 10_000, topics: [{ name: 'reassign-1', partitionIndexes: [0, 99] }] });
      await ask('cancel what is not', [to(0, null)]);
      await ask('to nobody', [to(0, [])]);
      await ask('to a broker twice', [to(0, [1, 1])]);
      await ask('to an unknown broker', [to(0, [1, 9])]);
      await ask('to a negative broker', [to(0, [-1])]);
      await ask('unknown partition', [to(99, [1])]);
      await ask('unknown topic', [to(0, [1])], {}, 1, 'reassign-none');
      await ask('one partition twice', [to(0, [1, 2, 3]), to(0, [3, 2, 1])]);
      await ask('another factor, not allowed', [to(0, [1, 2])], { allowReplicationFactorChange: false });
      for (const version of [0, 1]) await ask(`as it is v${version}`, [to(0, [1, 2, 3])], {}, version);
      await ask('another order', [to(0, [2, 1, 3])]);
      await ask('fewer', [to(1, [2, 3])]);
      await session.ask('nothing', 'AlterPartitionReassignments', 1, { timeoutMs: 10_000, topics: [] });
      await until(session, 'two replicas', async () => {
        const [topic] = bodiesIn(await session.call('Metadata', 12, { topics: [{ name: 'reassign-1' }], allowAutoTopicCreation: false }), 'topics');
        return bodiesIn(topic, 'partitions').every((one) => {
          const [replicas, isr] = [one['replicaNodes'] as number[], one['isrNodes'] as number[]];
          return replicas[0] === 2 && replicas.length === isr.length && replicas.length === 3 - (one['partitionIndex'] as number);
        });
      });
      await session.ask('as it is then', 'DescribeTopicPartitions', 0, { topics: [{ name: 'reassign-1' }] });
      await session.ask('preferred then', 'ElectLeaders', 2, { timeoutMs: 10_000, electionType: 0, topicPartitions: [{ topic: 'reassign-1', partitions: [0] }] });
    },
  },
  {
    name: 'describe the cluster',
    async tell(session) {
      for (const version of [0, 1, 2]) await session.ask(`cluster v${version}`, 'DescribeCluster', version, { includeClusterAuthorizedOperations: true, endpointType: 1, includeFencedBrokers: true });
      for (const endpointType of [0, 2, 3]) await session.ask(`cluster by endpoint type ${endpointType}`, 'DescribeCluster', 2, { endpointType });
      for (const version of [0, 1, 2]) await session.ask(`quorum v${version}`, 'DescribeQuorum', version, quorum('__cluster_metadata', 0));
      await session.ask('quorum of another topic', 'DescribeQuorum', 2, quorum('other', 0));
      await session.ask('quorum of another partition', 'DescribeQuorum', 2, quorum('__cluster_metadata', 1));
      await session.ask('quorum of two partitions', 'DescribeQuorum', 2, quorum('__cluster_metadata', 0, 1));
      await createTopic(session, 'dirs-1', 2, kept);
      for (const count of [3, 5]) await session.call('Produce', 12, produceBody({ topic: 'dirs-1' }, batchOf(count)));
      for (const version of [1, 2, 3, 4, 5]) await session.ask(`log dirs v${version}`, 'DescribeLogDirs', version, dirs('dirs-1', 0, 1));
      await session.ask('log dirs of unknown topics', 'DescribeLogDirs', 4, dirs('dirs-none', 0));
      await session.ask('log dirs of unknown partitions', 'DescribeLogDirs', 4, dirs('dirs-1', 99));
      await session.ask('log dirs of nothing', 'DescribeLogDirs', 4, { topics: [] });
      await session.ask('unregister a broker that is not there', 'UnregisterBroker', 0, { brokerId: 99 });
      await session.ask('unregister a negative broker', 'UnregisterBroker', 0, { brokerId: -1 });
    },
  },
];

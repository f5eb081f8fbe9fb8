/** The cluster, topics and their settings, asked for by the client; what it says it did is held against the brokers. */
import { ascending, expectEqual, fill, numbers, type Story } from '../story.ts';
import { until } from '../until.ts';

export const topicStories: Story[] = [
  {
    capability: 'metadata',
    async tell({ driver, witness, name }) {
      const topic = name('listed');
      await witness.makeTopic(topic, 3);
      const { brokers, topics } = await driver.call('metadata', {});
      expectEqual('the brokers', ascending(brokers), [1, 2, 3]);
      expectEqual(`the partitions of ${topic}`, topics[topic], 3);
    },
  },
  {
    capability: 'describe cluster',
    async tell({ driver }) {
      const { clusterId, brokers } = await driver.call('describeCluster', {});
      expectEqual('the length of the cluster id', clusterId.length, 22);
      expectEqual('the brokers', ascending(brokers), [1, 2, 3]);
    },
  },
  {
    capability: 'describe log dirs',
    async tell(stage) {
      const topic = stage.name('sized');
      await stage.witness.makeTopic(topic, 2);
      await fill(stage, topic, 2, 20);
      const { bytes } = await stage.driver.call('describeLogDirs', { topic });
      expectEqual('brokers with replicas that have a size', Object.entries(bytes).filter(([, size]) => size > 0).map(([broker]) => broker).toSorted(), ['1', '2', '3']);
    },
  },
  {
    capability: 'create topic',
    async tell({ driver, witness, name }) {
      const topic = name('created');
      await driver.call('createTopic', { topic, partitions: 4, replicas: 2, configs: { 'retention.ms': '3600000' } });
      const made = await witness.untilTopic(topic, 'four partitions', (found) => found?.length === 4);
      expectEqual('the replicas', made?.map((one) => one.replicas.length), [2, 2, 2, 2]);
      expectEqual('the setting it was made with', (await witness.configs(topic))['retention.ms'], '3600000');
    },
  },
  {
    capability: 'create partitions',
    async tell({ driver, witness, name }) {
      const topic = name('widened');
      await witness.makeTopic(topic, 2);
      await driver.call('createPartitions', { topic, total: 5 });
      await witness.untilTopic(topic, 'five partitions', (found) => found?.filter((one) => one.leader > 0).length === 5);
    },
  },
  {
    capability: 'delete topic',
    async tell({ driver, witness, name }) {
      const topic = name('deleted');
      await witness.makeTopic(topic, 2);
      await driver.call('deleteTopic', { topic });
      await witness.untilTopic(topic, 'the end', (found) => found === undefined);
    },
  },
  {
    capability: 'describe configs',
    async tell({ driver, witness, name }) {
      const topic = name('described');
      await witness.makeTopic(topic, 1, { 'max.message.bytes': '4000' });
      const { configs } = await driver.call('describeConfigs', { topic });
      expectEqual('some settings', [configs['cleanup.policy'], configs['segment.bytes'], configs['max.message.bytes']], ['delete', '1073741824', '4000']);
    },
  },
  {
    capability: 'alter configs',
    async tell({ driver, witness, name }) {
      const topic = name('altered');
      await witness.makeTopic(topic, 1);
      await driver.call('alterConfigs', { topic, configs: { 'retention.ms': '7200000', 'max.message.bytes': '2000' } });
      // Brokers learn of it one after the other.
      await until('the altered settings', () => witness.configs(topic), (configs) => configs['retention.ms'] === '7200000' && configs['max.message.bytes'] === '2000');
    },
  },
  {
    capability: 'list offsets',
    async tell(stage) {
      const topic = stage.name('spanned');
      await stage.witness.makeTopic(topic, 2);
      await fill(stage, topic, 2, 10);
      const { earliest, latest } = await stage.driver.call('listOffsets', { topic, partitions: numbers(2) });
      expectEqual('where the partitions begin and end', [earliest['0'], earliest['1'], latest['0'], latest['1']], [0, 0, 5, 5]);
    },
  },
  {
    capability: 'offsets by timestamp',
    async tell({ driver, witness, name }) {
      const topic = name('timed');
      await witness.makeTopic(topic, 1);
      const day = Date.now() - 86_400_000;
      // One batch each, so that the answer is that of the index and not of chance.
      for (const index of numbers(4)) await witness.append(topic, 0, [`at ${index}`], BigInt(day + index * 60_000));
      const at = async (timestamp: number) => (await driver.call('offsetForTime', { topic, partition: 0, timestamp })).offset;
      expectEqual('at the time of the third record', await at(day + 120_000), 2);
      expectEqual('just after the first record', await at(day + 1), 1);
      expectEqual('before the first record', await at(day - 60_000), 0);
    },
  },
  {
    capability: 'delete records',
    async tell(stage) {
      const topic = stage.name('shortened');
      await stage.witness.makeTopic(topic, 1);
      await fill(stage, topic, 1, 10);
      await stage.driver.call('deleteRecords', { topic, partition: 0, before: 4 });
      expectEqual('where the log starts', await stage.witness.logStart(topic, 0), 4);
    },
  },
];

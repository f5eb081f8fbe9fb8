/** Settings: every default, and how they are changed, one by one and all at once. */
import type { Body, Session } from '../session.ts';
import { bodiesIn, createTopic, until } from './scene.ts';
import type { Story } from './story.ts';

const topicType = 2;
const brokerType = 4;
const [set, remove, append, subtract] = [0, 1, 2, 3];

function change(resourceType: number, resourceName: string, changes: [string, number | undefined, string | null][], more: Body = {}): Body {
  return { resources: [{ resourceType, resourceName, configs: changes.map(([name, configOperation, value]) => ({ name, configOperation, value })) }], ...more };
}

/** What the topic says its setting is, at broker 1, once it says so. */
async function untilSet(session: Session, topic: string, name: string, value: string): Promise<void> {
  await until(session, `${topic} has ${name}=${value}`, async () => {
    const [result] = bodiesIn(await session.call('DescribeConfigs', 4, { resources: [{ resourceType: topicType, resourceName: topic, configurationKeys: [name] }] }), 'results');
    return bodiesIn(result, 'configs')[0]?.['value'] === value;
  });
}

const groupType = 32;
const metricsType = 16;
const groupChanges: [string, string | null][] = [
  ['consumer.session.timeout.ms', '50000'],
  ['consumer.session.timeout.ms', '1'],
  ['consumer.session.timeout.ms', '100000'],
  ['consumer.session.timeout.ms', 'x'],
  ['consumer.session.timeout.ms', null],
  ['consumer.heartbeat.interval.ms', '60000'],
  ['consumer.assignment.interval.ms', '99999'],
  ['share.isolation.level', 'read_nothing'],
  ['share.auto.offset.reset', 'none'],
  ['share.auto.offset.reset', 'by_duration:PT1H'],
  ['share.record.lock.duration.ms', '1'],
  ['share.record.lock.duration.ms', '99999999'],
  ['share.delivery.count.limit', '1'],
  ['share.delivery.count.limit', '11'],
  ['share.partition.max.record.locks', '5'],
  ['share.heartbeat.interval.ms', '1'],
  ['share.session.timeout.ms', '1'],
  ['streams.num.standby.replicas', '9'],
  ['streams.initial.rebalance.delay.ms', '-1'],
  ['no.such', '1'],
];
const metricsChanges: [string, string | null][] = [
  ['interval.ms', '1000'],
  ['interval.ms', '10'],
  ['interval.ms', '3600001'],
  ['interval.ms', 'x'],
  ['metrics', 'a,b'],
  ['match', 'client_id=a.*,client_software_name=b'],
  ['match', 'nothing=a'],
  ['match', 'garbage'],
  ['match', 'client_id=['],
  ['no.such', '1'],
];

export const configStories: Story[] = [
  {
    name: 'describe configs',
    async tell(session) {
      await createTopic(session, 'configs-1', 1, { 'retention.ms': '1234' });
      const ask = (label: string, resource: Body, more: Body = {}, version = 4) => session.ask(label, 'DescribeConfigs', version, { resources: [{ configurationKeys: null, ...resource }], ...more });
      for (const version of [1, 2, 3, 4]) await ask(`topic v${version}`, { resourceType: topicType, resourceName: 'configs-1' }, {}, version);
      await ask('topic with synonyms', { resourceType: topicType, resourceName: 'configs-1' }, { includeSynonyms: true });
      await ask('topic with documentation', { resourceType: topicType, resourceName: 'configs-1' }, { includeDocumentation: true });
      await ask('internal topic', { resourceType: topicType, resourceName: '__consumer_offsets' });
      for (const version of [1, 4]) await ask(`broker v${version}`, { resourceType: brokerType, resourceName: '1' }, {}, version);
      await ask('broker with synonyms', { resourceType: brokerType, resourceName: '1' }, { includeSynonyms: true });
      await ask('broker with documentation', { resourceType: brokerType, resourceName: '1' }, { includeDocumentation: true });
      await ask('all brokers', { resourceType: brokerType, resourceName: '' });
      await ask('another broker', { resourceType: brokerType, resourceName: '2' });
      await ask('broker that is no number', { resourceType: brokerType, resourceName: 'one' });
      await ask('unknown topic', { resourceType: topicType, resourceName: 'configs-none' });
      await ask('bad topic name', { resourceType: topicType, resourceName: 'a b' });
      await ask('empty topic name', { resourceType: topicType, resourceName: '' });
      await ask('some keys', { resourceType: topicType, resourceName: 'configs-1', configurationKeys: ['retention.ms', 'no.such.key', 'segment.bytes'] });
      await ask('no keys', { resourceType: topicType, resourceName: 'configs-1', configurationKeys: [] });
      for (const resourceType of [0, 1, 8, 16, 32, 64, -1]) await ask(`type ${resourceType}`, { resourceType, resourceName: 'configs-1' });
      await ask('client metrics by name', { resourceType: 16, resourceName: 'm' });
      await ask('group by name', { resourceType: 32, resourceName: 'g' });
      for (const resourceTypes of [[], [topicType], [brokerType], [16], [32], [8], [99]]) await session.ask(`list ${resourceTypes.join(',')}`, 'ListConfigResources', 1, { resourceTypes });
      await session.ask('list v0', 'ListConfigResources', 0, {});
    },
  },
  {
    name: 'alter configs of groups and metrics',
    async tell(session) {
      for (const [resourceType, name, changes] of [[groupType, 'settings-group', groupChanges], [metricsType, 'settings-metrics', metricsChanges]] as const) {
        const ask = (label: string, resourceName: string, wanted: [string, number, string | null][]) => session.ask(`${name}: ${label}`, 'IncrementalAlterConfigs', 1, change(resourceType, resourceName, wanted));
        for (const [setting, value] of changes) await ask(`${setting} ${value}`, name, [[setting, set, value]]);
        const [first] = changes;
        await ask('no name', '', [[first![0], set, first![1]]]);
        await ask('append to a number', name, [[first![0], append, '1']]);
        await ask('append to a list', name, [['metrics', append, 'c']]);
        await session.ask(`${name}: as it is then`, 'DescribeConfigs', 4, { resources: [{ resourceType, resourceName: name, configurationKeys: null }], includeSynonyms: true });
        await session.ask(`${name}: all at once`, 'AlterConfigs', 2, { resources: [{ resourceType, resourceName: name, configs: [{ name: first![0], value: first![1] }] }] });
        await until(session, `${name} has one setting`, async () => {
          const [result] = bodiesIn(await session.call('DescribeConfigs', 4, { resources: [{ resourceType, resourceName: name, configurationKeys: null }] }), 'results');
          return bodiesIn(result, 'configs').filter((config) => config['configSource'] !== 5).length === 1;
        });
        await session.ask(`${name}: list`, 'ListConfigResources', 1, { resourceTypes: [resourceType] });
        await ask('remove', name, [[first![0], remove, null]]);
      }
    },
  },
  {
    name: 'alter configs',
    async tell(session) {
      await createTopic(session, 'alter-1', 1);
      const topic = (label: string, changes: [string, number | undefined, string | null][], more: Body = {}) => session.ask(label, 'IncrementalAlterConfigs', 1, change(topicType, 'alter-1', changes, more));
      await topic('set', [['retention.ms', set, '5000']]);
      await untilSet(session, 'alter-1', 'retention.ms', '5000');
      await topic('set what it is', [['retention.ms', set, '5000']]);
      await topic('remove', [['retention.ms', remove, null]]);
      await untilSet(session, 'alter-1', 'retention.ms', '604800000');
      await topic('remove what is not set', [['retention.ms', remove, null]]);
      await topic('append to a list', [['cleanup.policy', append, 'compact']]);
      await untilSet(session, 'alter-1', 'cleanup.policy', 'delete,compact');
      await topic('append what is in it', [['cleanup.policy', append, 'compact']]);
      await topic('subtract from a list', [['cleanup.policy', subtract, 'delete']]);
      await untilSet(session, 'alter-1', 'cleanup.policy', 'compact');
      await topic('subtract what is not in it', [['cleanup.policy', subtract, 'delete']]);
      await topic('append to a number', [['retention.ms', append, '5']]);
      await topic('subtract from a number', [['retention.ms', subtract, '5']]);
      await topic('an operation nobody knows', [['retention.ms', 9, '5']]);
      await topic('set to nothing', [['retention.ms', set, null]]);
      await topic('set to an empty text', [['retention.ms', set, '']]);
      await topic('set to another type', [['retention.ms', set, 'x']]);
      await topic('set out of range', [['min.insync.replicas', set, '0']]);
      await topic('set an unknown name', [['no.such', set, '1']]);
      await topic('set no choice', [['cleanup.policy', set, 'burn']]);
      await topic('one name twice', [['retention.ms', set, '1'], ['retention.ms', set, '2']]);
      await topic('one good and one bad', [['retention.ms', set, '777'], ['segment.bytes', set, '-1']]);
      await topic('no changes', []);
      await topic('validated only', [['retention.ms', set, '778']], { validateOnly: true });
      await topic('throttled replicas', [['leader.replication.throttled.replicas', set, '0:1,0:2'], ['follower.replication.throttled.replicas', set, 'x']]);
      await session.ask('unknown topic', 'IncrementalAlterConfigs', 1, change(topicType, 'alter-none', [['retention.ms', set, '1']]));
      await session.ask('bad topic name', 'IncrementalAlterConfigs', 1, change(topicType, 'a b', [['retention.ms', set, '1']]));
      await session.ask('empty topic name', 'IncrementalAlterConfigs', 1, change(topicType, '', [['retention.ms', set, '1']]));
      await session.ask('one topic twice', 'IncrementalAlterConfigs', 1, { resources: [0, 1].map(() => ({ resourceType: topicType, resourceName: 'alter-1', configs: [{ name: 'retention.ms', configOperation: set, value: '9' }] })) });
      for (const resourceType of [0, 1, 3, 99]) await session.ask(`type ${resourceType}`, 'IncrementalAlterConfigs', 1, change(resourceType, 'alter-1', [['retention.ms', set, '1']]));
      const broker = (label: string, name: string, changes: [string, number | undefined, string | null][]) => session.ask(label, 'IncrementalAlterConfigs', 1, change(brokerType, name, changes), { broker: Number(name) || 1 });
      await broker('a broker setting', '2', [['log.cleaner.threads', set, '2']]);
      await broker('a setting of all brokers', '', [['message.max.bytes', set, '2000000']]);
      await broker('a read-only setting', '2', [['process.roles', set, 'broker']]);
      await broker('a read-only setting of all', '', [['log.dirs', set, 'x']]);
      await broker('a per-broker setting for all', '', [['listeners', set, 'PLAINTEXT://:1']]);
      await broker('an unknown broker setting', '2', [['my.own.setting', set, '1']]);
      await broker('a broker setting of another type', '2', [['log.retention.ms', set, 'x']]);
      await broker('a broker setting out of range', '2', [['log.cleaner.threads', set, '0']]);
      await session.ask('another broker by its number', 'IncrementalAlterConfigs', 1, change(brokerType, '9', [['log.cleaner.threads', set, '2']]));
      await session.ask('a broker that is no number', 'IncrementalAlterConfigs', 1, change(brokerType, 'x', [['log.cleaner.threads', set, '2']]));
      await broker('remove the setting of all brokers', '', [['message.max.bytes', remove, null]]);
      await broker('remove the broker setting', '2', [['log.cleaner.threads', remove, null]]);
      const whole = (label: string, configs: Body[], more: Body = {}) => session.ask(label, 'AlterConfigs', 2, { resources: [{ resourceType: topicType, resourceName: 'alter-1', configs }], ...more });
      await whole('all at once', [{ name: 'retention.ms', value: '4321' }]);
      await untilSet(session, 'alter-1', 'retention.ms', '4321');
      await session.ask('as it is then', 'DescribeConfigs', 4, { resources: [{ resourceType: topicType, resourceName: 'alter-1', configurationKeys: ['retention.ms', 'cleanup.policy', 'segment.bytes'] }], includeSynonyms: true });
      await whole('all at once, a bad value', [{ name: 'retention.ms', value: 'x' }]);
      await whole('all at once, no value', [{ name: 'retention.ms', value: null }]);
      await whole('all at once, none', []);
    },
  },
];

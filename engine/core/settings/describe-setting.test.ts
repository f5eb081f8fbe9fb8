import { expect, test } from 'vitest';
import { describeBrokerSetting, describeGroupSetting, describeTopicSetting, visibleBrokerSettings, visibleGroupSettings, visibleTopicSettings, type BrokerLayers } from '#engine/core/settings/describe-setting.ts';
import { dynamicUpdateMode } from '#engine/core/settings/dynamic-update-mode.ts';

const nothingSet: BrokerLayers = { perBroker: {}, clusterWide: {}, static: {} };

test('a topic setting that nobody set comes from the default of its broker synonym, converted', () => {
  const described = describeTopicSetting('retention.ms', {}, nothingSet);
  expect(described.text).toBe('604800000');
  expect(described.source).toBe('DEFAULT_CONFIG');
  // As Kafka answers: log.retention.hours is not of the setting's own name.
  expect(described.synonyms).toEqual([]);
  expect(describeTopicSetting('segment.bytes', {}, nothingSet).synonyms).toEqual([{ name: 'log.segment.bytes', text: '1073741824', source: 'DEFAULT_CONFIG' }]);
});

test('every place with a value is listed, the winner first', () => {
  const layers: BrokerLayers = { perBroker: {}, clusterWide: { 'log.retention.ms': '3' }, static: { 'log.retention.minutes': '2' } };
  const described = describeTopicSetting('retention.ms', { 'retention.ms': '1' }, layers);
  expect(described.source).toBe('TOPIC_CONFIG');
  expect(described.synonyms).toEqual([
    { name: 'retention.ms', text: '1', source: 'TOPIC_CONFIG' },
    { name: 'log.retention.ms', text: '3', source: 'DYNAMIC_DEFAULT_BROKER_CONFIG' },
    { name: 'log.retention.minutes', text: '2', source: 'STATIC_BROKER_CONFIG' },
    { name: 'log.retention.hours', text: '168', source: 'DEFAULT_CONFIG' },
  ]);
  expect(describeTopicSetting('retention.ms', {}, { ...layers, clusterWide: {} }).text).toBe('120000');
});

test('a broker setting says whether it can change while the broker runs', () => {
  expect(describeBrokerSetting('num.io.threads', nothingSet).readOnly).toBe(false);
  expect(describeBrokerSetting('broker.session.timeout.ms', nothingSet).readOnly).toBe(true);
  expect(dynamicUpdateMode('listeners')).toBe('per-broker');
  expect(dynamicUpdateMode('log.retention.ms')).toBe('cluster-wide');
});

test('a broker setting that Kafka does not know is listed once it is set, without its value or type', () => {
  const layers = { ...nothingSet, perBroker: { 'my.own.setting': 'x', 'leader.replication.throttled.rate': '5' } };
  expect(visibleBrokerSettings(nothingSet)).not.toContain('leader.replication.throttled.rate');
  expect(visibleBrokerSettings(layers)).toEqual(expect.arrayContaining(['my.own.setting', 'leader.replication.throttled.rate']));
  expect(describeBrokerSetting('my.own.setting', layers)).toMatchObject({ text: null, sensitive: true, typeNumber: 0, readOnly: true });
});

test('what every server.properties must say has no default to fall back to', () => {
  expect(describeBrokerSetting('node.id', { ...nothingSet, static: { 'node.id': '7' } }).synonyms).toEqual([{ name: 'node.id', text: '7', source: 'STATIC_BROKER_CONFIG' }]);
});

test('a group has the broker’s settings for groups until it has its own', () => {
  const layers = { ...nothingSet, static: { 'group.consumer.session.timeout.ms': '50000' } };
  expect(describeGroupSetting('consumer.session.timeout.ms', {}, layers)).toMatchObject({ text: '50000', source: 'STATIC_BROKER_CONFIG' });
  expect(describeGroupSetting('consumer.session.timeout.ms', { 'consumer.session.timeout.ms': '55000' }, layers)).toMatchObject({ text: '55000', source: 'GROUP_CONFIG' });
  expect(describeGroupSetting('share.auto.offset.reset', {}, layers)).toMatchObject({ text: 'latest', source: 'DEFAULT_CONFIG' });
  for (const name of visibleGroupSettings()) expect(describeGroupSetting(name, {}, nothingSet).text).toBe(describeGroupSetting(name, {}, nothingSet).definition.defaultText);
});

test('a password is never shown, not even among the synonyms', () => {
  const described = describeBrokerSetting('ssl.key.password', { ...nothingSet, static: { 'ssl.key.password': 'secret' } });
  expect(described.sensitive).toBe(true);
  expect(JSON.stringify(described)).not.toContain('secret');
});

test('the internal settings of a topic are not listed', () => {
  expect(visibleTopicSettings()).toHaveLength(33);
  expect(visibleTopicSettings()).not.toContain('internal.segment.bytes');
});

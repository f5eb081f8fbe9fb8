import { describe, expect, test } from 'vitest';
import {
  resolveBrokerSettings,
  resolveConsumerSettings,
  resolveProducerSettings,
  resolveTopicSettings,
} from '#engine/core/settings/resolve-settings.ts';
import { presets } from '#engine/core/settings/presets.ts';
import { SettingError } from '#engine/core/settings/setting-error.ts';

describe('settings of a broker', () => {
  test('the kafka preset is the defaults of Kafka', () => {
    const settings = resolveBrokerSettings({}, 'kafka');
    expect(settings['replica.lag.time.max.ms']).toBe(30_000);
    expect(settings['broker.session.timeout.ms']).toBe(9_000);
    expect(settings['controller.quorum.election.timeout.ms']).toBe(1_000);
    expect(settings['controller.quorum.fetch.timeout.ms']).toBe(2_000);
    expect(settings['group.initial.rebalance.delay.ms']).toBe(3_000);
    expect(settings['auto.create.topics.enable']).toBe(true);
    expect(settings['log.retention.ms']).toBeNull();
    expect(settings['log.cleanup.policy']).toEqual(['delete']);
    expect(Object.keys(settings)).toHaveLength(343);
  });

  test('the classroom preset only shortens waits, and what a user sets wins over it', () => {
    const settings = resolveBrokerSettings({ 'replica.lag.time.max.ms': '15000' }, 'classroom');
    expect(settings['replica.lag.time.max.ms']).toBe(15_000);
    expect(settings['broker.session.timeout.ms']).toBe(3_000);
    const defaults = resolveBrokerSettings({}, 'kafka');
    const notShorter = Object.entries(presets.classroom.broker).filter(([name, text]) => !(Number(text) < Number(defaults[name as keyof typeof defaults])));
    expect(notShorter).toEqual([]);
  });

  test('a setting changed for one broker wins over the cluster-wide one, which wins over server.properties', () => {
    const dynamic = { clusterWide: { 'log.retention.ms': '2000', 'num.io.threads': '4' }, perBroker: { 'num.io.threads': '2' } };
    const settings = resolveBrokerSettings({ 'log.retention.ms': '1000' }, 'kafka', dynamic);
    expect(settings['log.retention.ms']).toBe(2_000);
    expect(settings['num.io.threads']).toBe(2);
  });

  test('a misspelt name is refused with the nearest valid one', () => {
    expect(() => resolveBrokerSettings({ 'replica.lag.time.ms': '1' }, 'kafka')).toThrow(
      new SettingError('replica.lag.time.ms', 'Unknown broker config name: replica.lag.time.ms; did you mean replica.lag.time.max.ms?'),
    );
  });

  test('a name that is not a setting but a property of every object is refused', () => {
    expect(() => resolveBrokerSettings({ constructor: 'x' }, 'kafka')).toThrow(SettingError);
  });

  test('a fetch wait beyond the replica lag limit is refused, because every follower would fall out of the ISR', () => {
    expect(() => resolveBrokerSettings({ 'replica.fetch.wait.max.ms': '20000', 'replica.lag.time.max.ms': '10000' }, 'kafka')).toThrow(
      'replica.fetch.wait.max.ms (20000) must be no more than replica.lag.time.max.ms (10000)',
    );
  });
});

describe('values', () => {
  const refused: [string, string, string][] = [
    ['min.insync.replicas', '0', 'Invalid value 0 for configuration min.insync.replicas: Value must be at least 1'],
    ['compression.lz4.level', '18', 'Invalid value 18 for configuration compression.lz4.level: Value must be no more than 17'],
    ['num.partitions', '1.5', 'Invalid value 1.5 for configuration num.partitions: Not a number of type INT'],
    ['num.partitions', '2147483648', 'Invalid value 2147483648 for configuration num.partitions: Not a number of type INT'],
    ['log.retention.ms', '9223372036854775808', 'Invalid value 9223372036854775808 for configuration log.retention.ms: Not a number of type LONG'],
    ['delete.topic.enable', 'yes', 'Invalid value yes for configuration delete.topic.enable: Expected value to be either true or false'],
    ['compression.type', 'brotli', 'Invalid value brotli for configuration compression.type: String must be one of: uncompressed, zstd, lz4, snappy, gzip, producer'],
    ['log.cleanup.policy', 'delete,shrink', 'Invalid value shrink for configuration log.cleanup.policy: String must be one of: compact, delete'],
  ];
  test.each(refused)('%s=%s is refused, and the message says what is allowed', (name, text, message) => {
    expect(() => resolveBrokerSettings({ [name]: text }, 'kafka')).toThrow(new SettingError(name, message));
  });

  test('gzip levels are 1 to 9, or -1 for the library default', () => {
    expect(resolveBrokerSettings({ 'compression.gzip.level': '-1' }, 'kafka')['compression.gzip.level']).toBe(-1);
    expect(() => resolveBrokerSettings({ 'compression.gzip.level': '0' }, 'kafka')).toThrow('Value must be between 1 and 9 or equal to -1');
  });

  test('throttled replicas are pairs of partition and broker, or all', () => {
    const broker = resolveBrokerSettings({}, 'kafka');
    const name = 'leader.replication.throttled.replicas';
    expect(resolveTopicSettings(broker, { [name]: '0:1,1:2' })[name]).toEqual(['0:1', '1:2']);
    expect(resolveTopicSettings(broker, { [name]: '*' })[name]).toEqual(['*']);
    expect(() => resolveTopicSettings(broker, { [name]: '0-1' })).toThrow(SettingError);
  });
});

describe('settings of a topic', () => {
  test('without anything set they are the defaults of Kafka', () => {
    const settings = resolveTopicSettings(resolveBrokerSettings({}, 'kafka'), {});
    expect(settings['retention.ms']).toBe(604_800_000);
    expect(settings['segment.ms']).toBe(604_800_000);
    expect(settings['segment.bytes']).toBe(1_073_741_824);
    expect(settings['max.message.bytes']).toBe(1_048_588);
    expect(settings['message.timestamp.type']).toBe('CreateTime');
    expect(settings['unclean.leader.election.enable']).toBe(false);
    expect(settings['file.delete.delay.ms']).toBe(60_000);
  });

  test('retention is taken from the most exact unit that the broker has', () => {
    const hours = resolveBrokerSettings({ 'log.retention.hours': '1' }, 'kafka');
    expect(resolveTopicSettings(hours, {})['retention.ms']).toBe(3_600_000);
    const minutes = resolveBrokerSettings({ 'log.retention.hours': '1', 'log.retention.minutes': '2' }, 'kafka');
    expect(resolveTopicSettings(minutes, {})['retention.ms']).toBe(120_000);
    const ms = resolveBrokerSettings({ 'log.retention.minutes': '2', 'log.retention.ms': '5' }, 'kafka');
    expect(resolveTopicSettings(ms, {})['retention.ms']).toBe(5);
    const forEver = resolveBrokerSettings({ 'log.retention.hours': '-1' }, 'kafka');
    expect(resolveTopicSettings(forEver, {})['retention.ms']).toBe(-1);
  });

  test('what is set on the topic wins over the broker', () => {
    const broker = resolveBrokerSettings({ 'min.insync.replicas': '2' }, 'kafka');
    expect(resolveTopicSettings(broker, {})['min.insync.replicas']).toBe(2);
    expect(resolveTopicSettings(broker, { 'min.insync.replicas': '3' })['min.insync.replicas']).toBe(3);
  });

  test('an unknown topic setting is refused with the nearest valid one', () => {
    expect(() => resolveTopicSettings(resolveBrokerSettings({}, 'kafka'), { 'retension.ms': '1' })).toThrow('did you mean retention.ms?');
  });
});

describe('settings of clients', () => {
  test('a producer is idempotent by default', () => {
    const settings = resolveProducerSettings({});
    expect(settings['enable.idempotence']).toBe(true);
    expect(settings.acks).toBe('all');
    expect(settings['linger.ms']).toBe(5);
    expect(settings['delivery.timeout.ms']).toBe(120_000);
  });

  test('acks=1 switches idempotence off silently, unless it was asked for', () => {
    expect(resolveProducerSettings({ acks: '1' })['enable.idempotence']).toBe(false);
    expect(() => resolveProducerSettings({ acks: '1', 'enable.idempotence': 'true' })).toThrow('Must set acks to all');
  });

  test('a delivery timeout too short for one attempt is refused', () => {
    expect(() => resolveProducerSettings({ 'delivery.timeout.ms': '1000' })).toThrow('linger.ms + request.timeout.ms (30005)');
    expect(resolveProducerSettings({ 'request.timeout.ms': '200000' })['delivery.timeout.ms']).toBe(200_005);
  });

  test('a consumer that would beat less often than its session lasts is refused', () => {
    expect(resolveConsumerSettings({})['session.timeout.ms']).toBe(45_000);
    expect(() => resolveConsumerSettings({ 'session.timeout.ms': '3000' })).toThrow('heartbeat.interval.ms (3000) must be less than session.timeout.ms (3000)');
  });

  test('in the classroom a crashed consumer is missed after 6 s instead of 45 s', () => {
    expect(resolveConsumerSettings({}, 'classroom')['session.timeout.ms']).toBe(6_000);
    expect(resolveConsumerSettings({ 'session.timeout.ms': '9000' }, 'classroom')['session.timeout.ms']).toBe(9_000);
  });

  test('values that Kafka compares without case are read in lower case', () => {
    expect(resolveConsumerSettings({ 'group.protocol': 'CONSUMER' })['group.protocol']).toBe('consumer');
  });
});

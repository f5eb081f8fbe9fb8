/**
 * Named sets of settings. `kafka` is Kafka's own defaults. `classroom` is the same Kafka with its waits shortened,
 * so that what takes half a minute in a data centre is seen within a lesson, and with few internal partitions, so that the
 * stage shows the learner's topics. A preset stands where server.properties would: what a user sets comes after it, and
 * DescribeConfigs shows its values as STATIC_BROKER_CONFIG. Built-in clients take their part of it likewise; clients from
 * outside bring their own settings.
 */
import type { BrokerSettingName } from '#engine/core/settings/broker-settings.ts';
import type { ConsumerSettings } from '#engine/core/settings/consumer-settings.ts';
import type { ProducerSettings } from '#engine/core/settings/producer-settings.ts';

export type PresetName = 'kafka' | 'classroom';

type Texts<Name extends string> = Readonly<Partial<Record<Name, string>>>;

export interface Preset {
  broker: Texts<BrokerSettingName>;
  producer: Texts<keyof ProducerSettings>;
  consumer: Texts<keyof ConsumerSettings>;
}

const kafka: Preset = { broker: {}, producer: {}, consumer: {} };

const classroomBroker: Preset['broker'] = {
  // a follower that stands still leaves the ISR after 10 s instead of 30 s
  'replica.lag.time.max.ms': '10000',
  // a dead broker is fenced after 3 s instead of 9 s; it beats twice a second instead of every 2 s
  'broker.session.timeout.ms': '3000',
  'broker.heartbeat.interval.ms': '500',
  // a fetcher that lost its leader tries again after 0.2 s instead of 1 s
  'replica.fetch.backoff.ms': '200',
  // preferred leaders are put back every 30 s instead of every 5 minutes
  'leader.imbalance.check.interval.seconds': '30',
  // the first rebalance of a group waits 0.5 s instead of 3 s; short sessions are allowed from 1 s instead of 6 s
  'group.initial.rebalance.delay.ms': '500',
  'group.min.session.timeout.ms': '1000',
  'group.consumer.min.session.timeout.ms': '1000',
  'group.consumer.min.heartbeat.interval.ms': '200',
  // one internal partition each instead of 50
  'offsets.topic.num.partitions': '1',
  'transaction.state.log.num.partitions': '1',
  'share.coordinator.state.topic.num.partitions': '1',
  // retention is looked at every 5 s instead of every 5 minutes, deleted segments go after 1 s instead of 1 minute
  'log.retention.check.interval.ms': '5000',
  'log.segment.delete.delay.ms': '1000',
  'log.cleaner.backoff.ms': '1000',
};

const classroom: Preset = {
  broker: classroomBroker,
  // a leader that moved is noticed within 10 s even when nothing fails, instead of 5 minutes
  producer: { 'metadata.max.age.ms': '10000' },
  // a crashed consumer is missed after 6 s instead of 45 s, so it beats every 1 s instead of every 3 s
  consumer: { 'session.timeout.ms': '6000', 'heartbeat.interval.ms': '1000', 'metadata.max.age.ms': '10000' },
};

export const presets: Readonly<Record<PresetName, Preset>> = { kafka, classroom };

/** What server.properties would hold: the preset, then what the user set. */
export function staticBrokerOverrides(overrides: Readonly<Record<string, string>>, preset: PresetName): Record<string, string> {
  return { ...presets[preset].broker, ...overrides };
}

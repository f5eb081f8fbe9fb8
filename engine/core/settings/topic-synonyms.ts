/**
 * Where a topic setting that is not set on the topic comes from: broker settings in order of precedence, the first one that
 * has a value wins (Kafka: ServerTopicConfigSynonyms).
 */
import type { BrokerSettingName } from '#engine/core/settings/broker-settings.ts';
import type { TopicSettingName } from '#engine/core/settings/topic-settings.ts';

export interface TopicSynonym {
  name: BrokerSettingName;
  /** How many of the topic setting's units one unit of the broker setting is. */
  factor: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

function same(...names: BrokerSettingName[]): TopicSynonym[] {
  return names.map((name) => ({ name, factor: 1 }));
}

/** Topic settings without an entry have Kafka's default whatever the broker says. */
export const topicSynonyms: Readonly<Partial<Record<TopicSettingName, readonly TopicSynonym[]>>> = {
  'cleanup.policy': same('log.cleanup.policy'),
  'compression.gzip.level': same('compression.gzip.level'),
  'compression.lz4.level': same('compression.lz4.level'),
  'compression.type': same('compression.type'),
  'compression.zstd.level': same('compression.zstd.level'),
  'delete.retention.ms': same('log.cleaner.delete.retention.ms'),
  'file.delete.delay.ms': same('log.segment.delete.delay.ms'),
  'flush.messages': same('log.flush.interval.messages'),
  'flush.ms': same('log.flush.interval.ms', 'log.flush.scheduler.interval.ms'),
  'index.interval.bytes': same('log.index.interval.bytes'),
  'local.retention.bytes': same('log.local.retention.bytes'),
  'local.retention.ms': same('log.local.retention.ms'),
  'max.compaction.lag.ms': same('log.cleaner.max.compaction.lag.ms'),
  'max.message.bytes': same('message.max.bytes'),
  'message.timestamp.after.max.ms': same('log.message.timestamp.after.max.ms'),
  'message.timestamp.before.max.ms': same('log.message.timestamp.before.max.ms'),
  'message.timestamp.type': same('log.message.timestamp.type'),
  'min.cleanable.dirty.ratio': same('log.cleaner.min.cleanable.ratio'),
  'min.compaction.lag.ms': same('log.cleaner.min.compaction.lag.ms'),
  'min.insync.replicas': same('min.insync.replicas'),
  'preallocate': same('log.preallocate'),
  'retention.bytes': same('log.retention.bytes'),
  'retention.ms': [...same('log.retention.ms'), { name: 'log.retention.minutes', factor: minuteMs }, { name: 'log.retention.hours', factor: hourMs }],
  'segment.bytes': same('log.segment.bytes'),
  'segment.index.bytes': same('log.index.size.max.bytes'),
  'segment.jitter.ms': [...same('log.roll.jitter.ms'), { name: 'log.roll.jitter.hours', factor: hourMs }],
  'segment.ms': [...same('log.roll.ms'), { name: 'log.roll.hours', factor: hourMs }],
  'unclean.leader.election.enable': same('unclean.leader.election.enable'),
};

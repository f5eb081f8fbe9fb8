/**
 * Settings of a topic (Kafka: LogConfig). `internal.segment.bytes` is Kafka's own back door to segments below 1 MiB, so that
 * a roll can be seen without writing a gigabyte; clients are not shown it.
 */
import type { SettingValues } from '#engine/core/settings/setting-definition.ts';
import { atLeast, between, double, flag, int, list, long, oneOf, throttledReplicas } from '#engine/core/settings/setting-definition.ts';

export const topicSettings = {
  'cleanup.policy': list('delete', 'MEDIUM', ['compact', 'delete']),
  'compression.gzip.level': int('-1', 'MEDIUM', between(1, 9, -1)),
  'compression.lz4.level': int('9', 'MEDIUM', between(1, 17)),
  'compression.type': oneOf('producer', 'MEDIUM', ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer']),
  'compression.zstd.level': int('3', 'MEDIUM', between(-131072, 22)),
  'delete.retention.ms': long('86400000', 'MEDIUM', atLeast(0)),
  'file.delete.delay.ms': long('60000', 'MEDIUM', atLeast(0)),
  'flush.messages': long('9223372036854775807', 'MEDIUM', atLeast(1)),
  'flush.ms': long('9223372036854775807', 'MEDIUM', atLeast(0)),
  'follower.replication.throttled.replicas': list('', 'MEDIUM', throttledReplicas),
  'index.interval.bytes': int('4096', 'MEDIUM', atLeast(0)),
  'internal.segment.bytes': int(null, 'LOW', atLeast(1)),
  'leader.replication.throttled.replicas': list('', 'MEDIUM', throttledReplicas),
  'local.retention.bytes': long('-2', 'MEDIUM', atLeast(-2)),
  'local.retention.ms': long('-2', 'MEDIUM', atLeast(-2)),
  'max.compaction.lag.ms': long('9223372036854775807', 'MEDIUM', atLeast(1)),
  'max.message.bytes': int('1048588', 'MEDIUM', atLeast(0)),
  'message.timestamp.after.max.ms': long('3600000', 'MEDIUM', atLeast(0)),
  'message.timestamp.before.max.ms': long('9223372036854775807', 'MEDIUM', atLeast(0)),
  'message.timestamp.type': oneOf('CreateTime', 'MEDIUM', ['CreateTime', 'LogAppendTime']),
  'min.cleanable.dirty.ratio': double('0.5', 'MEDIUM', between(0, 1)),
  'min.compaction.lag.ms': long('0', 'MEDIUM', atLeast(0)),
  'min.insync.replicas': int('1', 'MEDIUM', atLeast(1)),
  'preallocate': flag('false', 'MEDIUM'),
  'remote.log.copy.disable': flag('false', 'MEDIUM'),
  'remote.log.delete.on.disable': flag('false', 'MEDIUM'),
  'remote.storage.enable': flag('false', 'MEDIUM'),
  'retention.bytes': long('-1', 'MEDIUM'),
  'retention.ms': long('604800000', 'MEDIUM', atLeast(-1)),
  'segment.bytes': int('1073741824', 'MEDIUM', atLeast(1048576)),
  'segment.index.bytes': int('10485760', 'MEDIUM', atLeast(4)),
  'segment.jitter.ms': long('0', 'MEDIUM', atLeast(0)),
  'segment.ms': long('604800000', 'MEDIUM', atLeast(1)),
  'unclean.leader.election.enable': flag('false', 'MEDIUM'),
} as const;

export type TopicSettings = SettingValues<typeof topicSettings>;
export type TopicSettingName = keyof TopicSettings;

/**
 * Settings of groups and of client metrics (Kafka: GroupConfig, ClientMetricsConfigs; KIP-848, KIP-932, KIP-1071, KIP-714), as
 * DescribeConfigs answers them where nobody has set any. Their mechanisms are not built, so that none can be set.
 */
import { flag, int, list, oneOf } from '#engine/core/settings/setting-definition.ts';
import type { SettingTable } from '#engine/core/settings/setting-definition.ts';

export const groupResourceSettings = {
  'consumer.assignment.interval.ms': int('1000', 'MEDIUM'),
  'consumer.heartbeat.interval.ms': int('5000', 'MEDIUM'),
  'consumer.session.timeout.ms': int('45000', 'MEDIUM'),
  'share.assignment.interval.ms': int('1000', 'MEDIUM'),
  'share.auto.offset.reset': oneOf('latest', 'MEDIUM', ['latest', 'earliest']),
  'share.delivery.count.limit': int('5', 'MEDIUM'),
  'share.heartbeat.interval.ms': int('5000', 'MEDIUM'),
  'share.isolation.level': oneOf('read_uncommitted', 'MEDIUM', ['read_committed', 'read_uncommitted']),
  'share.partition.max.record.locks': int('2000', 'MEDIUM'),
  'share.record.lock.duration.ms': int('30000', 'MEDIUM'),
  'share.renew.acknowledge.enable': flag('true', 'MEDIUM'),
  'share.session.timeout.ms': int('45000', 'MEDIUM'),
  'streams.assignment.interval.ms': int('1000', 'MEDIUM'),
  'streams.heartbeat.interval.ms': int('5000', 'MEDIUM'),
  'streams.initial.rebalance.delay.ms': int('3000', 'MEDIUM'),
  'streams.num.standby.replicas': int('0', 'MEDIUM'),
  'streams.session.timeout.ms': int('45000', 'MEDIUM'),
} as const satisfies SettingTable;

export const clientMetricsSettings = {
  'interval.ms': int('300000', 'MEDIUM'),
  match: list('', 'MEDIUM'),
  metrics: list('', 'MEDIUM'),
} as const satisfies SettingTable;

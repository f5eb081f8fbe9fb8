/** Settings of a consumer (Kafka: ConsumerConfig), beside those every client has. */
import type { SettingValues } from '#engine/core/settings/setting-definition.ts';
import { clientConnectionSettings } from '#engine/core/settings/client-connection-settings.ts';
import { clientSecuritySettings } from '#engine/core/settings/client-security-settings.ts';
import { atLeast, className, flag, int, list, nonEmpty, offsetReset, oneOf, oneOfIgnoringCase, text } from '#engine/core/settings/setting-definition.ts';

const consumerOwnSettings = {
  'allow.auto.create.topics': flag('true', 'MEDIUM'),
  'auto.commit.interval.ms': int('5000', 'LOW', atLeast(0)),
  'auto.offset.reset': text('latest', 'MEDIUM', offsetReset),
  'check.crcs': flag('true', 'LOW'),
  'client.id': text('', 'LOW'),
  'client.rack': text('', 'LOW'),
  'default.api.timeout.ms': int('60000', 'MEDIUM', atLeast(0)),
  'enable.auto.commit': flag('true', 'MEDIUM'),
  'exclude.internal.topics': flag('true', 'MEDIUM'),
  'fetch.max.bytes': int('52428800', 'MEDIUM', atLeast(0)),
  'fetch.max.wait.ms': int('500', 'LOW', atLeast(0)),
  'fetch.min.bytes': int('1', 'HIGH', atLeast(0)),
  'group.id': text(null, 'HIGH'),
  'group.instance.id': text(null, 'MEDIUM', nonEmpty),
  'group.protocol': oneOfIgnoringCase('classic', 'HIGH', ['CONSUMER', 'CLASSIC']),
  'group.remote.assignor': text(null, 'MEDIUM'),
  'heartbeat.interval.ms': int('3000', 'HIGH'),
  'isolation.level': oneOf('read_uncommitted', 'MEDIUM', ['read_committed', 'read_uncommitted']),
  'key.deserializer': className('org.apache.kafka.common.serialization.ByteArrayDeserializer', 'HIGH'),
  'max.partition.fetch.bytes': int('1048576', 'HIGH', atLeast(0)),
  'max.poll.interval.ms': int('300000', 'MEDIUM', atLeast(1)),
  'max.poll.records': int('500', 'MEDIUM', atLeast(1)),
  'partition.assignment.strategy': list('org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor', 'MEDIUM'),
  'receive.buffer.bytes': int('65536', 'MEDIUM', atLeast(-1)),
  'session.timeout.ms': int('45000', 'HIGH'),
  'share.acknowledgement.mode': oneOf('implicit', 'MEDIUM', ['implicit', 'explicit']),
  'share.acquire.mode': oneOfIgnoringCase('BATCH_OPTIMIZED', 'MEDIUM', ['batch_optimized', 'record_limit']),
  'value.deserializer': className('org.apache.kafka.common.serialization.ByteArrayDeserializer', 'HIGH'),
} as const;

export const consumerSettings = { ...clientConnectionSettings, ...consumerOwnSettings, ...clientSecuritySettings } as const;
export type ConsumerSettings = SettingValues<typeof consumerSettings>;

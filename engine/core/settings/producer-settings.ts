/** Settings of a producer (Kafka: ProducerConfig), beside those every client has. */
import type { SettingValues } from '#engine/core/settings/setting-definition.ts';
import { clientConnectionSettings } from '#engine/core/settings/client-connection-settings.ts';
import { clientSecuritySettings } from '#engine/core/settings/client-security-settings.ts';
import { atLeast, between, className, flag, int, long, nonEmpty, oneOf, text } from '#engine/core/settings/setting-definition.ts';

const producerOwnSettings = {
  'acks': oneOf('all', 'LOW', ['all', '-1', '0', '1']),
  'batch.size': int('16384', 'MEDIUM', atLeast(0)),
  'buffer.memory': long('33554432', 'HIGH', atLeast(0)),
  'client.id': text('', 'MEDIUM'),
  'compression.gzip.level': int('-1', 'MEDIUM', between(1, 9, -1)),
  'compression.lz4.level': int('9', 'MEDIUM', between(1, 17)),
  'compression.type': oneOf('none', 'HIGH', ['none', 'gzip', 'snappy', 'lz4', 'zstd']),
  'compression.zstd.level': int('3', 'MEDIUM', between(-131072, 22)),
  'delivery.timeout.ms': int('120000', 'MEDIUM', atLeast(0)),
  'enable.idempotence': flag('true', 'LOW'),
  'key.serializer': className('org.apache.kafka.common.serialization.ByteArraySerializer', 'HIGH'),
  'linger.ms': long('5', 'MEDIUM', atLeast(0)),
  'max.block.ms': long('60000', 'MEDIUM', atLeast(0)),
  'max.in.flight.requests.per.connection': int('5', 'LOW', atLeast(1)),
  'max.request.size': int('1048576', 'MEDIUM', atLeast(0)),
  'metadata.max.idle.ms': long('300000', 'LOW', atLeast(5000)),
  'partitioner.adaptive.partitioning.enable': flag('true', 'LOW'),
  'partitioner.availability.timeout.ms': long('0', 'LOW', atLeast(0)),
  'partitioner.class': className(null, 'MEDIUM'),
  'partitioner.ignore.keys': flag('false', 'MEDIUM'),
  'receive.buffer.bytes': int('32768', 'MEDIUM', atLeast(-1)),
  'retries': int('2147483647', 'HIGH', between(0, 2147483647)),
  'transaction.timeout.ms': int('60000', 'LOW'),
  'transaction.two.phase.commit.enable': flag('false', 'LOW'),
  'transactional.id': text(null, 'LOW', nonEmpty),
  'value.serializer': className('org.apache.kafka.common.serialization.ByteArraySerializer', 'HIGH'),
} as const;

export const producerSettings = { ...clientConnectionSettings, ...producerOwnSettings, ...clientSecuritySettings } as const;
export type ProducerSettings = SettingValues<typeof producerSettings>;

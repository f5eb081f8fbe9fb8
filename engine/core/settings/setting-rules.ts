/** Rules between settings, as Kafka checks them when a process starts. */
import { compressionTypes } from '#engine/protocol/record-batch.ts';
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import type { ConsumerSettings } from '#engine/core/settings/consumer-settings.ts';
import type { ProducerSettings } from '#engine/core/settings/producer-settings.ts';
import type { SettingValue } from '#engine/core/settings/setting-definition.ts';
import { SettingError } from '#engine/core/settings/setting-error.ts';

export function checkBrokerRules(settings: BrokerSettings): void {
  atMost(settings, 'replica.fetch.wait.max.ms', 'replica.socket.timeout.ms');
  atMost(settings, 'replica.fetch.wait.max.ms', 'replica.lag.time.max.ms');
  atMost(settings, 'replica.fetch.max.bytes', 'socket.request.max.bytes');
  atMost(settings, 'group.consumer.min.heartbeat.interval.ms', 'group.consumer.heartbeat.interval.ms');
  atMost(settings, 'group.consumer.min.session.timeout.ms', 'group.consumer.session.timeout.ms');
  below(settings, 'broker.heartbeat.interval.ms', 'broker.session.timeout.ms');
  const codec = settings['offsets.topic.compression.codec'];
  if (compressionTypes[codec] === undefined) throw new SettingError('offsets.topic.compression.codec', `Unknown compression type id: ${codec}`);
}

/** Of what is set on the topic itself (Kafka: LogConfig.validate); there is no tiered storage that could be switched on. */
export function checkTopicRules(own: Readonly<Record<string, SettingValue>>): void {
  const [minLagMs, maxLagMs] = [own['min.compaction.lag.ms'], own['max.compaction.lag.ms']];
  if (typeof minLagMs === 'number' && typeof maxLagMs === 'number' && minLagMs > maxLagMs) {
    throw new SettingError('min.compaction.lag.ms', `conflict topic config setting min.compaction.lag.ms (${minLagMs}) > max.compaction.lag.ms (${maxLagMs})`);
  }
  if (own['remote.storage.enable'] === true) {
    throw new SettingError('remote.storage.enable', 'Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.');
  }
}

export function checkConsumerRules(settings: ConsumerSettings): void {
  below(settings, 'heartbeat.interval.ms', 'session.timeout.ms');
  if (settings['group.protocol'] === 'classic' && settings['partition.assignment.strategy'].length === 0) {
    throw new SettingError('partition.assignment.strategy', 'partition.assignment.strategy must name at least one assignor');
  }
}

/**
 * Idempotence is on by default, but gives way silently to acks, retries or in-flight settings that contradict it; asked for
 * by name, the contradiction is refused (Kafka: ProducerConfig.postProcessAndValidateIdempotenceConfigs).
 */
export function applyProducerRules(settings: ProducerSettings, overrides: Readonly<Record<string, string | null>>): void {
  const contradiction = idempotenceContradiction(settings);
  if (settings['enable.idempotence'] && contradiction !== undefined) {
    if (overrides['enable.idempotence'] !== undefined) throw new SettingError('enable.idempotence', contradiction);
    settings['enable.idempotence'] = false;
  }
  if (settings['transactional.id'] !== null && !settings['enable.idempotence']) {
    throw new SettingError('transactional.id', 'Cannot set a transactional.id without also enabling idempotence (enable.idempotence=true)');
  }
  checkDeliveryTimeout(settings, overrides);
}

function idempotenceContradiction(settings: ProducerSettings): string | undefined {
  if (settings.acks !== 'all' && settings.acks !== '-1') return 'Must set acks to all in order to use the idempotent producer';
  if (settings.retries === 0) return 'Must set retries to non-zero when using the idempotent producer';
  if (settings['max.in.flight.requests.per.connection'] > 5) {
    return 'Must set max.in.flight.requests.per.connection to at most 5 to use the idempotent producer';
  }
  return undefined;
}

/** A timeout that was set and cannot hold one attempt is refused; the default one is stretched instead. */
function checkDeliveryTimeout(settings: ProducerSettings, overrides: Readonly<Record<string, string | null>>): void {
  const oneAttemptMs = settings['linger.ms'] + settings['request.timeout.ms'];
  if (settings['delivery.timeout.ms'] >= oneAttemptMs) return;
  if (overrides['delivery.timeout.ms'] !== undefined) {
    throw new SettingError('delivery.timeout.ms', `delivery.timeout.ms should be equal to or larger than linger.ms + request.timeout.ms (${oneAttemptMs})`);
  }
  settings['delivery.timeout.ms'] = oneAttemptMs;
}

type NumberName<Settings> = { [Name in keyof Settings]: Settings[Name] extends number ? Name : never }[keyof Settings] & string;

function atMost<Settings>(settings: Settings, name: NumberName<Settings>, limit: NumberName<Settings>): void {
  if (Number(settings[name]) > Number(settings[limit])) {
    throw new SettingError(name, `${name} (${String(settings[name])}) must be no more than ${limit} (${String(settings[limit])})`);
  }
}

function below<Settings>(settings: Settings, name: NumberName<Settings>, limit: NumberName<Settings>): void {
  if (Number(settings[name]) >= Number(settings[limit])) {
    throw new SettingError(name, `${name} (${String(settings[name])}) must be less than ${limit} (${String(settings[limit])})`);
  }
}

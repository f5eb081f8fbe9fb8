/**
 * Settings of groups and of client metrics (Kafka: GroupConfig, ClientMetricsConfigs; KIP-848, KIP-932, KIP-1071, KIP-714): known,
 * checked and shown. Nothing obeys them: classic groups have none, and no metrics are collected.
 */
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import { findDefinition, parseSetting } from '#engine/core/settings/parse-setting.ts';
import type { Overrides } from '#engine/core/settings/resolve-settings.ts';
import { atLeast, flag, int, list, oneOf, shareOffsetReset, text, type SettingTable } from '#engine/core/settings/setting-definition.ts';
import { SettingError } from '#engine/core/settings/setting-error.ts';

export const groupResourceSettings: SettingTable = {
  'consumer.assignment.interval.ms': int('1000', 'MEDIUM', atLeast(0)),
  'consumer.heartbeat.interval.ms': int('5000', 'MEDIUM', atLeast(1)),
  'consumer.session.timeout.ms': int('45000', 'MEDIUM', atLeast(1)),
  'share.assignment.interval.ms': int('1000', 'MEDIUM', atLeast(0)),
  'share.auto.offset.reset': text('latest', 'MEDIUM', shareOffsetReset),
  'share.delivery.count.limit': int('5', 'MEDIUM', atLeast(2)),
  'share.heartbeat.interval.ms': int('5000', 'MEDIUM', atLeast(1)),
  'share.isolation.level': oneOf('read_uncommitted', 'MEDIUM', ['read_committed', 'read_uncommitted']),
  'share.partition.max.record.locks': int('2000', 'MEDIUM', atLeast(100)),
  'share.record.lock.duration.ms': int('30000', 'MEDIUM', atLeast(1000)),
  'share.renew.acknowledge.enable': flag('true', 'MEDIUM'),
  'share.session.timeout.ms': int('45000', 'MEDIUM', atLeast(1)),
  'streams.assignment.interval.ms': int('1000', 'MEDIUM', atLeast(0)),
  'streams.heartbeat.interval.ms': int('5000', 'MEDIUM', atLeast(1)),
  'streams.initial.rebalance.delay.ms': int('3000', 'MEDIUM', atLeast(0)),
  'streams.num.standby.replicas': int('0', 'MEDIUM', atLeast(0)),
  'streams.session.timeout.ms': int('45000', 'MEDIUM', atLeast(1)),
};

export const clientMetricsSettings: SettingTable = {
  'interval.ms': int('300000', 'MEDIUM'),
  match: list('', 'MEDIUM'),
  metrics: list('', 'MEDIUM'),
};

/** Throws SettingError. The broker's settings bound what a group may have. */
export function checkGroupOverrides(overrides: Overrides, broker: BrokerSettings): void {
  const own = Object.entries(overrides).map(([name, value]) => [name, parseSetting(findDefinition(groupResourceSettings, 'group', name), name, value)] as const);
  const bounds: Readonly<Record<string, unknown>> = broker;
  for (const [name, value] of own) {
    const [least, most] = [boundOf(name, 'min'), boundOf(name, 'max')];
    if (typeof bounds[least] === 'number' && Number(value) < bounds[least]) throw new SettingError(name, `${name} must be greater than or equal to ${least}`);
    if (typeof bounds[most] === 'number' && Number(value) > bounds[most]) throw new SettingError(name, `${name} must be less than or equal to ${most}`);
  }
}

/** "group.share.max.session.timeout.ms" bounds "share.session.timeout.ms". */
function boundOf(name: string, which: 'min' | 'max'): string {
  return `group.${name.replace('.num.', '.').replace('.', `.${which}.`)}`;
}

/** A setting of client metrics that Kafka calls an invalid request rather than an invalid setting. */
export class ClientMetricsError extends Error {}

const intervalMsMin = 100;
const intervalMsMax = 3_600_000;
const matchKeys: readonly string[] = ['client_instance_id', 'client_id', 'client_software_name', 'client_software_version', 'client_source_address', 'client_source_port'];

/** Throws SettingError or ClientMetricsError. */
export function checkClientMetricsOverrides(overrides: Overrides): void {
  for (const [name, value] of Object.entries(overrides)) {
    if (!Object.hasOwn(clientMetricsSettings, name)) throw new ClientMetricsError(`Unknown client metrics configuration: ${name}`);
    const parsed = parseSetting(findDefinition(clientMetricsSettings, 'client metrics', name), name, value);
    if (name === 'interval.ms' && (Number(parsed) < intervalMsMin || Number(parsed) > intervalMsMax)) {
      throw new ClientMetricsError(`Invalid value ${String(value)} for interval.ms, interval must be between ${intervalMsMin} and ${intervalMsMax} (1 hour)`);
    }
    if (name === 'match') for (const pattern of parsed as readonly string[]) checkPattern(pattern);
  }
}

function checkPattern(pattern: string): void {
  const [key, expression, ...more] = pattern.split('=');
  if (key === undefined || expression === undefined || more.length > 0 || !matchKeys.includes(key) || !isExpression(expression)) {
    throw new SettingError('match', `Illegal client matching pattern: ${pattern}`);
  }
}

function isExpression(expression: string): boolean {
  try {
    return new RegExp(expression) instanceof RegExp;
  } catch {
    return false;
  }
}

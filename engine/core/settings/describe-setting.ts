/**
 * Where a value comes from, as DescribeConfigs answers (Kafka: ConfigHelper, KIP-226): the effective value with its source,
 * and every place that has a say, in order of precedence.
 */
import type { Overrides } from '#engine/core/settings/resolve-settings.ts';
import { brokerSettings } from '#engine/core/settings/broker-settings.ts';
import { dynamicUpdateMode } from '#engine/core/settings/dynamic-update-mode.ts';
import { findDefinition } from '#engine/core/settings/parse-setting.ts';
import type { SettingDefinition } from '#engine/core/settings/setting-definition.ts';
import { topicSettings, type TopicSettingName } from '#engine/core/settings/topic-settings.ts';
import { topicSynonyms } from '#engine/core/settings/topic-synonyms.ts';

/** Kafka's ConfigSource, by its number on the wire. */
export const SettingSource = {
  TOPIC_CONFIG: 1,
  DYNAMIC_BROKER_CONFIG: 2,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
} as const;
export type SettingSourceName = keyof typeof SettingSource;

/** Kafka's ConfigType, by its number on the wire. */
export const settingTypeNumbers = { BOOLEAN: 1, STRING: 2, INT: 3, SHORT: 4, LONG: 5, DOUBLE: 6, LIST: 7, CLASS: 8, PASSWORD: 9 } as const;

/** What a broker was told, in order of precedence. `static` is what server.properties holds: see staticBrokerOverrides. */
export interface BrokerLayers {
  perBroker: Overrides;
  clusterWide: Overrides;
  static: Overrides;
}

export interface SettingOrigin {
  name: string;
  text: string | null;
  source: SettingSourceName;
}

export interface SettingDescription {
  name: string;
  text: string | null;
  source: SettingSourceName;
  definition: SettingDefinition;
  readOnly: boolean;
  /** Passwords; their text is never shown. */
  sensitive: boolean;
  /** All places with a value, the winner first. */
  synonyms: SettingOrigin[];
}

/** Other names under which Kafka looks for a broker setting, in order of precedence. */
const brokerSynonymGroups: readonly (readonly string[])[] = [
  ['log.roll.ms', 'log.roll.hours'],
  ['log.roll.jitter.ms', 'log.roll.jitter.hours'],
  ['log.flush.interval.ms', 'log.flush.scheduler.interval.ms'],
  ['log.retention.ms', 'log.retention.minutes', 'log.retention.hours'],
];

export function describeBrokerSetting(name: string, layers: BrokerLayers): SettingDescription {
  const definition = findDefinition(brokerSettings, 'broker', name);
  const group = brokerSynonymGroups.find((names) => names.includes(name)) ?? [name];
  const origins = group.flatMap((synonym) => originsOnBroker(synonym, layers));
  const own = origins.find((origin) => origin.name === name);
  return description(name, definition, own?.text ?? definition.defaultText, own?.source ?? 'DEFAULT_CONFIG', origins, dynamicUpdateMode(name) === 'read-only');
}

export function describeTopicSetting(name: string, topicOverrides: Overrides, layers: BrokerLayers): SettingDescription {
  const definition = findDefinition(topicSettings, 'topic', name);
  const synonyms = topicSynonyms[name as TopicSettingName] ?? [];
  const origins: SettingOrigin[] = [];
  const own = topicOverrides[name];
  if (own !== undefined) origins.push({ name, text: own, source: 'TOPIC_CONFIG' });
  for (const synonym of synonyms) origins.push(...originsOnBroker(synonym.name, layers));
  const winner = origins[0];
  if (winner === undefined) return description(name, definition, definition.defaultText, 'DEFAULT_CONFIG', origins, false);
  const factor = synonyms.find((synonym) => synonym.name === winner.name && winner.source !== 'TOPIC_CONFIG')?.factor ?? 1;
  return description(name, definition, scaled(winner.text, factor), winner.source, origins, false);
}

/** Names that DescribeConfigs lists for a topic: all but Kafka's internal ones. */
export function visibleTopicSettings(): string[] {
  return Object.keys(topicSettings).filter((name) => !name.startsWith('internal.'));
}

export function visibleBrokerSettings(): string[] {
  return Object.keys(brokerSettings);
}

function originsOnBroker(name: string, layers: BrokerLayers): SettingOrigin[] {
  const origins: SettingOrigin[] = [];
  const add = (text: string | null | undefined, source: SettingSourceName): void => {
    if (text !== undefined && text !== null) origins.push({ name, text, source });
  };
  add(layers.perBroker[name], 'DYNAMIC_BROKER_CONFIG');
  add(layers.clusterWide[name], 'DYNAMIC_DEFAULT_BROKER_CONFIG');
  add(layers.static[name], 'STATIC_BROKER_CONFIG');
  add(findDefinition(brokerSettings, 'broker', name).defaultText, 'DEFAULT_CONFIG');
  return origins;
}

function scaled(text: string | null, factor: number): string | null {
  if (text === null || factor === 1) return text;
  const value = Number(text);
  return String(value < 0 ? -1 : value * factor);
}

function description(
  name: string,
  definition: SettingDefinition,
  text: string | null,
  source: SettingSourceName,
  synonyms: SettingOrigin[],
  readOnly: boolean,
): SettingDescription {
  const sensitive = definition.type === 'PASSWORD';
  const shown = sensitive ? synonyms.map((origin) => ({ ...origin, text: null })) : synonyms;
  return { name, definition, text: sensitive ? null : text, source, readOnly, sensitive, synonyms: shown };
}

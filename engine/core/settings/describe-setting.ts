/**
 * Where a value comes from, as DescribeConfigs answers (Kafka: ConfigHelper, KIP-226): the effective value with its source,
 * and every place that has a say, in order of precedence.
 */
import type { Overrides } from '#engine/core/settings/resolve-settings.ts';
import { definitionBeyondTables, isBeyondTables, isOfListener } from '#engine/core/settings/beyond-tables.ts';
import { brokerSettings } from '#engine/core/settings/broker-settings.ts';
import { dynamicUpdateMode } from '#engine/core/settings/dynamic-update-mode.ts';
import { findDefinition } from '#engine/core/settings/parse-setting.ts';
import type { SettingDefinition } from '#engine/core/settings/setting-definition.ts';
import { topicSettings, type TopicSettingName } from '#engine/core/settings/topic-settings.ts';
import { clientMetricsSettings, groupResourceSettings } from '#engine/core/settings/resource-settings.ts';
import { topicSynonyms, type TopicSynonym } from '#engine/core/settings/topic-synonyms.ts';

/** Kafka's ConfigSource, by its number on the wire. */
export const SettingSource = {
  TOPIC_CONFIG: 1,
  DYNAMIC_BROKER_CONFIG: 2,
  DYNAMIC_DEFAULT_BROKER_CONFIG: 3,
  STATIC_BROKER_CONFIG: 4,
  DEFAULT_CONFIG: 5,
  CLIENT_METRICS_CONFIG: 7,
  GROUP_CONFIG: 8,
} as const;
export type SettingSourceName = keyof typeof SettingSource;

/** Kafka's ConfigType, by its number on the wire. */
const settingTypeNumbers = { BOOLEAN: 1, STRING: 2, INT: 3, SHORT: 4, LONG: 5, DOUBLE: 6, LIST: 7, CLASS: 8, PASSWORD: 9 } as const;

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
  /** Of `settingTypeNumbers`; 0 where Kafka does not know the name. */
  typeNumber: number;
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

/** Kafka asks every server.properties for them: there is no default to fall back to. */
const settingsWithoutDefault: ReadonlySet<string> = new Set(['controller.listener.names', 'node.id', 'process.roles']);

/** A name that Kafka does not know may be set on a broker for some plug-in; its value is kept from view, for it may be a secret. */
const unknownDefinition: SettingDefinition = { type: 'PASSWORD', defaultText: null, importance: 'LOW', allowed: undefined };

/** As it stands for all brokers: only what was set for all of them is told, not what is behind it. */
export function describeDefaultBrokerSetting(name: string, layers: BrokerLayers): SettingDescription {
  const described = describeBrokerSetting(name, { ...layers, perBroker: {} });
  return { ...described, synonyms: described.synonyms.filter(({ source }) => source === 'DYNAMIC_DEFAULT_BROKER_CONFIG') };
}

export function isKnownBrokerSetting(name: string): boolean {
  return brokerDefinition(name) !== undefined;
}

/** Of an authorizer's own settings Kafka knows no type, and so shows no value. */
function brokerDefinition(name: string): SettingDefinition | undefined {
  if (isOfListener(name)) return definitionBeyondTables(name);
  return Object.hasOwn(brokerSettings, name) ? findDefinition(brokerSettings, 'broker', name) : undefined;
}

export function describeBrokerSetting(name: string, layers: BrokerLayers): SettingDescription {
  const definition = brokerDefinition(name) ?? unknownDefinition;
  const group = brokerSynonymGroups.find((names) => names.includes(name)) ?? [name];
  const text = firstText(name, layers) ?? null;
  return description(name, definition, text, originsFrom(name, group, layers), dynamicUpdateMode(name) === 'read-only');
}

export function describeTopicSetting(name: string, topicOverrides: Overrides, layers: BrokerLayers): SettingDescription {
  const definition = findDefinition(topicSettings, 'topic', name);
  const synonyms = topicSynonyms[name as TopicSettingName] ?? [];
  const base = synonyms[0]?.name;
  const onBroker = base === undefined ? [] : originsFrom(base, synonyms.map((synonym) => synonym.name), layers);
  const own = topicOverrides[name];
  const origins: SettingOrigin[] = own === undefined ? onBroker : [{ name, text: own, source: 'TOPIC_CONFIG' }, ...onBroker];
  return description(name, definition, own ?? inheritedText(synonyms, layers) ?? definition.defaultText, origins, false);
}

/** What the broker's settings come to, in the topic setting's unit. */
function inheritedText(synonyms: readonly TopicSynonym[], layers: BrokerLayers): string | undefined {
  for (const { name, factor } of synonyms) {
    const text = firstText(name, layers);
    if (text === undefined) continue;
    const isScaled = factor !== 1;
    return isScaled ? String(Number(text) < 0 ? -1 : Number(text) * factor) : text;
  }
  return undefined;
}

/** Names that DescribeConfigs lists for a topic: all but Kafka's internal ones. */
export function visibleTopicSettings(): string[] {
  return Object.keys(topicSettings).filter((name) => !name.startsWith('internal.'));
}

/** Known to the dynamic settings alone, and described only where they are set (Kafka: DynamicConfig.Broker). */
const dynamicOnlySettings: ReadonlySet<string> = new Set([
  'follower.replication.throttled.rate',
  'leader.replication.throttled.rate',
  'replica.alter.log.dirs.io.max.bytes.per.second',
]);

/** Names that DescribeConfigs lists for a broker: Kafka's own, and what else was set on it. */
export function visibleBrokerSettings({ perBroker, clusterWide, static: fixed }: BrokerLayers): string[] {
  const own = Object.keys(brokerSettings).filter((name) => !dynamicOnlySettings.has(name));
  return [...new Set([...own, ...Object.keys(perBroker), ...Object.keys(clusterWide), ...Object.keys(fixed).filter(isBeyondTables)])];
}

export function visibleGroupSettings(): string[] {
  return Object.keys(groupResourceSettings);
}

/** Where the group has no value of its own, the broker's setting "group.…" stands, if there is one. */
export function describeGroupSetting(name: string, groupOverrides: Overrides, layers: BrokerLayers): SettingDescription {
  const definition = findDefinition(groupResourceSettings, 'group', name);
  const base = `group.${name}`;
  const own = groupOverrides[name];
  const behind: SettingOrigin[] = isKnownBrokerSetting(base) ? originsFrom(base, [base], layers) : [{ name, text: definition.defaultText, source: 'DEFAULT_CONFIG' }];
  const origins: SettingOrigin[] = own === undefined ? behind : [{ name, text: own, source: 'GROUP_CONFIG' }, ...behind];
  return description(name, definition, origins[0]?.text ?? null, origins, false);
}

export function describedClientMetrics(overrides: Overrides): SettingDescription[] {
  return Object.entries(clientMetricsSettings).map(([name, definition]) => {
    const own = overrides[name];
    const origins: SettingOrigin[] = own === undefined ? [] : [{ name, text: own, source: 'CLIENT_METRICS_CONFIG' }];
    return description(name, definition, own ?? definition.defaultText, origins, false);
  });
}

/** One broker setting's effective text, undefined for Kafka's null. */
function firstText(name: string, layers: BrokerLayers): string | undefined {
  return layers.perBroker[name] ?? layers.clusterWide[name] ?? layers.static[name] ?? defaultTextOf(name) ?? undefined;
}

function defaultTextOf(name: string): string | null {
  return Object.hasOwn(brokerSettings, name) && !settingsWithoutDefault.has(name) ? findDefinition(brokerSettings, 'broker', name).defaultText : null;
}

/**
 * By source, then by synonym, and only from the first that bears the setting's own name on: a retention that comes from
 * log.retention.hours is thus shown without any origin, as Kafka shows it.
 */
function originsFrom(base: string, names: readonly string[], layers: BrokerLayers): SettingOrigin[] {
  const sources: [SettingSourceName, (name: string) => string | null | undefined][] = [
    ['DYNAMIC_BROKER_CONFIG', (name) => layers.perBroker[name]],
    ['DYNAMIC_DEFAULT_BROKER_CONFIG', (name) => layers.clusterWide[name]],
    ['STATIC_BROKER_CONFIG', (name) => layers.static[name]],
    ['DEFAULT_CONFIG', defaultTextOf],
  ];
  const origins = sources.flatMap(([source, textOf]) =>
    names.flatMap((name): SettingOrigin[] => {
      const text = textOf(name) ?? undefined;
      return text === undefined ? [] : [{ name, text, source }];
    }),
  );
  const first = origins.findIndex((origin) => origin.name === base);
  return first === -1 ? [] : origins.slice(first);
}

function description(name: string, definition: SettingDefinition, text: string | null, synonyms: SettingOrigin[], readOnly: boolean): SettingDescription {
  const sensitive = definition.type === 'PASSWORD';
  const shown = sensitive ? synonyms.map((origin) => ({ ...origin, text: null })) : synonyms;
  const typeNumber = definition === unknownDefinition ? 0 : settingTypeNumbers[definition.type];
  return { name, definition, typeNumber, text: sensitive ? null : text, source: synonyms[0]?.source ?? 'DEFAULT_CONFIG', readOnly, sensitive, synonyms: shown };
}

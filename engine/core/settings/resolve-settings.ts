/**
 * From texts to settings: what was set, over a preset, over Kafka's defaults. An unknown name or a wrong value is refused
 * with a SettingError that says what would be right; Kafka itself only warns of unknown names, which hides misspellings.
 */
import { checkBeyondTables, isBeyondTables, isOfListener } from '#engine/core/settings/beyond-tables.ts';
import { presets, staticBrokerOverrides, type PresetName } from '#engine/core/settings/presets.ts';
import { brokerSettings, type BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import { consumerSettings, type ConsumerSettings } from '#engine/core/settings/consumer-settings.ts';
import { applyProducerRules, checkBrokerRules, checkConsumerRules, checkTopicRules } from '#engine/core/settings/setting-rules.ts';
import { findDefinition, parseSetting } from '#engine/core/settings/parse-setting.ts';
import { producerSettings, type ProducerSettings } from '#engine/core/settings/producer-settings.ts';
import type { SettingTable, SettingValue, SettingValues } from '#engine/core/settings/setting-definition.ts';
import { topicSettings, type TopicSettings } from '#engine/core/settings/topic-settings.ts';
import { topicSynonyms } from '#engine/core/settings/topic-synonyms.ts';

/** What a user set, by Kafka's name; null says Kafka's null, where a setting has it. */
export type Overrides = Readonly<Record<string, string | null>>;

/** Settings changed while the cluster runs (KIP-226), as the metadata log holds them. */
export interface DynamicOverrides {
  clusterWide: Overrides;
  perBroker: Overrides;
}

const noDynamicOverrides: DynamicOverrides = { clusterWide: {}, perBroker: {} };

/** Precedence as in Kafka: per broker, then cluster-wide, then static (`overrides`, then the preset), then the default. */
export function resolveBrokerSettings(
  overrides: Readonly<Record<string, string>>,
  preset: PresetName,
  dynamic: DynamicOverrides = noDynamicOverrides,
): BrokerSettings {
  const settings = resolve(brokerSettings, 'broker', ofTables(mergedBrokerTexts(overrides, preset, dynamic)));
  checkBrokerRules(settings);
  return settings;
}

/** What was set dynamically may have names of plug-ins, which mean nothing here. */
function knownOnly(overrides: Overrides): Overrides {
  return Object.fromEntries(Object.entries(overrides).filter(([name]) => Object.hasOwn(brokerSettings, name) || isOfListener(name)));
}

/** Everything that was set for a broker, as text; also what is beyond the tables. */
export function mergedBrokerTexts(overrides: Readonly<Record<string, string>>, preset: PresetName, dynamic: DynamicOverrides = noDynamicOverrides): Overrides {
  return { ...staticBrokerOverrides(overrides, preset), ...knownOnly(dynamic.clusterWide), ...knownOnly(dynamic.perBroker) };
}

/** Those that the table of broker settings has; the others are checked. */
function ofTables(overrides: Overrides): Overrides {
  const entries = Object.entries(overrides);
  const beyond = entries.filter(([name]) => isBeyondTables(name));
  if (beyond.length === 0) return overrides;
  for (const [name, text] of beyond) checkBeyondTables(name, text);
  return Object.fromEntries(entries.filter(([name]) => !isBeyondTables(name)));
}

/** What is not set on the topic comes from the broker's settings, as `topicSynonyms` says. */
export function resolveTopicSettings(broker: BrokerSettings, overrides: Overrides): TopicSettings {
  const settings: Record<string, SettingValue> = { ...topicDefaults(broker) };
  applyOverrides(settings, topicSettings, 'topic', overrides);
  return settings as TopicSettings;
}

/** Throws SettingError for the first override that is unknown or not allowed. */
export function checkTopicOverrides(overrides: Overrides): void {
  const settings: Record<string, SettingValue> = {};
  applyOverrides(settings, topicSettings, 'topic', overrides);
  checkTopicRules(settings);
}

/** Throws SettingError for the first override that is unknown or not allowed. */
export function checkBrokerOverrides(overrides: Overrides): void {
  applyOverrides({}, brokerSettings, 'broker', ofTables(overrides));
}

export function resolveProducerSettings(overrides: Overrides, preset: PresetName = 'kafka'): ProducerSettings {
  const settings = resolve(producerSettings, 'producer', { ...presets[preset].producer, ...overrides });
  applyProducerRules(settings, overrides);
  return settings;
}

export function resolveConsumerSettings(overrides: Overrides, preset: PresetName = 'kafka'): ConsumerSettings {
  const settings = resolve(consumerSettings, 'consumer', { ...presets[preset].consumer, ...overrides });
  checkConsumerRules(settings);
  return settings;
}

function resolve<Table extends SettingTable>(table: Table, scope: string, overrides: Overrides): SettingValues<Table> {
  const settings: Record<string, SettingValue> = {};
  for (const [name, definition] of Object.entries(table)) settings[name] = parseSetting(definition, name, definition.defaultText);
  applyOverrides(settings, table, scope, overrides);
  // Every name of the table has been given the value of its own definition, which is what SettingValues says.
  return settings as SettingValues<Table>;
}

function applyOverrides(settings: Record<string, SettingValue>, table: SettingTable, scope: string, overrides: Overrides): void {
  for (const [name, text] of Object.entries(overrides)) {
    settings[name] = parseSetting(findDefinition(table, scope, name), name, text);
  }
}

function topicDefaults(broker: BrokerSettings): Record<string, SettingValue> {
  const settings: Record<string, SettingValue> = {};
  for (const [name, definition] of Object.entries(topicSettings)) {
    const inherited = inheritedFromBroker(broker, name as keyof TopicSettings);
    settings[name] = inherited === undefined ? parseSetting(definition, name, definition.defaultText) : inherited;
  }
  return settings;
}

function inheritedFromBroker(broker: BrokerSettings, name: keyof TopicSettings): SettingValue | undefined {
  for (const synonym of topicSynonyms[name] ?? []) {
    const value: SettingValue = broker[synonym.name];
    if (value === null) continue;
    if (synonym.factor === 1 || typeof value !== 'number') return value;
    // Kafka reads a negative retention in hours or minutes as "for ever", whatever the number.
    return value < 0 ? -1 : value * synonym.factor;
  }
  return undefined;
}

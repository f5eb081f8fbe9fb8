/** Every setting of a broker or topic with its value, where that comes from, and what it would be otherwise (KIP-226). */
import type { Query } from '#engine/contract/envelope.ts';
import { brokerOverrides, emptyImage, topicByName, topicOverrides } from '#engine/core/metadata/image.ts';
import { describeBrokerSetting, describeTopicSetting, visibleBrokerSettings, visibleTopicSettings } from '#engine/core/settings/describe-setting.ts';
import type { BrokerLayers, SettingDescription } from '#engine/core/settings/describe-setting.ts';
import { staticBrokerOverrides } from '#engine/core/settings/presets.ts';
import { QueryError } from '#engine/runtime/queries/query-error.ts';
import { suggestion } from '#engine/runtime/schema-problems.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';

export interface SettingView {
  name: string;
  /** Null: not set, or a password. */
  value: string | null;
  source: string;
  type: string;
  readOnly: boolean;
  /** All places with a value, the winner first. */
  origins: { name: string; value: string | null; source: string }[];
}

export function settingsOf(source: ViewSource, { of, name }: Extract<Query, { kind: 'settings' }>): SettingView[] {
  const image = source.image() ?? emptyImage();
  if (of === 'topic') {
    if (topicByName(image, name) === undefined) throw new QueryError(`there is no topic "${name}"${suggestion(name, [...image.topicIds.keys()])}`);
    const overrides = topicOverrides(image, name);
    const layers = layersOf(source, null);
    return visibleTopicSettings().map((setting) => viewOf(describeTopicSetting(setting, overrides, layers)));
  }
  const ids = source.world.state.spec.brokers.map(({ id }) => id);
  const brokerId = Number(name);
  if (!ids.includes(brokerId)) throw new QueryError(`there is no broker ${name}; brokers: ${ids.join(', ')}`);
  const layers = layersOf(source, brokerId);
  return visibleBrokerSettings(layers).map((setting) => viewOf(describeBrokerSetting(setting, layers)));
}

function layersOf(source: ViewSource, brokerId: number | null): BrokerLayers {
  const image = source.image() ?? emptyImage();
  const { settings, preset } = source.world.state.spec;
  return {
    perBroker: brokerId === null ? {} : brokerOverrides(image, brokerId),
    clusterWide: brokerOverrides(image, null),
    static: staticBrokerOverrides(settings, preset),
  };
}

function viewOf({ name, text, source, definition, readOnly, synonyms }: SettingDescription): SettingView {
  return { name, value: text, source, type: definition.type, readOnly, origins: synonyms.map((origin) => ({ name: origin.name, value: origin.text, source: origin.source })) };
}

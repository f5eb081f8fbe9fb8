/**
 * Broker settings that no table can list: those of one listener ("listener.name.<listener>.…"), of one SASL mechanism on it, and
 * those that an authorizer brings along (Kafka: ListenerName.configPrefix, AbstractConfig.originals, StandardAuthorizer).
 *
 * Kafka takes any text for such a name; here a name that nothing could mean is refused. A broker shows them in DescribeConfigs only when they are set.
 */
import { networkSettings } from '#engine/core/settings/broker/network-settings.ts';
import { securitySettings } from '#engine/core/settings/broker/security-settings.ts';
import { findDefinition, parseSetting } from '#engine/core/settings/parse-setting.ts';
import { flag, text, type SettingDefinition, type SettingTable } from '#engine/core/settings/setting-definition.ts';
import { SettingError } from '#engine/core/settings/setting-error.ts';

const listenerPrefix = 'listener.name.';
/** As a setting's name has them: in lower case. */
const mechanismPrefixes = ['plain.', 'scram-sha-256.', 'scram-sha-512.', 'gssapi.', 'oauthbearer.'] as const;

const authorizerSettings: SettingTable = {
  'allow.everyone.if.no.acl.found': flag('false', 'LOW'),
  'super.users': text('', 'LOW'),
};

const listenerSettings: SettingTable = { ...networkSettings, ...securitySettings };

export function isOfListener(name: string): boolean {
  return name.startsWith(listenerPrefix);
}

export function isBeyondTables(name: string): boolean {
  return isOfListener(name) || Object.hasOwn(authorizerSettings, name);
}

/** Throws SettingError for a name that nothing could mean, and for a value that its type does not allow. */
export function checkBeyondTables(name: string, value: string | null): void {
  parseSetting(definitionBeyondTables(name), name, value);
}

export function definitionBeyondTables(name: string): SettingDefinition {
  const own = Object.hasOwn(authorizerSettings, name) ? authorizerSettings[name] : undefined;
  return own ?? findDefinition(listenerSettings, `listener (${name.slice(0, listenerPrefix.length)}<listener>.…)`, baseName(name));
}

/** The setting without what says where it counts: "sasl.jaas.config" of "listener.name.clients.plain.sasl.jaas.config". */
export function baseName(name: string): string {
  if (!name.startsWith(listenerPrefix)) return name;
  const rest = name.slice(listenerPrefix.length);
  const dot = rest.indexOf('.');
  const listener = rest.slice(0, Math.max(0, dot));
  if (!/^[a-z0-9_-]+$/.test(listener)) {
    throw new SettingError(name, `${name.slice(0, 200)} names no listener: it begins with listener.name., the listener's name in lower case, and a dot, as in listener.name.sasl_plaintext.plain.sasl.jaas.config`);
  }
  const setting = rest.slice(dot + 1);
  const mechanism = mechanismPrefixes.find((prefix) => setting.startsWith(prefix));
  return mechanism === undefined ? setting : setting.slice(mechanism.length);
}

/** What counts on a listener, for a mechanism: its own value, or the one of the whole broker. */
export function listenerText(texts: Readonly<Record<string, string | null>>, listener: string, mechanism: string, name: string): string | undefined {
  const prefix = `${listenerPrefix}${listener.toLowerCase()}.`;
  return texts[`${prefix}${mechanism.toLowerCase()}.${name}`] ?? texts[`${prefix}${name}`] ?? undefined;
}

/**
 * What a broker asks of clients, from its settings (Kafka: SocketServerConfigs, JaasContext, StandardAuthorizer.configure): who they are,
 * on the listener for clients, and whether there is an authorizer.
 *
 * A broker has one listener for clients; its protocol is PLAINTEXT or SASL_PLAINTEXT. Only its name is taken from `listeners`: where it
 * is, the host says. Brokers and built-in clients talk on an inner listener that trusts them. Left out: TLS, Kerberos, OAUTHBEARER, login
 * modules and callbacks of one's own, several listeners.
 */
import { parseJaas } from '#engine/core/security/jaas.ts';
import { mechanismOf, mechanisms, type Mechanism, type ScramMechanism } from '#engine/core/security/mechanisms.ts';
import { listenerText } from '#engine/core/settings/beyond-tables.ts';
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import { parseSetting } from '#engine/core/settings/parse-setting.ts';
import type { Overrides } from '#engine/core/settings/resolve-settings.ts';
import { flag, list, long } from '#engine/core/settings/setting-definition.ts';
import { SettingError } from '#engine/core/settings/setting-error.ts';

export interface BrokerSecurity {
  listener: ListenerSecurity;
  /** Null: everybody may do everything. */
  authorizer: AuthorizerSettings | null;
}

export interface ListenerSecurity {
  name: string;
  protocol: 'PLAINTEXT' | 'SASL_PLAINTEXT';
  /** Those of sasl.enabled.mechanisms. */
  mechanisms: Mechanism[];
  /** Passwords by name, of PLAIN. */
  plainUsers: Map<string, string>;
  /** Whom SCRAM's login modules name: they get credentials when the cluster is made. */
  scramLogins: ScramLogin[];
  /** connections.max.reauth.ms by mechanism; 0: a session has no end. */
  reauthMaxMs: Map<Mechanism, number>;
}

export interface ScramLogin {
  mechanism: ScramMechanism;
  user: string;
  password: string;
}

export interface AuthorizerSettings {
  /** "User:alice". */
  superUsers: Set<string>;
  allowsEveryoneWithoutAcl: boolean;
}

/** Kafka's numbers, as a registration carries them. */
export const securityProtocolNumbers = { PLAINTEXT: 0, SASL_PLAINTEXT: 2 } as const;

const standardAuthorizer = 'org.apache.kafka.metadata.authorizer.StandardAuthorizer';
const plainLoginModule = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const scramLoginModule = 'org.apache.kafka.common.security.scram.ScramLoginModule';
const plainUserPrefix = 'user_';
const mechanismList = list('', 'LOW');
const longNumber = long('0', 'LOW');
const yesOrNo = flag('false', 'LOW');

/** `texts`: everything that was set, static and dynamic. Throws SettingError. */
export function resolveBrokerSecurity(texts: Overrides, settings: BrokerSettings): BrokerSecurity {
  return { listener: listenerOf(texts, settings), authorizer: authorizerOf(texts, settings) };
}

function listenerOf(texts: Overrides, settings: BrokerSettings): ListenerSecurity {
  const name = listenerNameOf(settings);
  const protocol = protocolOf(settings, name);
  const listener: ListenerSecurity = { name, protocol, mechanisms: [], plainUsers: new Map(), scramLogins: [], reauthMaxMs: new Map() };
  if (protocol === 'PLAINTEXT') return listener;
  listener.mechanisms = mechanismsOf(texts, settings, name);
  for (const mechanism of listener.mechanisms) {
    const reauthText = listenerText(texts, name, mechanism, 'connections.max.reauth.ms');
    const reauthMaxMs = reauthText === undefined ? settings['connections.max.reauth.ms'] : Number(parseSetting(longNumber, 'connections.max.reauth.ms', reauthText));
    listener.reauthMaxMs.set(mechanism, Math.max(0, reauthMaxMs));
    if (mechanism === 'PLAIN') listener.plainUsers = plainUsersOf(texts, name);
    else addScramLogin(listener, texts, mechanism);
  }
  return listener;
}

function listenerNameOf(settings: BrokerSettings): string {
  const names = settings.listeners.map((text) => {
    const name = /^([^:/\s]+):\/\/\[?[^\]/\s]*\]?:-?\d+$/.exec(text)?.[1];
    if (name === undefined) throw new SettingError('listeners', `listeners: "${text.slice(0, 100)}" is no listener; it has the form NAME://host:port, as in SASL_PLAINTEXT://:9092`);
    return name.toUpperCase();
  });
  const controllers = settings['controller.listener.names'].map((name) => name.toUpperCase());
  const [name, ...more] = names.filter((candidate) => !controllers.includes(candidate));
  if (name === undefined || more.length > 0) throw new SettingError('listeners', `listeners: a broker here has exactly one listener for clients, these are ${names.length === 0 ? 'none' : names.join(', ')}`);
  return name;
}

function protocolOf(settings: BrokerSettings, listener: string): ListenerSecurity['protocol'] {
  const name = 'listener.security.protocol.map';
  const protocols = new Map<string, string>();
  for (const entry of settings['listener.security.protocol.map'].split(',')) {
    const [from = '', protocol = '', ...rest] = entry.trim().split(':');
    if (from === '' || protocol === '' || rest.length > 0) throw new SettingError(name, `${name}: "${entry.slice(0, 100)}" is no entry; it has the form NAME:PROTOCOL, as in CLIENTS:SASL_PLAINTEXT`);
    protocols.set(from.toUpperCase(), protocol.toUpperCase());
  }
  const protocol = protocols.get(listener);
  if (protocol === undefined) throw new SettingError(name, `${name} says nothing of the listener ${listener}, which listeners names`);
  if (protocol === 'PLAINTEXT' || protocol === 'SASL_PLAINTEXT') return protocol;
  throw new SettingError(name, `${name}: the listener ${listener} has the protocol ${protocol.slice(0, 40)}; there are PLAINTEXT and SASL_PLAINTEXT here, and no TLS`);
}

function mechanismsOf(texts: Overrides, settings: BrokerSettings, listener: string): Mechanism[] {
  const name = 'sasl.enabled.mechanisms';
  const own = listenerText(texts, listener, '', name);
  const names = own === undefined ? settings['sasl.enabled.mechanisms'] : (parseSetting(mechanismList, name, own) as readonly string[]);
  if (names.length === 0) throw new SettingError(name, `${name} is empty, and the listener ${listener} asks for SASL: name some of ${mechanisms.join(', ')}`);
  const known = names.map((text) => {
    const mechanism = mechanismOf(text);
    if (mechanism === undefined) throw new SettingError(name, `${name}: ${text.slice(0, 40)} is not among the mechanisms here, which are ${mechanisms.join(', ')}`);
    return mechanism;
  });
  return mechanisms.filter((mechanism) => known.includes(mechanism));
}

function jaasOf(texts: Overrides, listener: string, mechanism: Mechanism, loginModule: string): { setting: string; options: ReadonlyMap<string, string> } | undefined {
  const setting = `listener.name.${listener.toLowerCase()}.${mechanism.toLowerCase()}.sasl.jaas.config`;
  const text = texts[setting] ?? undefined;
  if (text === undefined) return undefined;
  const entry = parseJaas(setting, text);
  if (entry.loginModule !== loginModule) throw new SettingError(setting, `${setting}: the login module of ${mechanism} is ${loginModule}, not ${entry.loginModule.slice(0, 100)}`);
  return { setting, options: entry.options };
}

function plainUsersOf(texts: Overrides, listener: string): Map<string, string> {
  const jaas = jaasOf(texts, listener, 'PLAIN', plainLoginModule);
  if (jaas === undefined) {
    const setting = `listener.name.${listener.toLowerCase()}.plain.sasl.jaas.config`;
    throw new SettingError(setting, `PLAIN needs users: set ${setting} to ${plainLoginModule} required user_alice="secret";`);
  }
  const users = [...jaas.options].filter(([option]) => option.startsWith(plainUserPrefix));
  return new Map(users.map(([option, password]) => [option.slice(plainUserPrefix.length), password]));
}

function addScramLogin(listener: ListenerSecurity, texts: Overrides, mechanism: ScramMechanism): void {
  const jaas = jaasOf(texts, listener.name, mechanism, scramLoginModule);
  const user = jaas?.options.get('username');
  const password = jaas?.options.get('password');
  if (jaas === undefined || (user === undefined && password === undefined)) return;
  if (user === undefined || password === undefined || user === '' || password === '') throw new SettingError(jaas.setting, `${jaas.setting}: username and password go together, and neither is empty`);
  listener.scramLogins.push({ mechanism, user, password });
}

function authorizerOf(texts: Overrides, settings: BrokerSettings): AuthorizerSettings | null {
  const className = settings['authorizer.class.name'];
  if (className === '') return null;
  if (className !== standardAuthorizer) throw new SettingError('authorizer.class.name', `authorizer.class.name: ${className.slice(0, 100)} is not here; the one authorizer is ${standardAuthorizer}`);
  const superUsers = (texts['super.users'] ?? '').split(';').map((user) => user.trim()).filter((user) => user !== '');
  for (const user of superUsers) {
    if (!user.includes(':')) throw new SettingError('super.users', `super.users: "${user.slice(0, 100)}" is no principal; they are written User:alice;User:bob`);
  }
  const allowText = texts['allow.everyone.if.no.acl.found'] ?? 'false';
  return { superUsers: new Set(superUsers), allowsEveryoneWithoutAcl: parseSetting(yesOrNo, 'allow.everyone.if.no.acl.found', allowText) === true };
}

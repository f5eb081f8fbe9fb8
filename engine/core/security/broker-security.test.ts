import { describe, expect, it } from 'vitest';
import { resolveBrokerSecurity } from '#engine/core/security/broker-security.ts';
import { parseJaas } from '#engine/core/security/jaas.ts';
import { mergedBrokerTexts, resolveBrokerSettings } from '#engine/core/settings/resolve-settings.ts';

const plainModule = 'org.apache.kafka.common.security.plain.PlainLoginModule';
const scramModule = 'org.apache.kafka.common.security.scram.ScramLoginModule';
const plain = {
  listeners: 'SASL_PLAINTEXT://:9092',
  'sasl.enabled.mechanisms': 'PLAIN',
  'listener.name.sasl_plaintext.plain.sasl.jaas.config': `${plainModule} required username="admin" password="x" user_alice="secret" user_bob='b;o=b "q"';`,
};

function securityOf(settings: Record<string, string>) {
  return resolveBrokerSecurity(mergedBrokerTexts(settings, 'kafka'), resolveBrokerSettings(settings, 'kafka'));
}

describe('what a broker asks of clients', () => {
  it('is nothing, unless it is told to', () => {
    expect(securityOf({})).toMatchObject({ listener: { name: 'PLAINTEXT', protocol: 'PLAINTEXT', mechanisms: [] }, authorizer: null });
  });

  it('is a name and password of PLAIN, for the users of its login module', () => {
    const { listener } = securityOf(plain);
    expect(listener).toMatchObject({ name: 'SASL_PLAINTEXT', protocol: 'SASL_PLAINTEXT', mechanisms: ['PLAIN'] });
    expect([...listener.plainUsers]).toEqual([['alice', 'secret'], ['bob', 'b;o=b "q"']]);
  });

  it('is found by the name of the listener, which may be any, and beside a listener for controllers', () => {
    const settings = {
      listeners: 'clients://127.0.0.1:9092,CONTROLLER://127.0.0.1:9093',
      'listener.security.protocol.map': 'CLIENTS:SASL_PLAINTEXT,CONTROLLER:PLAINTEXT',
      'listener.name.clients.sasl.enabled.mechanisms': 'SCRAM-SHA-256,SCRAM-SHA-512',
      'listener.name.clients.scram-sha-512.sasl.jaas.config': `${scramModule} required username="admin" password="admin-secret";`,
      'connections.max.reauth.ms': '5000',
      'listener.name.clients.scram-sha-256.connections.max.reauth.ms': '1000',
    };
    const { listener } = securityOf(settings);
    expect(listener.name).toBe('CLIENTS');
    expect(listener.mechanisms).toEqual(['SCRAM-SHA-512', 'SCRAM-SHA-256']);
    expect(listener.scramLogins).toEqual([{ mechanism: 'SCRAM-SHA-512', user: 'admin', password: 'admin-secret' }]);
    expect([listener.reauthMaxMs.get('SCRAM-SHA-256'), listener.reauthMaxMs.get('SCRAM-SHA-512')]).toEqual([1000, 5000]);
  });

  it('is left to the authorizer that it names, with its super users', () => {
    const authorizer = { 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer', 'super.users': 'User:admin; User:root', 'allow.everyone.if.no.acl.found': 'true' };
    expect(securityOf(authorizer).authorizer).toEqual({ superUsers: new Set(['User:admin', 'User:root']), allowsEveryoneWithoutAcl: true });
  });

  it.each([
    [{ listeners: 'SASL_PLAINTEXT' }, 'it has the form NAME://host:port'],
    [{ listeners: 'A://:1,B://:2' }, 'exactly one listener for clients, these are A, B'],
    [{ listeners: 'CLIENTS://:9092' }, 'listener.security.protocol.map says nothing of the listener CLIENTS'],
    [{ listeners: 'SASL_SSL://:9092' }, 'there are PLAINTEXT and SASL_PLAINTEXT here, and no TLS'],
    [{ 'listener.security.protocol.map': 'PLAINTEXT' }, 'it has the form NAME:PROTOCOL'],
    [{ listeners: 'SASL_PLAINTEXT://:9092' }, 'GSSAPI is not among the mechanisms here, which are PLAIN'],
    [{ ...plain, 'sasl.enabled.mechanisms': '' }, 'is empty, and the listener SASL_PLAINTEXT asks for SASL'],
    [{ listeners: 'SASL_PLAINTEXT://:9092', 'sasl.enabled.mechanisms': 'PLAIN' }, 'PLAIN needs users: set listener.name.sasl_plaintext.plain.sasl.jaas.config'],
    [{ ...plain, 'listener.name.sasl_plaintext.plain.sasl.jaas.config': `${scramModule} required;` }, `the login module of PLAIN is ${plainModule}`],
    [{ 'listener.name.SASL_PLAINTEXT.plain.sasl.jaas.config': 'x' }, "the listener's name in lower case"],
    [{ 'listener.name.sasl_plaintext.plain.sasl.jaas.confg': 'x' }, 'did you mean sasl.jaas.config?'],
    [{ 'listener.name.sasl_plaintext.connections.max.reauth.ms': 'soon' }, 'Not a number of type LONG'],
    [{ 'authorizer.class.name': 'com.example.Mine' }, 'the one authorizer is org.apache.kafka.metadata.authorizer.StandardAuthorizer'],
    [{ 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer', 'super.users': 'admin' }, 'they are written User:alice;User:bob'],
    [{ 'allow.everyone.if.no.acl.found': 'perhaps' }, 'Expected value to be either true or false'],
  ])('is refused as %j with words that help', (settings, words) => {
    expect(() => securityOf(settings as unknown as Record<string, string>)).toThrow(words);
  });
});

describe('a JAAS configuration', () => {
  it('is a login module, a flag and options, over several lines', () => {
    const { loginModule, options } = parseJaas('x', ' a.b.Module\n  REQUIRED\n  name="al\\"ice"\n  other=plain ; ');
    expect(loginModule).toBe('a.b.Module');
    expect([...options]).toEqual([['name', 'al"ice'], ['other', 'plain']]);
  });

  it.each([
    ['', 'the login module is missing'],
    ['a.b.Module', 'the control flag is missing'],
    ['a.b.Module maybe;', '"maybe" is no control flag'],
    ['a.b.Module required name;', 'the option name has no value'],
    ['a.b.Module required name=;', 'the value of name is missing'],
    ['a.b.Module required name="x"', 'the semicolon at its end is missing'],
    ['a.b.Module required name="x;', 'a quotation mark is not closed'],
    ['a.b.Module required; c.d.Module required;', 'it has more than one login module'],
  ])('is refused as %j', (text, words) => {
    expect(() => parseJaas('the.setting', text)).toThrow(`the.setting: ${words}`);
  });
});

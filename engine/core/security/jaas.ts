/**
 * The text of a sasl.jaas.config (Kafka: JaasConfig): one login module, a control flag, options, a semicolon:
 * `org.apache.kafka.common.security.plain.PlainLoginModule required user_alice="secret";`
 */
import { SettingError } from '#engine/core/settings/setting-error.ts';

export interface JaasEntry {
  loginModule: string;
  options: Map<string, string>;
}

type Token = { kind: 'word'; text: string } | { kind: 'sign'; text: '=' | ';' };

const controlFlags = ['required', 'requisite', 'sufficient', 'optional'];
const tokenPattern = /\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|([=;])|([^\s=;"']+))/y;

export function parseJaas(setting: string, text: string): JaasEntry {
  const wrong = (what: string): SettingError => new SettingError(setting, `${setting}: ${what}; it has the form <login module> required <name>="<value>" … ;`);
  const tokens = tokensOf(text, wrong);
  const word = (what: string): string => {
    const token = tokens.shift();
    if (token?.kind !== 'word') throw wrong(`${what} is missing`);
    return token.text;
  };
  const loginModule = word('the login module');
  const flag = word('the control flag');
  if (!controlFlags.includes(flag.toLowerCase())) throw wrong(`"${flag.slice(0, 40)}" is no control flag (${controlFlags.join(', ')})`);
  const options = new Map<string, string>();
  while (tokens[0]?.kind === 'word') {
    const name = word('the name of an option');
    const equals = tokens.shift();
    if (equals?.kind !== 'sign' || equals.text !== '=') throw wrong(`the option ${name.slice(0, 40)} has no value`);
    options.set(name, word(`the value of ${name.slice(0, 40)}`));
  }
  const end = tokens.shift();
  if (end?.kind !== 'sign' || end.text !== ';') throw wrong('the semicolon at its end is missing');
  if (tokens.length > 0) throw wrong('it has more than one login module');
  return { loginModule, options };
}

function tokensOf(text: string, wrong: (what: string) => SettingError): Token[] {
  const tokens: Token[] = [];
  const pattern = new RegExp(tokenPattern);
  const trimmed = text.trimEnd();
  while (pattern.lastIndex < trimmed.length) {
    const match = pattern.exec(trimmed);
    if (match === null) throw wrong('a quotation mark is not closed');
    const [, double, single, sign, plain] = match;
    if (sign === '=' || sign === ';') tokens.push({ kind: 'sign', text: sign });
    else tokens.push({ kind: 'word', text: plain ?? (double ?? single ?? '').replaceAll(/\\(.)/g, '$1') });
  }
  return tokens;
}

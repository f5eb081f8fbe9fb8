/**
 * docs/fidelity.md held against the code: which APIs a broker answers, in which versions, and which rules the engine names.
 * A row that says more, less or something else than the code is a sentence of what is wrong.
 */
import { readFileSync } from 'node:fs';
import { handlerOf } from '#engine/core/broker/api/registry.ts';
import { apis, type Api, type VersionSpan } from '#engine/protocol/api-keys.ts';
import { brokerSettings } from '#engine/core/settings/broker-settings.ts';
import { topicSettings } from '#engine/core/settings/topic-settings.ts';
import { ruleSentence } from '#renderer/texts/rules.ts';
import { coreSources } from './rules-in-core.ts';

interface ApiRow {
  key: string;
  name: string;
  versions: string;
  how: string;
  text: string;
}

const answered: readonly string[] = ['modelled', 'simplified', 'refused'];

function apiRows(page: string): ApiRow[] {
  return [...page.matchAll(/^\| *(\d+) *\|(.*)\|$/gm)].map((match) => {
    const [name = '', versions = '', how = '', ...text] = (match[2] ?? '').split('|').map((cell) => cell.trim());
    return { key: match[1] ?? '', name, versions, how, text: text.join('|') };
  });
}

function span(versions: VersionSpan | undefined): string {
  if (versions === undefined) return '–';
  return versions.min === versions.max ? `${versions.min}` : `${versions.min}–${versions.max}`;
}

/** What a row must say of the API, and how it may be said to be done. */
function expectedOf(api: Api): { versions: string; how: readonly string[] } {
  if (handlerOf(api.key) !== undefined) return { versions: span(api.offered), how: answered };
  if (api.onBroker) return { versions: span(api.offered), how: ['not offered'] };
  return { versions: span(api.versions), how: ['between nodes', 'left out'] };
}

export function apiProblems(page: string): string[] {
  const rows = apiRows(page);
  const problems = rows.filter(({ key, name }) => !apis.some((api) => String(api.key) === key && api.name === name)).map(({ key, name }) => `there is no API ${key} ${name}`);
  for (const api of apis) {
    const own = rows.filter(({ key, name }) => key === String(api.key) && name === api.name);
    const expected = expectedOf(api);
    const [row] = own;
    if (row === undefined || own.length > 1) {
      problems.push(`${api.key} ${api.name} has ${own.length} rows, it needs one`);
      continue;
    }
    if (row.versions !== expected.versions) problems.push(`${api.key} ${api.name}: the page says versions ${row.versions}, the code ${expected.versions}`);
    if (!expected.how.includes(row.how)) problems.push(`${api.key} ${api.name}: the page says "${row.how}", by the code it is ${expected.how.join(' or ')}`);
    if (row.text.length < 10) problems.push(`${api.key} ${api.name}: the page does not say why`);
  }
  return problems;
}

/** A rule's line repeats what the screen says of it: "- `election.unclean`: sentence". */
export function ruleProblems(page: string, rules: readonly string[]): string[] {
  const lines = new Map([...page.matchAll(/^- `([^`]+)`: (.+)$/gm)].map((match) => [match[1] ?? '', match[2] ?? '']));
  const missing = rules.filter((rule) => !lines.has(rule)).map((rule) => `the rule ${rule} has no line`);
  const wrong = [...lines].flatMap(([rule, sentence]) => {
    if (!rules.includes(rule)) return [`no fact names the rule ${rule}`];
    return sentence === ruleSentence(rule) ? [] : [`${rule}: the screen says "${ruleSentence(rule)}"`];
  });
  return [...missing, ...wrong];
}

/** Where the settings of sockets are read. */
const gatewayLimits = new URL('../../engine/host/gateway-limits.ts', import.meta.url);

/** What the core, or the gateway's host, reads of the settings of brokers and topics: `settings['num.partitions']`, or taken out of them by name. */
function obeyedSettings(): string[] {
  const sources = [...coreSources((file) => !file.startsWith('clients/')), readFileSync(gatewayLimits, 'utf8')];
  const read = new Set(sources.flatMap((source) => [...source.matchAll(/\bsettings\['([a-z.]+)'\]|'([a-z.]+)': \w+(?=[^{}]*\} = [^;]*settings\b)/g)].map(([, direct, taken]) => direct ?? taken ?? '')));
  return [...new Set([...Object.keys(brokerSettings), ...Object.keys(topicSettings)])].filter((name) => read.has(name));
}

/** The lists of obeyed settings stand between the headings "Settings" and "Rules", each name in a line that begins with "- " or goes on. */
export function settingProblems(page: string): string[] {
  const section = page.slice(page.indexOf('\n## Settings\n'), page.indexOf('\n## Rules\n'));
  const named = new Set([...section.matchAll(/`([a-z]+(?:\.[a-z]+)+)`/g)].map((match) => match[1] ?? ''));
  const obeyed = obeyedSettings();
  return [
    ...obeyed.filter((name) => !named.has(name)).map((name) => `${name} is obeyed and not listed`),
    ...[...named].filter((name) => !obeyed.includes(name)).map((name) => `${name} is listed, and nothing reads it`),
  ];
}

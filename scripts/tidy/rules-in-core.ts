/**
 * The rules that the engine can name when it reports a fact, read from its source: what stands after `rule:`, what is passed
 * to a function that takes a rule, and what a function or constant called "…rule…" answers.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brokerSettings } from '#engine/core/settings/broker-settings.ts';
import { consumerSettings } from '#engine/core/settings/consumer-settings.ts';
import { producerSettings } from '#engine/core/settings/producer-settings.ts';
import { topicSettings } from '#engine/core/settings/topic-settings.ts';

const core = new URL('../../engine/core/', import.meta.url).pathname;

/** "acks-1-leader-only" or "election.unclean"; settings look alike and stand beside rules. */
const ruleShape = /'([a-zA-Z0-9]+(?:[.-][a-zA-Z0-9]+)+)'/g;
const settingNames = new Set([brokerSettings, topicSettings, producerSettings, consumerSettings].flatMap((table) => Object.keys(table)));

/** The core without its tests and its tables of settings. */
export function coreSources(isWanted: (file: string) => boolean = () => true): string[] {
  return readdirSync(core, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts') && !file.startsWith('settings/') && !/\.test\.ts$|\/test-[a-z-]+\.ts$/.test(file) && isWanted(file))
    .map((file) => readFileSync(join(core, file), 'utf8'));
}

/** What stands between the bracket at `open` and the one that closes it. */
function bracketed(source: string, open: number): string {
  let depth = 0;
  for (let at = open; at < source.length; at += 1) {
    if (source[at] === '(') depth += 1;
    else if (source[at] === ')' && --depth === 0) return source.slice(open + 1, at);
  }
  return '';
}

/** The parts of a source in which a literal of that shape is a rule. */
function placesOfRules(source: string, takers: readonly string[]): string[] {
  const named = [...source.matchAll(/\brule: [^\n]*|\bconst \w*(?:[rR]ule|RULE)\w* = [^;]*;|function \w*[rR]ule\w*\([\s\S]*?\n\}/g)].map(([text]) => text);
  const calls = takers.flatMap((taker) => [...source.matchAll(new RegExp(`(?<!function )\\b${taker}\\(`, 'g'))].map((call) => bracketed(source, call.index + taker.length)));
  return [...named, ...calls];
}

export function rulesInCore(): string[] {
  const all = coreSources();
  const takers = [...new Set(all.flatMap((source) => [...source.matchAll(/function (\w+)\([^)]*\brule: string/g)].map((match) => match[1] ?? '')))];
  const found = all.flatMap((source) => placesOfRules(source, takers).flatMap((place) => [...place.matchAll(ruleShape)].map((match) => match[1] ?? '')));
  return [...new Set(found)].filter((name) => !settingNames.has(name)).toSorted();
}

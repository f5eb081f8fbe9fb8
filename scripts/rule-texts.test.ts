import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasRuleSentence } from '#renderer/texts/rules.ts';

const core = new URL('../engine/core/', import.meta.url).pathname;

function rulesInCore(): string[] {
  const files = readdirSync(core, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'));
  const found = files.flatMap((file) => [...readFileSync(join(core, file), 'utf8').matchAll(/\brule: '([^']+)'/g)].map((match) => match[1] ?? ''));
  return [...new Set(found)];
}

describe('the rules that the engine names', () => {
  it('each have a sentence on the screen', () => {
    const rules = rulesInCore();
    expect(rules.length).toBeGreaterThan(30);
    expect(rules.filter((rule) => !hasRuleSentence(rule))).toEqual([]);
  });
});

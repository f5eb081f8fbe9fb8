import { describe, expect, it } from 'vitest';
import { hasRuleSentence } from '#renderer/texts/rules.ts';
import { rulesInCore } from './tidy/rules-in-core.ts';

describe('the rules that the engine names', () => {
  it('each have a sentence on the screen', () => {
    const rules = rulesInCore();
    expect(rules.length).toBeGreaterThan(70);
    expect(rules.filter((rule) => !hasRuleSentence(rule))).toEqual([]);
  });
});

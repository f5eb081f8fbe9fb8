/** docs/fidelity.md says what is so: its tables of APIs and its list of rules are held against the code. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { apiProblems, ruleProblems, settingProblems } from './tidy/fidelity-page.ts';
import { rulesInCore } from './tidy/rules-in-core.ts';

const page = readFileSync(new URL('../docs/fidelity.md', import.meta.url), 'utf8');
const rules = rulesInCore();

/** Rewrites the one line that matches. */
function withLine(pattern: RegExp, change: (line: string) => string): string {
  expect(page).toMatch(pattern);
  return page.replace(pattern, change);
}

describe('docs/fidelity.md', () => {
  it('has one true row for every API that Kafka knows, offered or not', () => {
    expect(apiProblems(page)).toEqual([]);
  });

  it('has a line for every rule that a fact can name, in the words of the screen', () => {
    expect(rules.length).toBeGreaterThan(70);
    expect(ruleProblems(page, rules)).toEqual([]);
  });

  it('lists the settings that the core reads, and no other as obeyed', () => {
    expect(settingProblems(page)).toEqual([]);
    expect(settingProblems(page.replace('`num.partitions`', '`num.io.threads`'))).toEqual(['num.partitions is obeyed and not listed', 'num.io.threads is listed, and nothing reads it']);
  });

  it.each([
    ['a row is missing', (line: string) => line.replace(/.*/, ''), 'has 0 rows'],
    ['the versions are others', (line: string) => line.replace('4–18', '4–17'), 'the page says versions 4–17'],
    ['a row says that it is not offered', (line: string) => line.replace('simplified', 'not offered'), 'the page says "not offered"'],
    ['a row names an API that does not exist', (line: string) => line.replace('Fetch ', 'Fetches '), 'there is no API 1 Fetches'],
  ])('is refused when %s', (_what, change, problem) => {
    expect(apiProblems(withLine(/^\| 1 \| Fetch \|.*$/m, change)).join('\n')).toContain(problem);
  });

  it.each([
    ['a rule has no line', (line: string) => line.replace(/.*/, ''), 'the rule election.unclean has no line'],
    ['a line names a rule that no fact has', (line: string) => line.replace('unclean', 'unclear'), 'no fact names the rule election.unclear'],
    ['a rule is told in other words', (line: string) => `${line} Perhaps.`, 'election.unclean: the screen says'],
  ])('is refused when %s', (_what, change, problem) => {
    expect(ruleProblems(withLine(/^- `election\.unclean`: .*$/m, change), rules).join('\n')).toContain(problem);
  });
});

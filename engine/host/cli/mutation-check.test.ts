import { describe, expect, it } from 'vitest';
import { mutationTable, withTable, type MutationLine } from '#engine/host/cli/mutation-check.ts';

const found: MutationLine = { mutation: 'a', breaks: 'this', foundBy: 'LogMatching', seed: 4, seedsTried: 4, before: { HistoryError: 2 }, realMs: 1 };
const missed: MutationLine = { mutation: 'b', breaks: 'that', foundBy: 'EpochsRise', seedsTried: 60, before: {}, realMs: 1 };

describe('the table of mutations', () => {
  const table = mutationTable([found, missed], { first: 1, last: 60 });

  it('says for each which seed noticed it, what noticed it before, and where none did', () => {
    expect(table).toContain('| a | this | LogMatching | 4 (seed 4) | HistoryError 2 |\n| b | that | EpochsRise | none of 60 |  |\n');
  });

  it('replaces the one that stands between the marks of a page, and nothing else', () => {
    const [begin, end] = ['<!-- mutations: written by `check --mutations --write`, never by hand -->', '<!-- end of mutations -->'];
    const page = `before\n${begin}\nold\n${end}\nafter\n`;
    const written = withTable(page, table, 'page.md');
    expect(written).toBe(`before\n${begin}\n\n${table}\n${end}\nafter\n`);
    expect(withTable(written, table, 'page.md')).toBe(written);
  });

  it('is refused by a page that has no marks', () => {
    expect(() => withTable('a page', table, 'page.md')).toThrow('--write page.md: the page has no place for the table');
  });
});

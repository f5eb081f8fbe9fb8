import { describe, expect, it } from 'vitest';
import { countOf, pageOf, type Findings } from './table.ts';

function findings(): Findings {
  return {
    capabilities: ['metadata', 'delete topic'],
    columns: [
      { title: 'one', version: '1.2', outcomes: new Map([['metadata', { kind: 'works' }], ['delete topic', { kind: 'absent', why: 'no admin commands' }]]) },
      { title: 'other', version: '3', outcomes: new Map([['metadata', { kind: 'fails', why: 'two\nlines' }], ['delete topic', { kind: 'works' }]]) },
    ],
    notRun: [{ title: 'third', why: 'its language is not on this machine' }],
  };
}

describe('The page of clients', () => {
  it('has a row for each capability and a column for each client, with its version', () => {
    const lines = pageOf(findings()).split('\n').filter((line) => line.startsWith('|'));
    expect(lines).toEqual(['|  | one | other |', '| --- | :-: | :-: |', '| version | 1.2 | 3 |', '| metadata | ✓ | ✗ |', '| delete topic | – | ✓ |']);
  });

  it('says why a client fails, what it does not have, and which client was not run', () => {
    const page = pageOf(findings());
    expect(page).toContain('- other, metadata: two lines\n');
    expect(page).toContain('- one: no admin commands (delete topic)\n');
    expect(page).toContain('- third: its language is not on this machine\n');
  });

  it('counts works, absences and failures apart', () => {
    const found = findings();
    expect([countOf(found, 'works'), countOf(found, 'absent'), countOf(found, 'fails')]).toEqual([2, 1, 1]);
    expect(pageOf(found)).toContain('2 ✓, 1 –, 1 ✗.');
  });
});

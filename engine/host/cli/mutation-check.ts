/**
 * `check --mutations`: every bug of engine/core/mutations.ts is switched on, one at a time, and the simulator must notice it. The table can be
 * written into a page, between the two lines that mark its place.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mutationNames } from '#engine/core/mutations.ts';
import { runSimulator } from '#engine/host/cli/simulator-process.ts';
import { RunFailed, UsageError } from '#engine/host/cli/usage-error.ts';

export interface MutationLine {
  mutation: string;
  breaks: string;
  foundBy: string;
  /** Left out when no seed noticed it. */
  seed?: number;
  seedsTried: number;
  before: Record<string, number>;
  realMs: number;
}

export interface MutationCheck {
  seeds: { first: number; last: number };
  faultsMs: number;
  jobs: number;
  write?: string;
  json?: boolean;
}

const beginMark = '<!-- mutations: written by `check --mutations --write`, never by hand -->';
const endMark = '<!-- end of mutations -->';

export async function checkMutations({ seeds, faultsMs, jobs, write, json }: MutationCheck): Promise<void> {
  if (write !== undefined) withTable(pageOf(write), '', write);
  const lines: MutationLine[] = [];
  const count = Math.min(jobs, mutationNames.length);
  const note = (line: unknown): void => {
    lines.push(line as MutationLine);
    if (json) process.stdout.write(`${JSON.stringify(line)}\n`);
  };
  await Promise.all(Array.from({ length: count }, (_, job) => runSimulator('check-mutations', [String(seeds.first), String(seeds.last), String(faultsMs), `${job}/${count}`], note)));
  const ordered = mutationNames.flatMap((name) => lines.filter(({ mutation }) => mutation === name));
  const table = mutationTable(ordered, seeds);
  if (!json) process.stdout.write(table);
  if (write !== undefined) writeFileSync(write, withTable(pageOf(write), table, write));
  const missed = ordered.filter(({ seed }) => seed === undefined).map(({ mutation }) => mutation);
  if (missed.length > 0) throw new RunFailed(`${missed.length} of ${ordered.length} mutations were not noticed: ${missed.join(', ')}`);
}

export function mutationTable(lines: readonly MutationLine[], { first, last }: MutationCheck['seeds']): string {
  const rows = lines.map(({ mutation, breaks, foundBy, seed, seedsTried, before }) => {
    const others = Object.entries(before).map(([by, times]) => `${by} ${times}`).join(', ');
    return `| ${mutation} | ${breaks} | ${foundBy} | ${seed === undefined ? `none of ${seedsTried}` : `${seedsTried} (seed ${seed})`} | ${others} |`;
  });
  return [`Seeds ${first} to ${last} at most.`, '', '| mutation | what is wrong | found by | seeds needed | noticed before by, in seeds |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}

function pageOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--write ${file}: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** The page with another table between its marks. */
export function withTable(page: string, table: string, file: string): string {
  const begin = page.indexOf(beginMark);
  const end = page.indexOf(endMark);
  if (begin < 0 || end < begin) throw new UsageError(`--write ${file}: the page has no place for the table: a line "${beginMark}" and, below it, a line "${endMark}"`);
  return `${page.slice(0, begin + beginMark.length)}\n\n${table}\n${page.slice(end)}`;
}

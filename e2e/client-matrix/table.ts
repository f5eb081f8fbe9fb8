/** What the matrix found, as the page docs/clients.md and as figures. Nothing in it depends on when it was made. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export type Outcome = { kind: 'works' } | { kind: 'absent'; why: string } | { kind: 'fails'; why: string };

export interface Column {
  title: string;
  version: string;
  /** By capability. */
  outcomes: Map<string, Outcome>;
}

export interface Findings {
  capabilities: string[];
  columns: Column[];
  notRun: { title: string; why: string }[];
}

const whyLengthMax = 300;
const marks = { works: '✓', absent: '–', fails: '✗' } as const;

function cell(outcome: Outcome | undefined): string {
  return outcome === undefined ? '' : marks[outcome.kind];
}

function outcomesOf(columns: Column[], kind: Outcome['kind']): { title: string; capability: string; why: string }[] {
  return columns.flatMap(({ title, outcomes }) => [...outcomes].flatMap(([capability, outcome]) => (outcome.kind === kind && outcome.kind !== 'works' ? [{ title, capability, why: outcome.why }] : [])));
}

export function countOf({ columns }: Findings, kind: Outcome['kind']): number {
  return columns.flatMap(({ outcomes }) => [...outcomes.values()]).filter((outcome) => outcome.kind === kind).length;
}

/** One line for each reason, with what it stands behind. */
function reasons(columns: Column[]): string[] {
  const grouped = Map.groupBy(outcomesOf(columns, 'absent'), ({ title, why }) => `${title}: ${why}`);
  return [...grouped].map(([reason, cells]) => `- ${reason} (${cells.map((one) => one.capability).join('; ')})`);
}

function row(cells: string[]): string {
  return `| ${cells.join(' | ')} |`;
}

export function pageOf(findings: Findings): string {
  const { capabilities, columns, notRun } = findings;
  const failures = outcomesOf(columns, 'fails');
  const parts = [
    '# Clients that others wrote, against `serve`',
    'Made by `npm run test:clients`, which writes this page as a whole; it is never edited. Each client runs in its own language, installed from its registry in the version below, with its defaults where a story does\nnot need another setting. What a client says is held against what the brokers hold, asked over a bare socket ([testing.md](testing.md) says how). ✓ it works; – the client has no such thing, with the reason below\nthe table; ✗ it fails.',
    [row(['', ...columns.map((column) => column.title)]), row(['---', ...columns.map(() => ':-:')]), row(['version', ...columns.map((column) => column.version)]), ...capabilities.map((capability) => row([capability, ...columns.map((column) => cell(column.outcomes.get(capability)))]))].join('\n'),
    `${countOf(findings, 'works')} ✓, ${countOf(findings, 'absent')} –, ${countOf(findings, 'fails')} ✗.`,
  ];
  if (failures.length > 0) parts.push('## What fails', failures.map(({ title, capability, why }) => `- ${title}, ${capability}: ${why.replaceAll('\n', ' ').slice(0, whyLengthMax)}`).join('\n'));
  if (notRun.length > 0) parts.push('## What was not run', notRun.map(({ title, why }) => `- ${title}: ${why}`).join('\n'));
  parts.push('## What a client does not have', reasons(columns).join('\n'));
  return `${parts.join('\n\n')}\n`;
}

export function writeText(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

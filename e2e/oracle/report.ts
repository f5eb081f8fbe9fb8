/** What the run found: a file with both answers for each difference, and the figures. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Difference } from './compare.ts';
import type { KnownDifference } from './known-differences.ts';

export interface Findings {
  compared: number;
  equal: number;
  listed: { difference: Difference; line: KnownDifference }[];
  unlisted: Difference[];
  stale: KnownDifference[];
  missing: string[];
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'bigint' ? `${inner}n` : inner)) ?? 'undefined');
}

function part(title: string, differences: { difference: Difference; reason?: string }[]): string[] {
  return [
    `## ${title} (${differences.length})`,
    ...differences.flatMap(({ difference, reason }) => [
      `${difference.exchange}\t${difference.path}${reason === undefined ? '' : `\t(${reason})`}`,
      `    kafka:     ${textOf(difference.kafka)}`,
      `    terrarium: ${textOf(difference.terrarium)}`,
    ]),
    '',
  ];
}

/** How many exchanges the differences are in. */
function exchangesIn(differences: Difference[]): number {
  return new Set(differences.map((one) => one.exchange)).size;
}

export function writeReport(path: string, findings: Findings): void {
  const text = [
    figuresOf(findings),
    '',
    ...part('Unlisted', findings.unlisted.map((difference) => ({ difference }))),
    ...part('Listed', findings.listed.map(({ difference, line }) => ({ difference, reason: line.reason }))),
    `## Listed, but did not occur (${findings.stale.length})`,
    ...findings.stale.map((line) => `line ${line.line}: ${line.text}`),
    ...findings.missing,
  ];
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${text.join('\n')}\n`);
}

export function figuresOf({ compared, equal, listed, unlisted, stale }: Findings): string {
  return `compared ${compared}, equal ${equal}, listed ${exchangesIn(listed.map((one) => one.difference))} (${listed.length} fields), unlisted ${exchangesIn(unlisted)} (${unlisted.length} fields), listed but not seen ${stale.length}`;
}

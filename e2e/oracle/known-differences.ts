/** The list of differences that stand: one a line, exchange pattern, field path pattern, reason, with tabs between them. */
import { readFileSync } from 'node:fs';
import type { Difference } from './compare.ts';

export interface KnownDifference {
  line: number;
  exchange: RegExp;
  path: RegExp;
  text: string;
  reason: string;
  occurred: number;
}

export function readKnownDifferences(file: string): KnownDifference[] {
  return readFileSync(file, 'utf8').split('\n').flatMap((text, index) => {
    if (text.trim() === '' || text.startsWith('#')) return [];
    const [exchange, path, reason] = text.split('\t');
    if (exchange === undefined || path === undefined || reason === undefined || reason.trim() === '') throw new Error(`${file}:${index + 1}: expected exchange, path and reason with tabs between them`);
    return [{ line: index + 1, exchange: globOf(exchange), path: globOf(path), text: `${exchange}\t${path}`, reason, occurred: 0 }];
  });
}

/** `*` is any text; all else is itself. */
export function globOf(pattern: string): RegExp {
  return new RegExp(`^${pattern.split('*').map((part) => part.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')).join('.*')}$`);
}

/** Counts the line that covers the difference, and answers it. */
export function coveringLine(known: KnownDifference[], difference: Difference): KnownDifference | undefined {
  const line = known.find((one) => one.exchange.test(difference.exchange) && one.path.test(difference.path));
  if (line !== undefined) line.occurred += 1;
  return line;
}

/** Kafka's text format of checkpoint files: a version (0), the number of entries, one entry a line. Kafka: CheckpointFile. */
import { DiskError } from '#engine/ports/disk.ts';

export function checkpointText(lines: readonly string[]): Uint8Array {
  return new TextEncoder().encode(`${['0', String(lines.length), ...lines].join('\n')}\n`);
}

/** The entries, one a line. A file that is not of the format is refused, with the line. */
export function parseLines(path: string, bytes: Uint8Array): string[] {
  const lines = new TextDecoder().decode(bytes).split('\n');
  const malformed = (line: number, expected: string) => new DiskError('ECORRUPT', `"${path}", line ${line}: expected ${expected}, found "${lines[line - 1] ?? ''}"`);
  if (lines[0] !== '0') throw malformed(1, 'version 0');
  if (!/^\d+$/.test(lines[1] ?? '')) throw malformed(2, 'the number of entries');
  if (lines.length !== Number(lines[1]) + 3 || lines.at(-1) !== '') throw malformed(2, `${lines.length - 3} entries`);
  return lines.slice(2, -1);
}

/** Entries of so many words, of which the last two are integers. */
export function parseEntries(path: string, bytes: Uint8Array, wordsPerLine: number): string[][] {
  return parseLines(path, bytes).map((line, index) => {
    const words = line.split(' ');
    if (words.length !== wordsPerLine || !words.slice(-2).every((word) => /^-?\d+$/.test(word))) {
      throw new DiskError('ECORRUPT', `"${path}", line ${index + 3}: expected ${wordsPerLine} words, the last two numbers, found "${line}"`);
    }
    return words;
  });
}

/**
 * How `serve` does beside a real Apache Kafka, measured with Kafka's own clients. The comparison is a program of the checkout
 * (e2e/bench/against-kafka.ts), run as a process of its own; without it, or without Java and Maven, there is nothing to compare with.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Figure } from '#engine/host/bench/bench.ts';

const programPath = 'e2e/bench/against-kafka.ts';
const exitMissingTool = 3;

/** Undefined: there is nothing to compare with, and why was said. */
export async function kafkaComparison(): Promise<Figure[] | undefined> {
  const program = checkoutFile(programPath);
  if (program === undefined) return undefined;
  const child = spawn(process.execPath, [program], { stdio: ['ignore', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
  if (code === exitMissingTool) return undefined;
  if (code !== 0) throw new Error(`the comparison with Kafka ended with exit code ${String(code)}`);
  return JSON.parse(output) as Figure[];
}

/** A file of the checkout that this program was built in; undefined: it is installed somewhere. */
function checkoutFile(path: string): string | undefined {
  for (let folder = import.meta.dirname; ; folder = dirname(folder)) {
    const file = join(folder, path);
    if (existsSync(file)) return file;
    if (folder === dirname(folder)) return undefined;
  }
}

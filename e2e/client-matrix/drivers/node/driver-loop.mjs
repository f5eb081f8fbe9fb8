// Reads one JSON request a line, lets each run beside the others, writes one JSON answer a line.
import { createInterface } from 'node:readline';

/** The client offers no such thing. */
export class Absent extends Error {}

function answer(id, what) {
  process.stdout.write(`${JSON.stringify({ id, ...what })}\n`);
}

/** The error with what it hides, as an answer. */
export function problemOf(error) {
  if (error instanceof Absent) return { absent: error.message };
  // Clients hide what a broker said in causes and in lists of errors.
  const inner = [error?.cause, ...(error?.errors ?? [])].filter((one) => one instanceof Error).map((one) => problemOf(one).error).slice(-3);
  return { error: [String(error), ...inner].join(' / ') };
}

/** Bytes as text, null as null. */
export function text(bytes) {
  return bytes?.toString() ?? null;
}

/** By partition, the offset behind the last record that was seen. */
export function behind(records) {
  const ends = new Map();
  for (const { partition, offset } of records) ends.set(partition, Math.max(ends.get(partition) ?? 0, offset + 1));
  return ends;
}

/** `driver` has an async function for each operation that its client knows, and `absent`: operation → why not. */
export function serve(driver) {
  const run = async ({ id, op, args }) => {
    try {
      if (driver.absent[op] !== undefined) throw new Absent(driver.absent[op]);
      answer(id, { ok: (await driver[op](args)) ?? {} });
    } catch (error) {
      answer(id, problemOf(error));
    }
  };
  createInterface({ input: process.stdin })
    .on('line', (line) => void run(JSON.parse(line)))
    .on('close', () => process.exit(0));
}

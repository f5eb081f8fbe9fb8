/** What processes take of the machine, as Linux tells it; elsewhere not a number, and the table says so. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const ticksPerSecond = 100;

/** All together, in MB. */
export function residentMb(processIds: readonly number[]): number {
  return processIds.reduce((sum, id) => sum + (Number(/^VmRSS:\s+(\d+) kB/m.exec(told(id, 'status'))?.[1] ?? Number.NaN) * 1024) / 1e6, 0);
}

/** Cores that they keep busy while nobody asks them for anything. */
export async function idleCores(processIds: readonly number[], overMs: number): Promise<number> {
  const before = processorSeconds(processIds);
  const startMs = performance.now();
  await sleep(overMs);
  return (processorSeconds(processIds) - before) / ((performance.now() - startMs) / 1000);
}

export function processorSeconds(processIds: readonly number[]): number {
  return processIds.reduce((sum, id) => {
    // Behind the name, which may hold anything: user and system time are the 12th and 13th field.
    const fields = told(id, 'stat').replace(/^.*\) /s, '').split(' ');
    return sum + (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
  }, 0);
}

function told(processId: number, what: string): string {
  try {
    return readFileSync(`/proc/${processId}/${what}`, 'utf8');
  } catch {
    return '';
  }
}

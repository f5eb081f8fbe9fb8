/** A `serve` in a process of its own, as a user starts it. */
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export interface ServedProcess {
  startMs: number;
  bootstrap: string;
  /** Resident memory of the process, in MB. */
  residentMb(): number;
  close(): Promise<void>;
}

/** The built command line beside this file, or in a checkout without a build its source. */
export function cliPath(): string {
  const built = join(import.meta.dirname, 'cli.js');
  return existsSync(built) ? built : join(import.meta.dirname, '../cli/main.ts');
}

export async function serveProcess(args: readonly string[]): Promise<ServedProcess> {
  const child = spawn(process.execPath, [cliPath(), 'serve', '--port', '0', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ready = JSON.parse(await firstLine(child)) as { startMs: number; bootstrap: string };
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  return {
    startMs: ready.startMs,
    bootstrap: ready.bootstrap,
    residentMb: () => residentMb(child.pid!),
    close() {
      child.kill('SIGTERM');
      return ended;
    },
  };
}

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    createInterface({ input: child.stdout! }).once('line', resolve);
    child.once('exit', (code) => reject(new Error(`serve ended with exit code ${code} before it was ready`)));
  });
}

/** Linux only; elsewhere not a number, and the table says so. */
function residentMb(processId: number): number {
  const status = `/proc/${processId}/status`;
  const kilobytes = existsSync(status) ? /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(status, 'utf8'))?.[1] : undefined;
  return kilobytes === undefined ? Number.NaN : (Number(kilobytes) * 1024) / 1e6;
}

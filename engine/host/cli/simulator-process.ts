/** Processes of the simulator, which belongs to the tests and not to the host: started by their path, heard line by line. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { RunFailed } from '#engine/host/cli/usage-error.ts';

/** Resolves when the process has told of all that was its own. */
export function runSimulator(program: 'check-seeds' | 'check-mutations', programArguments: readonly string[], note: (line: unknown) => void): Promise<void> {
  const child = spawn(process.execPath, [programPath(program), ...programArguments], { stdio: ['ignore', 'pipe', 'inherit'] });
  createInterface({ input: child.stdout }).on('line', (line) => note(JSON.parse(line)));
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new RunFailed(`the simulator of share ${programArguments[3]} ended with ${signal ?? `exit code ${code}`}`));
    });
  });
}

/** Built beside the command line; in a checkout without a build, its source. */
function programPath(program: string): string {
  const built = join(import.meta.dirname, `${program}.js`);
  return existsSync(built) ? built : join(import.meta.dirname, `../../testing/${program}.ts`);
}

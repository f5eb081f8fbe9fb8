// Runs the steps of a command with their progress on stderr, and says what to do when one fails.
import { spawn } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { root } from './right-node.mjs';

/** Environment in which `node` and the installed tools come first on the path. */
export function toolEnvironment(node = process.execPath, extra = {}) {
  const path = [dirname(node), join(root, 'node_modules', '.bin'), process.env.PATH ?? ''].join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}

export class StepFailed extends Error {
  constructor(title, code, advice, output) {
    super(`${title} failed (exit code ${code}).\n${output}\n  What to do: ${advice}`);
    this.name = 'StepFailed';
    this.code = code;
  }
}

/**
 * Runs one command as a step: a line when it begins, a beat every ten seconds while it is quiet, a line with its time at the
 * end. Its output is shown when `show` is set, and in any case when it fails.
 */
export function step(title, command, args, { advice, env, show = false, quietWhenFast = false } = {}) {
  return new Promise((resolve, reject) => {
    const started = Date.now();
    const seconds = () => ((Date.now() - started) / 1000).toFixed(1);
    if (!quietWhenFast) process.stderr.write(`  ${title} …\n`);
    const child = spawn(command, args, { cwd: root, env: env ?? toolEnvironment(), stdio: ['ignore', 'pipe', 'pipe'], shell: process.platform === 'win32' && command === 'npm' });
    let output = '';
    const take = (data) => {
      output = (output + data).slice(-40_000);
      if (show) process.stderr.write(data);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const beat = setInterval(() => process.stderr.write(`    still at it, ${seconds()} s\n`), 10_000);
    const end = (code, reason) => {
      clearInterval(beat);
      if (code === 0) {
        if (!quietWhenFast) process.stderr.write(`  ${title}: done in ${seconds()} s\n`);
        resolve(output);
      } else {
        reject(new StepFailed(title, code ?? -1, advice ?? 'read the output above.', show ? '' : `${reason ?? ''}${output}`));
      }
    };
    child.on('error', (error) => end(-1, `${error.message}\n`));
    child.on('close', (code) => end(code));
  });
}

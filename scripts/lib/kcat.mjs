// kcat, a client that others wrote (librdkafka): installed as root where the system has it as a package.
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { step } from './steps.mjs';

function isThere() {
  return (process.env.PATH ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'kcat')));
}

/** Says plainly when its suite cannot run; that is no failure, for kcat is not the project's. */
export async function ensureKcat() {
  if (!isThere() && process.platform === 'linux' && process.getuid?.() === 0) {
    try {
      await step('Reading the package lists', 'apt-get', ['update', '-qq']);
      await step('Installing kcat (system package)', 'apt-get', ['install', '-y', '-qq', 'kcat']);
    } catch (error) {
      process.stderr.write(`${error.message.split('\n')[0]}\n`);
    }
  }
  if (!isThere()) process.stderr.write('  kcat is not on this machine and cannot be installed here: its suites (e2e/clients/kcat*.test.ts) do not run.\n');
}

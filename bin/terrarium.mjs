#!/usr/bin/env node
// The command `terrarium`, in a checkout: makes sure that the engine is installed and built, then runs it on the right Node.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL, fileURLToPath } from 'node:url';
import { ensureBuilt, ensureInstalled } from '../scripts/lib/prepare.mjs';
import { rightNode, root, thisNodeIsRight } from '../scripts/lib/right-node.mjs';

const cli = join(root, 'dist/engine/cli.js');

try {
  const packaged = !existsSync(join(root, 'engine'));
  if (!packaged) {
    await ensureInstalled();
    await ensureBuilt(['open', undefined].includes(process.argv[2]) ? 'all' : 'engine');
  }
} catch (error) {
  process.stderr.write(`terrarium: ${error.message}\n`);
  process.exit(1);
}

if (thisNodeIsRight()) {
  await import(pathToFileURL(cli).href);
} else {
  const child = spawn(rightNode(), [fileURLToPath(import.meta.url), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 143)));
}

// `npm run test:hostile`: builds the engine when it is stale and sends hostile frames to a real `serve` (e2e/hostile/main.ts).
// `-- --frames N` sends so many (a million), `--seed N` others, `--enemies N` from so many connections at once; `--quiet` says nothing on the way.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { rightNode, root } from './lib/right-node.mjs';
import { toolEnvironment } from './lib/steps.mjs';

try {
  await ensureInstalled();
  await ensureBuilt('engine');
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const child = spawn(rightNode(), [join(root, 'e2e/hostile/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit', env: toolEnvironment(rightNode()) });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));

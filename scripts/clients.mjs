// `npm run test:clients`: builds the engine when it is stale, and tells the stories of e2e/client-matrix to every client that installs here.
// `-- --client kafkajs` tells them to one, `-- --only TEXT` only those whose capability has this text, `-- --bootstrap HOST:PORT` to
// another cluster. A whole run writes docs/clients.md.
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { ensureKcat } from './lib/kcat.mjs';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { rightNode, root } from './lib/right-node.mjs';
import { toolEnvironment } from './lib/steps.mjs';

try {
  await ensureInstalled();
  await ensureBuilt('engine');
  await ensureKcat();
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
const child = spawn(rightNode(), [join(root, 'e2e/client-matrix/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit', env: toolEnvironment(rightNode()) });
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
child.on('exit', (code) => process.exit(code ?? 1));

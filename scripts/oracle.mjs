// `npm run test:oracle`: builds the engine when it is stale and compares it with a real Apache Kafka (e2e/oracle/main.ts).
// `-- --only PATTERN` tells only the stories whose name matches (`*` is any text; may be given several times); `-- --report FILE` says where both answers go.
// Ends with 3 when Java or Maven are missing or Kafka cannot be fetched: nothing was compared then.
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
const child = spawn(rightNode(), [join(root, 'e2e/oracle/main.ts'), ...process.argv.slice(2)], { stdio: 'inherit', env: toolEnvironment(rightNode()) });
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill('SIGTERM'));
child.on('exit', (code) => process.exit(code ?? 1));

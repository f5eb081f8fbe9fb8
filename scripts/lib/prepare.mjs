// The bootstrap that `npm start`, `npm test` and the command line share: the right Node, the dependencies, the build.
// Plain JavaScript without dependencies, for it runs before there are any, and on Node 18.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { digestOf, digestOfContent, isFresh, markFresh } from './freshness.mjs';
import { rightNode, root } from './right-node.mjs';
import { step, toolEnvironment } from './steps.mjs';

const installStamp = 'node_modules/.terrarium-install';

/** Installs the locked dependencies when they are not there or the lock file has changed. */
export async function ensureInstalled() {
  const digest = digestOfContent('package-lock.json');
  if (isFresh(installStamp, digest) && rightNode()) return;
  if (existsSync(join(root, 'node_modules')) && !existsSync(join(root, installStamp)) && process.env.TERRARIUM_KEEP_MODULES && rightNode()) {
    markFresh(installStamp, digest);
    return;
  }
  await step('Installing dependencies (once; a Node 24 is among them)', 'npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    advice: 'check that the npm registry can be reached (npm ping) and that the disk has 1.5 GB free, then run the command again.',
    env: process.env,
  });
  if (!rightNode()) {
    throw new Error(
      `No Node >= 22.14 for ${process.platform}-${process.arch} came with the dependencies.\n  What to do: install Node 24 by hand and run the command again with it.`,
    );
  }
  markFresh(installStamp, digest);
}

const engineInputs = ['engine', 'scripts/build.mjs', 'package.json'];
const allInputs = ['engine', 'electron', 'renderer', 'scripts/build.mjs', 'vite.config.ts', 'package.json'];

/** Builds what is stale. `what`: 'engine' (the command line needs no more) or 'all' (the app). */
export async function ensureBuilt(what) {
  const stamp = `dist/.fresh-${what}`;
  const digest = digestOf(what === 'engine' ? engineInputs : allInputs);
  if (isFresh(stamp, digest)) return;
  const node = rightNode();
  await step(what === 'engine' ? 'Building the engine' : 'Building the app', node, ['scripts/build.mjs', what], {
    advice: 'the sources do not compile: npm test names the file and line.',
    env: toolEnvironment(node),
  });
  if (what === 'all') markFresh('dist/.fresh-engine', digestOf(engineInputs));
  markFresh(stamp, digest);
}

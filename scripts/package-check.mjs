// `npm run package:check`: packages the app against a stand-in for Electron's binary, offline, and checks what a package must be:
// which files are in the archive and which are not, that native modules lie outside of it, and which fuses are set.
import { createRequire } from 'node:module';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled } from './lib/prepare.mjs';
import { rightNode, root } from './lib/right-node.mjs';
import { step, toolEnvironment } from './lib/steps.mjs';

await ensureInstalled();
await ensureBuilt('all');

const require = createRequire(join(root, 'package.json'));
const work = join(root, '.cache/package-check');
const stand = join(work, 'electron');
const out = join(work, 'out');
rmSync(work, { recursive: true, force: true });
mkdirSync(join(stand, 'resources'), { recursive: true });
// Electron's fuse wire: a sentinel, a version, the number of fuses and one character for each ('0' off, '1' on, 'r' removed).
const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
writeFileSync(join(stand, 'electron'), Buffer.concat([Buffer.from(`stand-in for the binary ${sentinel}`), Buffer.from([1, 9]), Buffer.from('101100110'), Buffer.alloc(64)]), { mode: 0o755 });
writeFileSync(join(stand, 'version'), require('electron/package.json').version);
writeFileSync(join(stand, 'LICENSE'), '');

await step('Packaging against a stand-in for Electron', 'electron-builder', ['--linux', 'dir', '--x64', '--publish', 'never', `-c.electronDist=${stand}`, `-c.directories.output=${out}`], {
  advice: 'electron-builder says above which part of electron-builder.yml it could not follow.',
  env: toolEnvironment(rightNode()),
});

const app = join(out, 'linux-unpacked');
const { listPackage, statFile } = require('@electron/asar');
const archive = join(app, 'resources/app.asar');
const files = listPackage(archive, { isPack: false }).map((path) => path.replaceAll('\\', '/').replace(/^\//, ''));
const isFile = (path) => !('files' in statFile(archive, path));
const packed = files.filter(isFile);
const unpackedRoot = join(app, 'resources/app.asar.unpacked');
const unpacked = existsSync(unpackedRoot) ? readdirSync(unpackedRoot, { recursive: true }).map(String).filter((path) => path.endsWith('.node')) : [];
const binary = readFileSync(join(app, 'terrarium'));
const at = binary.indexOf(sentinel) + sentinel.length;
const fuses = binary.subarray(at + 2, at + 2 + binary[at + 1]).toString();

const allowed = /^(package\.json|dist\/(electron|engine|renderer)\/|assets\/(scenarios|lessons)\/|node_modules\/better-sqlite3\/(package\.json|LICENSE|lib\/|prebuilds\/linux-x64\.node$))/;
const checks = [
  ['the archive holds main, preload, engine and screen', ['dist/electron/main.js', 'dist/electron/preload.cjs', 'dist/engine/engine-process.js', 'dist/renderer/index.html'].filter((path) => !packed.includes(path))],
  ['the archive holds nothing else', packed.filter((path) => !allowed.test(path))],
  ['no source, test or source map is shipped', packed.filter((path) => /\.(ts|tsx|map)$|\.test\./.test(path))],
  ['just the native module of the platform lies outside of the archive', unpacked.length === 1 && unpacked[0].replaceAll('\\', '/') === 'node_modules/better-sqlite3/prebuilds/linux-x64.node' ? [] : [`unpacked: ${unpacked.join(', ') || 'nothing'}`]],
  // Order: RunAsNode, CookieEncryption, NodeOptions, NodeCliInspect, AsarIntegrity, OnlyLoadAppFromAsar, V8 snapshot, FileProtocolPrivileges, wasm traps.
  ['fuses: RunAsNode, NodeOptions, NodeCliInspect and file privileges off; cookie encryption, asar integrity and only-asar on', fuses[0] === '0' && fuses[1] === '1' && fuses[2] === '0' && fuses[3] === '0' && fuses[4] === '1' && fuses[5] === '1' && fuses[7] === '0' ? [] : [`fuse wire: ${fuses}`]],
];

let failed = 0;
for (const [name, problems] of checks) {
  process.stdout.write(`${problems.length === 0 ? 'ok  ' : 'FAIL'} ${name}\n`);
  for (const problem of problems.slice(0, 10)) process.stdout.write(`       ${problem}\n`);
  if (problems.length > 10) process.stdout.write(`       and ${problems.length - 10} more\n`);
  if (problems.length > 0) failed += 1;
}
process.stdout.write(`${checks.length - failed} passed, ${failed} failed\n`);
process.exit(failed === 0 ? 0 : 1);

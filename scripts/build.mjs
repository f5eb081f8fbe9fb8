// Builds dist/: the engine (command line, engine process, loopback server) and Electron's main and preload with esbuild, the
// renderer with Vite. One bundle an entry, native modules left outside, so that a start reads few files.
import { build } from 'esbuild';
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './lib/right-node.mjs';

const what = process.argv[2] ?? 'all';

const common = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22',
  sourcemap: 'linked',
  legalComments: 'none',
  logLevel: 'warning',
  external: ['better-sqlite3', 'electron', '@playwright/test', 'bufferutil', 'utf-8-validate'],
};

const engine = await build({
  ...common,
  metafile: true,
  entryPoints: { cli: 'engine/host/cli/main.ts', 'engine-process': 'engine/host/engine-process.ts', 'check-seeds': 'engine/testing/check-seeds.ts', 'check-mutations': 'engine/testing/check-mutations.ts' },
  outdir: 'dist/engine',
  format: 'esm',
  splitting: true,
  minify: true,
  keepNames: true,
  chunkNames: 'chunk-[name]-[hash]',
  banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" },
});

// A chunk is named after its content: those of builds before would stay for ever, and be packaged.
for (const name of readdirSync(join(root, 'dist/engine'))) {
  if (!(`dist/engine/${name}` in engine.metafile.outputs)) rmSync(join(root, 'dist/engine', name), { recursive: true });
}

if (what === 'all') {
  if (existsSync(join(root, 'electron/main.ts'))) {
    await build({ ...common, entryPoints: { main: 'electron/main.ts' }, outdir: 'dist/electron', format: 'esm' });
    await build({ ...common, entryPoints: { preload: 'electron/preload.ts' }, outdir: 'dist/electron', format: 'cjs', outExtension: { '.js': '.cjs' } });
  }
  const vite = await import('vite');
  await vite.build({ configFile: join(root, 'vite.config.ts'), logLevel: 'warn' });
}

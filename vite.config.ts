import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

/**
 * The screen, built to plain files that a strict content security policy can serve: no inline script, no eval, no remote
 * content. `--mode fixture` builds the same screen over an invented cluster, for work on the drawing alone.
 */
export default defineConfig(({ mode }) => ({
  root: 'renderer',
  base: './',
  plugins: [react()],
  resolve: { alias: [{ find: /^#(renderer|engine)\//, replacement: `${import.meta.dirname}/$1/` }] },
  worker: { format: 'es' },
  build: {
    outDir: mode === 'fixture' ? '../dist/renderer-fixture' : '../dist/renderer',
    emptyOutDir: true,
    target: 'es2024',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 1_500,
    rolldownOptions: { input: mode === 'fixture' ? 'renderer/fixture.html' : 'renderer/index.html' },
  },
}));

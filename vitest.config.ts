import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { defineConfig } from 'vitest/config';

/** kcat is a program of the system: `npm test` installs it where it may, and says so where its suite cannot run. */
const hasKcat = (process.env['PATH'] ?? '').split(delimiter).some((folder) => existsSync(join(folder, 'kcat')));

export default defineConfig({
  test: {
    include: ['engine/**/*.test.ts', 'e2e/clients/*.test.ts', 'e2e/client-matrix/*.test.ts', 'e2e/hostile/*.test.ts', 'e2e/oracle/**/*.test.ts', 'electron/**/*.test.ts', 'renderer/**/*.test.{ts,tsx}', 'scripts/**/*.test.{ts,mjs}'],
    exclude: hasKcat ? [] : ['e2e/clients/kcat*.test.ts'],
    environment: 'node',
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});

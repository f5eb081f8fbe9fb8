import { defineConfig } from '@playwright/test';

/** One set of specs; here against the loopback host in a real Chromium, in Electron where its binary is. */
export default defineConfig({
  testDir: 'e2e',
  testMatch: '**/*.spec.ts',
  outputDir: 'test-results',
  timeout: 90_000,
  expect: { timeout: 15_000 },
  workers: 1,
  retries: 0,
  forbidOnly: true,
  use: {
    viewport: { width: 1600, height: 1000 },
    launchOptions: {
      ...(process.env['TERRARIUM_CHROMIUM'] ? { executablePath: process.env['TERRARIUM_CHROMIUM'] } : {}),
      args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
    },
  },
});

/**
 * The stage in a real Chromium: how often it paints and how long its script takes, on the small cluster of the first minute and
 * on a large one. The figures name the renderer, because a machine without a GPU draws in software. Only in a checkout: the
 * browser is driven by the tests' own tool.
 */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser } from '@playwright/test';
import type { Figure } from '#engine/host/bench/bench.ts';
import { cliPath } from '#engine/host/bench/served-process.ts';

const watchedMs = 10_000;
const browserPaths = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
const browserArguments = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

interface Statistics {
  scriptMs: number[];
  intervalMs: number[];
}

/** 12 brokers, 1,000 partitions of 3 replicas, 2,000 records a second. */
function largeScenario(): string {
  const topics = Array.from({ length: 100 }, (_, index) => `    - {name: topic-${index + 1}, partitions: 10, replicationFactor: 3}`);
  const producers = Array.from({ length: 20 }, (_, index) => `    - {id: producer-${index + 1}, topic: topic-${index + 1}, recordsPerSecond: 100}`);
  const brokers = Array.from({ length: 12 }, (_, index) => `    - {id: ${index + 1}, rack: ${'abc'[index % 3]}}`);
  return `name: A large stage\nseed: 1\ncluster:\n  brokers:\n${brokers.join('\n')}\n  topics:\n${topics.join('\n')}\n  producers:\n${producers.join('\n')}\nuntil: 1s\n`;
}

export async function stageBench(): Promise<Figure[]> {
  const { chromium } = await import('@playwright/test');
  const executablePath = process.env['TERRARIUM_CHROMIUM'] ?? browserPaths.find((path) => existsSync(path));
  const browser = await chromium.launch({ args: browserArguments, ...(executablePath === undefined ? {} : { executablePath }) });
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-stage-'));
  try {
    const large = join(folder, 'large.yaml');
    writeFileSync(large, largeScenario());
    return [...(await watch(browser, 'first minute', undefined, join(folder, 'a'))), ...(await watch(browser, '12 brokers, 1,000 partitions', large, join(folder, 'b')))];
  } finally {
    await browser.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function watch(browser: Browser, what: string, scenario: string | undefined, data: string): Promise<Figure[]> {
  const child = spawn(process.execPath, [cliPath(), 'open', ...(scenario === undefined ? [] : [scenario]), '--address', '--json', '--data', data], { stdio: ['ignore', 'pipe', 'ignore'] });
  const page = await browser.newPage({ viewport: { width: 1600, height: 1000 } });
  try {
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`open ended with exit code ${code} before it was ready`)));
    });
    await page.goto((JSON.parse(line) as { address: string }).address);
    await page.waitForFunction('window.terrariumTest !== undefined && window.terrariumTest.drawn().then((drawn) => drawn.replicas.length > 0)');
    await sleep(watchedMs);
    const { scriptMs, intervalMs } = (await page.evaluate('window.terrariumTest.statistics()')) as Statistics;
    const renderer = (await page.evaluate(rendererName)) as string;
    const figure = (name: string, unit: string, value: number): Figure => ({ name: `${what}: ${name} (${renderer})`, unit, value });
    const mean = intervalMs.reduce((sum, value) => sum + value, 0) / Math.max(1, intervalMs.length);
    return [
      figure('frames', '1/s', 1000 / mean),
      figure('frame p95', 'ms', percentile(intervalMs, 0.95)),
      figure('frame p99', 'ms', percentile(intervalMs, 0.99)),
      figure('script of a frame p95', 'ms', percentile(scriptMs, 0.95)),
    ];
  } finally {
    await page.close();
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    child.kill('SIGTERM');
    await gone;
  }
}

/** Runs in the page. */
const rendererName = `(() => {
  const gl = document.createElement('canvas').getContext('webgl');
  const info = gl === null ? null : gl.getExtension('WEBGL_debug_renderer_info');
  const name = gl === null || info === null ? 'software canvas' : String(gl.getParameter(info.UNMASKED_RENDERER_WEBGL));
  return name.includes('SwiftShader') ? 'SwiftShader, no GPU' : name.slice(0, 60);
})()`;

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

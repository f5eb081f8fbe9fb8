/**
 * Whether the desktop app can be shown: Electron's binary must be there (or be had, which is tried once), and a display. Where it
 * cannot, the reason is one sentence and the browser takes over.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export type ElectronAnswer = { binary: string } | { missing: string };

/** A failed download is not tried again for a day. */
const retryAfterMs = 24 * 3_600_000;
const downloadTimeoutMs = 120_000;

export function findElectron(root: string, environment: NodeJS.ProcessEnv, log: (line: string) => void): ElectronAnswer {
  if (!hasDisplay(environment)) return { missing: 'this machine has no display' };
  const folder = join(root, 'node_modules/electron');
  if (!existsSync(folder)) return { missing: 'Electron is not installed' };
  const there = binaryIn(folder);
  if (there !== undefined) return { binary: there };
  const stamp = join(root, '.cache/electron-unavailable');
  if (existsSync(stamp) && Date.now() - statSync(stamp).mtimeMs < retryAfterMs) return { missing: `Electron's binary could not be fetched (${readFileSync(stamp, 'utf8').trim()})` };
  log('  Fetching Electron, once …');
  const fetched = spawnSync(process.execPath, [join(folder, 'install.js')], { cwd: root, timeout: downloadTimeoutMs, encoding: 'utf8', env: { ...environment, npm_config_loglevel: 'error' } });
  const binary = binaryIn(folder);
  if (fetched.status === 0 && binary !== undefined) return { binary };
  const reason = (fetched.error?.message ?? fetched.stderr.trim().split('\n').find((line) => /error/i.test(line)) ?? 'the download failed').slice(0, 160);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, `${reason}\n`);
  return { missing: `Electron's binary could not be fetched (${reason})` };
}

function binaryIn(folder: string): string | undefined {
  const pathFile = join(folder, 'path.txt');
  const name = existsSync(pathFile) ? readFileSync(pathFile, 'utf8').trim() : process.platform === 'win32' ? 'electron.exe' : 'electron';
  const binary = join(folder, 'dist', name);
  return existsSync(binary) ? binary : undefined;
}

export function hasDisplay(environment: NodeJS.ProcessEnv): boolean {
  return process.platform !== 'linux' || Boolean(environment['DISPLAY'] || environment['WAYLAND_DISPLAY']);
}

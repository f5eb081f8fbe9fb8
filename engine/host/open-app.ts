/**
 * `open`: the app. In Electron where it can be; else the same screen in the browser, from the loopback server, and one line that
 * says so and gives the address. Prints how long the start took until the engine was ready and until the cluster was painted.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { userDataDirectory } from '#engine/host/data-directory.ts';
import { findElectron, hasDisplay } from '#engine/host/electron-binary.ts';
import type { EngineProcessOptions } from '#engine/host/engine-process.ts';
import { EngineStartError, startLoopbackServer } from '#engine/host/loopback/loopback-server.ts';

export interface OpenOptions {
  /** Folder that holds dist/, assets/ and node_modules/. */
  root: string;
  /** A scenario file whose cluster is opened; undefined: the living cluster of the first minute. */
  file: string | undefined;
  /** Undefined: the user's own cluster, which survives a restart. */
  dataDirectory: string | undefined;
  /** Port of the first broker for clients outside; 0 takes free ones. */
  port: number;
  /** Port of the screen; 0 takes a free one. */
  screenPort: number;
  seed: number | undefined;
  /** Never Electron, and no browser is started: the address is only printed. */
  addressOnly: boolean;
  json: boolean;
  /** When the command began, in milliseconds since the Unix epoch. */
  startedAtMs: number;
}

/** Runs until the app is closed; answers the exit code. */
export async function openApp(options: OpenOptions): Promise<number> {
  const scenarioFile = options.file === undefined ? join(options.root, 'assets/scenarios/first-minute.yaml') : resolve(options.file);
  if (!existsSync(scenarioFile)) {
    say(`terrarium open: there is no file ${scenarioFile}`);
    return 2;
  }
  const electron = options.addressOnly ? { missing: 'only the address was asked for' } : findElectron(options.root, process.env, say);
  const engine: EngineProcessOptions = {
    scenarioFile,
    dataDirectory: options.dataDirectory ?? defaultDataDirectory(options.file),
    port: options.port,
    seed: options.seed ?? null,
    rate: null,
  };
  return 'binary' in electron ? openInElectron(electron.binary, options, engine) : openInBrowser(electron.missing, options, engine);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** A scenario is opened from its beginning each time; the user's own cluster goes on. */
function defaultDataDirectory(file: string | undefined): string {
  return file === undefined ? join(userDataDirectory(), 'cluster') : join(userDataDirectory(), 'opened', `${basename(file).replace(/\W+/g, '-')}-${process.pid}`);
}

function openInElectron(binary: string, options: OpenOptions, engine: EngineProcessOptions): Promise<number> {
  const child = spawn(binary, [options.root], { stdio: 'inherit', env: { ...process.env, TERRARIUM_STARTED_AT: String(options.startedAtMs), TERRARIUM_ENGINE: JSON.stringify(engine) } });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => child.kill(signal));
  return new Promise((done) => child.on('exit', (code) => done(code ?? 0)));
}

async function openInBrowser(reason: string, options: OpenOptions, engine: EngineProcessOptions): Promise<number> {
  const seconds = (): string => `${((Date.now() - options.startedAtMs) / 1000).toFixed(2)} s`;
  let painted = false;
  let server;
  try {
    server = await startLoopbackServer({
      port: options.screenPort,
      rendererDirectory: join(options.root, 'dist/renderer'),
      engineModulePath: join(options.root, 'dist/engine/engine-process.js'),
      engineArguments: [JSON.stringify(engine)],
      log: say,
      onPainted() {
        if (!painted) say(`Terrarium painted the living cluster ${seconds()} after the start.`);
        painted = true;
      },
    });
  } catch (error) {
    if (!(error instanceof EngineStartError)) throw error;
    say(`terrarium open: ${error.message}`);
    return error.exitCode;
  }
  const address = server.freshAddress();
  if (options.json) process.stdout.write(`${JSON.stringify({ ready: true, address, readyMs: Date.now() - options.startedAtMs, engineProcess: server.engineProcessId() })}\n`);
  else process.stdout.write(`Terrarium is in the browser, for ${reason}: ${address}\n`);
  say(`The engine was ready ${seconds()} after the start. Ctrl C ends it.`);
  if (!options.addressOnly && hasDisplay(process.env)) openBrowser(address);
  await new Promise<void>((done) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => done());
  });
  await server.close();
  return 0;
}

/** The system's own way to show an address; without one, the printed line is enough. */
function openBrowser(address: string): void {
  const [command, args] = process.platform === 'darwin' ? ['open', [address]] : process.platform === 'win32' ? ['cmd', ['/c', 'start', '', address]] : ['xdg-open', [address]];
  spawn(command as string, args as string[], { stdio: 'ignore', detached: true }).on('error', () => undefined).unref();
}

/**
 * The engine as a process of its own under a screen: forked by the loopback server, or by Electron as a utility process (then
 * channels to screens arrive as message ports). It ends in order when it is asked to, or when its parent is gone.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createMessagePortTransport, type EmitterPort } from '#engine/contract/transports/message-port.ts';
import { createWebSocketTransport, type WebSocketLike } from '#engine/contract/transports/web-socket.ts';
import { startClusterHost, type ClusterHost } from '#engine/host/cluster-host.ts';
import type { FromEngineProcess, ToEngineProcess } from '#engine/host/loopback/engine-messages.ts';
import { releaseMemoryWhenQuiet } from '#engine/host/memory-release.ts';
import { readScenario } from '#engine/runtime/scenario/read-scenario.ts';
import type { Scenario } from '#engine/runtime/scenario/scenario-schema.ts';
import { stepsAsTrigger } from '#engine/runtime/scenario/steps-as-triggers.ts';

/** Electron's parent port, as far as it is used here. */
interface ParentPort {
  postMessage(message: unknown): void;
  on(type: 'message', listener: (event: { data: ToEngineProcess | { type: 'connect' }; ports: EmitterPort[] }) => void): void;
}

/** What the engine process is started with, as one JSON argument. */
export interface EngineProcessOptions {
  /** The scenario whose cluster a fresh folder gets. */
  scenarioFile: string;
  dataDirectory: string | null;
  port: number;
  seed: number | null;
  rate: number | null;
}

/** The screen's socket, at the far end of the relay. */
class RelayedSocket implements WebSocketLike {
  binaryType = 'arraybuffer';
  readyState = 1;
  readonly #post: (message: FromEngineProcess) => void;
  readonly #screen: number;
  readonly #onMessage: ((event: { data: unknown }) => void)[] = [];
  readonly #onClose: ((event: { code: number; reason: string }) => void)[] = [];

  constructor(screen: number, post: (message: FromEngineProcess) => void) {
    this.#screen = screen;
    this.#post = post;
  }

  send(data: string | Uint8Array): void {
    this.#post({ type: 'screen.data', screen: this.#screen, data });
  }

  close(_code?: number, reason = ''): void {
    this.readyState = 3;
    this.#post({ type: 'screen.close', screen: this.#screen, reason });
  }

  addEventListener(type: string, listener: unknown): void {
    if (type === 'message') this.#onMessage.push(listener as (event: { data: unknown }) => void);
    if (type === 'close') this.#onClose.push(listener as (event: { code: number; reason: string }) => void);
  }

  receive(data: string | Uint8Array): void {
    const value = typeof data === 'string' ? data : data.slice().buffer;
    for (const listener of this.#onMessage) listener({ data: value });
  }

  gone(): void {
    this.readyState = 3;
    for (const listener of this.#onClose) listener({ code: 1000, reason: 'the screen is gone' });
  }
}

const parentPort = (process as unknown as { parentPort?: ParentPort }).parentPort;
const sayToElectron = parentPort?.postMessage.bind(parentPort);
const post = (message: FromEngineProcess): void => {
  if (sayToElectron !== undefined) sayToElectron(message);
  else if (process.connected) process.send?.(message);
};

await run(JSON.parse(process.argv[2] ?? '{}') as Partial<EngineProcessOptions>);

async function run(given: Partial<EngineProcessOptions>): Promise<void> {
  const options: EngineProcessOptions = { scenarioFile: join(import.meta.dirname, '../../assets/scenarios/first-minute.yaml'), dataDirectory: null, port: 0, seed: null, rate: null, ...given };
  const startedMs = performance.now();
  const waiting: (ToEngineProcess | { type: 'connect'; port: EmitterPort | undefined })[] = [];
  let handle = (message: (typeof waiting)[number]): void => void waiting.push(message);
  if (parentPort !== undefined) parentPort.on('message', ({ data, ports }) => handle(data.type === 'connect' ? { type: 'connect', port: ports[0] } : data));
  else process.on('message', (message) => handle(message as ToEngineProcess));

  let host: ClusterHost;
  try {
    host = await start(options);
  } catch (error) {
    post({ type: 'failed', error: error instanceof Error ? error.message : String(error), exitCode: exitCodeOf(error) });
    process.exitCode = exitCodeOf(error);
    if (process.connected) process.disconnect();
    return;
  }
  releaseMemoryWhenQuiet();
  const screens = new Map<number, RelayedSocket>();
  handle = (message) => receive(message, host, screens);
  for (const message of waiting.splice(0)) handle(message);
  process.on('disconnect', () => void end(host));
  process.on('SIGTERM', () => void end(host));
  // Ctrl C reaches the whole process group; the parent decides.
  process.on('SIGINT', () => undefined);
  post({ type: 'ready', bootstrap: host.bootstrap, startMs: Math.round(performance.now() - startedMs), dataDirectory: host.dataDirectory });
}

async function start(options: EngineProcessOptions): Promise<ClusterHost> {
  const scenario = readScenario(readFileSync(options.scenarioFile, 'utf8'), options.scenarioFile);
  const host = await startClusterHost({
    spec: scenario.cluster,
    seed: options.seed ?? scenario.seed,
    dataDirectory: options.dataDirectory ?? undefined,
    listen: { host: '127.0.0.1', port: options.port },
    ...(options.rate === null ? {} : { rate: options.rate }),
    log: (line) => post({ type: 'log', line }),
    onFatal(error) {
      post({ type: 'log', line: `the engine has failed: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` });
      process.exit(70);
    },
  });
  if (host.runtime.isFresh) await playScenario(host, scenario);
  return host;
}

/** A scenario that is opened plays its steps, and where it says so the screen meets it at its moment, stopped. */
async function playScenario({ runtime }: ClusterHost, { steps, opensAt }: Scenario): Promise<void> {
  const upMs = runtime.position.timeUs / 1000;
  const first = stepsAsTrigger(steps, upMs);
  const commands = [...(first === undefined ? [] : [first]), ...(opensAt === undefined ? [] : [{ kind: 'clock.pause' }, { kind: 'clock.step', untilMs: upMs + opensAt }])];
  for (const command of commands) {
    const outcome = await runtime.submitCommand(command);
    if (!outcome.ok) throw new Error(`the scenario cannot be played: ${outcome.error}`);
  }
}

function receive(message: ToEngineProcess | { type: 'connect'; port: EmitterPort | undefined }, host: ClusterHost, screens: Map<number, RelayedSocket>): void {
  switch (message.type) {
    case 'connect':
      if (message.port !== undefined) host.runtime.attachScreen(createMessagePortTransport(message.port));
      return;
    case 'screen.open': {
      const socket = new RelayedSocket(message.screen, post);
      screens.set(message.screen, socket);
      host.runtime.attachScreen(createWebSocketTransport(socket));
      return;
    }
    case 'screen.data':
      screens.get(message.screen)?.receive(message.data);
      return;
    case 'screen.close':
      screens.get(message.screen)?.gone();
      screens.delete(message.screen);
      return;
    case 'heartbeat':
      post({ type: 'heartbeat', n: message.n });
      return;
    case 'shutdown':
      void end(host);
  }
}

let ending = false;
async function end(host: ClusterHost): Promise<void> {
  if (ending) return;
  ending = true;
  await host.close();
  process.exit(0);
}

/** By the table of the command line: 3 when the machine says no. */
function exitCodeOf(error: unknown): number {
  const { exitCode, code } = (error ?? {}) as { exitCode?: unknown; code?: unknown };
  if (typeof exitCode === 'number') return exitCode;
  return typeof code === 'string' && /^E[A-Z]+$/.test(code) ? 3 : 1;
}

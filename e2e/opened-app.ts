/** The app as `open` starts it, on a folder of its own, and a second pair of eyes: a session with the engine beside the screen's. */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { test as base, expect, type Page } from '@playwright/test';
import { WebSocket } from 'ws';
import type { ClusterState } from '#engine/contract/state.ts';
import type { Transport } from '#engine/contract/transport.ts';
import { createWebSocketTransport, type WebSocketLike } from '#engine/contract/transports/web-socket.ts';
import { contractVersion } from '#engine/contract/envelope.ts';

const cli = resolve(import.meta.dirname, '../dist/engine/cli.js');

export class OpenedApp {
  readonly process: ChildProcess;
  readonly address: string;
  readonly lines: string[];

  private constructor(process: ChildProcess, address: string, lines: string[]) {
    this.process = process;
    this.address = address;
    this.lines = lines;
  }

  static async start(data: string, args: string[] = []): Promise<OpenedApp> {
    const child = spawn(process.execPath, [cli, 'open', ...args, '--data', data, '--address', '--json'], { stdio: ['ignore', 'pipe', 'pipe'] });
    const lines: string[] = [];
    createInterface({ input: child.stderr }).on('line', (line) => lines.push(line));
    const first = await Promise.race([once(createInterface({ input: child.stdout }), 'line').then(([line]) => String(line)), once(child, 'exit').then(([code]) => `exit ${String(code)}`)]);
    if (!first.startsWith('{')) throw new Error(`open did not start: ${first}\n${lines.join('\n')}`);
    return new OpenedApp(child, (JSON.parse(first) as { address: string }).address, lines);
  }

  get origin(): string {
    return new URL(this.address).origin;
  }

  /** The process that holds the cluster: the one child of the one that was started. */
  engineProcessId(): number {
    const [first] = execFileSync('ps', ['-o', 'pid=', '--ppid', String(this.process.pid)], { encoding: 'utf8' }).trim().split(/\s+/);
    return Number(first);
  }

  async stop(): Promise<void> {
    if (this.process.exitCode !== null) return;
    const gone = once(this.process, 'exit');
    this.process.kill('SIGTERM');
    await gone;
  }
}

/** Asks and commands the engine over the contract, as a second screen would. */
export class EngineSession {
  readonly #transport: Transport;
  readonly #waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  #requestId = 0;

  private constructor(transport: Transport) {
    this.#transport = transport;
    transport.onMessage((message) => {
      const reply = message as { type: string; requestId: number; ok: boolean; value: unknown; error: string };
      if (reply.type !== 'reply') return;
      const waiting = this.#waiting.get(reply.requestId);
      this.#waiting.delete(reply.requestId);
      if (reply.ok) waiting?.resolve(reply.value);
      else waiting?.reject(new Error(reply.error));
    });
    transport.send({ type: 'hello', contractVersion });
    transport.send({ type: 'frames', perSecond: 0 });
  }

  /** With the session of a browser that has opened the app. */
  static async beside(page: Page, app: OpenedApp): Promise<EngineSession> {
    const cookies = await page.context().cookies();
    const socket = new WebSocket(`${app.origin.replace('http', 'ws')}/engine`, { origin: app.origin, headers: { Cookie: cookies.map(({ name, value }) => `${name}=${value}`).join('; ') } });
    await once(socket, 'open');
    return new EngineSession(createWebSocketTransport(socket as unknown as WebSocketLike));
  }

  command(command: Record<string, unknown>): Promise<unknown> {
    return this.#ask({ type: 'command', command });
  }

  query(query: Record<string, unknown>): Promise<unknown> {
    return this.#ask({ type: 'query', query });
  }

  async state(): Promise<ClusterState> {
    return (await this.query({ kind: 'state' })) as ClusterState;
  }

  close(): void {
    this.#transport.close();
  }

  #ask(message: Record<string, unknown>): Promise<unknown> {
    this.#requestId += 1;
    const requestId = this.#requestId;
    return new Promise((resolve, reject) => {
      this.#waiting.set(requestId, { resolve, reject });
      this.#transport.send({ ...message, requestId });
    });
  }
}

/** A page on a living cluster; every complaint of the page fails the test. */
export const test = base.extend<{ data: string; app: OpenedApp; glass: Page; engine: EngineSession }>({
  // Playwright reads a fixture's needs off its first parameter, so it must be a pattern.
  data: async ({ browserName: _browserName }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'terrarium-e2e-'));
    await use(folder);
    rmSync(folder, { recursive: true, force: true });
  },
  app: async ({ data }, use) => {
    const app = await OpenedApp.start(data);
    await use(app);
    await app.stop();
  },
  glass: async ({ page, app }, use) => {
    const complaints: string[] = [];
    page.on('pageerror', (error) => complaints.push(String(error)));
    page.on('console', (message) => {
      // A connection that the test itself cuts is told by the browser, whatever the page does.
      if (message.type() === 'error' && !/WebSocket|ERR_CONNECTION|Failed to load resource/.test(message.text())) complaints.push(message.text());
    });
    await page.goto(app.address);
    await untilPainted(page);
    await use(page);
    expect(complaints).toEqual([]);
  },
  engine: async ({ glass, app }, use) => {
    const engine = await EngineSession.beside(glass, app);
    await use(engine);
    engine.close();
  },
});

/** The living cluster is on the stage: replicas have been drawn. */
export async function untilPainted(page: Page): Promise<void> {
  await expect.poll(() => page.evaluate(async () => (await window.terrariumTest?.drawn())?.replicas.length ?? 0)).toBeGreaterThan(0);
}

export { expect };

export interface DrawnReplica {
  topic: string;
  partition: number;
  broker: number;
  role: 'leader' | 'follower';
  inSync: boolean;
  online: boolean;
  leaderEpoch: number;
  logStartOffset: bigint;
  highWatermark: bigint;
  logEndOffset: bigint;
}

declare global {
  interface Window {
    terrariumTest?: {
      drawn(): Promise<{ eventId: number; timeUs: number; replicas: DrawnReplica[] }>;
      statistics(): Promise<unknown>;
      connection(): string;
    };
  }
}

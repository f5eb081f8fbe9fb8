/**
 * The screen without Electron: an HTTP and WebSocket server on 127.0.0.1 that serves the built screen and relays its traffic to
 * the engine process. Only the holder of the launch token gets in; what does not come from our own page is refused first.
 */
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { WebSocketServer } from 'ws';
import { securityHeaders } from '#engine/contract/content-security-policy.ts';
import { screenFileOf } from '#engine/contract/screen-files.ts';
import { createServer } from '#engine/host/http-server.ts';
import { closeCode, ScreenRelay } from '#engine/host/loopback/screen-relay.ts';
import { EngineSupervisor } from '#engine/host/loopback/engine-supervisor.ts';
import type { FromEngineProcess } from '#engine/host/loopback/engine-messages.ts';
import { cookieOf, createLaunchTokens, setCookie } from '#engine/host/loopback/launch-token.ts';
import { refusalOf } from '#engine/host/loopback/request-guard.ts';

export interface LoopbackOptions {
  /** 0 takes a free one. */
  port: number;
  rendererDirectory: string;
  engineModulePath: string;
  engineArguments: string[];
  log(line: string): void;
  /** A screen has drawn the living cluster for the first time. */
  onPainted?(): void;
}

export interface LoopbackServer {
  port: number;
  /** An address with a fresh launch token; good for one opening. */
  freshAddress(): string;
  engineProcessId(): number | undefined;
  close(): Promise<void>;
}

const enginePath = '/engine';
const socketsMax = 64;
const messageBytesMax = 16 * 1024 * 1024;

/** Resolves when the engine is ready; rejects with `EngineStartError` when it cannot start. */
export function startLoopbackServer(options: LoopbackOptions): Promise<LoopbackServer> {
  const tokens = createLaunchTokens();
  const relay = new ScreenRelay((message) => supervisor.send(message));
  const sockets = new WebSocketServer({ noServer: true, maxPayload: messageBytesMax, perMessageDeflate: false, clientTracking: false });
  let port = 0;

  const server = createServer({ requestTimeout: 10_000, headersTimeout: 10_000, keepAliveTimeout: 30_000, maxHeaderSize: 16_384 }, (request, response) => {
    void answerPage(request, response);
  });
  server.maxConnections = 256;

  async function answerPage(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const refusal = refusalOf(request.headers, port, 'page');
    if (refusal !== undefined) return refuse(response, 403, refusal);
    if (request.method !== 'GET' && request.method !== 'HEAD' && request.method !== 'POST') return refuse(response, 405, 'only GET here');
    const url = new URL(request.url ?? '/', `http://127.0.0.1:${port}`);
    const token = url.searchParams.get('token');
    if (token !== null && url.pathname === '/') return exchange(response, token, cookieOf(request.headers.cookie, port));
    if (!tokens.isSession(cookieOf(request.headers.cookie, port))) return refuse(response, 401, 'open Terrarium with the address that it printed; it is good for one browser');
    if (url.pathname === '/painted' && request.method === 'POST') {
      options.onPainted?.();
      response.writeHead(204, securityHeaders).end();
      return;
    }
    if (request.method === 'POST') return refuse(response, 405, 'only GET here');
    await sendFile(response, url.pathname, request.method === 'HEAD');
  }

  function exchange(response: ServerResponse, token: string, cookie: string | undefined): void {
    const secret = tokens.isSession(cookie) ? cookie : tokens.exchange(token);
    if (secret === undefined) return refuse(response, 401, 'this launch token has been used; start Terrarium again, or use the browser that opened it');
    response.writeHead(303, { ...securityHeaders, Location: '/', 'Set-Cookie': setCookie(port, secret), 'Cache-Control': 'no-store' }).end();
  }

  async function sendFile(response: ServerResponse, pathname: string, headOnly: boolean): Promise<void> {
    const file = screenFileOf(pathname);
    if ('refused' in file) return refuse(response, file.refused, file.reason);
    try {
      const bytes = await readFile(join(options.rendererDirectory, file.relativePath));
      const caching = file.relativePath.startsWith('assets/') ? 'private, max-age=31536000, immutable' : 'no-cache';
      response.writeHead(200, { ...securityHeaders, 'Content-Type': file.contentType, 'Content-Length': bytes.length, 'Cache-Control': caching });
      response.end(headOnly ? undefined : bytes);
    } catch {
      refuse(response, 404, 'no such file');
    }
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const refusal = refusalOf(request.headers, port, 'upgrade') ?? upgradeRefusal(request);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 403 Forbidden\r\nConnection: close\r\nContent-Type: text/plain\r\n\r\n${refusal}\n`);
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      if (supervisor.isReady) relay.add(webSocket);
      else webSocket.close(closeCode.engineRestarting, 'the engine is starting');
    });
  });

  function upgradeRefusal(request: IncomingMessage): string | undefined {
    if (!tokens.isSession(cookieOf(request.headers.cookie, port))) return 'no session';
    if (new URL(request.url ?? '/', `http://127.0.0.1:${port}`).pathname !== enginePath) return 'no such path';
    return relay.size >= socketsMax ? `${socketsMax} screens are connected already` : undefined;
  }

  const started = Promise.withResolvers<void>();
  let wasReady = false;

  const supervisor = new EngineSupervisor({
    modulePath: options.engineModulePath,
    arguments: options.engineArguments,
    onMessage: (message) => passOn(message, relay, options.log),
    onReady() {
      wasReady = true;
      started.resolve();
    },
    onDeath: ({ code, signal, willRestart, restarts }) => {
      options.log(`the engine died (${signal ?? `exit code ${code}`}); ${willRestart ? `restarting it on the same disks, restart ${restarts}` : 'it died four times in five minutes, so it stays down: start Terrarium again'}`);
      relay.closeAll(willRestart ? closeCode.engineRestarting : closeCode.engineStopped, willRestart ? 'the engine died and is being restarted' : 'the engine died too often');
      if (!willRestart) started.reject(new EngineStartError('the engine died four times in five minutes; its disks are untouched', 1));
    },
    onFailed(failure) {
      // The first start is answered by the error; a later one must not fail in silence.
      if (wasReady) options.log(`the engine could not start again, so it stays down: ${failure.error}`);
      relay.closeAll(closeCode.engineStopped, `the engine could not start again: ${failure.error}`);
      started.reject(new EngineStartError(failure.error, failure.exitCode));
    },
  });

  return new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new EngineStartError(error.code === 'EADDRINUSE' ? `port ${options.port} is taken; give another with --screen-port, or 0 for a free one` : error.message, 3));
    });
    server.listen(options.port, '127.0.0.1', resolve);
  })
    .then(() => {
      port = (server.address() as AddressInfo).port;
      supervisor.start();
      return started.promise;
    })
    .then(() => ({
      port,
      freshAddress: () => `http://127.0.0.1:${port}/?token=${tokens.issue()}`,
      engineProcessId: () => supervisor.processId,
      async close() {
        relay.closeAll(closeCode.shuttingDown, 'Terrarium is shutting down');
        server.close();
        server.closeAllConnections();
        await supervisor.stop();
      },
    }))
    .catch((error: unknown) => {
      server.close();
      throw error;
    });
}

/** The engine could not start; `exitCode` by the table of the command line. */
export class EngineStartError extends Error {
  override readonly name = 'EngineStartError';
  readonly exitCode: number;
  constructor(message: string, exitCode: number) {
    super(message);
    this.exitCode = exitCode;
  }
}

function passOn(message: FromEngineProcess, relay: ScreenRelay, log: (line: string) => void): void {
  if (message.type === 'screen.data') relay.deliver(message.screen, message.data);
  else if (message.type === 'screen.close') relay.close(message.screen, message.reason);
  else if (message.type === 'log') log(message.line);
}

function refuse(response: ServerResponse, status: number, reason: string): void {
  response.writeHead(status, { ...securityHeaders, 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store', Connection: 'close' });
  response.end(`${reason}\n`);
}

/**
 * The control port of a served cluster: HTTP on 127.0.0.1 with a bearer token. `POST /command` takes one command of the
 * contract, `GET /state` answers the cluster's state, `GET /describe?what=topics` what Kafka's own tools print.
 *
 * What is refused is refused before it is routed: a Host that is not the literal address (DNS rebinding), a wrong token, a
 * body that is too large. A browser's page cannot send the token's header without a preflight, which is not answered.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fromJson, toJson } from '#engine/contract/json.ts';
import { createServer } from '#engine/host/http-server.ts';
import type { CommandOutcome } from '#engine/runtime/command-desk.ts';
import type { QueryAnswer } from '#engine/runtime/queries/answer-query.ts';

/** What is asked of the runtime. */
export interface ControlledRuntime {
  submitCommand(input: unknown): Promise<CommandOutcome>;
  query(input: unknown): QueryAnswer;
  state(): unknown;
}

export interface ControlServerOptions {
  port: number;
  token: string;
  runtime: ControlledRuntime;
}

export interface ControlServer {
  /** "http://127.0.0.1:PORT" */
  address: string;
  close(): Promise<void>;
}

export class ControlPortError extends Error {
  override readonly name = 'ControlPortError';
  readonly exitCode = 3;
}

const bodyBytesMax = 1_048_576;
const connectionsMax = 64;

export function startControlServer({ port, token, runtime }: ControlServerOptions): Promise<ControlServer> {
  let host = '';
  const server = createServer({ requestTimeout: 10_000, headersTimeout: 5000, keepAliveTimeout: 5000, maxHeaderSize: 8192 }, (request, response) => {
    const refusal = refusalOf(request, host, token);
    if (refusal !== undefined) return answer(response, refusal.status, refusal.error, true);
    void route(request, response, runtime);
  });
  server.maxConnections = connectionsMax;
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(new ControlPortError(error.code === 'EADDRINUSE' ? `--control-port ${port} is in use; give another, or 0 for any free one` : `the control port cannot be opened: ${error.message}`));
    });
    server.listen(port, '127.0.0.1', () => {
      host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
      resolve({
        address: `http://${host}`,
        close: () =>
          new Promise((closed) => {
            server.close(() => closed());
            server.closeIdleConnections();
            // A command that waits for the cluster's answer must not keep the process from ending.
            setTimeout(() => server.closeAllConnections(), 200).unref();
          }),
      });
    });
  });
}

function refusalOf({ headers }: IncomingMessage, host: string, token: string): { status: number; error: string } | undefined {
  if (headers.host !== host) return { status: 403, error: `the Host header is not ${host}` };
  if (headers.origin !== undefined) return { status: 403, error: 'not for pages: a request with an Origin is refused' };
  const given = /^Bearer (.+)$/.exec(headers.authorization ?? '')?.[1];
  if (given === undefined) return { status: 401, error: 'the bearer token is missing; it stands in the ready line of serve' };
  return isSame(given, token) ? undefined : { status: 401, error: 'the bearer token is another one; it stands in the ready line of serve' };
}

/** Compared as digests: neither length nor content shows in the time it takes. */
function isSame(a: string, b: string): boolean {
  return timingSafeEqual(digestOf(a), digestOf(b));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

async function route(request: IncomingMessage, response: ServerResponse, runtime: ControlledRuntime): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  switch (`${request.method} ${url.pathname}`) {
    case 'GET /state':
      return answer(response, 200, runtime.state());
    case 'GET /describe':
      return describe(response, url, runtime);
    case 'POST /command':
      return command(request, response, runtime);
    default:
      return answer(response, 404, `there is no ${request.method} ${url.pathname}; there are POST /command, GET /state and GET /describe?what=topics`);
  }
}

function describe(response: ServerResponse, url: URL, runtime: ControlledRuntime): void {
  const name = url.searchParams.get('name');
  const result = runtime.query({ kind: 'describe', what: url.searchParams.get('what'), ...(name === null ? {} : { name }) });
  if (!result.ok) return answer(response, 400, result.error);
  response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(String(result.value));
}

async function command(request: IncomingMessage, response: ServerResponse, runtime: ControlledRuntime): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) return answer(response, 413, `a command has at most ${bodyBytesMax} bytes`, true);
  let input: unknown;
  try {
    input = fromJson(body);
  } catch (error) {
    return answer(response, 400, `the command is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const outcome = await runtime.submitCommand(input);
  answer(response, outcome.ok ? 200 : 400, outcome);
}

/** Undefined: the body is longer than allowed, or its sender is gone. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > bodyBytesMax) return undefined;
      pieces.push(piece);
    }
  } catch {
    return undefined;
  }
  return Buffer.concat(pieces).toString('utf8');
}

/** A text is an error and says what is wrong. */
function answer(response: ServerResponse, status: number, value: unknown, close = false): void {
  const body = toJson(typeof value === 'string' ? { ok: false, error: value } : value);
  response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff', ...(close ? { Connection: 'close' } : {}) });
  response.end(`${body}\n`);
}

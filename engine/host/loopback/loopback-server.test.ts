import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request, type IncomingHttpHeaders } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { contentSecurityPolicy } from '#engine/contract/content-security-policy.ts';
import { startLoopbackServer, type LoopbackServer } from '#engine/host/loopback/loopback-server.ts';

let screen: string;
let server: LoopbackServer;
let lines: string[];

beforeAll(() => {
  screen = mkdtempSync(join(tmpdir(), 'terrarium-screen-'));
  mkdirSync(join(screen, 'assets'));
  writeFileSync(join(screen, 'index.html'), '<p>the screen</p>');
  writeFileSync(join(screen, 'assets', 'stage.js'), 'draw()');
});
afterAll(() => rmSync(screen, { recursive: true }));

function start(...engineArguments: string[]): Promise<LoopbackServer> {
  lines = [];
  return startLoopbackServer({
    port: 0,
    rendererDirectory: screen,
    engineModulePath: join(import.meta.dirname, 'scripted-engine.ts'),
    engineArguments,
    log: (line) => lines.push(line),
  });
}

beforeEach(async () => {
  server = await start();
});
afterEach(() => server.close());

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

function get(path: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ host: '127.0.0.1', port: server.port, path, method, headers, agent: false }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => (text += piece.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    outgoing.on('error', reject);
    outgoing.end();
  });
}

function launchPath(): string {
  const { pathname, search } = new URL(server.freshAddress());
  return pathname + search;
}

/** Opens the printed address as a browser does; answers the cookie that it gets. */
async function cookie(): Promise<string> {
  const { headers } = await get(launchPath());
  return headers['set-cookie']![0]!.split(';')[0]!;
}

function origin(): string {
  return `http://127.0.0.1:${server.port}`;
}

function openSocket(headers: Record<string, string>, path = '/engine'): WebSocket {
  return new WebSocket(`ws://127.0.0.1:${server.port}${path}`, { headers });
}

async function openScreen(): Promise<WebSocket> {
  const socket = openSocket({ Origin: origin(), Cookie: await cookie() });
  await once(socket, 'open');
  return socket;
}

/** The status with which an upgrade was refused; 101 when it was not. */
async function upgradeStatus(headers: Record<string, string>, path = '/engine'): Promise<number> {
  const socket = openSocket(headers, path);
  socket.on('error', () => undefined);
  const refused = once(socket, 'unexpected-response').then(([, response]) => (response as { statusCode: number }).statusCode);
  const opened = once(socket, 'open').then(() => 101);
  const status = await Promise.race([refused, opened]);
  socket.terminate();
  return status;
}

async function closing(socket: WebSocket): Promise<{ code: number; reason: string }> {
  const [code, reason] = (await once(socket, 'close')) as [number, Buffer];
  return { code, reason: reason.toString() };
}

async function echoed(socket: WebSocket, text: string): Promise<string> {
  const answer = once(socket, 'message') as Promise<[Buffer]>;
  socket.send(text);
  return (await answer)[0].toString();
}

describe('who gets in', () => {
  it('is the holder of the launch token, once, with a cookie that is named with the port', async () => {
    const path = launchPath();
    const { status, headers } = await get(path);
    expect({ status, location: headers.location }).toEqual({ status: 303, location: '/' });
    expect(headers['set-cookie']).toEqual([expect.stringMatching(new RegExp(`^terrarium-${server.port}=[A-Za-z0-9_-]{43}; HttpOnly; SameSite=Strict; Path=/$`))]);
    expect(await get(path)).toMatchObject({ status: 401, text: expect.stringContaining('has been used') });
    expect(await get('/?token=wrong')).toMatchObject({ status: 401 });
    const own = headers['set-cookie']![0]!.split(';')[0]!;
    expect(await get('/', { Cookie: own })).toMatchObject({ status: 200, text: '<p>the screen</p>' });
    expect(await get('/', { Cookie: `terrarium-1=${own.split('=')[1]}` })).toMatchObject({ status: 401 });
    expect(await get('/')).toMatchObject({ status: 401 });
  });

  it('is nobody with another Host or another Origin, before anything is routed', async () => {
    const own = await cookie();
    for (const headers of [{ Host: `localhost:${server.port}` }, { Host: 'evil.example' }, { Host: '127.0.0.1' }, { Origin: 'http://evil.example' }, { Origin: 'null' }]) {
      expect(await get('/', { Cookie: own, ...headers } as Record<string, string>)).toMatchObject({ status: 403 });
      expect(await get('/no-such-thing', headers as Record<string, string>)).toMatchObject({ status: 403 });
    }
  });

  it('upgrades only with our Origin, a session, and on the one path', async () => {
    const own = await cookie();
    expect(await upgradeStatus({ Cookie: own })).toBe(403);
    expect(await upgradeStatus({ Cookie: own, Origin: 'http://evil.example' })).toBe(403);
    expect(await upgradeStatus({ Cookie: own, Origin: origin(), Host: 'evil.example' })).toBe(403);
    expect(await upgradeStatus({ Origin: origin() })).toBe(403);
    expect(await upgradeStatus({ Cookie: own, Origin: origin() }, '/other')).toBe(403);
    expect(await upgradeStatus({ Cookie: own, Origin: origin() })).toBe(101);
  });

  it('sends the policy and no cross-origin permission with every answer', async () => {
    const own = await cookie();
    for (const answer of [await get('/', { Cookie: own }), await get('/'), await get('/', { Host: 'evil.example' }), await get('/none.js', { Cookie: own })]) {
      expect(answer.headers['content-security-policy']).toBe(contentSecurityPolicy);
      expect(answer.headers['access-control-allow-origin']).toBeUndefined();
    }
  });
});

describe('the screen\'s files', () => {
  it('are served from their folder and from nowhere else', async () => {
    const headers = { Cookie: await cookie() };
    expect(await get('/assets/stage.js', headers)).toMatchObject({ status: 200, text: 'draw()', headers: expect.objectContaining({ 'content-type': 'text/javascript; charset=utf-8' }) });
    for (const path of ['/..%2f..%2fetc/passwd.json', '/assets/..%2f..%2fx.js', '/%00.js', '/%E0%A4%A']) expect((await get(path, headers)).status).toBeGreaterThanOrEqual(400);
    expect(await get('/missing.js', headers)).toMatchObject({ status: 404 });
    expect(await get('/', headers, 'DELETE')).toMatchObject({ status: 405 });
    expect(await get('/', headers, 'POST')).toMatchObject({ status: 405 });
  });
});

describe('a screen\'s socket', () => {
  it('carries text and bytes to the engine and back', async () => {
    const socket = await openScreen();
    expect(await echoed(socket, 'hello')).toBe('hello');
    const bytes = once(socket, 'message') as Promise<[Buffer, boolean]>;
    socket.send(Uint8Array.of(1, 2, 3));
    expect(await bytes).toEqual([Buffer.from([1, 2, 3]), true]);
    socket.terminate();
  });

  it('is closed when the engine ends it, and when a message is too large; another screen lives on', async () => {
    const other = await openScreen();
    const ended = await openScreen();
    ended.send('end this screen');
    expect(await closing(ended)).toEqual({ code: 1000, reason: 'as it was asked' });
    const flooding = await openScreen();
    flooding.send(new Uint8Array(16 * 1024 * 1024 + 1));
    expect((await closing(flooding)).code).toBe(1009);
    expect(await echoed(other, 'still here')).toBe('still here');
    other.terminate();
  });

  it('is told when the engine dies, and finds the next engine', async () => {
    const socket = await openScreen();
    const first = server.engineProcessId();
    socket.send('die');
    expect(await closing(socket)).toEqual({ code: 4001, reason: 'the engine died and is being restarted' });
    for (;;) {
      const next = await openScreen();
      if ((await Promise.race([echoed(next, 'back'), closing(next)])) !== 'back') continue;
      next.terminate();
      break;
    }
    expect(server.engineProcessId()).not.toBe(first);
    expect(lines).toEqual([expect.stringMatching(/the engine died \(exit code 9\); restarting it on the same disks, restart 1/)]);
  });

  it('is told at the fourth death within five minutes that the engine stays down', async () => {
    const codes: number[] = [];
    while (codes.at(-1) !== 4002) {
      const socket = await openScreen();
      socket.send('die');
      const { code, reason } = await closing(socket);
      if (reason !== 'the engine is starting') codes.push(code);
    }
    expect(codes).toEqual([4001, 4001, 4001, 4002]);
    expect(lines.at(-1)).toMatch(/stays down/);
  });

  it('is closed when the engine hangs, for a heart that does not beat is stopped', async () => {
    const socket = await openScreen();
    socket.send('hang');
    expect(await closing(socket)).toMatchObject({ code: 4001 });
    expect(lines[0]).toMatch(/the engine died \(SIGKILL\)/);
  });
});

describe('the start', () => {
  it('says why the engine could not start, with its exit code', async () => {
    await expect(start('refuse')).rejects.toMatchObject({ message: 'the port is in use', exitCode: 3 });
  });

  it('listens on the loopback address alone', async () => {
    const socket = connect({ host: '127.0.0.2', port: server.port });
    const outcome = await Promise.race([once(socket, 'connect').then(() => 'connected'), once(socket, 'error').then(() => 'refused')]).catch(() => 'refused');
    socket.destroy();
    expect(outcome).toBe('refused');
  });
});

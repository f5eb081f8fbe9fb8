import { request } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startControlServer, type ControlledRuntime, type ControlServer } from '#engine/host/control/control-server.ts';

const token = 'the-token';
let server: ControlServer;
let submitted: unknown[];

const runtime: ControlledRuntime = {
  submitCommand(input) {
    submitted.push(input);
    return Promise.resolve((input as { kind: string }).kind === 'bad' ? { ok: false, error: 'it is bad' } : { ok: true, eventId: 7, timeUs: 8 });
  },
  query: (input) => (JSON.stringify(input).includes('topcs') ? { ok: false, error: 'did you mean topics?' } : { ok: true, value: 'Topic: t\n' }),
  state: () => ({ offset: 9_223_372_036_854_775_807n }),
};

beforeEach(async () => {
  submitted = [];
  server = await startControlServer({ port: 0, token, runtime });
});
afterEach(() => server.close());

interface Answer {
  status: number;
  text: string;
}

function ask(method: string, path: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, server.address), { method, headers: { Authorization: `Bearer ${token}`, ...headers }, agent: false }, (response) => {
      let text = '';
      response.on('data', (piece: Buffer) => (text += piece.toString()));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

describe('the control port', () => {
  it('takes one command as JSON, its int64 exact', async () => {
    expect(await ask('POST', '/command', {}, '{"kind":"x","offset":9223372036854775807}')).toEqual({ status: 200, text: '{"ok":true,"eventId":7,"timeUs":8}\n' });
    expect(submitted).toEqual([{ kind: 'x', offset: 9_223_372_036_854_775_807n }]);
    expect(await ask('POST', '/command', {}, '{"kind":"bad"}')).toEqual({ status: 400, text: '{"ok":false,"error":"it is bad"}\n' });
  });

  it('answers the state with int64 as digits, and what Kafka\'s tools print', async () => {
    expect(await ask('GET', '/state')).toEqual({ status: 200, text: '{"offset":9223372036854775807}\n' });
    expect(await ask('GET', '/describe?what=topics')).toEqual({ status: 200, text: 'Topic: t\n' });
    expect(await ask('GET', '/describe?what=topcs')).toMatchObject({ status: 400, text: expect.stringContaining('did you mean topics?') });
  });

  it('refuses a body that is not JSON, one that is too large, and what it does not know', async () => {
    expect(await ask('POST', '/command', {}, '{"kind":')).toMatchObject({ status: 400, text: expect.stringContaining('not JSON') });
    expect(await ask('POST', '/command', {}, `"${'x'.repeat(1_100_000)}"`)).toMatchObject({ status: 413 });
    expect(await ask('GET', '/command')).toMatchObject({ status: 404, text: expect.stringContaining('POST /command') });
    expect(await ask('POST', '/state', {}, '')).toMatchObject({ status: 404 });
    expect(submitted).toEqual([]);
  });

  it('lets nobody in without the token, from a page, or under another name', async () => {
    expect(await ask('GET', '/state', { Authorization: '' })).toMatchObject({ status: 401 });
    expect(await ask('GET', '/state', { Authorization: 'Bearer the-tokem' })).toMatchObject({ status: 401 });
    expect(await ask('GET', '/state', { Host: 'evil.example' })).toMatchObject({ status: 403 });
    expect(await ask('GET', '/state', { Origin: 'http://evil.example' })).toMatchObject({ status: 403 });
    expect(await ask('GET', '/nothing', { Host: 'evil.example' })).toMatchObject({ status: 403 });
    expect(await ask('POST', '/command', { Authorization: 'Basic eDp5' }, '{"kind":"x"}')).toMatchObject({ status: 401 });
    expect(submitted).toEqual([]);
  });

  it('names the port that is taken', async () => {
    const { port } = new URL(server.address);
    await expect(startControlServer({ port: Number(port), token, runtime })).rejects.toMatchObject({ exitCode: 3, message: expect.stringContaining(`--control-port ${port} is in use`) });
  });
});

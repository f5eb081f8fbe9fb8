import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Transport } from '#engine/contract/transport.ts';
import { createWebSocketTransport } from '#engine/contract/transports/web-socket.ts';
import { creditMax, unreadMessagesMax } from '#engine/contract/transports/packet.ts';
import { transportPairs } from '#engine/testing/contract/transport-pairs.ts';
import type { TransportPair } from '#engine/testing/contract/transport-pairs.ts';

function collect<T>(subscribe: (listener: (item: T) => void) => void, count: number): Promise<T[]> {
  return new Promise((resolve) => {
    const items: T[] = [];
    subscribe((item) => {
      items.push(item);
      if (items.length === count) resolve(items);
    });
  });
}
const messages = (end: Transport, count: number) => collect<unknown>((listener) => end.onMessage(listener), count);
const frames = (end: Transport, count: number) => collect<Uint8Array>((listener) => end.onFrame(listener), count);
const closing = (end: Transport) => new Promise<string>((resolve) => end.onClose(resolve));
const creditComes = (end: Transport) => new Promise<void>((resolve) => end.onCredit(resolve));

describe.each(Object.entries(transportPairs))('a transport over %s', (_name, createPair) => {
  let pair: TransportPair;
  beforeEach(async () => {
    pair = await createPair();
  });
  afterEach(async () => {
    await pair.dispose();
  });

  it('carries control messages both ways, in order', async () => {
    const atScreen = messages(pair.screen, 100);
    const atEngine = messages(pair.engine, 100);
    for (let n = 0; n < 100; n++) {
      pair.engine.send({ type: 'heartbeat', n });
      pair.screen.send({ type: 'heartbeat', n: n + 500 });
    }
    expect(await atScreen).toEqual(Array.from({ length: 100 }, (_, n) => ({ type: 'heartbeat', n })));
    expect(await atEngine).toEqual(Array.from({ length: 100 }, (_, n) => ({ type: 'heartbeat', n: n + 500 })));
  });

  it('keeps bigint, deep structure and strings that look like its own marks', async () => {
    const message = { offsets: [9223372036854775807n, -1n, 0n], nested: { text: '#12', other: '##', list: [null, true, 1.5, 'ä€😀'] } };
    const received = messages(pair.screen, 1);
    pair.engine.send(message);
    expect(await received).toEqual([message]);
  });

  it('delivers to a listener that comes after the message', async () => {
    pair.engine.send({ first: true });
    pair.engine.send({ last: true });
    pair.engine.close('enough');
    await closing(pair.screen);
    // Both have arrived by now, and nobody has listened yet.
    expect(await messages(pair.screen, 2)).toEqual([{ first: true }, { last: true }]);
  });

  it('never delivers from within send', () => {
    let received = 0;
    pair.screen.onMessage(() => received++);
    pair.engine.send({ type: 'heartbeat', n: 1 });
    expect(received).toBe(0);
  });

  it('sends no frame without credit', () => {
    expect(pair.engine.credit).toBe(0);
    expect(pair.engine.sendFrame(new Uint8Array(64))).toBe(false);
  });

  it('sends as many frames as it has credit for, byte for byte, and tells when new credit comes', async () => {
    const first = creditComes(pair.engine);
    const received = frames(pair.screen, 3);
    pair.screen.grant(2);
    await first;
    expect(pair.engine.credit).toBe(2);
    const large = Uint8Array.from({ length: 300_000 }, (_, index) => index % 251);
    expect(pair.engine.sendFrame(Uint8Array.of(1, 2, 3))).toBe(true);
    expect(pair.engine.sendFrame(large)).toBe(true);
    expect(pair.engine.sendFrame(Uint8Array.of(9))).toBe(false);
    const second = creditComes(pair.engine);
    pair.screen.grant(1);
    await second;
    expect(pair.engine.sendFrame(Uint8Array.of(4))).toBe(true);
    expect((await received).map((frame) => [...frame])).toEqual([[1, 2, 3], [...large], [4]]);
  });

  it('leaves the sender its bytes: a sent frame can be read and changed afterwards', async () => {
    const credit = creditComes(pair.engine);
    const received = frames(pair.screen, 1);
    pair.screen.grant(1);
    await credit;
    const part = new Uint8Array(1024).fill(7).subarray(8, 16);
    pair.engine.sendFrame(part);
    expect(part.byteLength).toBe(8);
    const [frame] = await received;
    expect([...(frame ?? [])]).toEqual(Array(8).fill(7));
  });

  it('keeps the order between frames and the control messages around them', async () => {
    const order: string[] = [];
    const done = new Promise<void>((resolve) => {
      pair.screen.onFrame(() => order.push('frame'));
      pair.screen.onMessage((message) => {
        order.push(String((message as { name: string }).name));
        if (order.length === 3) resolve();
      });
    });
    const credit = creditComes(pair.engine);
    pair.screen.grant(1);
    await credit;
    pair.engine.send({ name: 'catalog' });
    pair.engine.sendFrame(new Uint8Array(8));
    pair.engine.send({ name: 'events' });
    await done;
    expect(order).toEqual(['catalog', 'frame', 'events']);
  });

  it('delivers what was sent before closing, then tells the other side the reason once', async () => {
    const received = messages(pair.screen, 1);
    const reasons: string[] = [];
    const closed = new Promise<void>((resolve) => {
      pair.screen.onClose((reason) => {
        reasons.push(reason);
        resolve();
      });
    });
    pair.engine.send({ type: 'fatal' });
    pair.engine.close('the run has ended');
    pair.engine.close('again');
    await closed;
    expect(await received).toEqual([{ type: 'fatal' }]);
    expect(reasons).toEqual(['the run has ended']);
  });

  it('is silent after it was closed: sending does nothing and does not throw', async () => {
    const closed = closing(pair.screen);
    pair.engine.close();
    await closed;
    pair.engine.send({ type: 'heartbeat', n: 1 });
    pair.screen.send({ type: 'heartbeat', n: 1 });
    expect(pair.engine.sendFrame(new Uint8Array(8))).toBe(false);
    expect(pair.screen.credit).toBe(0);
  });

  it('tells a listener that comes too late that the connection has ended', async () => {
    const closed = closing(pair.screen);
    pair.engine.close('too late');
    await closed;
    expect(await closing(pair.screen)).toBe('too late');
  });

  it('drops a side that reads nothing instead of keeping messages for it without end', () => {
    const reasons: string[] = [];
    pair.engine.onClose((reason) => reasons.push(reason));
    // One turn of the event loop: the other side has no chance to read.
    for (let n = 0; n <= unreadMessagesMax; n++) pair.engine.send(n);
    expect(reasons).toEqual([`the other side has not read ${unreadMessagesMax} messages`]);
  });

  it('carries any number of messages to a side that reads', async () => {
    const total = unreadMessagesMax * 2;
    const received = messages(pair.screen, total);
    let sent = 0;
    let back = 0;
    pair.engine.onMessage(() => {
      back++;
      sendSome();
    });
    pair.screen.onMessage((n) => {
      if ((n as number) % 1024 === 1023) pair.screen.send('more');
    });
    function sendSome(): void {
      for (let n = 0; n < 1024 && sent < total; n++) pair.engine.send(sent++);
    }
    sendSome();
    const all = await received;
    expect(all).toEqual(Array.from({ length: total }, (_, n) => n));
    expect(back).toBeGreaterThan(14);
  });

  it('refuses to grant more credit than the bound', () => {
    pair.screen.grant(creditMax);
    expect(() => pair.screen.grant(1)).toThrow(/credit must stay/);
  });
});

describe.each(Object.entries(transportPairs).filter(([name]) => name !== 'in-process pair'))('a transport between two parties, over %s', (_name, createPair) => {
  it('closes with the reason when the other side breaks the protocol', async () => {
    const pair = await createPair();
    const closed = closing(pair.engine);
    pair.forge?.({ kind: 'credit', frames: 1e9 });
    expect(await closed).toBe(`protocol error: frames must be an integer from 1 to ${creditMax}`);
    await pair.dispose();
  });

  it('learns that the other side is gone when it dies without a word', async () => {
    const pair = await createPair();
    const closed = closing(pair.engine);
    pair.kill?.();
    expect(await closed).toMatch(/gone|closed/);
    await pair.dispose();
  });
});

describe('a transport over a WebSocket that is still connecting', () => {
  it('keeps what is sent until the socket is open', async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[WebSocket]>;
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const screen = createWebSocketTransport(client);
    screen.send({ type: 'hello' });
    expect(client.readyState).toBe(WebSocket.CONNECTING);
    const [socket] = await accepted;
    expect(await messages(createWebSocketTransport(socket), 1)).toEqual([{ type: 'hello' }]);
    client.terminate();
    server.close();
  });
});

describe('a transport over WebSocket, when the other side is hostile', () => {
  it.each([
    ['text that is not JSON', '{', 'a packet is an object, this is string'],
    ['a packet of no kind', '{"kind":"steal"}', 'unknown kind of packet: steal'],
    ['a frame as text', '{"kind":"frame","frame":[1,2]}', 'a frame packet without bytes'],
    ['an untyped list', '[1,2]', 'unknown kind of packet: undefined'],
    ['a forged integer', '{"kind":"message","message":"#12x"}', 'a packet is an object, this is string'],
  ])('closes on %s and says what was wrong', async (_name, text, expected) => {
    const pair = await (transportPairs['WebSocket'] as () => Promise<TransportPair>)();
    const opened = messages(pair.engine, 1);
    pair.screen.send('open');
    await opened;
    const closed = closing(pair.engine);
    pair.forge?.(text);
    expect(await closed).toBe(`protocol error: ${expected}`);
    await pair.dispose();
  });

  it('closes when a frame comes that was never asked for', async () => {
    const pair = await (transportPairs['WebSocket'] as () => Promise<TransportPair>)();
    const closed = closing(pair.engine);
    pair.forge?.(Buffer.alloc(64));
    expect(await closed).toBe('protocol error: a frame was sent without credit');
    await pair.dispose();
  });
});

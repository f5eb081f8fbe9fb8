import { afterEach, describe, expect, it } from 'vitest';
import { createServer } from 'node:net';
import { Gateway, ListenError } from '#engine/gateway/gateway.ts';
import { lendBytes } from '#engine/ports/lent-bytes.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { create } from '#engine/protocol/message.ts';
import { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import { MetadataRequest } from '#engine/protocol/messages/03-metadata.ts';
import { ApiVersionsRequest } from '#engine/protocol/messages/18-api-versions.ts';
import { decodeResponseFrame, encodeResponseFrame } from '#engine/protocol/frames.ts';
import type { EchoDoor } from '#engine/testing/echo-door.ts';
import { closeAll, connectClient as client, correlationIds, metadataRequest, startGateway as start, until } from '#engine/testing/gateway-fixture.ts';
import { HandClock } from '#engine/testing/hand-clock.ts';
import { requestBytes } from '#engine/testing/wire-client.ts';

function produceWithoutAcks(correlationId: number): Uint8Array {
  return requestBytes(ApiKey.Produce, 9, correlationId, create(ProduceRequest, { acks: 0 }));
}
afterEach(closeAll);

describe('requests of a client', () => {
  it('reach the broker whose port it has, and are answered', async () => {
    const { gateway, door, port } = await start();
    const otherPort = await gateway.listen(2, '127.0.0.1', 0);
    const [one, two] = [await client(port), await client(otherPort)];
    expect((await one.ask(ApiKey.ApiVersions, 3, 77, create(ApiVersionsRequest)))?.correlationId).toBe(77);
    expect((await two.ask(ApiKey.Metadata, 12, 78, create(MetadataRequest)))?.correlationId).toBe(78);
    expect([...door.opened.values()]).toEqual([{ broker: 1, address: '127.0.0.1' }, { broker: 2, address: '127.0.0.1' }]);
    expect(door.requests.map(({ connectionId, request }) => [connectionId, request.header.clientId])).toEqual([[1, 'wire-client'], [2, 'wire-client']]);
  });

  it('split at every byte are whole requests', async () => {
    const { port } = await start();
    const sender = await client(port);
    const bytes = metadataRequest(5);
    for (const byte of bytes) {
      await new Promise<void>((resolve) => {
        sender.socket.write(Uint8Array.of(byte), () => resolve());
      });
    }
    expect(await correlationIds(sender, 1)).toEqual([5]);
  });

  it('sent in one go are answered in order, however many there are', async () => {
    const { port } = await start({ inFlightRequestsMax: 3 });
    const sender = await client(port);
    const ids = Array.from({ length: 200 }, (_, index) => index);
    sender.write(Buffer.concat(ids.map(metadataRequest)));
    expect(await correlationIds(sender, 200)).toEqual(ids);
  });

  it('beyond those in flight wait outside of the engine', async () => {
    const { door, port } = await start({ inFlightRequestsMax: 3 });
    door.holding = true;
    const sender = await client(port);
    sender.write(Buffer.concat([1, 2, 3, 4, 5].map(metadataRequest)));
    await until(() => door.requests.length === 3);
    door.turn();
    await until(() => door.requests.length === 5);
    door.turn();
    expect(await correlationIds(sender, 5)).toEqual([1, 2, 3, 4, 5]);
  });

  it('with acks=0 get no answer, and count as in flight until the broker has handled them', async () => {
    const { door, port } = await start({ inFlightRequestsMax: 2 });
    door.holding = true;
    const sender = await client(port);
    sender.write(Buffer.concat([...[1, 2, 3].map(produceWithoutAcks), metadataRequest(4)]));
    await until(() => door.requests.length === 2);
    door.turn();
    await until(() => door.requests.length === 4);
    door.turn();
    expect(await correlationIds(sender, 1)).toEqual([4]);
  });
});

describe('answers', () => {
  it('of one moment leave in one write', async () => {
    const { door, port } = await start();
    door.holding = true;
    const sender = await client(port);
    const sizes: number[] = [];
    sender.socket.on('data', (chunk: Uint8Array) => sizes.push(chunk.length));
    sender.write(Buffer.concat([1, 2, 3].map(metadataRequest)));
    await until(() => door.requests.length === 3);
    door.turn();
    expect(await correlationIds(sender, 3)).toEqual([1, 2, 3]);
    expect(sizes).toHaveLength(1);
  });

  it('give back what was lent for them once they are sent, whole', async () => {
    const { gateway, door, port } = await start();
    door.holding = true;
    const sender = await client(port);
    sender.write(metadataRequest(1));
    await until(() => door.requests.length === 1);
    const lent = lendBytes(600_000)!.fill(7);
    const fetched = create(FetchResponse, { responses: [{ partitions: [{ records: [lent.subarray(0, 200_000), lent.subarray(200_000)] }] }] });
    gateway.answer({ type: 'frame', connectionId: door.requests[0]!.connectionId, pieces: encodeResponseFrame(ApiKey.Fetch, 4, 1, fetched) });
    expect(lent).toHaveLength(600_000);
    const { body } = decodeResponseFrame(ApiKey.Fetch, 4, (await sender.next())!);
    const [records] = (body as FetchResponse).responses[0]!.partitions[0]!.records!;
    expect(records).toHaveLength(600_000);
    expect(records!.every((byte) => byte === 7)).toBe(true);
    await until(() => lent.length === 0);
  });
});

describe('a client that breaks the protocol', () => {
  it.each([
    ['announces too much', Uint8Array.of(0x7f, 0, 0, 0), 'announced a frame of 2130706432 bytes, socket.request.max.bytes is 104857600'],
    ['speaks HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'it reads like HTTP'],
    ['sends an unknown key', Uint8Array.of(0, 0, 0, 10, 9, 9, 0, 0, 0, 0, 0, 1, 255, 255), 'there is no API with key 2313'],
    ['sends half a header', Uint8Array.of(0, 0, 0, 2, 0, 3), 'request header: 2 bytes needed, 0 left at byte 2'],
  ])('%s: its connection is closed with one line that says why, and no other is', async (_, bytes, reason) => {
    const { door, port, lines, gateway } = await start();
    const [honest, hostile] = [await client(port), await client(port)];
    await honest.ask(ApiKey.Metadata, 9, 1, create(MetadataRequest));
    hostile.write(bytes);
    await hostile.closed;
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^broker 1: closed the connection of 127\.0\.0\.1:\d+: /);
    expect(lines[0]).toContain(reason);
    expect((await honest.ask(ApiKey.Metadata, 9, 2, create(MetadataRequest)))?.correlationId).toBe(2);
    expect(gateway.connectionCount).toBe(1);
    expect(door.closed.every((id) => id === 2)).toBe(true);
  });
});

describe('a broker that is down', () => {
  it('resets who connects, and has its port again when it comes back', async () => {
    const { door, port, gateway } = await start();
    door.down.add(1);
    expect(await (await client(port)).closed).toBe('reset');
    expect(gateway.connectionCount).toBe(0);
    door.down.delete(1);
    expect((await (await client(port)).ask(ApiKey.Metadata, 9, 1, create(MetadataRequest)))?.correlationId).toBe(1);
  });

  it('is what a client meets before the engine is there', async () => {
    const gateway = new Gateway({ clock: new HandClock(), log: () => undefined });
    const port = await gateway.listen(1, '127.0.0.1', 0);
    expect(await (await client(port)).closed).toBe('reset');
    await gateway.close();
  });

  it('closes its connections after what was answered', async () => {
    const { gateway, door, port } = await start();
    door.holding = true;
    const sender = await client(port);
    sender.write(metadataRequest(9));
    await until(() => door.requests.length === 1);
    door.turn();
    gateway.deliver([{ type: 'close', connectionId: 1, reason: 'the broker crashed' }]);
    expect(await correlationIds(sender, 1)).toEqual([9]);
    expect(await sender.closed).toBe('ended');
    await until(() => gateway.connectionCount === 0);
    expect(door.closed).toEqual([]);
  });
});

describe('a broker that is paused', () => {
  it('lets clients connect and reads nothing until it goes on', async () => {
    const { gateway, door, port } = await start();
    const before = await client(port);
    await before.ask(ApiKey.Metadata, 9, 1, create(MetadataRequest));
    gateway.setBrokerPaused(1, true);
    const during = await client(port);
    await until(() => door.opened.size === 2);
    before.write(metadataRequest(2));
    during.write(metadataRequest(3));
    const bystander = await client(await gateway.listen(2, '127.0.0.1', 0));
    await bystander.ask(ApiKey.Metadata, 9, 4, create(MetadataRequest));
    expect(door.requests).toHaveLength(2);
    gateway.setBrokerPaused(1, false);
    expect(await correlationIds(before, 1)).toEqual([2]);
    expect(await correlationIds(during, 1)).toEqual([3]);
  });
});

describe('the bounds', () => {
  it('a connection more than all may have, or than one address may have, is refused and said', async () => {
    const total = await start({ connectionsMax: 2 });
    await (await client(total.port)).ask(ApiKey.Metadata, 9, 1, create(MetadataRequest));
    const second = await client(total.port);
    await second.ask(ApiKey.Metadata, 9, 1, create(MetadataRequest));
    expect(await (await client(total.port)).closed).toBe('reset');
    expect(total.lines).toEqual(['broker 1: refused a connection from 127.0.0.1: there are 2 connections already']);
    second.reset();
    await until(() => total.gateway.connectionCount === 1);
    expect((await (await client(total.port)).ask(ApiKey.Metadata, 9, 2, create(MetadataRequest)))?.correlationId).toBe(2);

    const perAddress = await start({ connectionsPerAddressMax: 1 });
    await (await client(perAddress.port)).ask(ApiKey.Metadata, 9, 1, create(MetadataRequest));
    expect(await (await client(perAddress.port)).closed).toBe('reset');
    expect(perAddress.lines).toEqual(['broker 1: refused a connection from 127.0.0.1: that address has 1 connections already']);
  });

  it('of several incomplete requests that are too much together, the longest goes', async () => {
    const { gateway, port, lines } = await start({ incompleteBytesMax: 3000 });
    const [short, long] = [await client(port), await client(port)];
    short.write(metadataRequest(1).subarray(0, 10));
    long.write(Uint8Array.of(0, 0, 255, 0));
    long.write(new Uint8Array(4000));
    await long.closed;
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('incomplete requests hold more than 3000 bytes');
    expect(gateway.incompleteBytes).toBeLessThanOrEqual(6);
    short.write(metadataRequest(1).subarray(10));
    expect(await correlationIds(short, 1)).toEqual([1]);
    expect(gateway.incompleteBytes).toBe(0);
  });

  it('a client that does not read is not read either, and is cut off when its output has stood still for long', async () => {
    const { gateway, door, clock, port, lines } = await start({ unsentPauseBytes: 100_000, drainTimeoutMs: 1000 });
    answerWithRecords(door, 1_000_000);
    const slow = await client(port);
    slow.socket.pause();
    const asked = Array.from({ length: 500 }, (_, index) => metadataRequest(index));
    slow.write(Buffer.concat(asked));
    await settle(() => door.requests.length);
    const taken = door.requests.length;
    expect(taken).toBeLessThan(100);
    const honest = await client(port);
    expect((await honest.ask(ApiKey.ApiVersions, 3, 1, create(ApiVersionsRequest)))?.correlationId).toBe(1);
    clock.advance(400);
    expect(gateway.connectionCount).toBe(2);
    clock.advance(2000);
    await until(() => gateway.connectionCount === 1);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(/it has read none of \d+ bytes for 1000 ms/);
    expect(door.requests).toHaveLength(taken + 1);
  });

  it('a client that reads late gets everything', async () => {
    const { door, port } = await start({ unsentPauseBytes: 100_000 });
    answerWithRecords(door, 300_000);
    const slow = await client(port);
    slow.socket.pause();
    slow.write(Buffer.concat(Array.from({ length: 100 }, (_, index) => metadataRequest(index))));
    await settle(() => door.requests.length);
    slow.socket.resume();
    for (let id = 0; id < 100; id++) {
      const answer = decodeResponseFrame(ApiKey.Fetch, 4, (await slow.next())!);
      expect(answer.correlationId).toBe(id);
      expect((answer.body as FetchResponse).responses[0]!.partitions[0]!.records![0]).toHaveLength(300_000);
    }
  });

  it('a client with more unsent answers than it may have is cut off', async () => {
    const { gateway, door, port, lines } = await start({ unsentBytesMax: 20_000_000, unsentPauseBytes: 19_000_000 });
    answerWithRecords(door, 15_000_000);
    const slow = await client(port);
    slow.socket.pause();
    slow.write(Buffer.concat([1, 2, 3, 4].map(metadataRequest)));
    await until(() => gateway.connectionCount === 0 && lines.length > 0);
    expect(lines[0]).toMatch(/\d+ bytes of answers are unsent, more than 20000000/);
  });

  it('a connection on which nothing happens is closed after connections.max.idle.ms, one that waits for an answer is not', async () => {
    const { gateway, door, clock, port, lines } = await start({ idleTimeoutMs: 1000 });
    const waiting = await client(port);
    door.holding = true;
    waiting.write(metadataRequest(1));
    const idle = await client(port);
    await until(() => gateway.connectionCount === 2 && door.requests.length === 1);
    clock.advance(900);
    expect(gateway.connectionCount).toBe(2);
    clock.advance(500);
    await idle.closed;
    expect(lines).toEqual([expect.stringContaining('nothing happened on it for 1000 ms (connections.max.idle.ms)')]);
    door.turn();
    expect(await correlationIds(waiting, 1)).toEqual([1]);
  });

  it('a flood of bad clients does not flood the log', async () => {
    const { port, lines, clock, gateway } = await start();
    for (let round = 0; round < 120; round++) {
      const bad = await client(port);
      bad.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
      await bad.closed;
    }
    await until(() => gateway.connectionCount === 0);
    expect(lines).toHaveLength(50);
    clock.advance(1000);
    expect(lines).toHaveLength(51);
    expect(lines[50]).toBe('and 70 more lines like these');
  });
});

describe('a port that cannot be had', () => {
  it('is an error that says which, and what to do', async () => {
    const other = createServer();
    const taken = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    const { gateway } = await start();
    const error = await gateway.listen(2, '127.0.0.1', taken).catch((caught: unknown) => caught);
    other.close();
    expect(error).toBeInstanceOf(ListenError);
    expect((error as ListenError).code).toBe('EADDRINUSE');
    expect((error as ListenError).message).toBe(`broker 2 cannot listen on 127.0.0.1:${taken}: the port is in use; choose another with --port, or 0 for any free one`);
  });

  it('another address than loopback is listened on with a warning', async () => {
    const { gateway, lines } = await start();
    await gateway.listen(3, '0.0.0.0', 0);
    expect(lines).toEqual([expect.stringContaining('broker 3 listens on 0.0.0.0: whoever reaches this machine reaches it')]);
  });
});

/** Every answer is one of many bytes, as Fetch gives it. */
function answerWithRecords(door: EchoDoor, sizeBytes: number): void {
  const records = [new Uint8Array(sizeBytes)];
  const plain = door.respond;
  door.respond = (request) => {
    if (request.header.apiKey !== ApiKey.Metadata) return plain(request);
    return encodeResponseFrame(ApiKey.Fetch, 4, request.header.correlationId, create(FetchResponse, { responses: [{ topic: 't', partitions: [{ records }] }] }));
  };
}

/** Waits until a number has stood still for many turns of the event loop. */
async function settle(number: () => number): Promise<void> {
  let still = 0;
  for (let last = number(); still < 2000; still++) {
    await new Promise((resolve) => setImmediate(resolve));
    if (number() !== last) still = 0;
    last = number();
  }
}

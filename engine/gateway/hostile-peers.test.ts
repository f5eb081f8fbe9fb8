/** Peers that do to a socket what no client does: every one is bounded in what it costs, and nobody beside notices. */
import { afterEach, describe, expect, it } from 'vitest';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { create } from '#engine/protocol/message.ts';
import { MetadataRequest } from '#engine/protocol/messages/03-metadata.ts';
import { closeAll, connectClient, correlationIds, metadataRequest, startGateway, until } from '#engine/testing/gateway-fixture.ts';

afterEach(closeAll);

const text = new TextEncoder();
/** A TLS 1.3 ClientHello, as far as a server reads before it answers. */
const tlsHello = Uint8Array.of(0x16, 3, 1, 0, 0xc8, 1, 0, 0, 0xc4, 3, 3, ...Array.from({ length: 190 }, (_, index) => (index * 31) & 255));

describe('what is not Kafka', () => {
  it.each([
    ['an HTTP request', text.encode('GET /metrics HTTP/1.1\r\nHost: broker\r\n\r\n'), 'it reads like HTTP'],
    ['a TLS hello', tlsHello, 'it reads like TLS, which this listener does not speak'],
    ['a size of -1', Uint8Array.of(255, 255, 255, 255, 0, 0), 'announced a frame of -1 bytes'],
    ['the least size there is', Uint8Array.of(128, 0, 0, 0), 'announced a frame of -2147483648 bytes'],
    ['the greatest size there is', Uint8Array.of(127, 255, 255, 255, 1), 'announced a frame of 2147483647 bytes, socket.request.max.bytes is 104857600'],
    ['one byte more than may be', Uint8Array.of(6, 64, 0, 1), 'announced a frame of 104857601 bytes, socket.request.max.bytes is 104857600'],
    ['a frame without a header', Uint8Array.of(0, 0, 0, 0), 'request header'],
    ['a client id longer than its frame', Uint8Array.of(0, 0, 0, 11, 0, 3, 0, 9, 0, 0, 0, 1, 0x7f, 0xff, 0), 'request header: 32767 bytes needed, 1 left'],
    ['a varint without end', Uint8Array.of(0, 0, 0, 17, 0, 3, 0, 9, 0, 0, 0, 1, 255, 255, 255, 255, 255, 255, 255, 255, 255), 'request header: a varint is longer than 32 bits'],
    ['two thousand million topics in ten bytes', Uint8Array.of(0, 0, 0, 18, 0, 3, 0, 9, 0, 0, 0, 1, 255, 255, 0, 0xfe, 0xff, 0xff, 0xff, 7, 0, 0), 'elements of at least 2 bytes announced, 2 bytes left'],
    ['a tag that is longer than its frame', Uint8Array.of(0, 0, 0, 16, 0, 3, 0, 9, 0, 0, 0, 1, 255, 255, 1, 0, 0xff, 0xff, 0xff, 7), 'request header'],
  ])('%s ends its connection with a line that says why, holds no memory, and disturbs nobody', async (_, bytes, reason) => {
    const { gateway, port, lines } = await startGateway();
    const [honest, hostile] = [await connectClient(port), await connectClient(port)];
    hostile.write(bytes);
    await hostile.closed;
    expect(lines.join('\n')).toContain(reason);
    expect((await honest.ask(ApiKey.Metadata, 9, 1, create(MetadataRequest)))?.correlationId).toBe(1);
    await until(() => gateway.connectionCount === 1);
    expect(gateway.incompleteBytes).toBe(0);
  });

  it('a text that is no UTF-8 is read as Java reads it, and answered', async () => {
    const { door, port } = await startGateway();
    const client = await connectClient(port);
    const bytes = metadataRequest(4);
    bytes.set([0xff, 0xc3, 0xed, 0xa0, 0x80], 14);
    client.write(bytes);
    expect(await correlationIds(client, 1)).toEqual([4]);
    expect(door.requests[0]!.request.header.clientId).toContain('\uFFFD');
  });
});

describe('a peer that is gone without a word', () => {
  it('in the middle of a request holds no more than it sent, and is closed after connections.max.idle.ms', async () => {
    const { gateway, clock, port, lines } = await startGateway({ idleTimeoutMs: 1000 });
    const [gone, honest] = [await connectClient(port), await connectClient(port)];
    gone.write(Uint8Array.of(5, 0, 0, 0, 0, 3));
    await until(() => gateway.incompleteBytes > 0);
    expect(gateway.incompleteBytes).toBe(2);
    clock.advance(800);
    expect((await honest.ask(ApiKey.Metadata, 9, 1, create(MetadataRequest)))?.correlationId).toBe(1);
    clock.advance(300);
    await gone.closed;
    expect(lines).toEqual([expect.stringContaining('nothing happened on it for 1000 ms (connections.max.idle.ms)')]);
    expect(gateway.incompleteBytes).toBe(0);
    expect((await honest.ask(ApiKey.Metadata, 9, 2, create(MetadataRequest)))?.correlationId).toBe(2);
  });

  it('that drips one byte now and then is not idle, and holds no more than it sent', async () => {
    const { gateway, clock, port } = await startGateway({ idleTimeoutMs: 1000 });
    const slow = await connectClient(port);
    const bytes = metadataRequest(6);
    for (const [index, byte] of bytes.entries()) {
      slow.write(Uint8Array.of(byte));
      // The four bytes of the size are taken when they are all there; so is the whole frame.
      const held = index < 3 ? index + 1 : index === bytes.length - 1 ? 0 : index - 3;
      await until(() => gateway.incompleteBytes === held);
      clock.advance(400);
    }
    expect(await correlationIds(slow, 1)).toEqual([6]);
  });
});

describe('requests behind one another', () => {
  it('in one stream that is cut at every byte are answered in their order', async () => {
    const { port } = await startGateway();
    const ids = [3, 1, 2];
    const stream = Buffer.concat(ids.map(metadataRequest));
    for (let cut = 1; cut < stream.length; cut++) {
      const client = await connectClient(port);
      client.write(stream.subarray(0, cut));
      await new Promise((resolve) => setImmediate(resolve));
      client.write(stream.subarray(cut));
      expect(await correlationIds(client, 3)).toEqual(ids);
      client.reset();
    }
    expect(stream.length).toBeGreaterThan(80);
  });

  it('of which one is damaged are answered up to it, and then the connection ends', async () => {
    const { port, lines } = await startGateway();
    const [client, honest] = [await connectClient(port), await connectClient(port)];
    client.write(Buffer.concat([metadataRequest(1), metadataRequest(2), Uint8Array.of(0, 0, 0, 10, 9, 9, 0, 0, 0, 0, 0, 1, 255, 255), metadataRequest(3)]));
    expect(await correlationIds(client, 2)).toEqual([1, 2]);
    await client.closed;
    expect(lines).toHaveLength(1);
    expect((await honest.ask(ApiKey.Metadata, 9, 4, create(MetadataRequest)))?.correlationId).toBe(4);
  });
});

/**
 * 10,000 hostile frames: real requests with bytes changed, bodies by chance from the definitions under wrong headers, sizes that lie, and
 * noise. Whatever they do to their own connection, the client beside them is answered, and nothing is left behind.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { Gateway } from '#engine/gateway/gateway.ts';
import { apis } from '#engine/protocol/api-keys.ts';
import { create } from '#engine/protocol/message.ts';
import { MetadataRequest } from '#engine/protocol/messages/03-metadata.ts';
import { EchoDoor } from '#engine/testing/echo-door.ts';
import { HandClock } from '#engine/testing/hand-clock.ts';
import { bodyArbitrary } from '#engine/testing/message-arbitrary.ts';
import { WireClient, requestBytes } from '#engine/testing/wire-client.ts';

const seed = 10_007;
const frameCount = 10_000;
/** Hostile clients that are connected at once, each with one frame. */
const attackersAtOnce = 20;

const realRequest = fc.constantFrom(...apis).chain((api) =>
  fc.integer({ min: api.versions.min, max: api.versions.max }).chain((version) =>
    bodyArbitrary(api.request, version).map((body) => requestBytes(api.key, version, 1, body))));

const mutation = fc.record({ at: fc.nat(2000), value: fc.integer({ min: 0, max: 255 }) });
/** Behind the size field, so that the frame arrives and is read. */
const changedRequest = fc.tuple(realRequest, fc.array(mutation, { minLength: 1, maxLength: 4 })).map(([bytes, mutations]) => {
  const changed = bytes.slice();
  for (const { at, value } of mutations) changed[4 + (at % (changed.length - 4))] = value;
  return changed;
});
/** A request of one API under the key and version of another. */
const wrongHeader = fc.tuple(realRequest, fc.integer({ min: -1, max: 100 }), fc.integer({ min: -1, max: 20 })).map(([bytes, apiKey, version]) => {
  const changed = bytes.slice();
  const view = new DataView(changed.buffer);
  view.setInt16(4, apiKey);
  view.setInt16(6, version);
  return changed;
});
const lyingSize = fc.tuple(realRequest, fc.integer()).map(([bytes, size]) => {
  const changed = bytes.slice();
  new DataView(changed.buffer).setInt32(0, size);
  return changed;
});
const noise = fc.uint8Array({ minLength: 1, maxLength: 300 });
const hostile = fc.oneof({ weight: 5, arbitrary: changedRequest }, { weight: 3, arbitrary: wrongHeader }, { weight: 1, arbitrary: lyingSize }, { weight: 1, arbitrary: noise });

const lines: string[] = [];
const clock = new HandClock();
const gateway = new Gateway({ clock, log: (line) => lines.push(line) });
const door = new EchoDoor((answers) => gateway.deliver(answers));
let port = 0;

beforeAll(async () => {
  port = await gateway.listen(1, '127.0.0.1', 0);
  gateway.attach(door);
});
afterAll(() => gateway.close());

/** Sends a frame, says that no more will come, and waits until the gateway has closed the connection. */
async function attack(frame: Uint8Array): Promise<void> {
  const client = await WireClient.connect(port);
  client.write(frame);
  client.socket.end();
  await client.closed;
  client.reset();
}

describe('hostile frames', () => {
  it(`${frameCount} of them harm nobody else and leave nothing behind`, async () => {
    const frames = fc.sample(hostile, { seed, numRuns: frameCount });
    const honest = await WireClient.connect(port);
    let correlationId = 0;
    for (let at = 0; at < frames.length; at += attackersAtOnce) {
      await Promise.all(frames.slice(at, at + attackersAtOnce).map(attack));
      correlationId++;
      const answer = await honest.ask(3, 9, correlationId, create(MetadataRequest));
      expect(answer?.correlationId).toBe(correlationId);
    }
    expect(correlationId).toBe(frameCount / attackersAtOnce);
    honest.reset();
    while (gateway.connectionCount > 0) await new Promise((resolve) => setImmediate(resolve));
    expect(gateway.incompleteBytes).toBe(0);
    expect(door.opened.size).toBe(1 + frameCount);
    clock.advance(2000);
    const refusals = lines.map((line) => Number(/^and (\d+) more/.exec(line)?.[1] ?? 1)).reduce((sum, count) => sum + count, 0);
    expect(refusals).toBeGreaterThan(frameCount / 3);
    expect(door.requests.length).toBeGreaterThan(frameCount / 10);
  });
});

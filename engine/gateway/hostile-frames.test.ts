/**
 * 10,000 hostile frames at the gateway alone: whatever they do to their own connection, the client beside them is answered, and nothing is left
 * behind. `npm run test:hostile` sends them to brokers.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Gateway } from '#engine/gateway/gateway.ts';
import { create } from '#engine/protocol/message.ts';
import { MetadataRequest } from '#engine/protocol/messages/03-metadata.ts';
import { EchoDoor } from '#engine/testing/echo-door.ts';
import { HandClock } from '#engine/testing/hand-clock.ts';
import { hostileTopics } from '#engine/testing/hostile/bodies.ts';
import { Chance } from '#engine/testing/hostile/chance.ts';
import { hostileFrame } from '#engine/testing/hostile/frames.ts';
import { WireClient } from '#engine/testing/wire-client.ts';

const frameCount = 10_000;
/** Hostile clients that are connected at once, each with one frame. */
const attackersAtOnce = 20;

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
    const chance = new Chance(10_007);
    const target = { topics: hostileTopics, topicIds: ['QnJvd25Gb3hKdW1wc092ZQ'] };
    const frames = Array.from({ length: frameCount }, () => hostileFrame(target, chance));
    expect(new Set(frames.map(({ kind }) => kind)).size).toBe(15);
    const honest = await WireClient.connect(port);
    let correlationId = 0;
    for (let at = 0; at < frames.length; at += attackersAtOnce) {
      await Promise.all(frames.slice(at, at + attackersAtOnce).map(({ bytes }) => attack(bytes)));
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
    expect(refusals).toBeGreaterThan(frameCount / 4);
    expect(door.requests.length).toBeGreaterThan(frameCount / 4);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ApiKey, apis } from '#engine/protocol/api-keys.ts';
import { joinPieces } from '#engine/protocol/byte-writer.ts';
import { encodeRequestFrame } from '#engine/protocol/frames.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';
import { startTestRuntime, testSpec } from '#engine/runtime/runtime-fixture.ts';
import { bodyArbitrary } from '#engine/testing/message-arbitrary.ts';
import { saslSettings } from '#engine/testing/secured-cluster.ts';

const requestsPerVersion = 14;

/** Draws the same numbers in every run. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Puts names, ids and numbers that mean something here into half of the places, so that requests get past the first look. */
function aimed(value: unknown, topicId: string, next: () => number, field = ''): unknown {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(next() * choices.length)] as T;
  if (Array.isArray(value)) return field === 'records' && next() < 0.5 ? [validBatch()] : value.map((item) => aimed(item, topicId, next, field));
  if (value instanceof Uint8Array || value === null) return value;
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, aimed(item, topicId, next, name)]));
  if (field === 'port' || next() < 0.5) return value;
  if (typeof value === 'string') return /^[\w-]{22}$/.test(value) ? topicId : pick(['orders', '__consumer_offsets', '__cluster_metadata', 'group', 'member', 'range', 'consumer', '1', '']);
  if (typeof value === 'bigint') return pick([-2n, -1n, 0n, 1n, 5n]);
  return typeof value === 'number' ? pick([-1, 0, 1, 2, 3, 30]) : value;
}

function validBatch(): Uint8Array {
  return encodeBatch({ records: [{ timestamp: 1_767_225_600_000n, key: null, value: Uint8Array.of(1) }] });
}

/** Well-formed requests of every API in every version, with values by chance. */
function senselessFrames(seed: number, topicId: string): { name: string; frame: Uint8Array }[] {
  const frames: { name: string; frame: Uint8Array }[] = [];
  const next = chance(seed);
  // Whoever may unregister a broker that runs has it unregistered, in Kafka too: that is no harm done by nonsense.
  for (const { key, name, request, versions } of apis.filter((api) => api.key !== ApiKey.UnregisterBroker)) {
    for (let version = versions.min; version <= versions.max; version++) {
      for (const body of fc.sample(bodyArbitrary(request, version), { seed: seed + key * 100 + version, numRuns: requestsPerVersion })) {
        const pieces = encodeRequestFrame({ apiKey: key, apiVersion: version, correlationId: frames.length + 100, clientId: 'hostile' }, frames.length % 4 === 0 ? body : aimed(body, topicId, next));
        frames.push({ name: `${name} v${version} ${frames.length}`, frame: joinPieces(pieces).slice(4) });
      }
    }
  }
  return frames;
}

const authorizer = { 'authorizer.class.name': 'org.apache.kafka.metadata.authorizer.StandardAuthorizer' };

describe('requests that follow the protocol and make no sense', () => {
  it.each<[string, Record<string, string>, number]>([
    ['everybody may do everything', {}, ErrorCode.NONE],
    ['an authorizer lets everything pass', { ...authorizer, 'allow.everyone.if.no.acl.found': 'true' }, ErrorCode.NONE],
    ['an authorizer lets nothing pass', authorizer, ErrorCode.TOPIC_AUTHORIZATION_FAILED],
  ])('harm no broker and no other client, whichever API they are for, where %s', async (_where, settings, lastCode) => {
    const failures: unknown[] = [];
    const test = startTestRuntime({ spec: testSpec({ settings: { 'auto.create.topics.enable': 'false', ...settings } }), onFatal: (error) => void failures.push(error) });
    const { runtime, clock } = test;
    const frames = senselessFrames(20_26, runtime.state().topics.find(({ name }) => name === 'orders')?.topicId ?? '');
    expect(frames.length).toBeGreaterThan(2000);
    for (const [index, { frame }] of frames.entries()) {
      // A connection of its own for each: a broker may close it, and may keep the request parked.
      const connectionId = runtime.open(1 + (index % 3), '127.0.0.1');
      if (connectionId !== undefined) runtime.request(connectionId, frame);
      if (index % 20 === 19) clock.advance(5);
    }
    for (let second = 0; second < 5; second++) clock.advance(1000);
    expect(failures.map(String)).toEqual([]);
    const state = runtime.state();
    expect(state.brokers.map(({ status, registration }) => [status, registration])).toEqual(Array.from({ length: 3 }, () => ['running', 'unfenced']));
    // Some of them may have deleted what was there, as anybody may who is let in; the cluster serves on.
    const created = runtime.submitCommand({ kind: 'topic.create', topic: { name: 'unharmed', partitions: 1, replicationFactor: 3 } });
    clock.advance(3000);
    expect(await created).toMatchObject({ ok: true });
    const leader = runtime.state().topics.find(({ name }) => name === 'unharmed')?.partitions[0]?.leader ?? -1;
    test.send(runtime.open(leader, '127.0.0.1') ?? -1, 7, ProduceRequest, { acks: -1, timeoutMs: 30_000, topicData: [{ name: 'unharmed', partitionData: [{ index: 0, records: [validBatch()] }] }] }, 9);
    expect(test.answerTo(7, ProduceResponse, 9).responses[0]?.partitionResponses[0]?.errorCode).toBe(lastCode);
  });

  it('end with their connections on a listener that asks for SASL, and let in nobody who did not log in', () => {
    const failures: unknown[] = [];
    const test = startTestRuntime({ spec: testSpec({ settings: { ...saslSettings } }), onFatal: (error) => void failures.push(error) });
    const { runtime, clock } = test;
    const closed = new Set<number>();
    runtime.onAnswer((answer) => void (answer.type === 'close' && closed.add(answer.connectionId)));
    const topicId = runtime.state().topics.find(({ name }) => name === 'orders')?.topicId ?? '';
    const frames = senselessFrames(20_27, topicId).filter((_, index) => index % 3 === 0);
    const opened = frames.flatMap(({ name, frame }, index) => {
      const connectionId = runtime.open(1 + (index % 3), '127.0.0.1');
      if (connectionId === undefined) return [];
      runtime.request(connectionId, frame);
      if (index % 20 === 19) clock.advance(5);
      return [{ name, connectionId }];
    });
    clock.advance(1000);
    expect(failures.map(String)).toEqual([]);
    expect(opened.length).toBeGreaterThan(600);
    expect(opened.filter(({ name, connectionId }) => !closed.has(connectionId) && !name.startsWith('ApiVersions'))).toEqual([]);
  });
});

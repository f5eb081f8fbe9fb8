import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';
import { DivergenceError, replayRun } from '#engine/runtime/journal/replay-run.ts';
import type { ReplayResult } from '#engine/runtime/journal/replay-run.ts';
import { startTestRuntime, testSpec } from '#engine/runtime/runtime-fixture.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'replay-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function replay(path: string): ReplayResult {
  return replayRun(path, { diskFor: () => new MemoryDisk() });
}

/** A run with built-in clients, a client outside, a crash of the leader it talks to, and a change of pace. */
async function recordedRun(path: string): Promise<number> {
  const spec = testSpec({
    producers: [{ id: 'checkout', topic: 'orders', recordsPerSecond: 50 }],
    consumers: [{ id: 'billing-1', group: 'billing', topics: ['orders'] }],
  });
  const test = startTestRuntime({ spec, recordTo: path });
  const { runtime, clock } = test;
  const produce = (connectionId: number, correlationId: number) => {
    const batch = encodeBatch({ records: [{ timestamp: 1_767_225_600_000n, key: null, value: new TextEncoder().encode(`record ${correlationId}`) }] });
    test.send(connectionId, correlationId, ProduceRequest, { acks: -1, timeoutMs: 30_000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records: [batch] }] }] }, 9);
  };
  const leader = () => runtime.state().topics.find(({ name }) => name === 'orders')?.partitions[0]?.leader ?? -1;
  clock.advance(3210.5);
  const first = runtime.open(leader(), '127.0.0.1:40000') ?? -1;
  produce(first, 1);
  test.answerTo(1, ProduceResponse, 9);
  test.send(first, 2, FetchRequest, { maxWaitMs: 500, minBytes: 1, maxBytes: 1 << 20, topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 << 20 }] }] }, 12);
  test.answerTo(2, FetchResponse, 12);
  await runtime.submitCommand({ kind: 'clock.rate', rate: 7 });
  await runtime.submitCommand({ kind: 'broker.crash', broker: leader() });
  clock.advance(4000);
  const second = runtime.open(leader(), '127.0.0.1:40001') ?? -1;
  produce(second, 3);
  runtime.request(second, Uint8Array.of(0, 0, 0));
  clock.advance(333);
  const third = runtime.open(leader(), '127.0.0.1:40002') ?? -1;
  produce(third, 4);
  test.answerTo(4, ProduceResponse, 9);
  runtime.close(third);
  clock.advance(100);
  runtime.stop();
  return runtime.position.eventId;
}

describe('a recorded run with a client outside in it', () => {
  it('replays to the same state hash, event for event', async () => {
    const path = join(folder, 'run.jsonl');
    const eventId = await recordedRun(path);
    const result = replay(path);
    expect(result).toMatchObject({ eventId, same: true });
    expect(result.stateHash).toBe(result.recorded?.stateHash);
    expect(result.inputs).toBeGreaterThan(10);
    expect(replay(path).stateHash).toBe(result.stateHash);
  });

  it('keeps frames as they came, although the broker writes offsets into them', async () => {
    const path = join(folder, 'frames.jsonl');
    await recordedRun(path);
    const frames = readFileSync(path, 'utf8').split('\n').filter((line) => line.includes('"request"')).map((line) => Buffer.from((JSON.parse(line) as { request: { frame: string } }).request.frame, 'base64'));
    const last = frames.at(-1) as Buffer;
    // The batch begins 61 bytes before its one record; its base offset is still the producer's zero.
    const batchAt = last.indexOf('record 4') - 61 - 6;
    expect(last.readBigInt64BE(batchAt)).toBe(0n);
  });

  it('does not pass for the same when an input is another', async () => {
    const path = join(folder, 'changed.jsonl');
    await recordedRun(path);
    expect(replaysToSame(path)).toBe(true);
    const text = readFileSync(path, 'utf8');
    const crash = /\{"kind":"broker\.crash","broker":\d\}/.exec(text)?.[0] ?? '';
    // By hand, so without check sums.
    writeFileSync(path, text.replaceAll(/,"c":"[0-9a-f]{8}"\}$/gm, '}').replace('"sums":"crc32",', '').replace(crash, '{"kind":"disk.slow","broker":1,"latencyMs":5}'));
    expect(crash).not.toBe('');
    expect(replaysToSame(path)).toBe(false);
  });

  it('that was cut off replays up to where it got, and says that there is nothing to compare with', async () => {
    const path = join(folder, 'cut.jsonl');
    await recordedRun(path);
    const lines = readFileSync(path, 'utf8').trimEnd().split('\n');
    writeFileSync(path, `${lines.slice(0, -1).join('\n')}\n`);
    expect(replay(path)).toMatchObject({ recorded: undefined, same: false });
  });
});

/** An input that no longer fits is as good as another hash: the run was not the same. */
function replaysToSame(path: string): boolean {
  try {
    return replay(path).same;
  } catch (error) {
    if (error instanceof DivergenceError) return false;
    throw error;
  }
}

describe('recording', () => {
  it('can begin later, with everything that has entered so far', () => {
    const path = join(folder, 'later.jsonl');
    const test = startTestRuntime();
    test.clock.advance(500);
    void test.runtime.submitCommand({ kind: 'broker.pause', broker: 2 });
    test.clock.advance(500);
    test.runtime.recordRun(path);
    void test.runtime.submitCommand({ kind: 'broker.resume', broker: 2 });
    test.clock.advance(500);
    test.runtime.stop('abruptly');
    expect(replay(path)).toMatchObject({ inputs: 2, same: true });
  });

  it('of a cluster that has lived before is refused', () => {
    expect(() => startTestRuntime({ recordTo: join(folder, 'never.jsonl'), previous: { restarts: 0, reservedUntilUs: 5 } })).toThrow(/from the birth of its cluster/);
  });
});

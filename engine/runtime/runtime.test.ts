import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import { decodeRecords, encodeBatch, forEachBatch } from '#engine/protocol/record-batch.ts';
import { startTestRuntime } from '#engine/runtime/runtime-fixture.ts';
import type { TestRuntime } from '#engine/runtime/runtime-fixture.ts';

function leaderOf({ runtime }: TestRuntime, partition = 0): number {
  return runtime.state().topics.find(({ name }) => name === 'orders')?.partitions[partition]?.leader ?? -1;
}

function batchOf(text: string): Uint8Array {
  return encodeBatch({ records: [{ timestamp: 1_767_225_600_000n, key: null, value: new TextEncoder().encode(text) }] });
}

function produce(test: TestRuntime, connectionId: number, correlationId: number, text: string, acks = -1): void {
  test.send(connectionId, correlationId, ProduceRequest, { acks, timeoutMs: 30_000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records: [batchOf(text)] }] }] }, 9);
}

/** Connects with the leader of orders-0. */
function connect(test: TestRuntime): number {
  const connectionId = test.runtime.open(leaderOf(test), '127.0.0.1');
  if (connectionId === undefined) throw new Error('the leader refuses');
  return connectionId;
}

function readAll(test: TestRuntime, connectionId: number, correlationId: number): string[] {
  test.send(connectionId, correlationId, FetchRequest, { maxBytes: 1 << 20, minBytes: 0, topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1 << 20 }] }] }, 12);
  const answer = test.answerTo(correlationId, FetchResponse, 12).responses[0]?.partitions[0];
  const texts: string[] = [];
  for (const run of answer?.records ?? []) {
    forEachBatch(run, (bytes, at) => {
      for (const { value } of decodeRecords(bytes, at)) texts.push(new TextDecoder().decode(value ?? new Uint8Array()));
    });
  }
  return texts;
}

describe('a running cluster', () => {
  it('is up, with its topics and full ISRs, before it is handed out', () => {
    const { runtime } = startTestRuntime();
    const state = runtime.state();
    expect(state.controller).toBeGreaterThan(0);
    expect(state.brokers.map(({ status, registration }) => [status, registration])).toEqual(Array.from({ length: 3 }, () => ['running', 'unfenced']));
    expect(state.topics.find(({ name }) => name === 'orders')?.partitions.map(({ isr }) => isr.length)).toEqual([3, 3]);
  });

  it('lets as much virtual time pass as real time, times the rate', async () => {
    const { runtime, clock } = startTestRuntime();
    const passed = async (rate: number) => {
      await runtime.submitCommand({ kind: 'clock.rate', rate });
      const { timeUs } = runtime.position;
      clock.advance(1000);
      return (runtime.position.timeUs - timeUs) / 1_000_000;
    };
    expect(await passed(1)).toBeCloseTo(1, 3);
    expect(await passed(0.001)).toBeCloseTo(0.001, 5);
    expect(await passed(100)).toBeCloseTo(100, 0);
  });

  it('runs as far as the machine can when the rate is max, in turns that leave room for others', async () => {
    const { runtime, clock } = startTestRuntime();
    await runtime.submitCommand({ kind: 'clock.rate', rate: 'max' });
    clock.tickMs = 0.5;
    const start = runtime.position;
    clock.advance(50);
    expect(runtime.position.eventId - start.eventId).toBeGreaterThan(100);
    expect(runtime.clock().rate).toBe(-1);
  });

  it('stands still while it is paused, and goes on where it was', async () => {
    const { runtime, clock } = startTestRuntime();
    await runtime.submitCommand({ kind: 'clock.pause' });
    const paused = runtime.position;
    clock.advance(10_000);
    expect(runtime.position).toEqual(paused);
    await runtime.submitCommand({ kind: 'clock.resume' });
    clock.advance(2000);
    expect((runtime.position.timeUs - paused.timeUs) / 1_000_000).toBeCloseTo(2, 3);
  });

  it('is stepped by events, to a moment, and until a fact is published', async () => {
    const { runtime, clock } = startTestRuntime();
    expect(await runtime.submitCommand({ kind: 'clock.step', events: 1 })).toEqual({ ok: false, error: 'clock.step: the run is not paused; send clock.pause first' });
    await runtime.submitCommand({ kind: 'clock.pause' });
    const { eventId, timeUs } = runtime.position;
    const single = runtime.submitCommand({ kind: 'clock.step' });
    clock.advance(1);
    expect(await single).toMatchObject({ ok: true, eventId: eventId + 1 });
    const untilMs = Math.ceil(timeUs / 1000) + 500;
    const toMoment = runtime.submitCommand({ kind: 'clock.step', untilMs });
    clock.advance(1);
    expect(await toMoment).toMatchObject({ ok: true, timeUs: untilMs * 1000 });
    await runtime.submitCommand({ kind: 'broker.crash', broker: leaderOf({ runtime } as TestRuntime) });
    const toElection = runtime.submitCommand({ kind: 'clock.step', untilFact: 'partition.leaderElected' });
    clock.advance(1);
    expect(await toElection).toMatchObject({ ok: true });
    expect(leaderOf({ runtime } as TestRuntime)).not.toBe(-1);
  });

  it('says so when the fact that was waited for does not come', async () => {
    const { runtime, clock } = startTestRuntime();
    await runtime.submitCommand({ kind: 'clock.pause' });
    const step = runtime.submitCommand({ kind: 'clock.step', untilFact: 'topic.deleted', events: 40 });
    clock.advance(1);
    expect(await step).toEqual({ ok: false, error: 'clock.step: no fact "topic.deleted" was published within 40 events' });
  });

  it('refuses a command that names something unknown, and changes nothing', async () => {
    const { runtime } = startTestRuntime();
    const before = runtime.position;
    expect(await runtime.submitCommand({ kind: 'broker.crahs', broker: 1 })).toMatchObject({ ok: false, error: expect.stringContaining('did you mean "broker.crash"?') });
    expect(await runtime.submitCommand({ kind: 'broker.crash', broker: 9 })).toMatchObject({ ok: false, error: expect.stringContaining('there is no broker 9') });
    expect(runtime.position).toEqual(before);
  });

  it('answers a command about a topic when the cluster has decided', async () => {
    const { runtime, clock } = startTestRuntime();
    const created = runtime.submitCommand({ kind: 'topic.create', topic: { name: 'billing', partitions: 1, replicationFactor: 3 } });
    const refused = runtime.submitCommand({ kind: 'topic.create', topic: { name: 'bad name', partitions: 1, replicationFactor: 1 } });
    clock.advance(2000);
    expect(await created).toMatchObject({ ok: true });
    expect(await refused).toMatchObject({ ok: false, error: expect.stringContaining('INVALID_TOPIC_EXCEPTION') });
    expect(runtime.state().topics.map(({ name }) => name)).toEqual(['billing', 'orders']);
  });
});

describe('clients outside', () => {
  it('produce with acks=all and read back what was acknowledged', () => {
    const test = startTestRuntime();
    const connectionId = connect(test);
    produce(test, connectionId, 1, 'first');
    expect(test.answerTo(1, ProduceResponse, 9).responses[0]?.partitionResponses[0]).toMatchObject({ errorCode: 0, baseOffset: 0n });
    // The leader's high watermark has passed the record, or it would not have been acknowledged.
    expect(readAll(test, connectionId, 2)).toEqual(['first']);
  });

  it('get an answer only after every disk that was written to is committed', () => {
    const order: string[] = [];
    const committedAt = new Set<number>();
    let eventId = (): number => 0;
    const disks = new Map<number, MemoryDisk>();
    const test: TestRuntime = startTestRuntime({
      diskFor: (id) => {
        const disk = new MemoryDisk();
        disks.set(id, disk);
        return new Proxy(disk, {
          get(target, name) {
            const value: unknown = Reflect.get(target, name, target);
            if (typeof value !== 'function') return value;
            if (name === 'commit') order.push(`commit ${id}`);
            if (name === 'commit' && order.length <= 3) committedAt.add(eventId());
            return (value as (...args: unknown[]) => unknown).bind(target);
          },
        });
      },
    });
    const connectionId = connect(test);
    eventId = () => test.runtime.world.state.eventId;
    order.length = 0;
    committedAt.clear();
    test.runtime.onAnswer((answer) => {
      order.push(`answer ${[...disks.values()].some(({ dirty }) => dirty) ? 'before a commit' : 'after the commits'}`);
      test.answers.push(answer);
    });
    produce(test, connectionId, 1, 'kept');
    test.answerTo(1, ProduceResponse, 9);
    expect(order.filter((entry) => entry.startsWith('answer'))).toEqual(['answer after the commits']);
    // What the brokers told each other on the way is in the same commit: it dies with the process, as their disks do.
    expect(order.slice(0, order.indexOf('answer after the commits')).toSorted()).toEqual(['commit 1', 'commit 2', 'commit 3']);
    expect(committedAt.size).toBe(1);
  });

  it('who want no acknowledgement are told to the gateway when each of their requests is handled', () => {
    const test = startTestRuntime();
    const connectionId = connect(test);
    for (const correlationId of [1, 2, 3]) produce(test, connectionId, correlationId, `r${correlationId}`, 0);
    expect(test.answers).toEqual([]);
    test.clock.advance(5);
    expect(test.runtime.reportsHandled).toBe(true);
    expect(test.answers).toEqual(Array.from({ length: 3 }, () => ({ type: 'handled', connectionId })));
    test.clock.advance(50);
    expect(readAll(test, connectionId, 4)).toEqual(['r1', 'r2', 'r3']);
  });

  it('whose frame is not Kafka\'s protocol lose their connection, with the reason, and no one else does', () => {
    const test = startTestRuntime();
    const hostile = connect(test);
    const friendly = connect(test);
    test.runtime.request(hostile, Uint8Array.of(0, 0, 0, 9, 1));
    expect(test.answers).toEqual([{ type: 'close', connectionId: hostile, reason: expect.stringContaining('request header') }]);
    produce(test, friendly, 5, 'unharmed');
    expect(test.answerTo(5, ProduceResponse, 9).responses[0]?.partitionResponses[0]?.errorCode).toBe(0);
  });

  it('are told when their broker dies, and refused while it is down', async () => {
    const test = startTestRuntime();
    const broker = leaderOf(test);
    const connectionId = connect(test);
    await test.runtime.submitCommand({ kind: 'broker.crash', broker });
    test.clock.advance(1);
    expect(test.answers).toEqual([{ type: 'close', connectionId, reason: `broker ${broker} is gone` }]);
    expect(test.runtime.open(broker, '127.0.0.1')).toBeUndefined();
  });

  it('are not acknowledged what a failing disk did not keep: the broker dies, the connection closes', () => {
    const test = startTestRuntime();
    const broker = leaderOf(test);
    const connectionId = connect(test);
    test.clock.advance(1000);
    test.disks.get(broker)?.failOperation({ code: 'ENOSPC', operations: ['commit'], afterOperations: 0, forGood: true });
    produce(test, connectionId, 9, 'never kept');
    test.clock.advance(5000);
    expect(test.answers.filter(({ type }) => type === 'frame')).toEqual([]);
    expect(test.answers).toContainEqual({ type: 'close', connectionId, reason: expect.any(String) });
    const state = test.runtime.state();
    expect(state.brokers.find(({ id }) => id === broker)?.status).toBe('crashed');
    expect(state.faults.map(({ id }) => id)).toEqual([`disk.full ${broker}`, `broker.down ${broker}`]);
    expect(test.logLines).toEqual([expect.stringContaining(`the disk of broker ${broker} refused a commit`)]);
  });
});

describe('the end of a run', () => {
  it('stops clients and brokers in order, and leaves every disk committed', () => {
    const test = startTestRuntime();
    test.clock.advance(1000);
    test.runtime.stop();
    const statuses = [...test.runtime.world.state.nodes.values()].filter(({ kind }) => kind === 'broker').map(({ status }) => status);
    expect(statuses.filter((status) => status === 'stopped').length).toBeGreaterThanOrEqual(2);
    expect([...test.disks.values()].map(({ dirty }) => dirty)).toEqual([false, false, false]);
  });

  it('is told to the host when an assertion of the engine does not hold, and nothing runs on', () => {
    const failures: unknown[] = [];
    const test = startTestRuntime({ onFatal: (error) => void failures.push(error) });
    const row = test.runtime.world.state.nodes.get('broker/1');
    if (row === undefined) throw new Error('no broker 1');
    row.state = { kind: 'broker' };
    test.clock.advance(5000);
    expect(failures).toHaveLength(1);
    const { eventId } = test.runtime.position;
    test.clock.advance(5000);
    expect(test.runtime.position.eventId).toBe(eventId);
  });
});

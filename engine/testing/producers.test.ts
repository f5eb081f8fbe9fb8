/** Producers on a real cluster of brokers: what acks, retries and idempotence are worth when answers are lost. */
import { describe, expect, test } from 'vitest';
import { readRecordValue } from '#engine/core/clients/record-generator.ts';
import type { ProducerState } from '#engine/core/clients/state.ts';
import { readLog } from '#engine/core/log/log.ts';
import { brokerStateOf } from '#engine/core/world/inspect.ts';
import { decodeRecords, forEachBatch } from '#engine/protocol/record-batch.ts';
import { cluster } from '#engine/testing/cluster.ts';
import type { TestCluster } from '#engine/testing/cluster.ts';

const recordsMax = 2000;

function start(config: Record<string, string> = {}): TestCluster {
  return cluster({
    brokers: 3,
    topics: [{ name: 'orders', partitions: 3, replicationFactor: 3, config: { 'min.insync.replicas': '2' } }],
    producers: [{ id: 'checkout', topic: 'orders', recordsPerSecond: 200, recordsMax, keys: 8, config: { 'request.timeout.ms': '1000', ...config } }],
  });
}
function producerOf(run: TestCluster): ProducerState {
  return run.world.state.nodes.get('producer/checkout')!.state as ProducerState;
}
function isDone(run: TestCluster): boolean {
  const { acknowledged, failed } = producerOf(run).counters;
  return acknowledged + failed === recordsMax;
}
/** By partition: the numbers of the records in the leader's log, below its high watermark. */
function numbersInLogs(run: TestCluster): number[][] {
  return run.state().topics.find(({ name }) => name === 'orders')!.partitions.map(({ partition, leader }) => {
    const { log } = brokerStateOf(run.world, leader)!.partitions.get(`orders-${partition}`)!;
    const numbers: number[] = [];
    for (const batch of readLog(run.world.disks.get(leader)!, log, 0n, 100_000_000, log.highWatermark, true).batches) {
      forEachBatch(batch, (bytes, at) => {
        for (const { value } of decodeRecords(bytes, at)) numbers.push(readRecordValue(value!)!.number);
      });
    }
    return numbers;
  });
}
/** Answers of the brokers to the producer are lost, one in five, for a while. */
function loseAnswers(run: TestCluster): void {
  for (const broker of [1, 2, 3]) run.command({ kind: 'link.shape', from: broker, to: 'producer/checkout', loss: 0.2 });
  run.run(5000);
  run.command({ kind: 'link.heal' });
}
const inOrder = (numbers: number[]) => numbers.toSorted((a, b) => a - b);

describe('a producer whose answers get lost', () => {
  test('writes every record once and in order, because the broker knows a batch that is sent again', () => {
    const run = start();
    loseAnswers(run);
    run.runUntil('the producer is done', () => isDone(run));
    expect(producerOf(run).counters).toMatchObject({ acknowledged: recordsMax, failed: 0 });
    expect(producerOf(run).counters.retries).toBeGreaterThan(10);
    const logs = numbersInLogs(run);
    for (const numbers of logs) expect(numbers).toEqual(inOrder(numbers));
    expect(inOrder(logs.flat())).toEqual(Array.from({ length: recordsMax }, (_, number) => number));
  });

  test('without idempotence loses nothing either, and writes some records twice', () => {
    const run = start({ 'enable.idempotence': 'false' });
    loseAnswers(run);
    run.runUntil('the producer is done', () => isDone(run));
    const numbers = numbersInLogs(run).flat();
    expect(new Set(numbers).size).toBe(recordsMax);
    expect(numbers.length).toBeGreaterThan(recordsMax);
  });

  test('with acks=0 never learns of anything, and counts what it sent as done', () => {
    const run = start({ acks: '0', 'enable.idempotence': 'false' });
    run.runUntil('the producer is done', () => isDone(run));
    expect(producerOf(run).counters).toMatchObject({ acknowledged: recordsMax, retries: 0, inFlight: 0 });
    expect(run.factsOf('client.acknowledged').every(({ payload }) => payload.baseOffset === -1n)).toBe(true);
    run.run(1000);
    expect(inOrder(numbersInLogs(run).flat())).toEqual(Array.from({ length: recordsMax }, (_, number) => number));
  });
});

test('a producer goes on over the crash of a leader: each record is there once, in order', () => {
  const run = start();
  run.runUntil('the producer sends', () => producerOf(run).counters.acknowledged > 300);
  const { leader } = run.state().topics.find(({ name }) => name === 'orders')!.partitions[0]!;
  run.command({ kind: 'broker.crash', broker: leader });
  run.run(4000);
  run.command({ kind: 'broker.restart', broker: leader });
  run.runUntil('the producer is done', () => isDone(run));
  run.run(2000);
  expect(producerOf(run).counters).toMatchObject({ acknowledged: recordsMax, failed: 0 });
  const logs = numbersInLogs(run);
  for (const numbers of logs) expect(numbers).toEqual(inOrder(numbers));
  expect(inOrder(logs.flat())).toEqual(Array.from({ length: recordsMax }, (_, number) => number));
});

test('a producer that is not heard within delivery.timeout.ms says so, and what it says failed was not acknowledged', () => {
  const run = start({ 'delivery.timeout.ms': '3000' });
  run.runUntil('the producer sends', () => producerOf(run).counters.acknowledged > 100);
  run.command({ kind: 'link.cut', from: 'producer/checkout', oneWay: false });
  run.run(5000);
  run.command({ kind: 'link.heal' });
  run.runUntil('the producer is done', () => isDone(run));
  expect(producerOf(run).counters.failed).toBeGreaterThan(0);
  const inLogs = numbersInLogs(run).flat();
  expect(new Set(inLogs).size).toBe(inLogs.length);
  expect(inLogs.length).toBeGreaterThanOrEqual(producerOf(run).counters.acknowledged);
  expect(run.factsOf('client.failed').every(({ payload }) => payload.error === 'REQUEST_TIMED_OUT')).toBe(true);
});

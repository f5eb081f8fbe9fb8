import { describe, expect, test } from 'vitest';
import { producerBehaviour } from '#engine/core/clients/producer.ts';
import { readRecordValue } from '#engine/core/clients/record-generator.ts';
import type { ProducerConfig, ProducerState } from '#engine/core/clients/state.ts';
import { TestClient, type SentRequest } from '#engine/core/clients/test-client.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { ProduceResponse, type ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import { InitProducerIdResponse } from '#engine/protocol/messages/22-init-producer-id.ts';
import { baseSequence, decodeRecords, producerEpoch, producerId, recordCount, validateBatch } from '#engine/protocol/record-batch.ts';

const topicId = 'orders'.padEnd(22, 'A');

type Producer = TestClient<ProducerState, ProducerConfig>;

function start({ leaders = [1], settings = {}, ...rest }: Partial<ProducerConfig> & { leaders?: number[] } = {}): Producer {
  const config: ProducerConfig = {
    id: 'p', clientId: 'p', bootstrap: [1], settings, preset: 'kafka', topic: 'orders', recordsPerSecond: 100, valueBytes: 64, keys: 0, ...rest,
  };
  const client = new TestClient(producerBehaviour, config);
  client.answerMetadata({ orders: leaders });
  return client;
}
function withProducerId(client: Producer, id = 7n): Producer {
  client.answer(client.request(ApiKey.InitProducerId), create(InitProducerIdResponse, { producerId: id, producerEpoch: 0 }));
  return client;
}
interface SentBatch {
  partition: number;
  bytes: Uint8Array;
}
function batchesIn(request: SentRequest): SentBatch[] {
  return (request.body as ProduceRequest).topicData.flatMap(({ partitionData }) => partitionData.map(({ index, records }) => ({ partition: index, bytes: records![0]! })));
}
/** "0+3": sequences 0 to 2. */
function sequences(request: SentRequest): string[] {
  return batchesIn(request).map(({ bytes }) => `${baseSequence(bytes, 0)}+${recordCount(bytes, 0)}`);
}
function numbersIn({ bytes }: SentBatch): number[] {
  return [...decodeRecords(bytes, 0)].map(({ value }) => readRecordValue(value!)!.number);
}
function respond(client: Producer, request: SentRequest, errorCode: number = ErrorCode.NONE, baseOffset = 0n): void {
  const partitionResponses = batchesIn(request).map(({ partition }) => ({ index: partition, errorCode, baseOffset }));
  client.answer(request, create(ProduceResponse, { responses: [{ topicId, partitionResponses }] }));
}
function produce(client: Producer): SentRequest {
  return client.request(ApiKey.Produce);
}

describe('a producer', () => {
  test('asks for a producer id before its first batch, and numbers batches with it', () => {
    const client = start();
    client.advance(20);
    expect(client.requests(ApiKey.Produce)).toEqual([]);
    expect(client.request(ApiKey.InitProducerId).body).toMatchObject({ transactionalId: null, producerId: -1n, producerEpoch: -1 });
    client.answer(client.request(ApiKey.InitProducerId), create(InitProducerIdResponse, { producerId: 7n, producerEpoch: 0 }));
    const [batch] = batchesIn(produce(client));
    expect(validateBatch(batch!.bytes, 0)).toBeUndefined();
    expect([producerId(batch!.bytes, 0), producerEpoch(batch!.bytes, 0), baseSequence(batch!.bytes, 0)]).toEqual([7n, 0, 0]);
    expect(produce(client)).toMatchObject({ apiVersion: 13, to: 'broker/1', body: { acks: -1, transactionalId: null, topicData: [{ topicId }] } });
  });

  test('lets records gather for linger.ms, and sends a full batch without waiting', () => {
    const client = withProducerId(start({ settings: { 'linger.ms': '50', 'batch.size': '100000' } }));
    expect(client.requests(ApiKey.Produce)).toEqual([]);
    client.advance(59);
    expect(client.requests(ApiKey.Produce)).toEqual([]);
    client.advance(1);
    // The first record was made after 10 ms.
    expect(numbersIn(batchesIn(produce(client))[0]!)).toEqual([0, 1, 2, 3, 4, 5]);
    const full = withProducerId(start({ settings: { 'linger.ms': '50000', 'batch.size': '400' } }));
    full.advance(200);
    expect(full.requests(ApiKey.Produce).length).toBeGreaterThan(2);
  });

  test('keeps at most max.in.flight.requests.per.connection requests unanswered, and goes on with each answer', () => {
    const client = withProducerId(start({ settings: { 'linger.ms': '0' } }));
    client.advance(500);
    expect(client.requests(ApiKey.Produce)).toHaveLength(5);
    expect(client.state.counters).toMatchObject({ inFlight: 5 });
    respond(client, produce(client));
    expect(client.requests(ApiKey.Produce)).toHaveLength(5);
    const counts = client.requests(ApiKey.Produce).map((request) => batchesIn(request)[0]!).map(({ bytes }) => recordCount(bytes, 0));
    // What had to wait has become one larger batch.
    expect(counts.at(-1)).toBeGreaterThan(10);
  });

  test('waits for nothing with acks=0', () => {
    const client = start({ settings: { acks: '0', 'enable.idempotence': 'false', 'linger.ms': '0' } });
    client.advance(100);
    expect(client.outstanding.filter(({ apiKey }) => apiKey === ApiKey.Produce)).toEqual([]);
    expect(client.unanswerable).toHaveLength(10);
    expect(client.state.counters).toMatchObject({ sent: 10, acknowledged: 10, inFlight: 0, buffered: 0 });
    expect(client.state.bufferedBytes).toBe(0);
  });

  test('sends a batch again, unchanged, when it was lost, and after the new leader is known', () => {
    const client = withProducerId(start({ recordsPerSecond: 10, recordsMax: 1, settings: { 'linger.ms': '0' } }));
    client.advance(100);
    const first = produce(client);
    client.lose(first);
    expect(client.requests(ApiKey.Produce)).toEqual([]);
    client.advance(99);
    client.answerMetadata({ orders: [2] }, 1);
    client.advance(1);
    const second = produce(client);
    expect(second.to).toBe('broker/2');
    expect(batchesIn(second)[0]!.bytes).toEqual(batchesIn(first)[0]!.bytes);
    expect(client.state.counters).toMatchObject({ retries: 1, sent: 1 });
  });

  test('takes a duplicate for success', () => {
    const client = withProducerId(start({ recordsPerSecond: 10, settings: { 'linger.ms': '0' } }));
    client.advance(100);
    respond(client, produce(client), ErrorCode.DUPLICATE_SEQUENCE_NUMBER);
    expect(client.state.counters).toMatchObject({ acknowledged: 1, failed: 0 });
  });

  test('goes to the leader that a refusal names without asking for metadata first', () => {
    const client = withProducerId(start({ recordsPerSecond: 10, settings: { 'linger.ms': '0' } }));
    client.advance(100);
    const partitionResponses = [{ index: 0, errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, currentLeader: { leaderId: 3, leaderEpoch: 9 } }];
    client.answer(produce(client), create(ProduceResponse, { responses: [{ topicId, partitionResponses }] }));
    client.advance(100);
    expect(produce(client).to).toBe('broker/3');
  });

  test('keeps the order of a partition when the first of several batches has to be sent again', () => {
    const client = withProducerId(start({ settings: { 'linger.ms': '0' } }));
    client.advance(30);
    const sent = client.requests(ApiKey.Produce);
    expect(sent.length).toBeGreaterThanOrEqual(3);
    respond(client, sent[0]!, ErrorCode.NOT_ENOUGH_REPLICAS);
    respond(client, sent[1]!, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    respond(client, sent[2]!, ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    client.outstanding = client.outstanding.filter(({ apiKey }) => apiKey !== ApiKey.Produce);
    client.advance(150);
    const again: number[] = [];
    for (let request = client.requests(ApiKey.Produce)[0]; request !== undefined; request = client.requests(ApiKey.Produce)[0]) {
      again.push(...batchesIn(request).flatMap(numbersIn));
      respond(client, request);
    }
    expect(again.slice(0, 3)).toEqual([0, 1, 2]);
    expect(again).toEqual(again.toSorted((a, b) => a - b));
    expect(client.state.producerEpoch).toBe(0);
  });

  test('raises its epoch and begins at sequence 0 when the broker has lost its state', () => {
    const client = withProducerId(start({ recordsPerSecond: 10, settings: { 'linger.ms': '0' } }));
    client.advance(100);
    respond(client, produce(client));
    client.advance(100);
    expect(sequences(produce(client))).toEqual(['1+1']);
    respond(client, produce(client), ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER);
    client.advance(150);
    const batch = batchesIn(produce(client))[0]!;
    expect([producerEpoch(batch.bytes, 0), baseSequence(batch.bytes, 0)]).toEqual([1, 0]);
    expect(numbersIn(batch)).toEqual([1]);
  });

  test('fails a batch after delivery.timeout.ms, tells the application once, and goes on in a new epoch', () => {
    const client = withProducerId(start({ recordsPerSecond: 10, recordsMax: 2, settings: { 'linger.ms': '0', 'delivery.timeout.ms': '3000', 'request.timeout.ms': '2000' } }));
    client.advance(100);
    const lost = produce(client);
    client.advance(3100);
    expect(client.state.counters).toMatchObject({ failed: 2, acknowledged: 0 });
    client.lose(lost);
    client.advance(500);
    expect(client.state.counters).toMatchObject({ failed: 2 });
    expect(client.facts.filter(({ kind }) => kind === 'client.failed').map(({ payload }) => payload)).toMatchObject([{ error: 'REQUEST_TIMED_OUT' }, { error: 'REQUEST_TIMED_OUT' }]);
    expect(client.state.bufferedBytes).toBe(0);
  });

  test('does not send again what can never succeed', () => {
    const client = withProducerId(start({ recordsPerSecond: 10, settings: { 'linger.ms': '0' } }));
    client.advance(100);
    respond(client, produce(client), ErrorCode.TOPIC_AUTHORIZATION_FAILED);
    client.advance(50);
    expect(client.state.counters).toMatchObject({ failed: 1, retries: 0, inFlight: 0 });
    expect(client.facts).toContainEqual(expect.objectContaining({ kind: 'client.failed', payload: expect.objectContaining({ error: 'TOPIC_AUTHORIZATION_FAILED', retriable: false }) }));
  });

  test('splits a batch that the broker finds too large', () => {
    const client = withProducerId(start({ settings: { 'linger.ms': '45' } }));
    client.advance(60);
    const whole = produce(client);
    const numbers = numbersIn(batchesIn(whole)[0]!);
    expect(numbers.length).toBeGreaterThan(3);
    respond(client, whole, ErrorCode.MESSAGE_TOO_LARGE);
    const first = batchesIn(produce(client))[0]!;
    respond(client, produce(client));
    const second = batchesIn(produce(client))[0]!;
    expect([...numbersIn(first), ...numbersIn(second)]).toEqual(numbers);
    expect(baseSequence(second.bytes, 0)).toBe(numbersIn(first).length);
  });

  test('puts records with a key where murmur2 says, in one partition per key', () => {
    const client = start({ keys: 8, leaders: [1, 1, 1, 1], settings: { 'enable.idempotence': 'false', acks: '0', 'linger.ms': '0' } });
    client.advance(1000);
    const partitionsOfKey = new Map<string, Set<number>>();
    for (const { partition, bytes } of client.unanswerable.flatMap(batchesIn)) {
      for (const { key } of decodeRecords(bytes, 0)) {
        const text = new TextDecoder().decode(key!);
        partitionsOfKey.set(text, (partitionsOfKey.get(text) ?? new Set()).add(partition));
      }
    }
    expect(partitionsOfKey.size).toBe(8);
    expect([...partitionsOfKey.values()].every((partitions) => partitions.size === 1)).toBe(true);
  });

  test('stays on one partition for batch.size bytes of keyless records, then moves to another', () => {
    const client = start({ leaders: [1, 1, 1, 1, 1, 1], settings: { 'enable.idempotence': 'false', acks: '0', 'linger.ms': '0', 'batch.size': '1000' } });
    client.advance(10_000);
    const order = client.unanswerable.flatMap(batchesIn).flatMap((batch) => numbersIn(batch).map((number) => ({ number, partition: batch.partition }))).toSorted((a, b) => a.number - b.number);
    const runs: number[] = [];
    for (const [index, { partition }] of order.entries()) {
      if (index > 0 && order[index - 1]!.partition === partition) runs[runs.length - 1]! += 1;
      else runs.push(1);
    }
    // 85 bytes a record: at least 12 of them before a switch.
    expect(Math.min(...runs.slice(0, -1))).toBeGreaterThanOrEqual(12);
    expect(new Set(order.map(({ partition }) => partition)).size).toBe(6);
  });

  test('waits while its buffer is full, and loses nothing by it', () => {
    const client = withProducerId(start({ settings: { 'linger.ms': '0', 'buffer.memory': '3000' } }));
    client.advance(5000);
    expect(client.state.bufferedBytes).toBeLessThanOrEqual(3000);
    const { nextRecord } = client.state;
    client.advance(5000);
    expect(client.state.nextRecord).toBe(nextRecord);
    while (client.requests(ApiKey.Produce).length > 0) respond(client, produce(client));
    client.advance(100);
    expect(client.state.nextRecord).toBeGreaterThan(nextRecord);
    expect(client.state.counters.failed).toBe(0);
  });

  test('sends what is buffered when it is stopped, and makes nothing more', () => {
    const client = withProducerId(start({ settings: { 'linger.ms': '60000' } }));
    client.advance(200);
    const made = client.state.nextRecord;
    client.command('producer.stop');
    expect(batchesIn(produce(client)).flatMap(numbersIn)).toHaveLength(made);
    respond(client, produce(client));
    client.advance(10_000);
    expect(client.state).toMatchObject({ status: 'stopped', nextRecord: made, bufferedBytes: 0 });
    expect(client.state.counters).toMatchObject({ acknowledged: made, buffered: 0 });
  });

  test('makes records at its rate, numbered without a gap, and stops at its maximum', () => {
    const client = start({ recordsPerSecond: 333, recordsMax: 1000, settings: { 'enable.idempotence': 'false', acks: '0' } });
    client.advance(1000);
    expect(Math.abs(client.state.nextRecord - 333)).toBeLessThanOrEqual(2);
    client.advance(9000);
    const numbers = client.unanswerable.flatMap(batchesIn).flatMap(numbersIn).toSorted((a, b) => a - b);
    expect(numbers).toEqual(Array.from({ length: 1000 }, (_, number) => number));
    expect(client.state.status).toBe('stopped');
  });

  test('keeps its state plain', () => {
    const client = withProducerId(start({ settings: { 'linger.ms': '0' } }));
    client.advance(100);
    expect(structuredClone(client.state)).toEqual(client.state);
  });
});

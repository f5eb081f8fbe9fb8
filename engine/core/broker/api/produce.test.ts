import { describe, expect, test } from 'vitest';
import { cluster, type TestCluster } from '#engine/testing/cluster.ts';
import { RawClient, textBatch } from '#engine/testing/raw-client.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { MetadataRequest, MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';

const topics = [{ name: 'orders', partitions: 1, replicationFactor: 3, config: { 'min.insync.replicas': '2' } }];

function leaderOf(tested: TestCluster, topic = 'orders'): number {
  return tested.state().topics.find(({ name }) => name === topic)!.partitions[0]!.leader;
}
function partitionView(tested: TestCluster, topic = 'orders') {
  return tested.state().topics.find(({ name }) => name === topic)!.partitions[0]!;
}

function requestOf(records: Uint8Array[] | null, acks = -1, name = 'orders', index = 0, timeoutMs = 5_000) {
  return { acks, timeoutMs, topicData: [{ name, partitionData: [{ index, records }] }] };
}

function produceOne(client: RawClient, request: ReturnType<typeof requestOf>, apiVersion = 12) {
  return client.ask(ProduceRequest, ProduceResponse, request, apiVersion).responses[0]!.partitionResponses[0]!;
}

describe('acks', () => {
  test('all: the answer comes only when every in-sync replica has the batch', () => {
    const tested = cluster({ topics });
    const leader = leaderOf(tested);
    const client = new RawClient(tested, leader);
    const correlationId = client.send(ProduceRequest, requestOf([textBatch(['a', 'b'])]), 12);
    tested.runUntil('the answer', () => client.find(correlationId) !== undefined);
    const view = partitionView(tested);
    expect(view.isr).toHaveLength(3);
    for (const replica of view.replicas) expect(replica.logEndOffset).toBe(2n);
    expect(client.answerTo(correlationId, ProduceResponse).responses[0]!.partitionResponses[0]).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 0n });
  });

  test('1: the answer comes from the leader alone', () => {
    const tested = cluster({ topics });
    const leader = leaderOf(tested);
    const client = new RawClient(tested, leader);
    const correlationId = client.send(ProduceRequest, requestOf([textBatch(['a'])], 1), 12);
    tested.runUntil('the answer', () => client.find(correlationId) !== undefined);
    const followers = partitionView(tested).replicas.filter(({ broker }) => broker !== leader);
    expect(followers.map(({ logEndOffset }) => logEndOffset)).toEqual([0n, 0n]);
  });

  test('0: there is no answer, and an error closes the connection', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    client.send(ProduceRequest, requestOf([textBatch(['a'])], 0), 12);
    tested.run(2_000);
    client.take();
    expect(client.answers).toEqual([]);
    expect(client.closed).toBe(false);
    client.send(ProduceRequest, requestOf([textBatch(['a'])], 0, 'no-such-topic'), 12);
    tested.run(100);
    client.take();
    expect(client.closed).toBe(true);
  });

  test('any other number is refused', () => {
    const tested = cluster({ topics });
    expect(produceOne(new RawClient(tested, leaderOf(tested)), requestOf([textBatch(['a'])], 2)).errorCode).toBe(ErrorCode.INVALID_REQUIRED_ACKS);
  });
});

describe('too few replicas', () => {
  test('in the ISR: acks=all is refused before anything is appended, acks=1 is not', () => {
    const tested = cluster({ topics: [{ ...topics[0]!, config: { 'min.insync.replicas': '3' } }] });
    const leader = leaderOf(tested);
    tested.command({ kind: 'broker.pause', broker: [1, 2, 3].find((id) => id !== leader)! });
    tested.runUntil('the paused one is out of the ISR', () => partitionView(tested).isr.length === 2, 60_000);
    const client = new RawClient(tested, leader);
    expect(produceOne(client, requestOf([textBatch(['a'])])).errorCode).toBe(ErrorCode.NOT_ENOUGH_REPLICAS);
    expect(partitionView(tested).replicas.find(({ broker }) => broker === leader)!.logEndOffset).toBe(0n);
    expect(produceOne(client, requestOf([textBatch(['a'])], 1)).errorCode).toBe(ErrorCode.NONE);
  });

  test('answering in time: REQUEST_TIMED_OUT, and the batch may commit all the same', () => {
    const tested = cluster({ topics });
    const leader = leaderOf(tested);
    const follower = [1, 2, 3].find((id) => id !== leader)!;
    tested.command({ kind: 'broker.pause', broker: follower });
    const client = new RawClient(tested, leader);
    expect(produceOne(client, requestOf([textBatch(['late'])], -1, 'orders', 0, 1_000)).errorCode).toBe(ErrorCode.REQUEST_TIMED_OUT);
    tested.command({ kind: 'broker.resume', broker: follower });
    tested.runUntil('the high watermark passes it', () => partitionView(tested).replicas.every(({ highWatermark }) => highWatermark === 1n));
  });
});

describe('what is refused', () => {
  test('a topic or partition that does not exist, a topic id that nobody knows, an internal topic', () => {
    const tested = cluster({ topics: [...topics, { ...topics[0]!, name: '__consumer_offsets' }] });
    const client = new RawClient(tested, leaderOf(tested));
    expect(produceOne(client, requestOf([textBatch(['a'])], 1, 'nothing')).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(produceOne(client, requestOf([textBatch(['a'])], 1, 'orders', 9)).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
    expect(produceOne(client, requestOf([textBatch(['a'])], 1, '__consumer_offsets')).errorCode).toBe(ErrorCode.INVALID_TOPIC_EXCEPTION);
    const byId = client.ask(ProduceRequest, ProduceResponse, { acks: 1, timeoutMs: 1000, topicData: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitionData: [{ index: 0, records: [textBatch(['a'])] }] }] }, 13);
    expect(byId.responses[0]!.partitionResponses[0]!.errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
  });

  test('a broker that is not the leader, with the leader told from version 10 on (KIP-951)', () => {
    const tested = cluster({ topics });
    const leader = leaderOf(tested);
    const other = new RawClient(tested, [1, 2, 3].find((id) => id !== leader)!);
    const answer = other.ask(ProduceRequest, ProduceResponse, requestOf([textBatch(['a'])], 1), 12);
    expect(answer.responses[0]!.partitionResponses[0]).toMatchObject({ errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, currentLeader: { leaderId: leader } });
    expect(answer.nodeEndpoints.map(({ nodeId }) => nodeId)).toEqual([leader]);
  });

  test('no batch, more than one batch, a transactional batch', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    expect(produceOne(client, requestOf(null, 1)).errorCode).toBe(ErrorCode.INVALID_RECORD);
    const twice = new Uint8Array([...textBatch(['a']), ...textBatch(['b'])]);
    expect(produceOne(client, requestOf([twice], 1)).errorCode).toBe(ErrorCode.INVALID_RECORD);
    const records = [{ timestamp: 1_767_225_600_000n, key: null, value: null, headers: [] }];
    const transactional = encodeBatch({ baseOffset: 0n, leaderEpoch: -1, records, producerId: 1n, producerEpoch: 0, baseSequence: 0, isControl: false, isTransactional: true });
    expect(produceOne(client, requestOf([transactional], 1)).errorCode).toBe(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED);
  });

  test('a batch whose bytes were damaged on the way', () => {
    const tested = cluster({ topics });
    const damaged = textBatch(['some text']);
    damaged[damaged.length - 1]! ^= 0xff;
    expect(produceOne(new RawClient(tested, leaderOf(tested)), requestOf([damaged], 1)).errorCode).toBe(ErrorCode.CORRUPT_MESSAGE);
  });
});

function idempotentBatch(): Uint8Array {
  const records = [{ timestamp: 1_767_225_600_000n, key: null, value: null, headers: [] }];
  return encodeBatch({ baseOffset: 0n, leaderEpoch: -1, records, producerId: 7n, producerEpoch: 0, baseSequence: 0, isControl: false, isTransactional: false });
}

test('an idempotent batch that is sent twice gets its first offset and is not appended again', () => {
  const tested = cluster({ topics });
  const client = new RawClient(tested, leaderOf(tested));
  expect(produceOne(client, requestOf([idempotentBatch()]))).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 0n });
  expect(produceOne(client, requestOf([idempotentBatch()]))).toMatchObject({ errorCode: ErrorCode.NONE, baseOffset: 0n });
  expect(partitionView(tested).replicas.map(({ logEndOffset }) => logEndOffset)).toEqual([1n, 1n, 1n]);
});

test('pipelined requests of one connection are answered in their order, one connection does not hold up another', () => {
  const tested = cluster({ topics });
  const leader = leaderOf(tested);
  const follower = [1, 2, 3].find((id) => id !== leader)!;
  const first = new RawClient(tested, leader);
  const second = new RawClient(tested, leader);
  tested.command({ kind: 'broker.pause', broker: follower });
  const slow = first.send(ProduceRequest, requestOf([textBatch(['a'])], -1, 'orders', 0, 2_000), 12);
  const behind = first.send(MetadataRequest, { topics: null }, 12);
  second.ask(MetadataRequest, MetadataResponse, { topics: null }, 12);
  first.take();
  expect(first.answers).toEqual([]);
  first.answerTo(behind, MetadataResponse);
  expect(first.answers.map(({ correlationId }) => correlationId)).toEqual([slow, behind]);
});

test('topic ids come back in version 13, names before', () => {
  const tested = cluster({ topics });
  const client = new RawClient(tested, leaderOf(tested));
  const topicId = tested.state().topics.find(({ name }) => name === 'orders')!.topicId;
  const byId = client.ask(ProduceRequest, ProduceResponse, { acks: 1, timeoutMs: 1000, topicData: [{ topicId, partitionData: [{ index: 0, records: [textBatch(['a'])] }] }] }, 13);
  expect(byId.responses[0]).toMatchObject({ name: '', topicId });
  const byName = client.ask(ProduceRequest, ProduceResponse, requestOf([textBatch(['a'])], 1), 12);
  expect(byName.responses[0]).toMatchObject({ name: 'orders', topicId: zeroUuid });
});

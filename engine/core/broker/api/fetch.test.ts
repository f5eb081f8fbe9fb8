import { describe, expect, test } from 'vitest';
import { cluster, type TestCluster } from '#engine/testing/cluster.ts';
import { RawClient, textBatch } from '#engine/testing/raw-client.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';

const topics = [{ name: 'orders', partitions: 2, replicationFactor: 3 }];

function topicOf(tested: TestCluster) {
  return tested.state().topics.find(({ name }) => name === 'orders')!;
}
function leaderOf(tested: TestCluster): number {
  return topicOf(tested).partitions[0]!.leader;
}

interface Position {
  partition?: number;
  fetchOffset?: bigint;
  currentLeaderEpoch?: number;
  lastFetchedEpoch?: number;
  partitionMaxBytes?: number;
}

function fetchOf(tested: TestCluster, options: Record<string, unknown> = {}, ...positions: Position[]) {
  const partitions = (positions.length === 0 ? [{}] : positions).map((position) => ({ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1_000_000, ...position }));
  return { maxWaitMs: 500, minBytes: 1, maxBytes: 50_000_000, sessionEpoch: -1, topics: [{ topicId: topicOf(tested).topicId, partitions }], ...options };
}

function produce(client: RawClient, ...values: string[]): void {
  const request = { acks: -1, timeoutMs: 10_000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records: [textBatch(values)] }] }] };
  const answer = client.ask(ProduceRequest, ProduceResponse, request, 12);
  expect(answer.responses[0]!.partitionResponses[0]!.errorCode).toBe(ErrorCode.NONE);
}

function first(answer: FetchResponse) {
  return answer.responses[0]!.partitions[0]!;
}

function sizeOf(answer: FetchResponse): number {
  return answer.responses.flatMap(({ partitions }) => partitions.flatMap(({ records }) => records ?? [])).reduce((sum, run) => sum + run.length, 0);
}

describe('waiting', () => {
  test('a fetch at the end waits max.wait.ms and comes back empty', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    const sentUs = tested.world.state.timeUs;
    const answer = client.ask(FetchRequest, FetchResponse, fetchOf(tested, { maxWaitMs: 300 }));
    expect(tested.world.state.timeUs - sentUs).toBe(300_000);
    expect(first(answer)).toMatchObject({ errorCode: ErrorCode.NONE, records: [] });
  });

  test('a parked fetch is answered when the high watermark passes what was produced, not when it is appended', () => {
    const tested = cluster({ topics });
    const leader = leaderOf(tested);
    const consumer = new RawClient(tested, leader);
    const correlationId = consumer.send(FetchRequest, fetchOf(tested, { maxWaitMs: 30_000 }));
    tested.run(10);
    produce(new RawClient(tested, leader), 'a');
    const answer = consumer.answerTo(correlationId, FetchResponse);
    expect(first(answer).highWatermark).toBe(1n);
    expect(sizeOf(answer)).toBe(textBatch(['a']).length);
    const [risen] = tested.factsOf('replica.highWatermark').filter(({ node, payload }) => node === `broker/${leader}` && payload.topic === 'orders');
    expect(consumer.answers[0]!.timeUs).toBe(risen!.timeUs);
  });

  test('min.bytes is waited for', () => {
    const tested = cluster({ topics });
    const leader = leaderOf(tested);
    const consumer = new RawClient(tested, leader);
    const producer = new RawClient(tested, leader);
    const batchBytes = textBatch(['abc']).length;
    const correlationId = consumer.send(FetchRequest, fetchOf(tested, { maxWaitMs: 60_000, minBytes: 3 * batchBytes }));
    produce(producer, 'abc');
    produce(producer, 'def');
    expect(consumer.find(correlationId)).toBeUndefined();
    produce(producer, 'ghi');
    expect(sizeOf(consumer.answerTo(correlationId, FetchResponse, 1000))).toBe(3 * batchBytes);
  });

  test('an error does not wait', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    const sentUs = tested.world.state.timeUs;
    const answer = client.ask(FetchRequest, FetchResponse, fetchOf(tested, { maxWaitMs: 10_000 }, { fetchOffset: 99n }));
    expect(first(answer).errorCode).toBe(ErrorCode.OFFSET_OUT_OF_RANGE);
    expect(tested.world.state.timeUs).toBe(sentUs);
  });
});

describe('limits', () => {
  test('the first batch is answered whole, however small the limits', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    produce(client, 'a long enough value');
    produce(client, 'another');
    const answer = client.ask(FetchRequest, FetchResponse, fetchOf(tested, { maxBytes: 1 }, { partitionMaxBytes: 1 }));
    expect(sizeOf(answer)).toBe(textBatch(['a long enough value']).length);
  });

  test('a fetch that begins inside a batch returns the whole batch', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    produce(client, 'a', 'b', 'c');
    expect(sizeOf(client.ask(FetchRequest, FetchResponse, fetchOf(tested, {}, { fetchOffset: 2n })))).toBe(textBatch(['a', 'b', 'c']).length);
  });
});

describe('leader epochs', () => {
  test('an older one is fenced, a newer one is unknown', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    const { leaderEpoch } = topicOf(tested).partitions[0]!;
    const ask = (currentLeaderEpoch: number) => first(client.ask(FetchRequest, FetchResponse, fetchOf(tested, {}, { currentLeaderEpoch }))).errorCode;
    expect(ask(leaderEpoch - 1 < 0 ? leaderEpoch + 1 : leaderEpoch - 1)).not.toBe(ErrorCode.NONE);
    expect(ask(leaderEpoch + 1)).toBe(ErrorCode.UNKNOWN_LEADER_EPOCH);
    tested.command({ kind: 'broker.crash', broker: leaderOf(tested) });
    tested.runUntil('another leader', () => topicOf(tested).partitions[0]!.leaderEpoch > leaderEpoch && topicOf(tested).partitions[0]!.leader !== -1);
    const next = new RawClient(tested, leaderOf(tested));
    const fenced = first(next.ask(FetchRequest, FetchResponse, fetchOf(tested, {}, { currentLeaderEpoch: leaderEpoch })));
    expect(fenced).toMatchObject({ errorCode: ErrorCode.FENCED_LEADER_EPOCH, currentLeader: { leaderId: leaderOf(tested) } });
  });

  test('a position beyond the end of its epoch gets the diverging epoch and no records (KIP-595)', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    produce(client, 'a', 'b');
    const { leaderEpoch } = topicOf(tested).partitions[0]!;
    const answer = first(client.ask(FetchRequest, FetchResponse, fetchOf(tested, {}, { fetchOffset: 5n, lastFetchedEpoch: leaderEpoch })));
    expect(answer).toMatchObject({ errorCode: ErrorCode.NONE, divergingEpoch: { epoch: leaderEpoch, endOffset: 2n }, records: [] });
  });
});

describe('fetch sessions (KIP-227)', () => {
  test('the first answer tells everything, the next ones only what is new', () => {
    const tested = cluster({ topics: [{ name: 'orders', partitions: 2, replicationFactor: 1 }], brokers: 1 });
    const client = new RawClient(tested, 1);
    const opened = client.ask(FetchRequest, FetchResponse, fetchOf(tested, { sessionEpoch: 0, maxWaitMs: 0 }, { partition: 0 }, { partition: 1 }));
    expect(opened.sessionId).toBeGreaterThan(0);
    expect(opened.responses.flatMap(({ partitions }) => partitions)).toHaveLength(2);
    const { sessionId } = opened;
    const nothing = client.ask(FetchRequest, FetchResponse, { maxWaitMs: 0, minBytes: 1, sessionId, sessionEpoch: 1, topics: [] });
    expect(nothing).toMatchObject({ errorCode: ErrorCode.NONE, sessionId, responses: [] });
    produce(client, 'a');
    const one = client.ask(FetchRequest, FetchResponse, { maxWaitMs: 0, minBytes: 1, sessionId, sessionEpoch: 2, topics: [] });
    expect(one.responses.flatMap(({ partitions }) => partitions.map(({ partitionIndex }) => partitionIndex))).toEqual([0]);
  });

  test('an unknown session and a wrong epoch are refused for the whole answer', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    const unknown = client.ask(FetchRequest, FetchResponse, { maxWaitMs: 0, sessionId: 4711, sessionEpoch: 1, topics: [] });
    expect(unknown.errorCode).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
    const { sessionId } = client.ask(FetchRequest, FetchResponse, fetchOf(tested, { sessionEpoch: 0, maxWaitMs: 0 }));
    const wrong = client.ask(FetchRequest, FetchResponse, { maxWaitMs: 0, sessionId, sessionEpoch: 7, topics: [] });
    expect(wrong.errorCode).toBe(ErrorCode.INVALID_FETCH_SESSION_EPOCH);
  });

  test('epoch -1 with the id of a session ends it, and what it asks for is answered all the same', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    produce(client, 'a');
    const { sessionId } = client.ask(FetchRequest, FetchResponse, fetchOf(tested, { sessionEpoch: 0, maxWaitMs: 0 }));
    const last = client.ask(FetchRequest, FetchResponse, fetchOf(tested, { sessionId, sessionEpoch: -1, maxWaitMs: 0 }));
    expect(last.sessionId).toBe(0);
    expect(sizeOf(last)).toBeGreaterThan(0);
    expect(client.ask(FetchRequest, FetchResponse, { maxWaitMs: 0, sessionId, sessionEpoch: 1, topics: [] }).errorCode).toBe(ErrorCode.FETCH_SESSION_ID_NOT_FOUND);
  });

  test('a session does not go on with names when it began with topic ids', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    const { sessionId } = client.ask(FetchRequest, FetchResponse, fetchOf(tested, { sessionEpoch: 0, maxWaitMs: 0 }), 13);
    const answer = client.ask(FetchRequest, FetchResponse, { maxWaitMs: 0, sessionId, sessionEpoch: 1, topics: [] }, 12);
    expect(answer.errorCode).toBe(ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR);
  });

  test('a forgotten partition is told of no more, and a session without partitions ends', () => {
    const tested = cluster({ topics: [{ name: 'orders', partitions: 2, replicationFactor: 1 }], brokers: 1 });
    const client = new RawClient(tested, 1);
    const { topicId } = topicOf(tested);
    const { sessionId } = client.ask(FetchRequest, FetchResponse, fetchOf(tested, { sessionEpoch: 0, maxWaitMs: 0 }, { partition: 0 }, { partition: 1 }));
    produce(client, 'a');
    const forgetful = client.ask(FetchRequest, FetchResponse, { maxWaitMs: 0, sessionId, sessionEpoch: 1, topics: [], forgottenTopicsData: [{ topicId, partitions: [0] }] });
    expect(forgetful.responses).toEqual([]);
    const ended = client.ask(FetchRequest, FetchResponse, { maxWaitMs: 0, sessionId, sessionEpoch: 2, topics: [], forgottenTopicsData: [{ topicId, partitions: [1] }] });
    expect(ended.sessionId).toBe(0);
  });
});

describe('who may be read', () => {
  test('a follower is read up to its own high watermark from version 11 on, and not at all before', () => {
    const tested = cluster({ topics });
    const leader = leaderOf(tested);
    produce(new RawClient(tested, leader), 'a');
    tested.runUntil('the followers know', () => topicOf(tested).partitions[0]!.replicas.every(({ highWatermark }) => highWatermark === 1n));
    const follower = new RawClient(tested, [1, 2, 3].find((id) => id !== leader)!);
    expect(first(follower.ask(FetchRequest, FetchResponse, fetchOf(tested, { maxWaitMs: 0 })))).toMatchObject({ errorCode: ErrorCode.NONE, highWatermark: 1n });
    const byName = { maxWaitMs: 0, minBytes: 1, sessionEpoch: -1, topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }] }] };
    expect(first(follower.ask(FetchRequest, FetchResponse, byName, 10)).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  });

  test('a broker that is no replica of the partition may not fetch as its follower', () => {
    const tested = cluster({ topics: [{ name: 'orders', partitions: 1, replicationFactor: 1 }] });
    const answer = new RawClient(tested, leaderOf(tested)).ask(FetchRequest, FetchResponse, fetchOf(tested, { replicaState: { replicaId: 99, replicaEpoch: 1n } }));
    expect(first(answer).errorCode).toBe(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  });

  test('an unknown topic id, an unknown topic', () => {
    const tested = cluster({ topics });
    const client = new RawClient(tested, leaderOf(tested));
    const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }];
    const byId = client.ask(FetchRequest, FetchResponse, { maxWaitMs: 500, minBytes: 1, sessionEpoch: -1, topics: [{ topicId: 'AAAAAAAAAAAAAAAAAAAAAQ', partitions }] });
    expect(first(byId).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_ID);
    const byName = client.ask(FetchRequest, FetchResponse, { maxWaitMs: 500, minBytes: 1, sessionEpoch: -1, topics: [{ topic: 'nothing', partitions }] }, 12);
    expect(first(byName).errorCode).toBe(ErrorCode.UNKNOWN_TOPIC_OR_PARTITION);
  });
});

test('an isolation level that nobody knows is an error only where there is something to read', () => {
  const tested = cluster({ topics });
  const client = new RawClient(tested, leaderOf(tested));
  const ask = (topic: string) => client.ask(FetchRequest, FetchResponse, { isolationLevel: 2, topics: [{ topic, partitions: [{ partition: 0 }] }] }, 12);
  expect(ask('orders').errorCode).toBe(ErrorCode.UNKNOWN_SERVER_ERROR);
  expect(ask('missing')).toMatchObject({ errorCode: ErrorCode.NONE, responses: [{ partitions: [{ errorCode: ErrorCode.UNKNOWN_TOPIC_OR_PARTITION }] }] });
});

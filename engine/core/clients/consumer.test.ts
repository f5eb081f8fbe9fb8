import { describe, expect, test } from 'vitest';
import { consumerBehaviour } from '#engine/core/clients/consumer.ts';
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from '#engine/core/clients/consumer-protocol.ts';
import type { ConsumerConfig, ConsumerState } from '#engine/core/clients/state.ts';
import { TestClient, type SentRequest } from '#engine/core/clients/test-client.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create, type DeepPartial } from '#engine/protocol/message.ts';
import { FetchResponse, type FetchRequest } from '#engine/protocol/messages/01-fetch.ts';
import { ListOffsetsResponse, type ListOffsetsRequest } from '#engine/protocol/messages/02-list-offsets.ts';
import { OffsetCommitResponse, type OffsetCommitRequest } from '#engine/protocol/messages/08-offset-commit.ts';
import { OffsetFetchResponse, type OffsetFetchRequest } from '#engine/protocol/messages/09-offset-fetch.ts';
import { FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import { JoinGroupResponse, type JoinGroupRequest } from '#engine/protocol/messages/11-join-group.ts';
import { HeartbeatResponse } from '#engine/protocol/messages/12-heartbeat.ts';
import { SyncGroupResponse, type SyncGroupRequest } from '#engine/protocol/messages/14-sync-group.ts';
import { OffsetForLeaderEpochResponse, type OffsetForLeaderEpochRequest } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';

const topicId = 'orders'.padEnd(22, 'A');
const text = new TextEncoder();

type Consumer = TestClient<ConsumerState, ConsumerConfig>;
type FetchedPartition = DeepPartial<FetchResponse['responses'][number]['partitions'][number]>;

function start({ settings = {}, leaders = [1, 1], ...rest }: Partial<ConsumerConfig> & { leaders?: number[] } = {}): Consumer {
  const config: ConsumerConfig = { id: 'c', clientId: 'c', bootstrap: [1], settings, preset: 'kafka', group: 'g', topics: ['orders'], ...rest };
  const client = new TestClient(consumerBehaviour, config);
  client.answerMetadata({ orders: leaders }, 4);
  return client;
}
function findCoordinator(client: Consumer, nodeId = 1): void {
  client.answer(client.request(ApiKey.FindCoordinator), create(FindCoordinatorResponse, { coordinators: [{ key: 'g', nodeId, host: 'localhost', port: 9092 }] }));
}
/** Answers the join as that of a group with this one member, its leader. */
function join(client: Consumer, { generationId = 1, memberId = 'c-1', leader = 'c-1' } = {}): void {
  const request = client.request(ApiKey.JoinGroup);
  const { protocols } = request.body as JoinGroupRequest;
  const members = leader === memberId ? [{ memberId, metadata: protocols[0]!.metadata }] : [];
  client.answer(request, create(JoinGroupResponse, { generationId, protocolType: 'consumer', protocolName: 'range', leader, memberId, members }));
}
function sync(client: Consumer, partitions = [0, 1]): void {
  client.answer(client.request(ApiKey.SyncGroup), create(SyncGroupResponse, { protocolType: 'consumer', protocolName: 'range', assignment: encodeAssignment([{ topic: 'orders', partitions }]) }));
}
/** Answers OffsetFetch: what is committed, by partition. */
function committed(client: Consumer, offsets: Record<number, bigint>, committedLeaderEpoch = -1): void {
  const request = client.request(ApiKey.OffsetFetch);
  const asked = (request.body as OffsetFetchRequest).groups[0]!.topics![0]!.partitionIndexes;
  const partitions = asked.map((partitionIndex) => ({ partitionIndex, committedOffset: offsets[partitionIndex] ?? -1n, committedLeaderEpoch }));
  client.answer(request, create(OffsetFetchResponse, { groups: [{ groupId: 'g', topics: [{ topicId, partitions }] }] }));
}
/** A member that fetches from these committed offsets. */
function fetching(options: Parameters<typeof start>[0] = {}, offsets: Record<number, bigint> = { 0: 10n, 1: 20n }): Consumer {
  const client = start(options);
  findCoordinator(client);
  join(client);
  sync(client, Object.keys(offsets).map(Number));
  committed(client, offsets);
  return client;
}
function records(baseOffset: bigint, count: number, leaderEpoch = 4): Uint8Array {
  return encodeBatch({ baseOffset, leaderEpoch, records: Array.from({ length: count }, (_, i) => ({ timestamp: 1n, key: null, value: text.encode(`value ${baseOffset + BigInt(i)}`) })) });
}
function answerFetch(client: Consumer, partitions: FetchedPartition[], sessionId = 0): void {
  client.answer(client.request(ApiKey.Fetch), create(FetchResponse, { sessionId, responses: partitions.length === 0 ? [] : [{ topicId, partitions }] }));
}
function fetchedOffsets(request: SentRequest): string[] {
  return (request.body as FetchRequest).topics.flatMap(({ partitions }) => partitions.map(({ partition, fetchOffset }) => `${partition}@${fetchOffset}`));
}
function committedIn(request: SentRequest): string[] {
  return (request.body as OffsetCommitRequest).topics.flatMap(({ partitions }) => partitions.map(({ partitionIndex, committedOffset }) => `${partitionIndex}@${committedOffset}`));
}
function answerCommit(client: Consumer, errorCode: number = ErrorCode.NONE): void {
  const request = client.request(ApiKey.OffsetCommit);
  const partitions = (request.body as OffsetCommitRequest).topics[0]!.partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode }));
  client.answer(request, create(OffsetCommitResponse, { topics: [{ topicId, partitions }] }));
}
function resetTimestampAsked(settings: Record<string, string>): bigint {
  const client = fetching({ settings }, { 0: -1n });
  return (client.request(ApiKey.ListOffsets).body as ListOffsetsRequest).topics[0]!.partitions[0]!.timestamp;
}
function beat(client: Consumer, errorCode: number = ErrorCode.NONE): void {
  client.answer(client.request(ApiKey.Heartbeat), create(HeartbeatResponse, { errorCode }));
}

describe('a consumer joins its group', () => {
  test('with the id that it is given, and its subscription in the consumer protocol', () => {
    const client = start();
    findCoordinator(client);
    const first = client.request(ApiKey.JoinGroup);
    expect(first).toMatchObject({ apiVersion: 9, channel: 'coordinator', body: { memberId: '', protocolType: 'consumer', sessionTimeoutMs: 45_000, rebalanceTimeoutMs: 300_000 } });
    expect(decodeSubscription((first.body as JoinGroupRequest).protocols[0]!.metadata)).toMatchObject({ topics: ['orders'], ownedPartitions: [] });
    client.answer(first, create(JoinGroupResponse, { errorCode: ErrorCode.MEMBER_ID_REQUIRED, memberId: 'c-1' }));
    expect(client.request(ApiKey.JoinGroup).body).toMatchObject({ memberId: 'c-1' });
  });

  test('and assigns ranges to everybody when it leads', () => {
    const client = start({ leaders: [1, 1, 1] });
    findCoordinator(client);
    const metadata = encodeSubscription({ topics: ['orders'], userData: null, ownedPartitions: [], generationId: -1, rackId: null });
    client.answer(client.request(ApiKey.JoinGroup), create(JoinGroupResponse, {
      generationId: 3, protocolName: 'range', leader: 'b', memberId: 'b', members: [{ memberId: 'b', metadata }, { memberId: 'a', metadata }],
    }));
    const body = client.request(ApiKey.SyncGroup).body as SyncGroupRequest;
    expect(body).toMatchObject({ generationId: 3, memberId: 'b', protocolName: 'range' });
    expect(Object.fromEntries(body.assignments.map(({ memberId, assignment }) => [memberId, decodeAssignment(assignment)]))).toEqual({
      a: [{ topic: 'orders', partitions: [0, 1] }], b: [{ topic: 'orders', partitions: [2] }],
    });
  });

  test('and looks up topics that only other members consume before it assigns them', () => {
    const client = start();
    findCoordinator(client);
    const metadata = encodeSubscription({ topics: ['payments'], userData: null, ownedPartitions: [], generationId: -1, rackId: null });
    client.answer(client.request(ApiKey.JoinGroup), create(JoinGroupResponse, { generationId: 1, protocolName: 'range', leader: 'c-1', memberId: 'c-1', members: [{ memberId: 'd', metadata }] }));
    expect(client.requests(ApiKey.SyncGroup)).toEqual([]);
    client.advance(100);
    client.answerMetadata({ orders: [1, 1], payments: [1] });
    expect((client.request(ApiKey.SyncGroup).body as SyncGroupRequest).assignments).toHaveLength(1);
  });

  test('again at another broker when the coordinator has moved', () => {
    const client = start();
    findCoordinator(client);
    client.answer(client.request(ApiKey.JoinGroup), create(JoinGroupResponse, { errorCode: ErrorCode.NOT_COORDINATOR }));
    expect(client.requests(ApiKey.JoinGroup)).toEqual([]);
    client.advance(150);
    findCoordinator(client, 3);
    expect(client.request(ApiKey.JoinGroup).to).toBe('broker/3');
  });

  test('not at all when the group speaks another protocol: that ends it', () => {
    const client = start();
    findCoordinator(client);
    client.answer(client.request(ApiKey.JoinGroup), create(JoinGroupResponse, { errorCode: ErrorCode.INCONSISTENT_GROUP_PROTOCOL }));
    expect(client.state).toMatchObject({ status: 'stopped', failure: 'INCONSISTENT_GROUP_PROTOCOL' });
    client.advance(10_000);
    expect(client.requests(ApiKey.JoinGroup)).toEqual([]);
  });
});

describe('a consumer finds where to read', () => {
  test('at the committed offset, or by auto.offset.reset where there is none', () => {
    const client = fetching({ settings: { 'auto.offset.reset': 'earliest' } }, { 0: 10n, 1: -1n });
    expect(fetchedOffsets(client.request(ApiKey.Fetch))).toEqual(['0@10']);
    expect((client.request(ApiKey.ListOffsets).body as ListOffsetsRequest).topics[0]!.partitions).toEqual([{ partitionIndex: 1, currentLeaderEpoch: 4, timestamp: -2n }]);
    client.answer(client.request(ApiKey.ListOffsets), create(ListOffsetsResponse, { topics: [{ name: 'orders', partitions: [{ partitionIndex: 1, offset: 3n, timestamp: -1n, leaderEpoch: -1 }] }] }));
    expect(client.state.assignment.get('orders-1')).toMatchObject({ position: 3n, committed: -1n });
    expect(client.facts).toContainEqual(expect.objectContaining({ kind: 'client.positionReset', payload: { topic: 'orders', partition: 1, client: 'c', from: -1n, to: 3n } }));
  });

  test('at the end by default, or so long ago with by_duration', () => {
    expect(resetTimestampAsked({})).toBe(-1n);
    expect(resetTimestampAsked({ 'auto.offset.reset': 'by_duration:PT1M30.5S' })).toBe(1_000_000n - 90_500n);
  });

  test('nowhere with "none": it ends with an error', () => {
    const client = fetching({ settings: { 'auto.offset.reset': 'none' } }, { 0: -1n });
    expect(client.state).toMatchObject({ status: 'stopped', failure: 'OFFSET_OUT_OF_RANGE' });
  });

  test('by the policy when the offset is out of range', () => {
    const client = fetching({}, { 0: 10n });
    answerFetch(client, [{ partitionIndex: 0, errorCode: ErrorCode.OFFSET_OUT_OF_RANGE }]);
    expect(client.request(ApiKey.ListOffsets)).toBeDefined();
    expect(client.requests(ApiKey.Fetch)).toEqual([]);
  });

  test('where the log of a new leader ends, when that was truncated below its position', () => {
    const client = fetching({}, { 0: 10n });
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 15n, records: [records(10n, 5)] }]);
    expect(client.state.assignment.get('orders-0')).toMatchObject({ position: 15n, offsetEpoch: 4 });
    answerFetch(client, [{ partitionIndex: 0, errorCode: ErrorCode.FENCED_LEADER_EPOCH }]);
    client.advance(120);
    client.answerMetadata({ orders: [2, 2] }, 5);
    const validation = client.request(ApiKey.OffsetForLeaderEpoch);
    expect(validation).toMatchObject({ to: 'broker/2' });
    expect((validation.body as OffsetForLeaderEpochRequest).topics[0]!.partitions[0]).toMatchObject({ partition: 0, currentLeaderEpoch: 5, leaderEpoch: 4 });
    client.answer(validation, create(OffsetForLeaderEpochResponse, { topics: [{ topic: 'orders', partitions: [{ partition: 0, leaderEpoch: 4, endOffset: 12n }] }] }));
    expect(client.facts).toContainEqual(expect.objectContaining({ kind: 'client.positionReset', payload: expect.objectContaining({ from: 15n, to: 12n }), why: expect.objectContaining({ rule: 'log-truncation-detected' }) }));
    const next = client.requests(ApiKey.Fetch).at(-1)!;
    expect([next.to, ...fetchedOffsets(next)]).toEqual(['broker/2', '0@12']);
  });
});

describe('a consumer fetches', () => {
  test('each partition from where the last records ended, and hands them on in order', () => {
    const client = fetching();
    expect(client.request(ApiKey.Fetch)).toMatchObject({ apiVersion: 18, body: { sessionId: 0, sessionEpoch: 0, maxWaitMs: 500, minBytes: 1 } });
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 13n, records: [records(10n, 3)] }, { partitionIndex: 1, highWatermark: 20n, records: [] }]);
    expect(fetchedOffsets(client.request(ApiKey.Fetch))).toEqual(['0@13', '1@20']);
    expect(client.state.consumed).toBe(3);
    expect(client.facts.filter(({ kind }) => kind === 'client.polled').map(({ payload }) => payload)).toEqual([{ topic: 'orders', partition: 0, client: 'c', fromOffset: 10n, toOffset: 13n }]);
  });

  test('in a session names only what has changed, and forgets what it gave up', () => {
    const client = fetching();
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 13n, records: [records(10n, 3)] }], 77);
    expect(client.request(ApiKey.Fetch).body).toMatchObject({ sessionId: 77, sessionEpoch: 1, forgottenTopicsData: [] });
    expect(fetchedOffsets(client.request(ApiKey.Fetch))).toEqual(['0@13']);
    answerFetch(client, [], 77);
    expect(client.request(ApiKey.Fetch).body).toMatchObject({ sessionId: 77, sessionEpoch: 2, topics: [] });
    answerFetch(client, [{ partitionIndex: 1, errorCode: ErrorCode.NOT_LEADER_OR_FOLLOWER, currentLeader: { leaderId: 2, leaderEpoch: 5 } }], 77);
    const [here] = client.requests(ApiKey.Fetch);
    expect(here).toMatchObject({ to: 'broker/1', body: { sessionEpoch: 3, topics: [], forgottenTopicsData: [{ topicId, partitions: [1] }] } });
    client.advance(120);
    expect(client.requests(ApiKey.Fetch).map(({ to }) => to)).toEqual(['broker/1', 'broker/2']);
  });

  test('anew with everything when the broker does not know the session', () => {
    const client = fetching();
    answerFetch(client, [], 77);
    client.answer(client.request(ApiKey.Fetch), create(FetchResponse, { errorCode: ErrorCode.FETCH_SESSION_ID_NOT_FOUND }));
    expect(client.request(ApiKey.Fetch).body).toMatchObject({ sessionId: 0, sessionEpoch: 0 });
    expect(fetchedOffsets(client.request(ApiKey.Fetch))).toEqual(['0@10', '1@20']);
  });

  test('skips the records before its position in the batch that it got whole', () => {
    const client = fetching({}, { 0: 12n });
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 15n, records: [records(10n, 5)] }]);
    expect(client.state.consumed).toBe(3);
    expect(client.state.assignment.get('orders-0')!.position).toBe(15n);
  });

  test('passes over control batches without handing anything on', () => {
    const client = fetching({}, { 0: 10n });
    const marker = encodeBatch({ baseOffset: 10n, leaderEpoch: 4, isControl: true, isTransactional: true, producerId: 1n, producerEpoch: 0, records: [{ timestamp: 1n, key: new Uint8Array(4), value: new Uint8Array(6) }] });
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 11n, records: [marker] }]);
    expect([client.state.consumed, client.state.assignment.get('orders-0')!.position]).toEqual([0, 11n]);
  });

  test('hands on at most max.poll.records at a time, taking turns between partitions', () => {
    const client = fetching({ recordsPerSecond: 100, settings: { 'max.poll.records': '10' } });
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 25n, records: [records(10n, 15)] }, { partitionIndex: 1, highWatermark: 35n, records: [records(20n, 15)] }]);
    const positions = () => ['orders-0', 'orders-1'].map((key) => client.state.assignment.get(key)!.position);
    expect(positions()).toEqual([20n, 20n]);
    client.advance(100);
    expect(positions()).toEqual([20n, 30n]);
    client.advance(100);
    expect(positions()).toEqual([25n, 35n]);
  });

  test('nothing while it is paused, and keeps beating', () => {
    const client = fetching();
    client.command('consumer.pause');
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 13n, records: [records(10n, 3)] }]);
    client.advance(3000);
    expect(client.requests(ApiKey.Fetch)).toEqual([]);
    expect(client.state).toMatchObject({ consumed: 0, status: 'paused' });
    beat(client);
    client.command('consumer.resume');
    expect(client.state.consumed).toBe(3);
  });

  test('from the follower that the leader names (KIP-392), until that one cannot serve', () => {
    const client = fetching({ settings: { 'client.rack': 'a' } }, { 0: 10n });
    answerFetch(client, [{ partitionIndex: 0, preferredReadReplica: 2, records: [] }]);
    const fetch = client.request(ApiKey.Fetch);
    expect([fetch.to, (fetch.body as FetchRequest).rackId]).toEqual(['broker/2', 'a']);
    answerFetch(client, [{ partitionIndex: 0, errorCode: ErrorCode.OFFSET_OUT_OF_RANGE }]);
    expect(client.request(ApiKey.Fetch).to).toBe('broker/1');
  });
});

describe('a consumer commits', () => {
  test('its positions every auto.commit.interval.ms, and only what was handed on before the last poll', () => {
    const client = fetching({ recordsPerSecond: 1 }, { 0: 10n });
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 16n, records: [records(10n, 6)] }]);
    client.advance(5999);
    // The application works on the records: nothing says yet that it is done with them.
    expect(client.requests(ApiKey.OffsetCommit)).toEqual([]);
    client.advance(1);
    expect(committedIn(client.request(ApiKey.OffsetCommit))).toEqual(['0@16']);
    answerCommit(client);
    expect(client.state.assignment.get('orders-0')!.committed).toBe(16n);
  });

  test('before it gives its partitions up for a rebalance', () => {
    const client = fetching();
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 13n, records: [records(10n, 3)] }]);
    client.advance(3000);
    beat(client, ErrorCode.REBALANCE_IN_PROGRESS);
    expect(committedIn(client.request(ApiKey.OffsetCommit))).toEqual(['0@13', '1@20']);
    expect(client.requests(ApiKey.JoinGroup)).toEqual([]);
    expect(client.state.assignment.size).toBe(2);
    answerCommit(client);
    expect(client.state.assignment.size).toBe(0);
    expect(client.request(ApiKey.JoinGroup).body).toMatchObject({ memberId: 'c-1' });
    expect(client.facts).toContainEqual(expect.objectContaining({ kind: 'client.revoked', payload: { client: 'c', partitions: ['orders-0', 'orders-1'] } }));
  });

  test('again when the coordinator was being loaded, before it joins', () => {
    const client = fetching();
    client.advance(3000);
    beat(client, ErrorCode.REBALANCE_IN_PROGRESS);
    answerCommit(client, ErrorCode.COORDINATOR_LOAD_IN_PROGRESS);
    expect(client.requests(ApiKey.JoinGroup)).toEqual([]);
    client.advance(150);
    answerCommit(client);
    expect(client.request(ApiKey.JoinGroup)).toBeDefined();
  });

  test('nothing once its membership is lost, and joins under a new id', () => {
    const client = fetching();
    client.advance(3000);
    beat(client, ErrorCode.UNKNOWN_MEMBER_ID);
    expect(client.requests(ApiKey.OffsetCommit)).toEqual([]);
    expect(client.state.assignment.size).toBe(0);
    expect(client.request(ApiKey.JoinGroup).body).toMatchObject({ memberId: '' });
  });

  test('when it is stopped, and then leaves', () => {
    const client = fetching();
    client.command('consumer.stop');
    expect(committedIn(client.request(ApiKey.OffsetCommit))).toEqual(['0@10', '1@20']);
    expect(client.requests(ApiKey.LeaveGroup)).toEqual([]);
    answerCommit(client);
    expect(client.request(ApiKey.LeaveGroup).body).toMatchObject({ groupId: 'g', members: [{ memberId: 'c-1', groupInstanceId: null }] });
    client.advance(60_000);
    expect(client.state).toMatchObject({ status: 'stopped', membership: { phase: 'left' } });
    expect(client.requests(ApiKey.Heartbeat)).toEqual([]);
  });

  test('when it is stopped, but stays a member when it is a static one', () => {
    const client = fetching({ settings: { 'group.instance.id': 'i1' } });
    client.command('consumer.stop');
    answerCommit(client);
    expect(client.requests(ApiKey.LeaveGroup)).toEqual([]);
  });
});

describe('a consumer stays a member', () => {
  test('by heartbeats, also while its application works on records', () => {
    const client = fetching({ recordsPerSecond: 1 }, { 0: 10n });
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 110n, records: [records(10n, 100)] }]);
    for (let round = 0; round < 20; round += 1) {
      client.advance(3000);
      beat(client);
    }
    expect(client.state.processing).toBe(100);
  });

  test('until its application has not polled for max.poll.interval.ms: then it leaves', () => {
    const client = fetching({ recordsPerSecond: 1, settings: { 'max.poll.interval.ms': '60000' } }, { 0: 10n });
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 110n, records: [records(10n, 100)] }]);
    for (let round = 0; round < 20; round += 1) {
      client.advance(3000);
      beat(client);
    }
    client.advance(3000);
    expect(client.request(ApiKey.LeaveGroup).body).toMatchObject({ members: [{ memberId: 'c-1' }] });
    expect(client.requests(ApiKey.JoinGroup)).toEqual([]);
    client.advance(40_000);
    expect(client.request(ApiKey.JoinGroup).body).toMatchObject({ memberId: '' });
  });

  test('and looks for its coordinator again when that says nothing for session.timeout.ms', () => {
    const client = fetching({ settings: { 'session.timeout.ms': '9000' } });
    client.advance(3000);
    expect(client.requests(ApiKey.FindCoordinator)).toEqual([]);
    client.advance(9000);
    expect(client.request(ApiKey.FindCoordinator)).toBeDefined();
  });

  test('and joins again as the leader when its topic gets more partitions', () => {
    const client = fetching({ settings: { 'metadata.max.age.ms': '4000' } });
    client.advance(4000);
    client.answerMetadata({ orders: [1, 1, 1] }, 4);
    answerCommit(client);
    expect(client.request(ApiKey.JoinGroup)).toBeDefined();
  });

  test('with a state that is plain', () => {
    const client = fetching({ recordsPerSecond: 1 });
    answerFetch(client, [{ partitionIndex: 0, highWatermark: 13n, records: [records(10n, 3)] }], 5);
    expect(structuredClone(client.state)).toEqual(client.state);
  });
});

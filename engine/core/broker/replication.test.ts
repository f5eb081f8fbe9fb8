import { describe, expect, test } from 'vitest';
import { waitingRequestsMax } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { cluster, type TestCluster } from '#engine/testing/cluster.ts';
import { RawClient, textBatch } from '#engine/testing/raw-client.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';

const topics = [{ name: 'orders', partitions: 1, replicationFactor: 3, config: { 'min.insync.replicas': '2' } }];

function view(tested: TestCluster) {
  return tested.state().topics.find(({ name }) => name === 'orders')!.partitions[0]!;
}
function replicaOn(tested: TestCluster, broker: number) {
  return view(tested).replicas.find((replica) => replica.broker === broker)!;
}
function brokerState(tested: TestCluster, broker: number): BrokerState {
  return tested.world.state.nodes.get(brokerNodeId(broker))!.state as BrokerState;
}
function followersOf(tested: TestCluster): number[] {
  const { leader } = view(tested);
  return [1, 2, 3].filter((id) => id !== leader);
}

/** From the other brokers, not from clients. */
function isolate(tested: TestCluster, broker: number): void {
  for (const other of [1, 2, 3]) if (other !== broker) tested.command({ kind: 'link.cut', from: broker, to: other });
}
function rejoin(tested: TestCluster, broker: number): void {
  for (const other of [1, 2, 3]) if (other !== broker) tested.command({ kind: 'link.heal', from: broker, to: other });
}

function produce(tested: TestCluster, broker: number, value: string, acks = -1, timeoutMs = 30_000): number {
  const request = { acks, timeoutMs, topicData: [{ name: 'orders', partitionData: [{ index: 0, records: [textBatch([value])] }] }] };
  return new RawClient(tested, broker).ask(ProduceRequest, ProduceResponse, request, 12).responses[0]!.partitionResponses[0]!.errorCode;
}

function read(tested: TestCluster, broker: number): string {
  const partitions = [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 10_000_000 }];
  const request = { maxWaitMs: 0, minBytes: 1, sessionEpoch: -1, topics: [{ topic: 'orders', partitions }] };
  const answer = new RawClient(tested, broker).ask(FetchRequest, FetchResponse, request, 12);
  return (answer.responses[0]!.partitions[0]!.records ?? []).map((run) => new TextDecoder('latin1').decode(run)).join('');
}

describe('a follower', () => {
  test('learns the high watermark one fetch later than it learns the records', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    const [follower] = followersOf(tested);
    produce(tested, leader, 'a');
    // The answer to the fetch that brought the record left before anybody had acknowledged it.
    expect(replicaOn(tested, leader).highWatermark).toBe(1n);
    expect(replicaOn(tested, follower!)).toMatchObject({ logEndOffset: 1n, highWatermark: 0n });
    tested.run(600);
    expect(replicaOn(tested, follower!).highWatermark).toBe(1n);
  });

  test('holds byte for byte what its leader has', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    for (const value of ['a', 'b', 'c']) produce(tested, leader, value);
    tested.run(1000);
    const [first, second] = followersOf(tested);
    expect(read(tested, first!)).toBe(read(tested, leader));
    expect(read(tested, second!)).toBe(read(tested, leader));
    expect(read(tested, leader)).toContain('c');
  });

  test('that its leader does not hear of leaves the ISR after replica.lag.time.max.ms, and comes back when it has caught up', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    // Both keep their way to the controller: only the fetches fail.
    const follower = followersOf(tested).find((id) => id !== tested.state().controller)!;
    const cutUs = tested.world.state.timeUs;
    tested.command({ kind: 'link.cut', from: follower, to: leader });
    produce(tested, leader, 'b', 1);
    tested.runUntil('it is out', () => !view(tested).isr.includes(follower), 60_000);
    const [proposed] = tested.factsOf('replica.isrShrinkProposed').filter(({ payload }) => payload.topic === 'orders');
    expect(proposed).toMatchObject({ payload: { broker: leader, out: [follower] }, why: { rule: 'isr.notCaughtUpForLagTimeMax', settings: { 'replica.lag.time.max.ms': 30_000 } } });
    expect((proposed!.timeUs - cutUs) / 1000).toBeGreaterThanOrEqual(29_000);
    tested.runUntil('the leader knows that it need not wait for it', () => replicaOn(tested, leader).highWatermark === 1n);
    tested.command({ kind: 'link.heal', from: follower, to: leader });
    tested.runUntil('it is back', () => view(tested).isr.length === 3, 60_000);
    expect(replicaOn(tested, follower).logEndOffset).toBe(1n);
  });
});

describe('the crash of a leader', () => {
  test('elects another in-sync replica, and loses nothing that was acknowledged with acks=all', () => {
    const tested = cluster({ topics });
    const { leader, leaderEpoch } = view(tested);
    for (let i = 0; i < 20; i++) expect(produce(tested, leader, `value ${i}`)).toBe(ErrorCode.NONE);
    tested.command({ kind: 'broker.crash', broker: leader });
    tested.runUntil('another leader', () => view(tested).leader !== leader && view(tested).leader !== -1);
    const next = view(tested).leader;
    expect(view(tested).leaderEpoch).toBeGreaterThan(leaderEpoch);
    tested.runUntil('its high watermark is known', () => replicaOn(tested, next).highWatermark === 20n);
    const text = read(tested, next);
    for (let i = 0; i < 20; i++) expect(text).toContain(`value ${i}`);
  });

  test('takes the records that only it had: the returning replica truncates to where the next leader began', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    produce(tested, leader, 'kept');
    tested.run(1000);
    isolate(tested, leader);
    expect(produce(tested, leader, 'lost one', 1)).toBe(ErrorCode.NONE);
    expect(produce(tested, leader, 'lost two', 1)).toBe(ErrorCode.NONE);
    tested.runUntil('another leader', () => view(tested).leader !== leader && view(tested).leader !== -1);
    const next = view(tested).leader;
    expect(produce(tested, next, 'new')).toBe(ErrorCode.NONE);
    rejoin(tested, leader);
    tested.runUntil('the old leader follows', () => view(tested).isr.includes(leader), 120_000);
    const [truncated] = tested.factsOf('replica.truncated').filter(({ node }) => node === brokerNodeId(leader));
    expect(truncated).toMatchObject({ payload: { from: 3n, to: 1n }, why: { rule: 'truncation.divergingEpoch' } });
    tested.run(1000);
    expect(read(tested, leader)).toBe(read(tested, next));
    expect(read(tested, leader)).not.toContain('lost');
  });

  test('leaves a returning broker only what its disk holds', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    produce(tested, leader, 'a');
    tested.run(6_000);
    tested.command({ kind: 'broker.crash', broker: leader });
    tested.run(1_000);
    tested.command({ kind: 'broker.restart', broker: leader });
    tested.runUntil('the process has opened its logs', () => brokerState(tested, leader)?.partitions.size > 0);
    const replica = brokerState(tested, leader).partitions.get('orders-0')!;
    expect(replica).toMatchObject({ role: 'none', leaderId: -1, leaderEpoch: -1, isr: [] });
    expect(replica.log.logEndOffset).toBe(1n);
    expect(brokerState(tested, leader).image.topics.size).toBe(0);
  });
});

describe('a zombie leader', () => {
  test('cannot acknowledge acks=all once the others have another leader', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    isolate(tested, leader);
    tested.runUntil('another leader', () => view(tested).leader !== leader && view(tested).leader !== -1);
    expect(brokerState(tested, leader).partitions.get('orders-0')).toMatchObject({ role: 'leader' });
    const errorCode = produce(tested, leader, 'zombie', -1, 3_000);
    expect([ErrorCode.REQUEST_TIMED_OUT, ErrorCode.NOT_ENOUGH_REPLICAS]).toContain(errorCode);
  });
});

describe('a controlled shutdown', () => {
  test('moves leadership first, so that the partition is never without a leader', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    produce(tested, leader, 'a');
    tested.command({ kind: 'broker.shutdown', broker: leader });
    tested.runUntil('the process has ended', () => tested.state().brokers.find(({ id }) => id === leader)!.status === 'stopped');
    expect(view(tested).leader).not.toBe(leader);
    const elections = tested.factsOf('partition.leaderElected').filter(({ payload }) => payload.topic === 'orders');
    expect(elections.every(({ payload }) => payload.leader !== -1)).toBe(true);
    const halted = tested.factsOf('node.halted').at(-1)!;
    expect(halted.payload.reason).toBe('controlled shutdown');
    expect(elections.at(-1)!.timeUs).toBeLessThan(halted.timeUs);
  });

  test('leaves a mark that tells the next life that it ended in order', () => {
    const tested = cluster({ topics });
    const epoch = brokerState(tested, 2).lifecycle.brokerEpoch;
    tested.command({ kind: 'broker.shutdown', broker: 2 });
    tested.runUntil('the process has ended', () => tested.state().brokers.find(({ id }) => id === 2)!.status === 'stopped');
    tested.command({ kind: 'broker.restart', broker: 2 });
    tested.run(1);
    expect(brokerState(tested, 2).lifecycle.previousBrokerEpoch).toBe(epoch);
    tested.runUntil('it serves again', () => brokerState(tested, 2).lifecycle.state === 'running');
    tested.command({ kind: 'broker.crash', broker: 2 }, { kind: 'broker.restart', broker: 2 });
    tested.run(1);
    expect(brokerState(tested, 2).lifecycle.previousBrokerEpoch).toBe(-1n);
  });
});

describe('the disk of a broker', () => {
  test('that refuses a write ends the process, and the others go on without it', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    tested.command({ kind: 'disk.full', broker: leader });
    const request = { acks: 1, timeoutMs: 1000, topicData: [{ name: 'orders', partitionData: [{ index: 0, records: [textBatch(['x'])] }] }] };
    const client = new RawClient(tested, leader);
    client.send(ProduceRequest, request, 12);
    tested.runUntil('another leader', () => view(tested).leader !== leader && view(tested).leader !== -1);
    client.take();
    expect(client.answers).toEqual([]);
    expect(tested.factsOf('disk.failed')).toMatchObject([{ payload: { broker: leader, code: 'ENOSPC' } }]);
    expect(tested.state().brokers.find(({ id }) => id === leader)!.status).toBe('stopped');
    expect(produce(tested, view(tested).leader, 'y')).toBe(ErrorCode.NONE);
  });

  test('keeps through a power loss what flush.messages had it flush, and loses the rest by default', () => {
    for (const [flushMessages, kept] of [['1', 2n], [undefined, 0n]] as const) {
      const config = flushMessages === undefined ? {} : { 'flush.messages': flushMessages };
      const tested = cluster({ topics: [{ name: 'orders', partitions: 1, replicationFactor: 1, config }], withoutInvariants: true });
      const { leader } = view(tested);
      produce(tested, leader, 'a', 1);
      produce(tested, leader, 'b', 1);
      tested.command({ kind: 'broker.powerLoss', broker: leader });
      tested.run(1000);
      tested.command({ kind: 'broker.restart', broker: leader });
      tested.runUntil('its log is open', () => brokerState(tested, leader)?.partitions.has('orders-0'));
      expect(brokerState(tested, leader).partitions.get('orders-0')!.log.logEndOffset).toBe(kept);
    }
  });
});

describe('a connection', () => {
  test('that sends without end and never waits for its answers is closed, and no other with it', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    const flood = new RawClient(tested, leader);
    const calm = new RawClient(tested, leader);
    const waiting = { maxWaitMs: 30_000, minBytes: 1, sessionEpoch: -1, topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }] }] };
    for (let i = 0; i < waitingRequestsMax + 2; i++) flood.send(FetchRequest, waiting, 12);
    tested.run(10);
    flood.take();
    expect(flood.closed).toBe(true);
    expect(read(tested, leader)).toBe('');
    calm.take();
    expect(calm.closed).toBe(false);
  });

  test('that ends takes its parked request with it', () => {
    const tested = cluster({ topics });
    const { leader } = view(tested);
    const client = new RawClient(tested, leader);
    client.send(FetchRequest, { maxWaitMs: 30_000, minBytes: 1, sessionEpoch: -1, topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }] }] }, 12);
    tested.run(10);
    const parked = () => [...brokerState(tested, leader).purgatory.fetch.values()].filter(({ params }) => params.replicaId === -1).length;
    expect(parked()).toBe(1);
    client.close();
    tested.run(10);
    expect(parked()).toBe(0);
  });
});

describe('a consumer in another rack', () => {
  test('is sent to the in-sync replica of its own rack when the brokers have the rack-aware selector (KIP-392)', () => {
    const tested = cluster({
      brokers: [1, 2, 3].map((id) => ({ id, rack: `rack-${id}` })),
      topics,
      settings: { 'replica.selector.class': 'org.apache.kafka.common.replica.RackAwareReplicaSelector' },
    });
    const { leader } = view(tested);
    const [near] = followersOf(tested);
    produce(tested, leader, 'a');
    tested.run(1000);
    const fetchFrom = (broker: number, rackId: string) => {
      const request = { maxWaitMs: 0, minBytes: 1, rackId, sessionEpoch: -1, topics: [{ topic: 'orders', partitions: [{ partition: 0, fetchOffset: 0n, partitionMaxBytes: 1000 }] }] };
      return new RawClient(tested, broker).ask(FetchRequest, FetchResponse, request, 12).responses[0]!.partitions[0]!;
    };
    expect(fetchFrom(leader, `rack-${near}`)).toMatchObject({ preferredReadReplica: near, records: [] });
    expect(fetchFrom(near!, `rack-${near}`)).toMatchObject({ preferredReadReplica: -1, errorCode: ErrorCode.NONE });
    expect(fetchFrom(near!, `rack-${near}`).records).not.toEqual([]);
    expect(fetchFrom(leader, `rack-${leader}`).preferredReadReplica).toBe(-1);
  });
});

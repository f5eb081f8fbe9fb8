import { describe, expect, test } from 'vitest';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { AllocateProducerIdsRequest, type AllocateProducerIdsResponse } from '#engine/protocol/messages/67-allocate-producer-ids.ts';
import { DescribeQuorumRequest, type DescribeQuorumResponse } from '#engine/protocol/messages/55-describe-quorum.ts';
import { ElectLeadersRequest, type ElectLeadersResponse } from '#engine/protocol/messages/43-elect-leaders.ts';
import { topicByName, type PartitionImage } from '#engine/core/metadata/image.ts';
import { featureLevels } from '#engine/core/controller/bootstrap.ts';
import { ControllerCluster } from '#engine/testing/controller-cluster.ts';
import { beat, createTopic, incarnation, liveBroker, proposeIsr, register, type TestBroker } from '#engine/testing/controller-requests.ts';

const settings = { 'metadata.max.idle.interval.ms': '0' };

function quietCluster(options: { voters?: number[]; settings?: Record<string, string> } = {}): ControllerCluster {
  const cluster = new ControllerCluster({ voters: options.voters ?? [1], settings: { ...settings, ...options.settings } });
  cluster.runUntil(() => cluster.controller() !== undefined, 8_000, 'an active controller');
  return cluster;
}

/** Brokers 1 to 3, alive, and a topic whose only partition has its replicas in that order. */
function clusterWithTopic(options: { voters?: number[]; settings?: Record<string, string>; config?: { name: string; value: string }[] } = {}) {
  const cluster = quietCluster(options);
  const brokers = [1, 2, 3].map((id) => liveBroker(cluster, id));
  const assignments = [{ partitionIndex: 0, brokerIds: [1, 2, 3] }];
  const { topicId } = createTopic(cluster, 'orders', { numPartitions: -1, replicationFactor: -1, assignments, configs: options.config ?? [] });
  return { cluster, topicId, brokers: brokers as [TestBroker, TestBroker, TestBroker] };
}

function partition(cluster: ControllerCluster): PartitionImage {
  return topicByName(cluster.controller()!.image, 'orders')!.partitions[0]!;
}

/** Everybody beats every half second but those who are silent. */
function beatFor(cluster: ControllerCluster, brokers: readonly TestBroker[], ms: number): void {
  for (let at = 0; at < ms; at += 500) {
    for (const broker of brokers) beat(cluster, broker);
    cluster.runMs(500);
  }
}

/** Brokers 3, 2 and 1 die one after the other; broker 1 led last, broker 2 left while the ISR was too small. */
function allDead() {
  const built = clusterWithTopic({ config: [{ name: 'min.insync.replicas', value: '2' }] });
  const { cluster, brokers } = built;
  beatFor(cluster, [brokers[0], brokers[1]], 9_500);
  beatFor(cluster, [brokers[0]], 9_500);
  cluster.runMs(9_500);
  expect(partition(cluster)).toMatchObject({ leader: -1, isr: [], elr: [2, 1], lastKnownElr: [1] });
  return built;
}

function electPreferred(cluster: ControllerCluster, electionType = 0): number {
  const body = create(ElectLeadersRequest, { electionType, topicPartitions: [{ topic: 'orders', partitions: [0] }] });
  return cluster.call<ElectLeadersResponse>(ApiKey.ElectLeaders, 2, body).replicaElectionResults[0]!.partitionResult[0]!.errorCode;
}

/** Broker 2 leads, broker 1 (preferred) is back and in the ISR. */
function ledBySecond(options: { settings?: Record<string, string> } = {}) {
  const built = clusterWithTopic(options);
  const { cluster, topicId, brokers } = built;
  beat(cluster, brokers[0], { wantFence: true });
  beat(cluster, brokers[0]);
  proposeIsr(cluster, brokers[1], topicId, brokers, { leaderEpoch: 1, partitionEpoch: 1 });
  expect(partition(cluster)).toMatchObject({ leader: 2, isr: [1, 2, 3] });
  return built;
}

describe('a new cluster', () => {
  test('begins with the feature levels of Kafka 4.3, and with min.insync.replicas set for all brokers', () => {
    const cluster = quietCluster();
    cluster.runMs(100);
    const { image } = cluster.controller()!;
    expect(Object.fromEntries(image.features)).toEqual(featureLevels);
    expect(image.configs.get('broker/')?.get('min.insync.replicas')).toBe('1');
  });

  test('begins only once: a controller that takes over finds the levels in the log', () => {
    const cluster = quietCluster({ voters: [1, 2, 3] });
    cluster.runMs(1_000);
    const first = cluster.controller()!.brokerId;
    cluster.crash(first);
    cluster.runUntil(() => cluster.controller() !== undefined, 10_000, 'the next controller');
    cluster.runMs(1_000);
    const other = [1, 2, 3].find((id) => id !== first)!;
    const levels = cluster.node(other).committed.filter(({ record }) => record.kind === 'FeatureLevelRecord');
    expect(levels).toHaveLength(Object.keys(featureLevels).length);
  });
});

describe('brokers', () => {
  test('a broker’s epoch is the offset of its registration record, and it registers fenced', () => {
    const cluster = quietCluster();
    const { brokerEpoch } = register(cluster, 1);
    const record = cluster.node(1).committed.find(({ offset }) => offset === brokerEpoch);
    expect(record?.record).toMatchObject({ kind: 'RegisterBrokerRecord', data: { brokerId: 1, brokerEpoch } });
    expect(cluster.controller()!.image.brokers.get(1)).toMatchObject({ fenced: true, epoch: brokerEpoch });
  });

  test('a broker is unfenced when it has read the log up to its registration, not before', () => {
    const cluster = quietCluster();
    const { brokerEpoch } = register(cluster, 1);
    const broker = { id: 1, epoch: brokerEpoch };
    expect(beat(cluster, broker, { currentMetadataOffset: brokerEpoch - 1n })).toMatchObject({ isCaughtUp: false, isFenced: true });
    expect(beat(cluster, broker, { currentMetadataOffset: brokerEpoch, wantFence: true })).toMatchObject({ isCaughtUp: true, isFenced: true });
    expect(beat(cluster, broker, { currentMetadataOffset: brokerEpoch })).toMatchObject({ isCaughtUp: true, isFenced: false });
  });

  test('a second process with the id of a live broker is refused, until the first one’s session has timed out', () => {
    const cluster = quietCluster();
    const broker = liveBroker(cluster, 1);
    const second = { incarnationId: incarnation(1, 2) };
    expect(register(cluster, 1, second).errorCode).toBe(ErrorCode.DUPLICATE_BROKER_REGISTRATION);
    cluster.runMs(9_100);
    const answer = register(cluster, 1, second);
    expect(answer.errorCode).toBe(ErrorCode.NONE);
    expect(answer.brokerEpoch).toBeGreaterThan(broker.epoch);
    expect(beat(cluster, broker).errorCode).toBe(ErrorCode.STALE_BROKER_EPOCH);
  });

  test('the same process that registers again keeps its epoch', () => {
    const cluster = quietCluster();
    const first = register(cluster, 1);
    expect(register(cluster, 1).brokerEpoch).toBe(first.brokerEpoch);
  });

  test('a broker of another cluster is refused', () => {
    const cluster = quietCluster();
    expect(register(cluster, 1, { clusterId: 'YW5vdGhlci1jbHVzdGVyLQ' }).errorCode).toBe(ErrorCode.INCONSISTENT_CLUSTER_ID);
  });

  test('a broker that is silent for its session is fenced, and its leaderships move', () => {
    const { cluster, brokers } = clusterWithTopic();
    beatFor(cluster, brokers.slice(1), 8_000);
    expect(partition(cluster).leader).toBe(1);
    beatFor(cluster, brokers.slice(1), 1_500);
    expect(cluster.controller()!.image.brokers.get(1)?.fenced).toBe(true);
    expect(partition(cluster)).toMatchObject({ leader: 2, leaderEpoch: 1, isr: [2, 3] });
    const fenced = cluster.facts.find((fact) => fact.kind === 'broker.fenced');
    expect(fenced?.why).toEqual({ rule: 'broker.sessionTimedOut', settings: { 'broker.session.timeout.ms': 9_000 } });
    const elected = cluster.facts.find((fact) => fact.kind === 'partition.leaderElected');
    expect(elected?.payload).toMatchObject({ leader: 2, previousLeader: 1, unclean: false });
    expect(elected?.why).toMatchObject({ rule: 'election.firstLiveIsrMember', settings: { because: 'broker.sessionTimedOut' } });
  });

  test('after a change of controller every session begins anew', () => {
    const { cluster, brokers } = clusterWithTopic({ voters: [1, 2, 3] });
    cluster.runMs(6_000);
    const first = cluster.controller()!.brokerId;
    cluster.crash(first);
    cluster.runUntil(() => cluster.controller() !== undefined, 10_000, 'the next controller');
    cluster.runMs(8_900);
    expect([...cluster.controller()!.image.brokers.values()].some((broker) => broker.fenced)).toBe(false);
    cluster.runMs(300);
    expect([...cluster.controller()!.image.brokers.values()].every((broker) => broker.fenced)).toBe(true);
    expect(beat(cluster, brokers[0]).isFenced).toBe(false);
  });

  test('controlled shutdown: leaders move first, and the broker goes when all have heard of it', () => {
    const { cluster, brokers } = clusterWithTopic();
    const [first, second, third] = brokers;
    beat(cluster, second, { currentMetadataOffset: 0n });
    beat(cluster, third, { currentMetadataOffset: 0n });
    expect(beat(cluster, first, { wantShutDown: true })).toMatchObject({ shouldShutDown: false, isFenced: false });
    expect(partition(cluster)).toMatchObject({ leader: 2, isr: [2, 3] });
    expect(cluster.controller()!.image.brokers.get(1)).toMatchObject({ inControlledShutdown: true, fenced: false });
    expect(beat(cluster, first, { wantShutDown: true }).shouldShutDown).toBe(false);
    beat(cluster, second);
    expect(beat(cluster, first, { wantShutDown: true }).shouldShutDown).toBe(false);
    beat(cluster, third);
    expect(beat(cluster, first, { wantShutDown: true })).toMatchObject({ shouldShutDown: true, isFenced: true });
    expect(cluster.controller()!.image.brokers.get(1)?.fenced).toBe(true);
  });

  test('a broker that leads nothing may go at once', () => {
    const { cluster, brokers } = clusterWithTopic();
    expect(beat(cluster, brokers[2], { wantShutDown: true }).shouldShutDown).toBe(true);
  });
});

describe('eligible leader replicas over the life of brokers', () => {
  test('an eligible broker that went down in order leads when it is back', () => {
    const { cluster, brokers } = allDead();
    liveBroker(cluster, 2, { incarnationId: incarnation(2, 2), previousBrokerEpoch: brokers[1].epoch });
    expect(partition(cluster)).toMatchObject({ leader: 2, isr: [2], elr: [1], leaderRecoveryState: 0 });
  });

  test('one that crashed has lost its eligibility, and waits for another', () => {
    const { cluster } = allDead();
    liveBroker(cluster, 2, { incarnationId: incarnation(2, 2) });
    expect(partition(cluster)).toMatchObject({ leader: -1, isr: [], elr: [1] });
  });

  test('when all have crashed, the last known leader is taken, and must recover', () => {
    const { cluster } = allDead();
    liveBroker(cluster, 2, { incarnationId: incarnation(2, 2) });
    liveBroker(cluster, 1, { incarnationId: incarnation(1, 2) });
    expect(partition(cluster)).toMatchObject({ leader: 1, isr: [1], elr: [], leaderRecoveryState: 1 });
  });
});

describe('proposals for an ISR', () => {
  test('a leader shrinks and expands it; the leader epoch stays, the partition epoch rises', () => {
    const { cluster, topicId, brokers } = clusterWithTopic();
    const [first, second] = brokers;
    const shrunk = proposeIsr(cluster, first, topicId, [first, second], { leaderEpoch: 0, partitionEpoch: 0 });
    expect(shrunk).toMatchObject({ errorCode: ErrorCode.NONE, isr: [1, 2], partitionEpoch: 1 });
    const grown = proposeIsr(cluster, first, topicId, brokers, { leaderEpoch: 0, partitionEpoch: 1 });
    expect(grown).toMatchObject({ errorCode: ErrorCode.NONE, isr: [1, 2, 3], partitionEpoch: 2 });
    expect(partition(cluster)).toMatchObject({ leaderEpoch: 0, partitionEpoch: 2 });
  });

  test('a proposal on yesterday’s partition epoch is refused', () => {
    const { cluster, topicId, brokers } = clusterWithTopic();
    const [first, second] = brokers;
    proposeIsr(cluster, first, topicId, [first, second], { leaderEpoch: 0, partitionEpoch: 0 });
    expect(proposeIsr(cluster, first, topicId, [first], { leaderEpoch: 0, partitionEpoch: 0 }).errorCode).toBe(ErrorCode.INVALID_UPDATE_VERSION);
  });

  test('a proposal from a leader of an earlier epoch is fenced', () => {
    const { cluster, topicId, brokers } = clusterWithTopic();
    beat(cluster, brokers[0], { wantFence: true });
    beat(cluster, brokers[0]);
    expect(proposeIsr(cluster, brokers[0], topicId, [brokers[0]], { leaderEpoch: 0, partitionEpoch: 0 }).errorCode).toBe(ErrorCode.FENCED_LEADER_EPOCH);
  });

  test('a proposal with an epoch of the future says that this controller is behind', () => {
    const { cluster, topicId, brokers } = clusterWithTopic();
    expect(proposeIsr(cluster, brokers[0], topicId, brokers, { leaderEpoch: 9, partitionEpoch: 0 }).errorCode).toBe(ErrorCode.NOT_CONTROLLER);
    expect(proposeIsr(cluster, brokers[0], topicId, brokers, { leaderEpoch: 0, partitionEpoch: 9 }).errorCode).toBe(ErrorCode.NOT_CONTROLLER);
  });

  test('only the leader may propose, and never an ISR without itself or with a stranger', () => {
    const { cluster, topicId, brokers } = clusterWithTopic();
    const [first, second] = brokers;
    const epochs = { leaderEpoch: 0, partitionEpoch: 0 };
    expect(proposeIsr(cluster, second, topicId, brokers, epochs).errorCode).toBe(ErrorCode.INVALID_REQUEST);
    expect(proposeIsr(cluster, first, topicId, [second], epochs).errorCode).toBe(ErrorCode.INVALID_REQUEST);
    const stranger = liveBroker(cluster, 4);
    expect(proposeIsr(cluster, first, topicId, [first, stranger], epochs).errorCode).toBe(ErrorCode.INVALID_REQUEST);
    expect(partition(cluster).partitionEpoch).toBe(0);
  });

  test('a member that is fenced, or was seen in another life, is not eligible', () => {
    const { cluster, topicId, brokers } = clusterWithTopic();
    const [first, second, third] = brokers;
    proposeIsr(cluster, first, topicId, [first, second], { leaderEpoch: 0, partitionEpoch: 0 });
    const epochs = { leaderEpoch: 0, partitionEpoch: 1 };
    expect(proposeIsr(cluster, first, topicId, [first, second, { id: 3, epoch: third.epoch - 1n }], epochs).errorCode).toBe(ErrorCode.INELIGIBLE_REPLICA);
    beat(cluster, third, { wantFence: true });
    expect(proposeIsr(cluster, first, topicId, brokers, epochs).errorCode).toBe(ErrorCode.INELIGIBLE_REPLICA);
  });

  test('a leader from another life is refused as a whole', () => {
    const { cluster, topicId, brokers } = clusterWithTopic();
    const zombie = { id: 1, epoch: brokers[0].epoch - 1n };
    expect(proposeIsr(cluster, zombie, topicId, [zombie], { leaderEpoch: 0, partitionEpoch: 0 }).topLevel).toBe(ErrorCode.STALE_BROKER_EPOCH);
  });
});

describe('elections by request and by the clock', () => {
  test('the preferred leader takes over when asked, and needs no second election', () => {
    const { cluster } = ledBySecond();
    expect(electPreferred(cluster)).toBe(ErrorCode.NONE);
    expect(partition(cluster).leader).toBe(1);
    expect(electPreferred(cluster)).toBe(ErrorCode.ELECTION_NOT_NEEDED);
  });

  test('a preferred leader outside the ISR is not available', () => {
    const { cluster, brokers } = clusterWithTopic();
    beat(cluster, brokers[0], { wantFence: true });
    expect(electPreferred(cluster)).toBe(ErrorCode.PREFERRED_LEADER_NOT_AVAILABLE);
  });

  test('an unclean election is not needed while there is a leader', () => {
    expect(electPreferred(clusterWithTopic().cluster, 1)).toBe(ErrorCode.ELECTION_NOT_NEEDED);
  });

  test('the balance check gives the leadership back without being asked', () => {
    const { cluster, brokers } = ledBySecond({ settings: { 'leader.imbalance.check.interval.seconds': '20' } });
    beatFor(cluster, brokers, 21_000);
    expect(partition(cluster).leader).toBe(1);
    expect(cluster.facts.findLast((fact) => fact.kind === 'partition.leaderElected')?.why?.settings).toMatchObject({ because: 'controller.leaderBalance' });
  });

  test('auto.leader.rebalance.enable=false leaves the leader where it is', () => {
    const { cluster, brokers } = ledBySecond({ settings: { 'leader.imbalance.check.interval.seconds': '20', 'auto.leader.rebalance.enable': 'false' } });
    beatFor(cluster, brokers, 21_000);
    expect(partition(cluster).leader).toBe(2);
  });

  test('a topic that allows it gets an unclean leader as soon as the ISR is gone', () => {
    const config = [{ name: 'unclean.leader.election.enable', value: 'true' }];
    const { cluster, topicId, brokers } = clusterWithTopic({ config });
    proposeIsr(cluster, brokers[0], topicId, [brokers[0]], { leaderEpoch: 0, partitionEpoch: 0 });
    beatFor(cluster, brokers.slice(1), 9_500);
    expect(partition(cluster)).toMatchObject({ leader: 2, isr: [2], leaderRecoveryState: 1 });
    expect(cluster.facts.findLast((fact) => fact.kind === 'partition.leaderElected')?.payload).toMatchObject({ unclean: true });
  });
});

test('blocks of producer ids are never given twice, whoever the controller is', () => {
  const { cluster, brokers } = clusterWithTopic({ voters: [1, 2, 3] });
  const allocate = (): AllocateProducerIdsResponse =>
    cluster.call(ApiKey.AllocateProducerIds, 0, create(AllocateProducerIdsRequest, { brokerId: 1, brokerEpoch: brokers[0].epoch }));
  expect(allocate()).toMatchObject({ producerIdStart: 0n, producerIdLen: 1_000 });
  expect(allocate()).toMatchObject({ producerIdStart: 1_000n });
  cluster.crash(cluster.controller()!.brokerId);
  cluster.runUntil(() => cluster.controller() !== undefined, 10_000, 'the next controller');
  expect(allocate()).toMatchObject({ producerIdStart: 2_000n });
});

test('DescribeQuorum tells how far voters and observers have come', () => {
  const cluster = new ControllerCluster({ voters: [1, 2, 3], observers: [4], settings });
  cluster.runUntil(() => cluster.controller() !== undefined, 8_000, 'an active controller');
  cluster.runMs(1_000);
  const body = create(DescribeQuorumRequest, { topics: [{ topicName: '__cluster_metadata', partitions: [{ partitionIndex: 0 }] }] });
  const answer = cluster.call<DescribeQuorumResponse>(ApiKey.DescribeQuorum, 2, body).topics[0]!.partitions[0]!;
  const end = cluster.controller()!.quorum.log.logEndOffset;
  expect(answer).toMatchObject({ leaderId: cluster.controller()!.brokerId, highWatermark: end });
  expect(answer.currentVoters.map((voter) => voter.logEndOffset)).toEqual([end, end, end]);
  expect(answer.observers).toMatchObject([{ replicaId: 4, logEndOffset: end }]);
});

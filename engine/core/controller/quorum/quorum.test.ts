import { describe, expect, test } from 'vitest';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { FetchRequest } from '#engine/protocol/messages/01-fetch.ts';
import { VoteRequest, type VoteResponse } from '#engine/protocol/messages/52-vote.ts';
import type { BrokerRegistrationResponse } from '#engine/protocol/messages/62-broker-registration.ts';
import { create } from '#engine/protocol/message.ts';
import { metadataTopicUuid } from '#engine/protocol/uuid.ts';
import { isActiveController, type ControllerNodeState } from '#engine/core/controller/controller-node.ts';
import { readLog } from '#engine/core/log/log.ts';
import { ControllerCluster, testClusterId } from '#engine/testing/controller-cluster.ts';
import { register, registrationBody } from '#engine/testing/controller-requests.ts';

const settleMs = 8_000;
const quiet = { 'metadata.max.idle.interval.ms': '0' };

function electedCluster(options: ConstructorParameters<typeof ControllerCluster>[0] = {}): ControllerCluster {
  const cluster = new ControllerCluster({ settings: quiet, ...options });
  awaitController(cluster, () => true);
  cluster.runMs(100);
  return cluster;
}

function awaitController(cluster: ControllerCluster, isWanted: (controller: ControllerNodeState) => boolean): ControllerNodeState {
  const found = (): ControllerNodeState | undefined => {
    const controller = cluster.controller();
    return controller !== undefined && isWanted(controller) ? controller : undefined;
  };
  cluster.runUntil(() => found() !== undefined, settleMs, 'an active controller');
  return found()!;
}

function controllerOf(cluster: ControllerCluster): ControllerNodeState {
  return awaitController(cluster, () => true);
}

function followersOf(cluster: ControllerCluster): number[] {
  const leader = controllerOf(cluster).brokerId;
  return [...cluster.nodes.keys()].filter((id) => id !== leader);
}

/** The whole metadata log of a node, as hexadecimal text. */
function logText(cluster: ControllerCluster, id: number): string {
  const { log } = cluster.state(id).quorum;
  const { batches } = readLog(cluster.node(id).disk, log, 0n, 10_000_000, log.logEndOffset, true);
  return batches.map((batch) => Array.from(batch, (byte) => byte.toString(16).padStart(2, '0')).join('')).join('');
}

function leadersByEpoch(cluster: ControllerCluster): Map<number, Set<number>> {
  const leaders = new Map<number, Set<number>>();
  for (const fact of cluster.facts) {
    if (fact.kind !== 'quorum.leader') continue;
    const { epoch, broker } = fact.payload as { epoch: number; broker: number };
    leaders.set(epoch, (leaders.get(epoch) ?? new Set()).add(broker));
  }
  return leaders;
}

function vote(cluster: ControllerCluster, to: number, from: number, epoch: number, lastOffset: bigint, preVote = false): VoteResponse['topics'][number]['partitions'][number] {
  const partition = { partitionIndex: 0, replicaEpoch: epoch, replicaId: from, lastOffsetEpoch: 1, lastOffset, preVote };
  const body = create(VoteRequest, { clusterId: testClusterId, voterId: to, topics: [{ topicName: '__cluster_metadata', partitions: [partition] }] });
  const id = cluster.send(to, ApiKey.Vote, 2, body);
  cluster.runUntil(() => cluster.answers.has(id), 100, 'an answer to the vote');
  return (cluster.answers.get(id) as VoteResponse).topics[0]!.partitions[0]!;
}

/** Node 1 alone in the net, before any election. */
function loneVoter(): ControllerCluster {
  const cluster = new ControllerCluster({ settings: quiet });
  cluster.crash(2);
  cluster.crash(3);
  return cluster;
}

describe('elections of the quorum', () => {
  test('a single voter leads at once, without waiting for a timeout', () => {
    const cluster = new ControllerCluster({ voters: [1] });
    expect(cluster.state(1).quorum.role.name).toBe('leader');
    expect(cluster.state(1).quorum.epoch).toBe(1);
    expect(isActiveController(cluster.state(1))).toBe(true);
  });

  test('three voters elect one leader within two election timeouts', () => {
    const cluster = electedCluster();
    const roles = cluster.running().map((state) => state.quorum.role.name);
    expect(roles.filter((role) => role === 'leader')).toHaveLength(1);
    expect(roles.filter((role) => role === 'follower')).toHaveLength(2);
    expect(cluster.timeUs).toBeLessThan(2_300_000);
  });

  test('two of five voters are no majority, three are', () => {
    const cluster = new ControllerCluster({ voters: [1, 2, 3, 4, 5], settings: quiet });
    for (const id of [3, 4, 5]) cluster.crash(id);
    cluster.runMs(20_000);
    expect(cluster.controller()).toBeUndefined();
    expect(cluster.running().map((state) => state.quorum.epoch)).toEqual([0, 0]);
    cluster.start(3);
    expect(controllerOf(cluster).brokerId).toBeGreaterThan(0);
  });

  test('a dead leader is replaced in a later epoch, and follows when it comes back', () => {
    const cluster = electedCluster();
    const first = controllerOf(cluster);
    cluster.crash(first.brokerId);
    const second = awaitController(cluster, (controller) => controller.brokerId !== first.brokerId);
    expect(second.quorum.epoch).toBeGreaterThan(first.quorum.epoch);
    cluster.start(first.brokerId);
    cluster.runMs(3_000);
    expect(cluster.state(first.brokerId).quorum.role).toMatchObject({ name: 'follower', leaderId: second.brokerId });
    expect(logText(cluster, first.brokerId)).toBe(logText(cluster, second.brokerId));
  });

  test('a leader that restarts before anybody noticed does not lead its old epoch again', () => {
    const cluster = electedCluster();
    const leader = controllerOf(cluster);
    const { epoch } = leader.quorum;
    cluster.crash(leader.brokerId);
    cluster.start(leader.brokerId);
    expect(cluster.state(leader.brokerId).quorum.role.name).toBe('resigned');
    const next = awaitController(cluster, (controller) => controller.quorum.epoch > epoch);
    expect(next.quorum.epoch).toBeGreaterThan(epoch);
    expect([...leadersByEpoch(cluster).values()].every((leaders) => leaders.size === 1)).toBe(true);
  });

  test('a follower that was cut off does not disturb the leader when it returns, because its pre-vote fails', () => {
    const cluster = electedCluster();
    const leader = controllerOf(cluster);
    const { epoch } = leader.quorum;
    const [loner] = followersOf(cluster);
    cluster.isolate(loner!);
    cluster.runMs(20_000);
    expect(cluster.state(loner!).quorum.epoch).toBe(epoch);
    cluster.heal();
    cluster.runMs(5_000);
    expect(controllerOf(cluster).brokerId).toBe(leader.brokerId);
    expect(controllerOf(cluster).quorum.epoch).toBe(epoch);
    expect(cluster.state(loner!).quorum.role.name).toBe('follower');
  });

  test('a follower that hears nothing but is heard leaves the others in peace', () => {
    const cluster = electedCluster();
    const leader = controllerOf(cluster);
    const { epoch } = leader.quorum;
    const [deaf, other] = followersOf(cluster);
    cluster.cutOneWay(leader.brokerId, deaf!);
    cluster.cutOneWay(other!, deaf!);
    cluster.runMs(20_000);
    expect(controllerOf(cluster).quorum.epoch).toBe(epoch);
  });

  test('a leader that nobody fetches from resigns after one and a half fetch timeouts', () => {
    const cluster = electedCluster();
    const leader = controllerOf(cluster);
    cluster.isolate(leader.brokerId);
    cluster.runMs(2_900);
    expect(cluster.state(leader.brokerId).quorum.role.name).toBe('leader');
    cluster.runMs(700);
    expect(cluster.state(leader.brokerId).quorum.role.name).not.toBe('leader');
    expect(isActiveController(cluster.state(leader.brokerId))).toBe(false);
    const resigned = cluster.facts.find((fact) => fact.kind === 'quorum.resigned');
    expect(resigned?.why?.rule).toBe('quorum.noMajorityFetched');
  });

  test('an orderly shutdown hands over at once, to the voter with the longest log', () => {
    const cluster = electedCluster();
    const leader = controllerOf(cluster);
    const [behind, current] = followersOf(cluster);
    cluster.cut(leader.brokerId, behind!);
    register(cluster, 11);
    cluster.heal();
    const shutdownUs = cluster.timeUs;
    cluster.shutDown(leader.brokerId);
    const next = awaitController(cluster, (controller) => controller.brokerId !== leader.brokerId);
    expect(next.brokerId).toBe(current);
    expect(cluster.timeUs - shutdownUs).toBeLessThan(100_000);
  });

  test('an observer follows and is never counted', () => {
    const cluster = electedCluster({ observers: [4] });
    const [, follower] = followersOf(cluster);
    expect(cluster.state(4).quorum.role.name).toBe('follower');
    cluster.crash(controllerOf(cluster).brokerId);
    cluster.crash(followersOf(cluster).length > 0 ? follower! : 0);
    cluster.runMs(10_000);
    expect(cluster.controller()).toBeUndefined();
    expect(cluster.state(4).quorum.role.name).not.toBe('candidate');
  });
});

describe('votes', () => {
  test('a voter votes once per epoch, also across a restart', () => {
    const cluster = loneVoter();
    expect(vote(cluster, 1, 2, 7, 0n).voteGranted).toBe(true);
    expect(vote(cluster, 1, 3, 7, 0n).voteGranted).toBe(false);
    cluster.crash(1);
    cluster.start(1);
    expect(vote(cluster, 1, 3, 7, 0n)).toMatchObject({ voteGranted: false, leaderEpoch: 7 });
    expect(vote(cluster, 1, 2, 7, 0n).voteGranted).toBe(true);
    expect(vote(cluster, 1, 3, 8, 0n).voteGranted).toBe(true);
  });

  test('a pre-vote binds nobody: it is granted to both, and no epoch rises', () => {
    const cluster = loneVoter();
    expect(vote(cluster, 1, 2, 0, 0n, true).voteGranted).toBe(true);
    expect(vote(cluster, 1, 3, 0, 0n, true).voteGranted).toBe(true);
    expect(cluster.state(1).quorum.epoch).toBe(0);
  });

  test('a candidate of an earlier epoch is told the current one', () => {
    const cluster = loneVoter();
    vote(cluster, 1, 2, 7, 0n);
    expect(vote(cluster, 1, 3, 6, 0n)).toMatchObject({ errorCode: ErrorCode.FENCED_LEADER_EPOCH, voteGranted: false, leaderEpoch: 7 });
  });

  test('a log that is shorter than the voter’s gets no vote', () => {
    const cluster = electedCluster();
    const [voter, candidate] = followersOf(cluster);
    cluster.crash(controllerOf(cluster).brokerId);
    const { epoch, log } = cluster.state(voter!).quorum;
    expect(vote(cluster, voter!, candidate!, epoch + 1, log.logEndOffset - 1n).voteGranted).toBe(false);
    expect(vote(cluster, voter!, candidate!, epoch + 2, log.logEndOffset).voteGranted).toBe(true);
  });

  test('a voter of another cluster is refused', () => {
    const cluster = loneVoter();
    const id = cluster.send(1, ApiKey.Vote, 2, create(VoteRequest, { clusterId: 'c29tZXRoaW5nLWVsc2UtMQ' }));
    cluster.runMs(10);
    expect((cluster.answers.get(id) as VoteResponse).errorCode).toBe(ErrorCode.INCONSISTENT_CLUSTER_ID);
  });
});

describe('the metadata log', () => {
  test('a record is committed when a majority has it, and every node hands it out', () => {
    const cluster = electedCluster({ observers: [4] });
    const answer = register(cluster, 11);
    expect(answer.errorCode).toBe(ErrorCode.NONE);
    cluster.runMs(50);
    for (const node of cluster.nodes.values()) {
      expect(node.committed.filter(({ record }) => record.kind === 'RegisterBrokerRecord')).toMatchObject([{ offset: answer.brokerEpoch }]);
    }
  });

  test('without a majority nothing is committed, and nothing is answered', () => {
    const cluster = electedCluster();
    const leader = controllerOf(cluster);
    for (const follower of followersOf(cluster)) cluster.crash(follower);
    const highWatermark = leader.quorum.highWatermark;
    const id = cluster.send(leader.brokerId, ApiKey.BrokerRegistration, 4, registrationBody(11));
    cluster.runMs(1_000);
    expect(leader.quorum.log.logEndOffset).toBeGreaterThan(highWatermark);
    expect(leader.quorum.highWatermark).toBe(highWatermark);
    expect(cluster.answers.has(id)).toBe(false);
  });

  test('what a cut-off leader wrote is refused with NOT_CONTROLLER, and truncated when it follows the next one', () => {
    const cluster = electedCluster();
    const old = controllerOf(cluster).brokerId;
    cluster.isolate(old);
    const id = cluster.send(old, ApiKey.BrokerRegistration, 4, registrationBody(11));
    awaitController(cluster, (controller) => controller.brokerId !== old);
    register(cluster, 12);
    cluster.runMs(2_000);
    expect((cluster.answers.get(id) as BrokerRegistrationResponse).errorCode).toBe(ErrorCode.NOT_CONTROLLER);
    cluster.heal();
    cluster.runMs(5_000);
    expect(cluster.facts.filter((fact) => fact.kind === 'replica.truncated')).toHaveLength(1);
    const texts = new Set([1, 2, 3].map((node) => logText(cluster, node)));
    expect(texts.size).toBe(1);
    expect(controllerOf(cluster).image.brokers.has(11)).toBe(false);
    expect(controllerOf(cluster).image.brokers.has(12)).toBe(true);
  });

  test('a restarted node knows its disk and nothing else: it hands out again what is committed, once a leader says so', () => {
    const cluster = electedCluster();
    register(cluster, 11);
    const [follower] = followersOf(cluster);
    cluster.runMs(100);
    const before = cluster.node(follower!).committed.length;
    cluster.crash(follower!);
    cluster.start(follower!);
    expect(cluster.state(follower!).quorum.highWatermark).toBe(-1n);
    expect(cluster.node(follower!).committed).toHaveLength(0);
    cluster.runMs(1_000);
    expect(cluster.node(follower!).committed).toHaveLength(before);
  });

  test('an earlier leader’s record that a majority holds is not committed before one of the new leader’s own epoch is', () => {
    const cluster = electedCluster();
    const old = controllerOf(cluster).brokerId;
    const first = cluster.node(old).state!.quorum.log.logEndOffset;
    const asked = cluster.send(old, ApiKey.BrokerRegistration, 4, registrationBody(11));
    // Both followers have it, and the leader dies before it can know.
    cluster.runUntil(() => followersOf(cluster).every((id) => cluster.state(id).quorum.log.logEndOffset > first), 500, 'the record on both followers');
    cluster.crash(old);
    expect(cluster.answers.has(asked)).toBe(false);
    const leads = (): ControllerNodeState | undefined => cluster.running().find((state) => state.quorum.role.name === 'leader');
    cluster.runUntil(() => leads() !== undefined, settleMs, 'a new leader');
    const leader = leads()!;
    const follower = [1, 2, 3].find((id) => id !== old && id !== leader.brokerId)!;
    cluster.isolate(leader.brokerId);
    const { role, epoch, highWatermark, log } = leader.quorum;
    const epochStart = role.name === 'leader' ? role.epochStartOffset : -1n;
    expect(epochStart).toBeGreaterThan(highWatermark);
    const fetch = (offset: bigint, lastFetchedEpoch: number): void => {
      const partition = { partition: 0, currentLeaderEpoch: epoch, fetchOffset: offset, lastFetchedEpoch, highWatermark: 0n };
      const topics = [{ topicId: metadataTopicUuid, partitions: [partition] }];
      cluster.send(leader.brokerId, ApiKey.Fetch, 18, create(FetchRequest, { clusterId: testClusterId, replicaState: { replicaId: follower }, maxWaitMs: 1, topics }));
      cluster.runMs(10);
    };
    fetch(epochStart, log.epochs.at(-2)!.epoch);
    expect(leader.quorum.highWatermark).toBe(highWatermark);
    // Until then it leads the quorum, but is not the controller: it does not know yet what the cluster is.
    expect(isActiveController(leader)).toBe(false);
    fetch(log.logEndOffset, epoch);
    expect(leader.quorum.highWatermark).toBeGreaterThan(epochStart);
    expect(isActiveController(leader)).toBe(true);
    expect(leader.active!.image.brokers.has(11)).toBe(true);
  });

  test('an idle controller writes a NoOp record every half second', () => {
    const cluster = electedCluster({ settings: {} });
    const before = controllerOf(cluster).quorum.log.logEndOffset;
    cluster.runMs(10_000);
    const written = Number(controllerOf(cluster).quorum.log.logEndOffset - before);
    expect(written).toBeGreaterThanOrEqual(18);
    expect(written).toBeLessThanOrEqual(21);
  });
});

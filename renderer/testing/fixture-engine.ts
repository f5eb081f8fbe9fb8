/** The invented cluster behind the contract's own transport: greets, sends a catalog and frames, answers commands. For tests and the development page only. */
import type { Catalog, ToEngine } from '#engine/contract/envelope.ts';
import { FrameTable } from '#engine/contract/frame-table.ts';
import { FrameWriter, rowsOf } from '#engine/contract/frame-writer.ts';
import type { AnyFrameTable } from '#engine/contract/frame-writer.ts';
import { BrokerFlag, ReplicaFlag } from '#engine/contract/frame.ts';
import type { ClusterState } from '#engine/contract/state.ts';
import type { Transport } from '#engine/contract/transport.ts';
import { createInProcessPair } from '#engine/contract/transports/in-process.ts';
import { createFixtureCluster } from '#renderer/testing/fixture-cluster.ts';
import type { FixtureCluster, FixtureSpec } from '#renderer/testing/fixture-cluster.ts';
import { fixtureState } from '#renderer/testing/fixture-state.ts';

export interface FixtureEngine {
  screenSide: Transport;
  cluster: FixtureCluster;
  /** Runs on by so much virtual time and sends what is owed. */
  advance(virtualUs: number): void;
  setRate(rate: number): void;
  rate(): number;
  state(): ClusterState;
}

export function fixtureCatalog(spec: FixtureSpec, cluster: FixtureCluster): Catalog {
  const members = Array.from({ length: spec.members }, (_, at) => `billing-${at + 1}`);
  return {
    catalogId: 1,
    brokers: cluster.brokers.map(({ id, rack }) => ({ id, rack, host: '127.0.0.1', port: 19_090 + id })),
    topics: spec.topics.map((topic, at) => ({ name: topic.name, topicId: `${at}p0Yq6S1mVtQe3r8bZ4wAA`, internal: topic.internal === true, minInsyncReplicas: Math.min(2, spec.brokers), replicationFactor: Math.min(3, spec.brokers) })),
    partitions: cluster.partitions.map(({ topic, partition, replicas }) => ({ topic, partition, replicas: replicas.map((replica) => replica.broker) })),
    groups: spec.members === 0 ? [] : [{ group: 'billing', type: 'classic' }],
    members: members.map((name) => ({ group: 0, memberId: `${name}-5f2c`, clientId: name, node: `consumer/${name}` })),
    clients: [
      ...spec.producers.map((producer) => ({
        node: `producer/${producer.name}`, kind: 'producer' as const, clientId: producer.name, label: producer.name, topic: spec.topics[producer.topic]?.name ?? null, address: null, settings: { acks: producer.acks },
      })),
      ...members.map((name) => ({ node: `consumer/${name}`, kind: 'consumer' as const, clientId: name, label: name, topic: null, address: null, settings: {} })),
    ],
    apiNames: { 0: 'Produce', 1: 'Fetch', 63: 'BrokerHeartbeat' },
  };
}

export function createFixtureEngine(spec: FixtureSpec, seed: number): FixtureEngine {
  const cluster = createFixtureCluster(spec, seed);
  const [screenSide, engineSide] = createInProcessPair((task) => queueMicrotask(task));
  const tables = {
    brokers: new FrameTable('brokers'), partitions: new FrameTable('partitions'), replicas: new FrameTable('replicas'), epochs: new FrameTable('epochs'), producers: new FrameTable('producers'),
    consumers: new FrameTable('consumers'), groups: new FrameTable('groups'), members: new FrameTable('members'), assignments: new FrameTable('assignments'),
  };
  const writer = new FrameWriter();
  let pass = 0;
  let rate = 0.5;
  let paused = false;
  const state = (): ClusterState => fixtureState(cluster, seed);

  function clockMessage(): unknown {
    return { type: 'clock', clock: { timeUs: cluster.nowUs(), eventId: cluster.eventId(), paused, rate, actualRate: rate, position: 'LIVE' } };
  }

  function sendFrame(): void {
    const news = cluster.takeFacts();
    if (news.length > 0) engineSide.send({ type: 'events', events: news.map((fact) => ({ eventId: cluster.eventId(), timeUs: fact.timeUs, node: fact.node, causeId: 0, input: fact.command === undefined ? { type: 'timer', kind: 'x', key: '' } : { type: 'command', command: fact.command }, facts: fact.facts.map((each) => ({ ...each, rule: null, settings: null })) })) });
    if (engineSide.credit === 0) return;
    pass++;
    fillTables(tables, cluster, pass);
    const flights = rowsOf('flights', cluster.takeFlights().map((flight) => ({ ...flight, fetchOffset: BigInt(flight.fetchOffset) })));
    const { acknowledged } = cluster.counts;
    const totals = rowsOf('totals', [{ acknowledged: 4700 + acknowledged, durable: 4700 + acknowledged - 2, atRisk: 2, lost: 0, awaiting: cluster.producers.reduce((sum, producer) => sum + producer.inFlight, 0), unread: 23, appendedPerSecond: spec.producers.reduce((sum, producer) => sum + producer.perSecond, 0), flightsOmitted: 0 }]);
    engineSide.sendFrame(writer.write({ catalogId: 1, timeUs: cluster.nowUs(), eventId: cluster.eventId(), pass }, Object.values(tables) as AnyFrameTable[], [flights, totals]));
  }

  engineSide.onMessage((raw) => {
    const message = raw as ToEngine;
    if (message.type === 'heartbeat') engineSide.send({ type: 'heartbeat', n: message.n });
    if (message.type === 'hello') {
      engineSide.send({ type: 'welcome', contractVersion: 1, seed, clusterId: 'Xh2p0Yq6S1mVtQe3r8bZ4w', preset: 'classroom', dataDirectory: null, bootstrap: '127.0.0.1:19092', restarts: 0, startedMs: 180 });
      engineSide.send({ type: 'catalog', catalog: fixtureCatalog(spec, cluster) });
      engineSide.send(clockMessage());
    }
    if (message.type === 'query') engineSide.send({ type: 'reply', requestId: message.requestId, ...answer(message.query) });
    if (message.type === 'command') {
      engineSide.send({ type: 'reply', requestId: message.requestId, ...obey(message.command) });
      engineSide.send(clockMessage());
    }
  });

  function answer(query: { kind: string; [field: string]: unknown }): { ok: true; value: unknown } | { ok: false; error: string } {
    if (query.kind === 'state') return { ok: true, value: state() };
    if (query.kind === 'history' || query.kind === 'why') return { ok: true, value: [] };
    if (query.kind === 'describe') return { ok: true, value: 'Topic: orders\tTopicId: Xh2p0Yq6S1mVtQe3r8bZ4w\tPartitionCount: 3\tReplicationFactor: 3\tConfigs: min.insync.replicas=2' };
    return { ok: false, error: `the invented cluster has no answer to ${query.kind}` };
  }

  function obey(command: { kind: string; [field: string]: unknown }): { ok: true; value: unknown } | { ok: false; error: string } {
    const broker = Number(command['broker']);
    switch (command.kind) {
      case 'clock.pause':
        paused = true;
        break;
      case 'clock.resume':
        paused = false;
        break;
      case 'clock.rate':
        rate = typeof command['rate'] === 'number' ? command['rate'] : 20;
        break;
      case 'broker.crash':
        cluster.setRunning(broker, false);
        break;
      case 'broker.restart':
        cluster.setRunning(broker, true);
        break;
      case 'broker.pause':
        cluster.setPaused(broker, true);
        break;
      case 'broker.resume':
        cluster.setPaused(broker, false);
        break;
      default:
        return { ok: false, error: `the invented cluster cannot do ${command.kind}` };
    }
    return { ok: true, value: null };
  }

  return {
    screenSide,
    cluster,
    state,
    rate: () => (paused ? 0 : rate),
    setRate(next) {
      rate = next;
      engineSide.send(clockMessage());
    },
    advance(virtualUs) {
      if (!paused) cluster.runUntil(cluster.nowUs() + virtualUs);
      sendFrame();
    },
  };
}

type Tables = { [N in 'brokers' | 'partitions' | 'replicas' | 'epochs' | 'producers' | 'consumers' | 'groups' | 'members' | 'assignments']: FrameTable<N> };

function fillTables(tables: Tables, cluster: FixtureCluster, pass: number): void {
  const { spec } = cluster;
  const controller = cluster.controllerId();
  for (const broker of cluster.brokers) {
    const flags = (broker.running ? BrokerFlag.running : BrokerFlag.crashed) | (broker.paused ? BrokerFlag.paused : 0) | (broker.fenced ? BrokerFlag.fenced : 0) | (broker.id === controller ? BrokerFlag.controller : 0) | (broker.id <= 3 ? BrokerFlag.voter : 0);
    const leaders = cluster.partitions.filter((partition) => partition.leader === broker.id).length;
    tables.brokers.put({ broker: broker.id, flags, brokerEpoch: 7n, quorumEpoch: 5, metadataLogEndOffset: BigInt(broker.metadataEnd), metadataHighWatermark: BigInt(broker.metadataEnd - (broker.id === controller ? 0 : 1)), sessionDueUs: broker.fenced ? -1 : broker.sessionDueUs, leaders }, pass);
  }
  cluster.partitions.forEach((partition, index) => {
    const isrSize = partition.replicas.filter((replica) => replica.inSync).length;
    tables.partitions.put({ partition: index, leader: partition.leader, leaderEpoch: partition.leaderEpoch, partitionEpoch: partition.partitionEpoch, isrSize, elrSize: 0, pendingLeader: -1 }, pass);
    for (const replica of partition.replicas) {
      const online = cluster.brokers.find((broker) => broker.id === replica.broker)?.running === true;
      const flags = (replica.broker === partition.leader ? ReplicaFlag.leader : ReplicaFlag.follower) | (replica.inSync ? ReplicaFlag.inSync : 0) | (online ? ReplicaFlag.online : 0) | (replica.believesLeader ? ReplicaFlag.believesLeader : 0);
      tables.replicas.put({ partition: index, broker: replica.broker, flags, leaderEpoch: replica.leaderEpoch, logStartOffset: 0n, highWatermark: BigInt(replica.highWatermark), lastStableOffset: BigInt(partition.lastStable ?? replica.highWatermark), logEndOffset: BigInt(replica.logEndOffset), fetchDueUs: replica.fetchDueUs, sizeBytes: replica.logEndOffset * 92 }, pass);
      for (const epoch of replica.epochs.slice(-4)) tables.epochs.put({ partition: index, broker: replica.broker, epoch: epoch.epoch, startOffset: BigInt(epoch.startOffset), gone: 0 }, pass);
    }
    if (spec.members > 0 && spec.topics[partition.topic]?.internal !== true) tables.assignments.put({ group: 0, partition: index, member: index % spec.members, committed: BigInt(partition.committed), position: BigInt(partition.committed + 1) }, pass);
  });
  for (const producer of cluster.producers) {
    const acks = spec.producers[producer.client]?.acks;
    tables.producers.put({ client: producer.client, flags: 1, producerId: acks === '1' ? -1n : BigInt(4000 + producer.client), producerEpoch: 0, inFlight: producer.inFlight, buffered: 0, sent: producer.sent, acknowledged: producer.acknowledged, failed: 0, retries: producer.retries, recordsPerSecond: producer.perSecond }, pass);
  }
  for (let member = 0; member < spec.members; member++) {
    const beatDueUs = Math.ceil((cluster.nowUs() + member * 900_000) / 3_000_000) * 3_000_000;
    tables.consumers.put({ client: spec.producers.length + member, flags: 1, generation: 9, consumed: 0, heartbeatDueUs: beatDueUs }, pass);
    tables.members.put({ member, flags: 1, sessionDueUs: beatDueUs + 42_000_000 }, pass);
  }
  if (spec.members > 0) tables.groups.put({ group: 0, state: 3, generation: 9, coordinator: 2 }, pass);
}

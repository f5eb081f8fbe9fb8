/** The invented cluster's state in the contract's words: the truth that tests compare the drawing with. */
import type { BrokerView, ClusterState, TopicView } from '#engine/contract/state.ts';
import type { FixtureCluster } from '#renderer/testing/fixture-cluster.ts';

export function fixtureState(cluster: FixtureCluster, seed: number): ClusterState {
  const controller = cluster.controllerId();
  return {
    eventId: cluster.eventId(),
    timeUs: cluster.nowUs(),
    clusterId: 'Xh2p0Yq6S1mVtQe3r8bZ4w',
    seed,
    controller,
    quorum: { leaderId: controller, leaderEpoch: 5, highWatermark: 2231n, voters: [], observers: [] },
    brokers: cluster.brokers.map((broker): BrokerView => ({
      id: broker.id, rack: broker.rack, host: '127.0.0.1', port: 19_090 + broker.id, status: broker.running ? (broker.paused ? 'paused' : 'running') : 'crashed', registration: broker.fenced ? 'fenced' : 'unfenced',
      epoch: 7n, metadataLogEndOffset: BigInt(broker.metadataEnd), metadataHighWatermark: BigInt(broker.metadataEnd), quorumRole: broker.id === controller ? 'leader' : 'follower', quorumEpoch: 5, sessionLeftMs: (broker.sessionDueUs - cluster.nowUs()) / 1_000,
    })),
    topics: cluster.spec.topics.map((topic, at) => topicView(cluster, topic.name, topic.internal === true, at)),
    groups: [],
    producers: [],
    consumers: [],
    faults: cluster.brokers.filter((broker) => !broker.running).map((broker) => ({ id: `crash-${broker.id}`, command: JSON.stringify({ kind: 'broker.crash', broker: broker.id }), inverse: JSON.stringify({ kind: 'broker.restart', broker: broker.id }), sinceUs: 0, text: `Broker ${broker.id} crashed` })),
  };
}

function topicView(cluster: FixtureCluster, name: string, internal: boolean, topic: number): TopicView {
  return {
    name, topicId: `${topic}p0Yq6S1mVtQe3r8bZ4wAA`, internal, replicationFactor: Math.min(3, cluster.spec.brokers), config: { 'min.insync.replicas': '2' },
    partitions: cluster.partitions.filter((partition) => partition.topic === topic).map((partition) => ({
      partition: partition.partition, leader: partition.leader, leaderEpoch: partition.leaderEpoch, partitionEpoch: partition.partitionEpoch,
      isr: partition.replicas.filter((replica) => replica.inSync).map((replica) => replica.broker), elr: [], lastKnownElr: [],
      replicas: partition.replicas.map((replica) => ({
        broker: replica.broker, online: cluster.brokers.find((broker) => broker.id === replica.broker)?.running === true, role: replica.believesLeader ? ('leader' as const) : ('follower' as const), leaderEpoch: replica.leaderEpoch,
        logStartOffset: 0n, logEndOffset: BigInt(replica.logEndOffset), highWatermark: BigInt(replica.highWatermark), lastStableOffset: BigInt(replica.highWatermark), inSync: replica.inSync,
        epochs: replica.epochs.map((epoch) => ({ epoch: epoch.epoch, startOffset: BigInt(epoch.startOffset) })), sizeBytes: replica.logEndOffset * 92,
      })),
    })),
  };
}

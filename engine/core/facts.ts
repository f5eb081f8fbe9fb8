/**
 * Facts: what happened, as the handlers report it, with the rule and the settings that led to it.
 *
 * One entry per kind. The event log, the timeline, "why?" and the predicates of scenarios all read these; a new kind of
 * fact is one line here. Payloads are plain scalars and arrays, so that they cross every boundary.
 */
export interface PartitionRef {
  topic: string;
  partition: number;
}

export interface FactPayloads {
  // life of nodes
  'node.started': { incarnation: number };
  'node.halted': { reason: string };
  'broker.registered': { broker: number; brokerEpoch: bigint };
  'broker.fenced': { broker: number; brokerEpoch: bigint };
  'broker.unfenced': { broker: number; brokerEpoch: bigint };
  'disk.failed': { broker: number; code: string; message: string };

  // quorum and metadata
  'quorum.candidate': { broker: number; epoch: number; preVote: boolean };
  'quorum.voted': { broker: number; candidate: number; epoch: number; granted: boolean };
  'quorum.leader': { broker: number; epoch: number };
  'quorum.resigned': { broker: number; epoch: number };
  'metadata.appended': { broker: number; fromOffset: bigint; toOffset: bigint; records: string[] };
  'metadata.committed': { broker: number; highWatermark: bigint };
  'topic.created': { topic: string; topicId: string; partitions: number };
  'topic.deleted': { topic: string };

  // partitions, as the controller decides and as brokers apply
  'partition.leaderElected': PartitionRef & { leader: number; leaderEpoch: number; previousLeader: number; isr: number[]; unclean: boolean };
  'partition.isrChanged': PartitionRef & { leaderEpoch: number; partitionEpoch: number; from: number[]; to: number[] };
  'replica.becameLeader': PartitionRef & { broker: number; leaderEpoch: number; logEndOffset: bigint };
  'replica.becameFollower': PartitionRef & { broker: number; leader: number; leaderEpoch: number };
  'replica.appended': PartitionRef & { broker: number; asLeader: boolean; fromOffset: bigint; toOffset: bigint; leaderEpoch: number };
  'replica.highWatermark': PartitionRef & { broker: number; from: bigint; to: bigint };
  'replica.truncated': PartitionRef & { broker: number; from: bigint; to: bigint; divergingEpoch: number };
  'replica.logStart': PartitionRef & { broker: number; from: bigint; to: bigint };
  'replica.compacted': PartitionRef & { broker: number; fromOffset: bigint; toOffset: bigint; recordsBefore: number; recordsAfter: number; bytesBefore: number; bytesAfter: number };
  'replica.isrShrinkProposed': PartitionRef & { broker: number; out: number[]; lagMs: number };
  'replica.isrExpandProposed': PartitionRef & { broker: number; in: number[] };

  // groups
  'group.state': { group: string; from: string; to: string; generation: number };
  'group.memberJoined': { group: string; member: string; clientId: string };
  'group.memberLeft': { group: string; member: string; reason: string };
  'group.assigned': { group: string; generation: number; member: string; partitions: string[] };
  'group.offsetCommitted': PartitionRef & { group: string; offset: bigint };

  // clients
  'client.sent': PartitionRef & { client: string; records: number; attempt: number };
  'client.acknowledged': PartitionRef & { client: string; baseOffset: bigint; records: number; acks: number };
  'client.failed': PartitionRef & { client: string; records: number; error: string; retriable: boolean };
  'client.polled': PartitionRef & { client: string; fromOffset: bigint; toOffset: bigint };
  'client.positionReset': PartitionRef & { client: string; from: bigint; to: bigint };
  'client.revoked': { client: string; partitions: string[] };
  'client.assigned': { client: string; partitions: string[] };
  'admin.answered': { client: string; operation: number; command: string; topic: string; error: string; message: string };

  // what a person set up
  'trigger.refused': { trigger: string; command: string; message: string };

  // the network
  'message.held': { message: number; from: string; to: string; apiKey: number };
  'message.dropped': { from: string; to: string; apiKey: number; reason: string };
}

export type FactKind = keyof FactPayloads;

/** Why it happened: a rule's name (docs/fidelity.md lists them) and the settings that decided, by Kafka's names. */
export interface Why {
  rule: string;
  settings?: Record<string, string | number | boolean>;
}

export interface Fact<K extends FactKind = FactKind> {
  kind: K;
  payload: FactPayloads[K];
  why?: Why;
}

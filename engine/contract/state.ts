/**
 * The cluster's state as JSON: what `GET /state` answers, `describe --json` prints, scenario expectations read, and the
 * truth tests compare the drawing with. Offsets are bigint here and plain digits in the JSON text (json.ts).
 * "Unknown" is a value: a dead broker's replicas are told as the log on its disk would be found, with `online: false`.
 */
export interface ClusterState {
  /** Number of the last handled event, and its virtual time in microseconds. */
  eventId: number;
  timeUs: number;
  clusterId: string;
  seed: number;
  /** Quorum leader as its followers see it; -1: none. */
  controller: number;
  quorum: QuorumView;
  brokers: BrokerView[];
  topics: TopicView[];
  groups: GroupView[];
  producers: ProducerView[];
  consumers: ConsumerView[];
  faults: FaultView[];
}

export type BrokerStatus = 'running' | 'crashed' | 'paused' | 'stopped';

export interface BrokerView {
  id: number;
  rack: string | null;
  host: string;
  port: number;
  status: BrokerStatus;
  /** As the active controller has it. */
  registration: 'unregistered' | 'fenced' | 'unfenced' | 'shuttingDown';
  epoch: bigint;
  /** Its own metadata log. */
  metadataLogEndOffset: bigint;
  metadataHighWatermark: bigint;
  quorumRole: 'leader' | 'candidate' | 'prospective' | 'follower' | 'unattached' | 'voted' | 'resigned' | 'observer' | 'unknown';
  quorumEpoch: number;
  /** Milliseconds until the controller fences it, -1 when it counts for nothing. */
  sessionLeftMs: number;
}

export interface QuorumView {
  leaderId: number;
  leaderEpoch: number;
  highWatermark: bigint;
  voters: { id: number; logEndOffset: bigint; lagMs: number }[];
  observers: { id: number; logEndOffset: bigint; lagMs: number }[];
}

export interface TopicView {
  name: string;
  topicId: string;
  internal: boolean;
  replicationFactor: number;
  config: Record<string, string>;
  partitions: PartitionView[];
}

export interface PartitionView {
  partition: number;
  /** From the controller's committed metadata; -1: no leader. */
  leader: number;
  leaderEpoch: number;
  partitionEpoch: number;
  isr: number[];
  elr: number[];
  lastKnownElr: number[];
  replicas: ReplicaView[];
}

export interface ReplicaView {
  broker: number;
  /** The broker process runs and has this replica open. */
  online: boolean;
  /** What the broker itself believes it is. */
  role: 'leader' | 'follower' | 'none';
  /** The epoch it believes in. */
  leaderEpoch: number;
  logStartOffset: bigint;
  logEndOffset: bigint;
  highWatermark: bigint;
  lastStableOffset: bigint;
  inSync: boolean;
  /** Where each leader epoch begins in this log, oldest first. */
  epochs: { epoch: number; startOffset: bigint }[];
  sizeBytes: number;
}

export type GroupState = 'Empty' | 'PreparingRebalance' | 'CompletingRebalance' | 'Stable' | 'Dead' | 'Assigning' | 'Reconciling';

export interface GroupView {
  group: string;
  type: 'classic' | 'consumer' | 'share' | 'streams';
  state: GroupState;
  /** Broker id of the coordinator, -1 when it is moving. */
  coordinator: number;
  generation: number;
  protocolType: string;
  protocol: string;
  leader: string;
  members: MemberView[];
  offsets: CommittedOffsetView[];
}

export interface MemberView {
  memberId: string;
  instanceId: string | null;
  clientId: string;
  host: string;
  /** "topic-partition" */
  assignment: string[];
  sessionTimeoutMs: number;
  sessionLeftMs: number;
}

export interface CommittedOffsetView {
  topic: string;
  partition: number;
  offset: bigint;
  logEndOffset: bigint;
  /** High watermark minus committed offset; -1 when nothing is committed or the leader is unknown. */
  lag: bigint;
  metadata: string;
}

export interface ProducerView {
  id: string;
  topic: string;
  acks: string;
  status: 'running' | 'stopped';
  producerId: bigint;
  producerEpoch: number;
  sent: number;
  acknowledged: number;
  failed: number;
  retries: number;
  inFlight: number;
  buffered: number;
  recordsPerSecond: number;
}

export interface ConsumerView {
  id: string;
  group: string;
  memberId: string;
  generation: number;
  status: 'running' | 'paused' | 'crashed' | 'stopped';
  assignment: { topic: string; partition: number; position: bigint; committed: bigint }[];
  consumed: number;
}

/** A fault that is active, with the command that undoes it. */
export interface FaultView {
  id: string;
  /** The command that injected it, as JSON text. */
  command: string;
  inverse: string;
  sinceUs: number;
  text: string;
}

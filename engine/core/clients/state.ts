/**
 * The states of the built-in clients: metadata cache, producer, consumer, admin. Kafka: Metadata, KafkaProducer with
 * RecordAccumulator, Sender and TransactionManager; KafkaConsumer (classic protocol) with SubscriptionState and
 * ConsumerCoordinator; KafkaAdminClient.
 *
 * Invariants: batches of one partition leave in order and, with idempotence, their sequences are contiguous; a consumer's
 * position only moves by what was handed to the application, by a seek to the committed offset or by a reset.
 */
import type { ConsumerSettings } from '#engine/core/settings/consumer-settings.ts';
import type { PresetName } from '#engine/core/settings/presets.ts';
import type { ProducerSettings } from '#engine/core/settings/producer-settings.ts';

/** How a client finds the cluster and names itself. */
export interface ClientConfig {
  /** The node's name without its kind: "checkout" of "producer/checkout". */
  id: string;
  clientId: string;
  /** Broker ids to ask first. */
  bootstrap: number[];
  /** Kafka's settings by name, as a person wrote them. */
  settings: Record<string, string>;
  preset: PresetName;
}

export interface ProducerConfig extends ClientConfig {
  topic: string;
  recordsPerSecond: number;
  valueBytes: number;
  /** How many distinct keys; 0: records without a key. */
  keys: number;
  /** Stops by itself after so many records; absent: never. */
  recordsMax?: number | undefined;
}

export interface ConsumerConfig extends ClientConfig {
  group: string;
  topics: string[];
  /** How fast the application handles records; absent: at once. */
  recordsPerSecond?: number | undefined;
}

export interface AdminConfig extends ClientConfig {}

export interface ClientMetadata {
  /** Brokers of the last answer; the bootstrap list before. */
  brokers: number[];
  bootstrap: number[];
  controllerId: number;
  clusterId: string | null;
  topics: Map<string, TopicMetadata>;
  /** Whether asking for a topic may create it (allow.auto.create.topics). */
  allowAutoTopicCreation: boolean;
  /** The topics that this client asks for. */
  interest: string[];
  /** This node's clock at the last good answer; -1: never. */
  refreshedMs: number;
  /** This node's clock at the last attempt. */
  attemptedMs: number;
  attempts: number;
  /** Correlation id of the request under way; -1: none. */
  inFlight: number;
  updateRequested: boolean;
}

export interface TopicMetadata {
  name: string;
  topicId: string;
  errorCode: number;
  /** By partition number. */
  partitions: PartitionMetadata[];
}

export interface PartitionMetadata {
  partition: number;
  /** -1: none. */
  leader: number;
  leaderEpoch: number;
}

export interface ProducerState {
  kind: 'producer';
  config: ProducerConfig;
  settings: ProducerSettings;
  /** Stopped: it sends what is buffered and makes nothing more. */
  status: 'running' | 'stopped';
  metadata: ClientMetadata;
  /** -1n and -1 while it has none, or needs none. */
  producerId: bigint;
  producerEpoch: number;
  /** InitProducerId: correlation id of the request under way, -1 none. */
  initInFlight: number;
  /** Partitions whose sequences no longer fit the broker's: the epoch is raised and they begin anew. */
  partitionsToRestart: Set<number>;
  /** By partition number. */
  partitions: Map<number, ProducerPartition>;
  /** Partitions that have something queued or in flight: all that the sender looks at. */
  busy: Set<ProducerPartition>;
  /** Unanswered produce requests by broker. */
  inFlightByBroker: Map<number, number>;
  /** Produce requests that wait for an answer, by correlation id. */
  requests: Map<number, { broker: number; batches: ProducerBatch[] }>;
  sticky: StickyPartition | null;
  /** Until when InitProducerId is not tried again, by this node's clock. */
  initRetryAtMs: number;
  initAttempts: number;
  /** Number of the next record that the application makes; the record's value carries it. */
  nextRecord: number;
  /** Records owed by the configured rate and not made yet, with its fraction. */
  owedRecords: number;
  lastGeneratedUs: number;
  bufferedBytes: number;
  counters: ProducerCounters;
}

export interface ProducerCounters {
  /** Records that left in a request at least once. */
  sent: number;
  acknowledged: number;
  failed: number;
  /** Batches sent again. */
  retries: number;
  /** Unanswered produce requests. */
  inFlight: number;
  /** Records in the accumulator: made and neither acknowledged nor failed, not counting those in flight. */
  buffered: number;
}

export interface StickyPartition {
  partition: number;
  /** Bytes given to it since it was chosen. */
  producedBytes: number;
}

export interface ProducerPartition {
  partition: number;
  /** The oldest first; only the last one takes more records. */
  queue: ProducerBatch[];
  inFlight: ProducerBatch[];
  /** Whose sequences these are; a new epoch is taken over once nothing of the old one is in flight. */
  producerId: bigint;
  producerEpoch: number;
  nextSequence: number;
  /** Last sequence that a broker acknowledged; -1: none. */
  lastAckedSequence: number;
  /** Last sequence of a batch that was given up while its fate is unknown; -1: none. Nothing new leaves meanwhile. */
  unresolvedSequence: number;
}

export interface ProducerBatch {
  partition: number;
  records: ProducerRecord[];
  /** An upper bound of the encoded size. */
  sizeBytes: number;
  createdMs: number;
  attempts: number;
  /** Not sent again before this time, by this node's clock. */
  retryAtMs: number;
  /** Told to the application already (delivery timeout), whatever the broker answers. */
  done: boolean;
  /** Takes no more records. */
  closed: boolean;
  producerId: bigint;
  producerEpoch: number;
  /** -1: not given yet. */
  baseSequence: number;
  /** Made when it is first sent, and sent again unchanged. */
  encoded: Uint8Array | null;
}

export interface ProducerRecord {
  /** Its number among all records of this producer. */
  number: number;
  timestampMs: bigint;
  key: Uint8Array | null;
  value: Uint8Array;
}

/**
 * findingCoordinator → unjoined → preparing (commits what it gives up) → joining → assigning (the leader only) → syncing →
 * stable; leaving → left when the consumer is stopped.
 */
export type MembershipPhase =
  | 'findingCoordinator' | 'unjoined' | 'preparing' | 'joining' | 'assigning' | 'syncing' | 'stable' | 'leaving' | 'left';

export interface ConsumerState {
  kind: 'consumer';
  config: ConsumerConfig;
  settings: ConsumerSettings;
  /** Paused: it polls and heartbeats, and fetches nothing (KafkaConsumer.pause on all its partitions). */
  status: 'running' | 'paused' | 'stopped';
  /** Why it stopped by itself: the exception that poll() would throw; null while it is well. */
  failure: string | null;
  metadata: ClientMetadata;
  membership: Membership;
  /** By "topic-partition", in the order of the assignment. */
  assignment: Map<string, AssignedPartition>;
  /** Fetch sessions by broker (KIP-227). */
  sessions: Map<number, FetchSession>;
  /** Records handed to the application so far. */
  consumed: number;
  /** Records that the application is working on; 0: it is waiting in poll(). */
  processing: number;
  /** This node's clock at the last poll: what max.poll.interval.ms counts from. */
  lastPollMs: number;
  /** When the next automatic commit is due, by this node's clock. */
  nextAutoCommitMs: number;
  /** Correlation id of the commit under way; -1: none. */
  commitInFlight: number;
  /** Correlation id of the OffsetFetch under way; -1: none. */
  offsetFetchInFlight: number;
  /** Partitions whose next poll comes first, so that none starves. */
  pollOrder: string[];
}

export interface Membership {
  phase: MembershipPhase;
  /** Broker id; -1: unknown. */
  coordinator: number;
  memberId: string;
  generation: number;
  protocolName: string | null;
  isLeader: boolean;
  /** Correlation id of the find, join, sync or leave request under way; -1: none. */
  inFlight: number;
  heartbeatInFlight: number;
  rejoinNeeded: boolean;
  rejoinReason: string;
  /** Last heartbeat answer or join, by this node's clock: what session.timeout.ms counts from. */
  lastHeartbeatMs: number;
  /** Failed attempts in a row, and until when none is made. */
  attempts: number;
  retryAtMs: number;
  /** What is given up must be committed first; after this the phase "preparing" goes on without. */
  commitBeforeJoin: boolean;
  prepareDeadlineMs: number;
  /** What the leader has to assign from. */
  joined: { memberId: string; instanceId: string | null; topics: string[] }[];
  /** Topic → partition count as the leader saw it at its assignment; a change makes it rejoin. */
  assignedCounts: Map<string, number> | null;
}

export interface AssignedPartition {
  topic: string;
  partition: number;
  /** The next offset to hand to the application; -1n: unknown. */
  position: bigint;
  /** The committed offset as this consumer knows it; -1n: none. */
  committed: bigint;
  /** Leader epoch of the record before `position`; -1: unknown. */
  offsetEpoch: number;
  /** What has to be learned before it can be fetched: the committed offset, a reset, whether the position is still there. */
  phase: 'committed' | 'reset' | 'validate' | 'fetching';
  /** Leader epoch under which the position was found valid. */
  validatedEpoch: number;
  /** Correlation id of the ListOffsets or OffsetForLeaderEpoch under way; -1: none. */
  inFlight: number;
  /** Fetched and not handed to the application yet. */
  buffer: FetchedRun | null;
  highWatermark: bigint;
  logStartOffset: bigint;
  /** No request for it before this time, by this node's clock. */
  retryAtMs: number;
  /** Follower to fetch from (KIP-392), until when; -1: the leader. */
  preferredReplica: number;
  preferredUntilMs: number;
}

/** Fetched batches, and which records of them are left. */
export interface FetchedRun {
  records: FetchedRecord[];
  /** Index of the next record. */
  next: number;
  /** Position after the last record of the run, also over what compaction or control records left out. */
  endOffset: bigint;
  /** Leader epoch of the run's last batch. */
  endEpoch: number;
}

export interface FetchedRecord {
  offset: bigint;
  leaderEpoch: number;
  timestampMs: bigint;
  key: Uint8Array | null;
  value: Uint8Array | null;
}

export interface FetchSession {
  broker: number;
  /** Correlation id of the fetch under way; -1: none. */
  inFlight: number;
  sessionId: number;
  /** 0: the next request is a full one. */
  sessionEpoch: number;
  /** What the broker's session holds, by "topic-partition". */
  partitions: Map<string, FetchSessionPartition>;
}

export interface FetchSessionPartition {
  topic: string;
  topicId: string;
  partition: number;
  fetchOffset: bigint;
  currentLeaderEpoch: number;
}

export interface AdminState {
  kind: 'admin';
  config: AdminConfig;
  metadata: ClientMetadata;
  /** Not answered yet, the oldest first. */
  operations: AdminOperation[];
  /** The newest last, bounded. */
  outcomes: AdminOutcome[];
  nextOperation: number;
}

export interface AdminOperation {
  id: number;
  command: AdminCommand;
  startedMs: number;
  attempts: number;
  inFlight: number;
  /** Parts that are still to be asked: an alteration may need two requests. */
  step: number;
}

export type AdminCommand =
  | { kind: 'topic.create'; topic: { name: string; partitions: number; replicationFactor: number; config: Record<string, string> } }
  | { kind: 'topic.delete'; topic: string }
  | { kind: 'topic.alter'; topic: string; partitions?: number | undefined; config?: Record<string, string | null> | undefined }
  | { kind: 'leaders.elect'; topic: string; partition: number; unclean: boolean };

export interface AdminOutcome {
  id: number;
  kind: AdminCommand['kind'];
  topic: string;
  errorCode: number;
  error: string;
  message: string;
  atUs: number;
}

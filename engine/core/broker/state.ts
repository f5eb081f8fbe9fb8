/**
 * All that a running broker process knows; it is gone when the process dies. What survives is on its disk: the logs, the
 * metadata log, checkpoints and meta.properties. Kafka: BrokerServer, ReplicaManager, BrokerLifecycleManager, SocketServer's
 * channels, DelayedOperationPurgatory, FetchSessionCache.
 *
 * Invariants: one request of a connection is in process at a time; each parked request is in exactly one purgatory and has
 * a timer; `image` is the replay of the committed metadata records up to `imageOffset` and nothing else.
 */
import type { TruncationEra } from '#engine/core/replication/truncation-era.ts';
import type { LogCleanerState } from '#engine/core/broker/log-cleaner.ts';
import type { ControllerNodeState } from '#engine/core/controller/controller-node.ts';
import type { GroupCoordinatorState } from '#engine/core/group/state.ts';
import type { Authentication } from '#engine/core/broker/authentication.ts';
import type { BrokerSecurity } from '#engine/core/security/broker-security.ts';
import type { Requester } from '#engine/core/security/authorizer.ts';
import type { ClusterImage } from '#engine/core/metadata/image.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import type { ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import type { DeleteRecordsResponse } from '#engine/protocol/messages/21-delete-records.ts';
import type { PartitionState, ReplicaFetcher } from '#engine/core/replication/state.ts';

export interface BrokerConfig {
  brokerId: number;
  rack: string | null;
  /** Where clients find it (advertised listener PLAINTEXT). */
  host: string;
  port: number;
  clusterId: string;
  /** Broker ids of the quorum's voters. */
  voters: number[];
  /** Every broker's id; a request goes to `brokerNodeId(id)`. */
  brokers: number[];
  /** Kafka's broker settings by name, as a person wrote them. */
  settings: Record<string, string>;
  preset: 'kafka' | 'classroom';
  truncation: TruncationEra;
}

/** Kafka's BrokerState, in the order in which a process goes through it. */
export type BrokerLifecycle = 'starting' | 'recovery' | 'running' | 'pendingControlledShutdown' | 'shuttingDown';

export interface BrokerState {
  kind: 'broker';
  config: BrokerConfig;
  brokerId: number;
  /** Static and dynamic settings, resolved. */
  settings: BrokerSettings;
  /** What it asks of clients. */
  security: BrokerSecurity;
  lifecycle: LifecycleState;
  controllerNode: ControllerNodeState;
  image: ClusterImage;
  /** The last metadata record that `image` holds; -1n: none. */
  imageOffset: bigint;
  /** Brokers that the image lets into an ISR, with their broker epochs: registered, not fenced, not shutting down. */
  eligibleBrokers: Map<number, bigint>;
  /** The image was taken into use: local logs are open, requests are answered from it. */
  imagePublished: boolean;
  /** Every replica on this broker's disk, by "topic-partition"; each holds its log. */
  partitions: Map<string, PartitionState>;
  /** By the leader's broker id. */
  fetchers: Map<number, ReplicaFetcher>;
  purgatory: Purgatory;
  fetchSessions: FetchSessionCache;
  /** By connection id; a connection without anything in process or waiting has no row. */
  connections: Map<number, ConnectionState>;
  /** How far the clients of a listener that asks for it have come with saying who they are, by connection id. */
  authentications: Map<number, Authentication>;
  /** What an authorizer has refused of requests in process, by their id: it joins their answers. */
  refusedParts: Map<number, unknown>;
  /** Requests of clients that the active controller answers, by the request's id. */
  forwarded: Map<number, ForwardedRequest>;
  alterPartition: AlterPartitionState;
  producerIds: ProducerIdState;
  /** Topics whose creation this broker has asked for and not seen yet. */
  topicsBeingCreated: Map<string, number>;
  groupCoordinator: GroupCoordinatorState;
  /** The compaction under way; null: none. */
  logCleaner: LogCleanerState | null;
  /** Commits of the group coordinator that wait for the high watermark, by partition key. */
  coordinatorWaits: Map<string, CoordinatorWait[]>;
}

export interface LifecycleState {
  state: BrokerLifecycle;
  /** New for each process. */
  incarnationId: string;
  /** Of the one log directory; from meta.properties. */
  logDirectoryId: string;
  /** -1n until the controller has registered this process. */
  brokerEpoch: bigint;
  /** Epoch of the life before, when that ended cleanly; else -1n. */
  previousBrokerEpoch: bigint;
  /** What the last heartbeat's answer said. */
  fenced: boolean;
  /** Correlation id of the registration or heartbeat under way; -1: none. */
  inFlight: number;
  readyToUnfence: boolean;
  failedAttempts: number;
  startedMs: number;
  gotControlledShutdownAnswer: boolean;
}

export interface Purgatory {
  /** By request id; the timer ("purgatory", request id) ends the wait. */
  produce: Map<number, DelayedProduce>;
  fetch: Map<number, DelayedFetch>;
  deleteRecords: Map<number, DelayedDeleteRecords>;
  /** Which parked requests a partition can complete: request ids by partition key. */
  watchers: Map<string, Set<number>>;
}

/** acks=all: waits until the high watermark has passed what was appended. */
export interface DelayedProduce {
  request: RequestMessage;
  /** The answer as it will be sent when all waiting partitions are done. */
  response: ProduceResponse;
  waiting: DelayedPartition[];
}

/** A partition's place in a parked answer. */
export interface DelayedPartition {
  key: string;
  /** For a produce the high watermark must reach it, for a deletion the smallest log start of all replicas. */
  requiredOffset: bigint;
  topicIndex: number;
  partitionIndex: number;
}

/** Waits for min.bytes or max.wait.ms. The reads are made again when it completes. */
export interface DelayedFetch {
  request: RequestMessage;
  params: FetchParams;
  /** The session that it belongs to; null: none. */
  session: FetchSession | null;
  /** What is asked for, in order; null: what there is to look at in its session when it completes. */
  partitions: FetchPartitionRequest[] | null;
  /** No more than what can be read: what was there when it was parked and what was appended since. */
  availableBytes: number;
}

export interface FetchParams {
  apiVersion: number;
  /** Broker id of the follower, or -1 for a consumer. */
  replicaId: number;
  replicaEpoch: bigint;
  minBytes: number;
  maxBytes: number;
  readCommitted: boolean;
  /** Who asks, where that counts. */
  who: Requester | null;
  rackId: string;
}

export interface FetchPartitionRequest {
  topic: string;
  topicId: string;
  partition: number;
  key: string;
  currentLeaderEpoch: number;
  fetchOffset: bigint;
  lastFetchedEpoch: number;
  logStartOffset: bigint;
  maxBytes: number;
}

export interface DelayedDeleteRecords {
  request: RequestMessage;
  response: DeleteRecordsResponse;
  waiting: DelayedPartition[];
}

export interface FetchSessionCache {
  /** By id, in order of use. */
  sessions: Map<number, FetchSession>;
  /** Which sessions ask for a partition, by partition key. */
  watchers: Map<string, SessionWatcher[]>;
}

export interface SessionWatcher {
  sessionId: number;
  rowKey: string;
}

/** A fetch session as the serving side holds it (KIP-227). */
export interface FetchSession {
  id: number;
  /** The epoch that the next request must carry. */
  epoch: number;
  peer: string;
  privileged: boolean;
  createdMs: number;
  lastUsedMs: number;
  usesTopicIds: boolean;
  /** Broker id of the follower, or -1 for a consumer, and the epoch that its last request carried. */
  replicaId: number;
  replicaEpoch: bigint;
  /** By "topicId or name:partition". */
  partitions: Map<string, FetchSessionPartition>;
  /** Those of which there may be something to say or to learn, in the order in which they are served. */
  toLookAt: Set<string>;
  /** Ids of its requests that lie in the purgatory. */
  parked: number[];
}

export interface FetchSessionPartition extends FetchPartitionRequest {
  rowKey: string;
  /** As last sent: only what differs is sent again. -1n: nothing yet. */
  sentHighWatermark: bigint;
  sentLogStartOffset: bigint;
}

export interface ConnectionState {
  /** Node id of the peer. */
  peer: string;
  /** Id of the request that is being handled or lies in a purgatory; -1: none. */
  inProcess: number;
  /** In order of arrival. */
  waiting: RequestMessage[];
}

export interface ForwardedRequest {
  request: RequestMessage;
  deadlineMs: number;
  /** Correlation id with the controller; -1: waits for a controller to be known. */
  inFlight: number;
}

export interface AlterPartitionState {
  /** Partitions with a queued proposal, in order. */
  queue: string[];
  /** Correlation id of the AlterPartition under way; -1: none. */
  inFlight: number;
  /** Partitions that the one under way carries. */
  sent: string[];
}

export interface ProducerIdState {
  /** The block that the controller gave: next id and its end (exclusive). Equal: used up. */
  next: bigint;
  end: bigint;
  inFlight: number;
  waiting: RequestMessage[];
}

export interface CoordinatorWait {
  token: string;
  requiredOffset: bigint;
}

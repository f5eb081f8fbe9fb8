/**
 * The volatile state of the replicas that a broker hosts: partitions, what a leader knows of its followers, the fetchers of
 * a follower. Kafka: Partition, PartitionState (committed / pending), Replica and ReplicaState, ReplicaFetcherThread,
 * FetchSessionHandler.
 *
 * Invariants: the high watermark lies in the log itself and only rises while the leader epoch stays; `maximalIsr` holds
 * every member of `isr` and of a proposed one; a partition is in at most one fetcher, and only while it is a follower.
 */
import type { LogState } from '#engine/core/log/log.ts';

export type ReplicaRole = 'leader' | 'follower' | 'none';

export interface PartitionState {
  /** "topic-partition": the name of its log's directory, and its key everywhere in a broker. */
  key: string;
  topic: string;
  topicId: string;
  partition: number;
  /** What this broker believes it is. `none`: a log found on the disk of which the metadata has not spoken yet. */
  role: ReplicaRole;
  /** Broker id of the leader it believes in; -1: none. */
  leaderId: number;
  /** -1 until the metadata has told one. */
  leaderEpoch: number;
  partitionEpoch: number;
  /** Where this leader's epoch began in its own log; -1n on a follower. */
  leaderEpochStartOffset: bigint;
  replicas: number[];
  /** As last committed by the controller. */
  isr: number[];
  /** What min.insync and the high watermark reckon with: `isr` and every member that is proposed. */
  maximalIsr: number[];
  /** A change that was proposed to the controller and is unanswered. */
  proposal: IsrProposal | null;
  /** A leader's knowledge of its followers, by broker id. */
  remotes: Map<number, RemoteReplica>;
  log: LogState;
  /** Idempotent producers without transactions aside, nothing of a transaction lives here yet. */
}

export interface IsrProposal {
  kind: 'expand' | 'shrink';
  isr: number[];
  /** Broker epochs of its members as they stood when it was made (KIP-903). */
  brokerEpochs: bigint[];
  /** Brokers that come in or go out. */
  changed: number[];
  status: 'queued' | 'sent';
}

export interface RemoteReplica {
  brokerId: number;
  /** Of the follower's process, as its fetches carry it; -1n: not told. */
  brokerEpoch: bigint;
  /** -1n: it has not fetched in this leader epoch. */
  logStartOffset: bigint;
  logEndOffset: bigint;
  lastFetchTimeMs: number;
  /** The leader's log end offset when it fetched last. */
  lastFetchLeaderLogEndOffset: bigint;
  /** The last moment at which it had everything that the leader then had. */
  lastCaughtUpTimeMs: number;
}

/** One per leader that this broker follows (num.replica.fetchers is 1). */
export interface ReplicaFetcher {
  leaderId: number;
  /** By partition key. */
  partitions: Map<string, FetcherPartition>;
  /** Partitions that came, went, moved or wait: the next Fetch looks only at these. */
  toTell: Set<string>;
  /** Correlation id of the Fetch under way; -1: none. */
  inFlight: number;
  /** The incremental fetch session with the leader (KIP-227). */
  session: FetcherSession;
}

export interface FetcherSession {
  /** 0: none yet. */
  id: number;
  /** 0 asks for a new session, -1 ends one. */
  epoch: number;
  /** What the last Fetch asked for, and so what the leader's session holds, by partition key. */
  sent: Map<string, FetcherSessionPartition>;
}

export interface FetcherSessionPartition {
  topicId: string;
  partition: number;
  fetchOffset: bigint;
  logStartOffset: bigint;
  lastFetchedEpoch: number;
  currentLeaderEpoch: number;
}

export interface FetcherPartition {
  key: string;
  fetchOffset: bigint;
  leaderEpoch: number;
  /** Epoch of the last batch in the follower's log, by which the leader finds divergence; -1: the log is empty. */
  lastFetchedEpoch: number;
  /** Not before this moment of the node's clock is it fetched again; 0: at once. */
  notBeforeMs: number;
  /**
   * 'offsets': it waits for the leader's ListOffsets answer after OFFSET_OUT_OF_RANGE; 'epochEnd': for its OffsetForLeaderEpoch answer,
   * in the era in which followers asked; 'failed': fenced, metadata must come.
   */
  status: 'fetching' | 'offsets' | 'epochEnd' | 'failed';
  /** Leader's log end minus the fetch offset, as the last answer told; -1n: unknown. */
  lag: bigint;
}

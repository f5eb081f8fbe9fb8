/**
 * One node's part in the KRaft quorum, as plain data (Kafka: QuorumState and its EpochState classes; KIP-595, KIP-996).
 *
 * A voter is in exactly one role per epoch; an observer is only ever unattached or a follower. What must survive the process
 * (epoch, vote, leader) is in the election file before anybody is told; roles, progress and the high watermark are volatile.
 *
 * Invariants: `epoch` never falls; a node votes for at most one candidate per epoch; `highWatermark` never falls in one life
 * of the process and never exceeds the log's end. Left out: changing the set of voters at run time (KIP-853), snapshots.
 */
import type { LogState } from '#engine/core/log/log-state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import type { MetadataRecord } from '#engine/core/metadata/metadata-record.ts';

export const metadataTopic = '__cluster_metadata';
export const metadataLogDirectory = '__cluster_metadata-0';
/** In every field that names a node: nobody. */
export const nobody = -1;

export interface UnattachedRole {
  name: 'unattached';
  /** The leader of this epoch, when the node knows of one without following it. */
  leaderId: number;
  votedFor: number;
}
/** Asks whether it would be voted for, before it disturbs anybody with a new epoch (pre-vote, KIP-996). */
export interface ProspectiveRole {
  name: 'prospective';
  leaderId: number;
  votedFor: number;
  granted: number[];
  rejected: number[];
}
export interface CandidateRole {
  name: 'candidate';
  granted: number[];
  rejected: number[];
}
export interface FollowerRole {
  name: 'follower';
  leaderId: number;
  votedFor: number;
  /** A follower that hears from its leader grants no pre-vote. */
  hasFetched: boolean;
}
export interface LeaderRole {
  name: 'leader';
  /** Offset of this epoch's LeaderChange record. Nothing is committed before it is. */
  epochStartOffset: bigint;
  /** Every voter, itself included. */
  voters: Map<number, ReplicaProgress>;
  observers: Map<number, ReplicaProgress>;
  /** Voters that fetched since the check-quorum timer was set. */
  fetchedSinceCheck: number[];
}
/** Led this epoch and does so no longer; it can neither lead nor vote in it again. */
export interface ResignedRole {
  name: 'resigned';
  /** Voters, the one with the longest log first. */
  preferredSuccessors: number[];
  unacknowledged: number[];
}
export type QuorumRole = UnattachedRole | ProspectiveRole | CandidateRole | FollowerRole | LeaderRole | ResignedRole;

/** How far a replica of the metadata log has come, as its fetches tell the leader. */
export interface ReplicaProgress {
  /** -1n: it has not fetched in this epoch. */
  endOffset: bigint;
  lastFetchMs: number;
  lastCaughtUpMs: number;
  /** The leader's end offset at its last fetch. */
  lastFetchLeaderEndOffset: bigint;
}

export interface QuorumTimings {
  electionTimeoutMs: number;
  fetchTimeoutMs: number;
  electionBackoffMaxMs: number;
  requestTimeoutMs: number;
  retryBackoffMs: number;
  appendLingerMs: number;
  fetchMaxBytes: number;
}

export interface QuorumState {
  nodeId: number;
  clusterId: string;
  /** Ascending. */
  voters: number[];
  timings: QuorumTimings;
  log: LogState;
  epoch: number;
  role: QuorumRole;
  /** -1n until a leader of this process's life has told it. */
  highWatermark: bigint;
  /** First offset that was not handed out as committed. */
  nextCommittedOffset: bigint;
  /** Committed records that nobody has taken yet. */
  committed: CommittedRecord[];
  /** Batches of the active controller that linger before they are written together, and the offset behind them. */
  accumulated: AccumulatedBatch[];
  nextAppendOffset: bigint;
  /** Fetches that wait for news, by the replica's id. */
  parkedFetches: Map<number, RequestMessage>;
  /** Correlation ids of unanswered requests, by "kind/peer". */
  inFlight: Map<string, number>;
  /** How often in a row a request to this peer failed. */
  failures: Map<number, number>;
  /** The last fetch went to this peer and failed: the next one asks another, if it can. */
  avoidedPeer: number;
}

export interface AccumulatedBatch {
  bytes: Uint8Array;
  recordNames: string[];
}

export interface CommittedRecord {
  offset: bigint;
  epoch: number;
  record: MetadataRecord;
}

export function isVoter(state: QuorumState): boolean {
  return state.voters.includes(state.nodeId);
}

/** How many of the voters decide. */
export function majorityOf(state: QuorumState): number {
  return Math.floor(state.voters.length / 2) + 1;
}

export function otherVoters(state: QuorumState): number[] {
  return state.voters.filter((voter) => voter !== state.nodeId);
}

/** The leader that this node believes in for its epoch, or `nobody`. A leader that resigned is nobody's leader. */
export function knownLeader(state: QuorumState): number {
  switch (state.role.name) {
    case 'leader':
      return state.nodeId;
    case 'follower':
    case 'unattached':
    case 'prospective':
      return state.role.leaderId;
    default:
      return nobody;
  }
}

/** Whom this node voted for in its epoch, or `nobody`. */
export function votedFor(state: QuorumState): number {
  switch (state.role.name) {
    case 'candidate':
      return state.nodeId;
    case 'unattached':
    case 'prospective':
    case 'follower':
      return state.role.votedFor;
    default:
      return nobody;
  }
}

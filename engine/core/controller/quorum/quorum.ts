/**
 * The door to the KRaft quorum: a node's start from its disk, and what it does with requests, answers, failures and timers
 * (Kafka: KafkaRaftClient; KIP-595, KIP-996). The roles are in quorum-state.ts, their changes in transitions.ts.
 */
import { ApiKey } from '#engine/protocol/api-keys.ts';
import type { VoteResponse } from '#engine/protocol/messages/52-vote.ts';
import type { BeginQuorumEpochResponse } from '#engine/protocol/messages/53-begin-quorum-epoch.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import { assert } from '#engine/ports/assert.ts';
import type { NodeContext, PendingRequest, RequestFailure, RequestMessage } from '#engine/core/node.ts';
import { latestEpoch, openLog } from '#engine/core/log/log.ts';
import type { BrokerSettings } from '#engine/core/settings/broker-settings.ts';
import { resolveTopicSettings } from '#engine/core/settings/resolve-settings.ts';
import type { TopicSettings } from '#engine/core/settings/topic-settings.ts';
import { drainAccumulated, lingerTimer } from '#engine/core/controller/quorum/append.ts';
import { readElection } from '#engine/core/controller/quorum/election-file.ts';
import {
  beginEpochTimer,
  handleBeginQuorumEpochRequest,
  handleEndQuorumEpochRequest,
  handleEpochFailure,
  handleEpochResponse,
  sendBeginQuorumEpoch,
  sendEndQuorumEpoch,
} from '#engine/core/controller/quorum/epoch-messages.ts';
import { fetchFromQuorum, fetchRetryTimer, handleFetchFailure, handleFetchResponse } from '#engine/core/controller/quorum/follower-fetch.ts';
import { expireParkedFetch, fetchWaitTimer, handleFetchRequest } from '#engine/core/controller/quorum/leader-fetch.ts';
import { handleVoteFailure, handleVoteRequest, handleVoteResponse, leaveProspective, sendVoteRequest } from '#engine/core/controller/quorum/vote.ts';
import {
  becomeFollower,
  becomeProspective,
  becomeResigned,
  becomeUnattached,
  checkQuorumTimer,
  checkQuorumTimeoutMs,
  electionTimer,
  fetchTimer,
  resumeCandidate,
} from '#engine/core/controller/quorum/transitions.ts';
import { retryTimerOf } from '#engine/core/controller/quorum/requests.ts';
import { isVoter, metadataLogDirectory, nobody, otherVoters, type CommittedRecord, type QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';

export interface QuorumConfig {
  nodeId: number;
  clusterId: string;
  voters: readonly number[];
  settings: BrokerSettings;
}

/** A process starts: log and election file are all it knows. */
export function startQuorum(config: QuorumConfig, context: NodeContext): QuorumState {
  const log = openLog(context.disk, metadataLogDirectory, metadataLogSettings(config.settings), context.nowMs);
  const election = readElection(context.disk);
  const state: QuorumState = {
    nodeId: config.nodeId,
    clusterId: config.clusterId,
    voters: config.voters.toSorted((a, b) => a - b),
    timings: timingsOf(config.settings),
    log,
    epoch: election.epoch,
    role: { name: 'unattached', leaderId: nobody, votedFor: election.votedFor },
    highWatermark: -1n,
    nextCommittedOffset: log.logStartOffset,
    committed: [],
    accumulated: [],
    nextAppendOffset: log.logEndOffset,
    parkedFetches: new Map(),
    inFlight: new Map(),
    failures: new Map(),
    avoidedPeer: nobody,
  };
  takeUpRole(state, election.leaderId, context);
  return state;
}

function takeUpRole(state: QuorumState, leaderId: number, context: NodeContext): void {
  const logEpoch = Math.max(0, latestEpoch(state.log));
  const onlyVoter = isVoter(state) && otherVoters(state).length === 0;
  if (logEpoch > state.epoch) becomeUnattached(state, logEpoch, nobody, context);
  else if (leaderId === state.nodeId) becomeResigned(state, [], { rule: 'quorum.restartedLeaderResigns' }, context);
  else if (state.role.name === 'unattached' && state.role.votedFor === state.nodeId && isVoter(state)) resumeCandidate(state, context);
  else if (leaderId !== nobody && state.voters.includes(leaderId)) becomeFollower(state, state.epoch, leaderId, context);
  else becomeUnattached(state, state.epoch, leaderId, context);
  if (onlyVoter) becomeProspective(state, { rule: 'quorum.onlyVoter' }, context);
}

function timingsOf(settings: BrokerSettings): QuorumState['timings'] {
  return {
    electionTimeoutMs: settings['controller.quorum.election.timeout.ms'],
    fetchTimeoutMs: settings['controller.quorum.fetch.timeout.ms'],
    electionBackoffMaxMs: settings['controller.quorum.election.backoff.max.ms'],
    requestTimeoutMs: settings['controller.quorum.request.timeout.ms'],
    retryBackoffMs: settings['controller.quorum.retry.backoff.ms'],
    appendLingerMs: settings['controller.quorum.append.linger.ms'],
    fetchMaxBytes: settings['controller.quorum.fetch.max.bytes'],
  };
}

/** The metadata log keeps everything: without snapshots nothing of it may go. */
function metadataLogSettings(settings: BrokerSettings): TopicSettings {
  return resolveTopicSettings(settings, {
    'cleanup.policy': 'delete',
    'retention.ms': '-1',
    'retention.bytes': '-1',
    'segment.bytes': String(settings['metadata.log.segment.bytes']),
    'segment.ms': String(settings['metadata.log.segment.ms']),
    'max.message.bytes': '8388608',
    'message.timestamp.type': 'CreateTime',
  });
}

/** Answers false when the request is none of the quorum's. */
export function onQuorumRequest(state: QuorumState, request: RequestMessage, context: NodeContext): boolean {
  switch (request.apiKey) {
    case ApiKey.Vote:
      handleVoteRequest(state, request, context);
      return true;
    case ApiKey.BeginQuorumEpoch:
      handleBeginQuorumEpochRequest(state, request, context);
      return true;
    case ApiKey.EndQuorumEpoch:
      handleEndQuorumEpochRequest(state, request, context);
      return true;
    case ApiKey.Fetch:
      handleFetchRequest(state, request, context);
      return true;
    default:
      return false;
  }
}

export function onQuorumResponse(state: QuorumState, pending: PendingRequest, body: unknown, context: NodeContext): void {
  switch (pending.kind) {
    case 'quorum.vote':
      return handleVoteResponse(state, pending, body as VoteResponse, context);
    case 'quorum.fetch':
      return handleFetchResponse(state, pending, body as FetchResponse, context);
    default:
      return handleEpochResponse(state, pending, body as BeginQuorumEpochResponse, context);
  }
}

export function onQuorumFailure(state: QuorumState, pending: PendingRequest, _failure: RequestFailure, context: NodeContext): void {
  switch (pending.kind) {
    case 'quorum.vote':
      return handleVoteFailure(state, pending, context);
    case 'quorum.fetch':
      return handleFetchFailure(state, pending, context);
    default:
      return handleEpochFailure(state, pending, context);
  }
}

export function onQuorumTimer(state: QuorumState, kind: string, key: string, context: NodeContext): void {
  switch (kind) {
    case electionTimer:
      return onElectionTimeout(state, context);
    case fetchTimer:
      return becomeProspective(state, { rule: 'quorum.noFetchFromLeader', settings: { 'controller.quorum.fetch.timeout.ms': state.timings.fetchTimeoutMs } }, context);
    case checkQuorumTimer:
      return onCheckQuorumTimeout(state, context);
    case beginEpochTimer:
      return sendBeginQuorumEpoch(state, context);
    case lingerTimer:
      return drainAccumulated(state, context);
    case fetchWaitTimer:
      return expireParkedFetch(state, Number(key), context);
    case fetchRetryTimer:
      return fetchFromQuorum(state, context);
    case retryTimerOf('quorum.vote'):
      return sendVoteRequest(state, Number(key), context);
    case retryTimerOf('quorum.endEpoch'):
      return sendEndQuorumEpoch(state, context);
    default:
      assert(false, `the quorum has no timer ${kind}`);
  }
}

function onElectionTimeout(state: QuorumState, context: NodeContext): void {
  const settings = { 'controller.quorum.election.timeout.ms': state.timings.electionTimeoutMs };
  const { role } = state;
  switch (role.name) {
    case 'unattached':
      return becomeProspective(state, { rule: 'quorum.noLeaderFound', settings }, context);
    case 'candidate':
      return becomeProspective(state, { rule: 'quorum.electionTimedOut', settings }, context);
    case 'prospective':
      return leaveProspective(state, role, context);
    case 'resigned':
      return becomeUnattached(state, state.epoch + 1, nobody, context);
    default:
      assert(false, `a ${role.name} has no election timer`);
  }
}

function onCheckQuorumTimeout(state: QuorumState, context: NodeContext): void {
  assert(state.role.name === 'leader', `a ${state.role.name} does not check its quorum`);
  const why = { rule: 'quorum.noMajorityFetched', settings: { 'controller.quorum.fetch.timeout.ms': state.timings.fetchTimeoutMs, waitedMs: checkQuorumTimeoutMs(state) } };
  becomeResigned(state, successors(state), why, context);
}

/** An orderly end: a leader names its successors. */
export function resignQuorum(state: QuorumState, context: NodeContext): void {
  if (state.role.name === 'leader') becomeResigned(state, successors(state), { rule: 'quorum.shutdown' }, context);
}

/** The voters, the one that has fetched most first. */
function successors(state: QuorumState): number[] {
  const { role } = state;
  if (role.name !== 'leader') return [];
  const endOffset = (voter: number): bigint => role.voters.get(voter)?.endOffset ?? -1n;
  return otherVoters(state).toSorted((a, b) => (endOffset(a) === endOffset(b) ? a - b : endOffset(a) > endOffset(b) ? -1 : 1));
}

/** Records that have become committed since the last call, in order. */
export function takeCommittedRecords(state: QuorumState): CommittedRecord[] {
  const taken = state.committed;
  state.committed = [];
  return taken;
}

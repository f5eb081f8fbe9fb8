/**
 * The follower's side of the metadata log's replication, and how a node without a leader finds one: it fetches (Kafka:
 * KafkaRaftClient.maybeSendFetchToBestNode, handleFetchResponse; KIP-595).
 *
 * One fetch is under way at a time. A node without a leader, or whose leader does not answer, asks any other voter, whose
 * refusal names the leader. Where the logs part, the follower truncates to what the leader says and fetches again.
 */
import { assert } from '#engine/ports/assert.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { metadataTopicUuid, zeroUuid } from '#engine/protocol/uuid.ts';
import { batchSizeBytes, decodeRecords, isControl } from '#engine/protocol/record-batch.ts';
import type { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import type { NodeContext, PendingRequest } from '#engine/core/node.ts';
import { appendAsFollower, endOffsetForEpoch, flushLog, latestEpoch, truncateTo } from '#engine/core/log/log.ts';
import { decodeMetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { raiseFollowerHighWatermark } from '#engine/core/controller/quorum/commit.ts';
import { learnFromAnswer } from '#engine/core/controller/quorum/learn.ts';
import { backoffMs, noteAnswer, sendToPeer } from '#engine/core/controller/quorum/requests.ts';
import { fetchTimer } from '#engine/core/controller/quorum/transitions.ts';
import { isVoter, nobody, otherVoters, type FollowerRole, type QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';

const fetchVersion = 18;
const maxWaitMs = 500;
export const fetchRetryTimer = 'quorum.fetchRetry';

/** Sends the next fetch, unless one is under way or this role does not fetch. */
export function fetchFromQuorum(state: QuorumState, context: NodeContext): void {
  if (hasFetchInFlight(state)) return;
  const peer = fetchTarget(state, context);
  if (peer === nobody) return;
  const body: FetchRequest = {
    clusterId: state.clusterId,
    replicaId: -1,
    replicaState: { replicaId: state.nodeId, replicaEpoch: -1n },
    maxWaitMs,
    minBytes: 0,
    maxBytes: state.timings.fetchMaxBytes,
    isolationLevel: 0,
    sessionId: 0,
    sessionEpoch: -1,
    topics: [
      {
        topic: '',
        topicId: metadataTopicUuid,
        partitions: [
          {
            partition: 0,
            currentLeaderEpoch: state.epoch,
            fetchOffset: state.log.logEndOffset,
            lastFetchedEpoch: Math.max(0, latestEpoch(state.log)),
            logStartOffset: -1n,
            partitionMaxBytes: 0,
            replicaDirectoryId: zeroUuid,
            highWatermark: state.highWatermark,
          },
        ],
      },
    ],
    forgottenTopicsData: [],
    rackId: '',
  };
  sendToPeer(state, 'quorum.fetch', peer, ApiKey.Fetch, fetchVersion, body, context);
}

function hasFetchInFlight(state: QuorumState): boolean {
  for (const key of state.inFlight.keys()) if (key.startsWith('quorum.fetch/')) return true;
  return false;
}

/** The leader; any other voter while there is none, or while it fails to answer. */
function fetchTarget(state: QuorumState, context: NodeContext): number {
  const { role } = state;
  if (role.name === 'follower' && state.avoidedPeer !== role.leaderId) return role.leaderId;
  if (role.name !== 'follower' && role.name !== 'unattached') return nobody;
  const candidates = otherVoters(state);
  return candidates.length === 0 ? nobody : candidates[context.random.integer(candidates.length)]!;
}

export function handleFetchFailure(state: QuorumState, pending: PendingRequest, context: NodeContext): void {
  noteAnswer(state, pending, false);
  state.avoidedPeer = Number(pending.key);
  context.arm(fetchRetryTimer, '', backoffMs(state, Number(pending.key)));
}

export function handleFetchResponse(state: QuorumState, pending: PendingRequest, body: FetchResponse, context: NodeContext): void {
  noteAnswer(state, pending, true);
  state.avoidedPeer = nobody;
  const answer = body.responses[0]?.partitions[0];
  if (body.errorCode !== ErrorCode.NONE || answer === undefined) return context.arm(fetchRetryTimer, '', backoffMs(state, Number(pending.key)));
  const { leaderId, leaderEpoch } = answer.currentLeader;
  const learned = learnFromAnswer(state, answer.errorCode, leaderId, leaderEpoch, context);
  const { role } = state;
  if (learned || role.name !== 'follower') {
    if (!hasFetchInFlight(state)) context.arm(fetchRetryTimer, '', state.timings.retryBackoffMs);
    return;
  }
  takeAnswer(state, role, answer, context);
  fetchFromQuorum(state, context);
}

type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number];

function takeAnswer(state: QuorumState, role: FollowerRole, answer: PartitionAnswer, context: NodeContext): void {
  if (answer.divergingEpoch.epoch >= 0) truncateToLeader(state, answer.divergingEpoch, context);
  else {
    appendFetched(state, answer.records ?? [], context);
    raiseFollowerHighWatermark(state, answer.highWatermark, context);
  }
  role.hasFetched = true;
  if (isVoter(state)) context.arm(fetchTimer, '', state.timings.fetchTimeoutMs);
}

/** Cuts the log where it parts from the leader's: at most to the end of the last epoch that both know. */
function truncateToLeader(state: QuorumState, leaderEnd: { epoch: number; endOffset: bigint }, context: NodeContext): void {
  const own = endOffsetForEpoch(state.log, leaderEnd.epoch);
  const ownEnd = own.leaderEpoch >= 0 ? own.endOffset : state.log.logEndOffset;
  const target = own.leaderEpoch === leaderEnd.epoch && leaderEnd.endOffset < ownEnd ? leaderEnd.endOffset : ownEnd;
  assert(target >= state.highWatermark, `the leader asks to truncate the metadata log to ${target}, below the high watermark ${state.highWatermark}`);
  const before = state.log.logEndOffset;
  truncateTo(context.disk, state.log, target);
  context.publish('replica.truncated', { topic: '__cluster_metadata', partition: 0, broker: state.nodeId, from: before, to: target, divergingEpoch: leaderEnd.epoch });
}

function appendFetched(state: QuorumState, records: Uint8Array[], context: NodeContext): void {
  const appended = appendAsFollower(context.disk, state.log, records, context.nowMs);
  if (appended === undefined) return;
  flushLog(context.disk, state.log, context.nowMs);
  context.publish('metadata.appended', { broker: state.nodeId, fromOffset: appended.firstOffset, toOffset: appended.lastOffset, records: recordNames(records) });
}

function recordNames(runs: readonly Uint8Array[]): string[] {
  const names: string[] = [];
  for (const run of runs) {
    for (let at = 0; at < run.length; at += batchSizeBytes(run, at)) {
      const isData = !isControl(run, at);
      for (const { value } of decodeRecords(run, at)) names.push(isData && value !== null ? decodeMetadataRecord(value).kind : 'LeaderChangeMessage');
    }
  }
  return names;
}

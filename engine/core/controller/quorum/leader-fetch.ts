/**
 * The leader's side of the metadata log's replication: Fetch on `__cluster_metadata-0` (Kafka: KafkaRaftClient.handleFetchRequest,
 * LeaderState.updateReplicaState; KIP-595, KIP-1166).
 *
 * A fetch tells how far a replica has come; it is what commits records and what keeps the leader in office. It waits for at
 * most its maxWaitMs when there is nothing to tell: no records, no divergence, no higher high watermark than the one it names.
 */
import { assert } from '#engine/ports/assert.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { metadataTopicUuid } from '#engine/protocol/uuid.ts';
import type { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { endOffsetForEpoch, latestEpoch, readLog } from '#engine/core/log/log.ts';
import { raiseLeaderHighWatermark } from '#engine/core/controller/quorum/commit.ts';
import { checkQuorumTimer, checkQuorumTimeoutMs, noProgress } from '#engine/core/controller/quorum/transitions.ts';
import {
  isVoter,
  knownLeader,
  majorityOf,
  metadataTopic,
  type LeaderRole,
  type QuorumState,
  type ReplicaProgress,
} from '#engine/core/controller/quorum/quorum-state.ts';

export const fetchWaitTimer = 'quorum.fetchWait';

/** Version from which a fetch names the high watermark that its replica knows. */
const namesHighWatermarkFrom = 18;

type FetchPartition = FetchRequest['topics'][number]['partitions'][number];
type PartitionAnswer = FetchResponse['responses'][number]['partitions'][number];

export function handleFetchRequest(state: QuorumState, request: RequestMessage, context: NodeContext): void {
  const body = request.body as FetchRequest;
  if (body.clusterId !== null && body.clusterId !== state.clusterId) {
    return context.respond(request, fetchResponse(ErrorCode.INCONSISTENT_CLUSTER_ID, undefined));
  }
  const partition = requestedPartition(body);
  if (partition === undefined || isMalformed(body, partition)) {
    return context.respond(request, fetchResponse(ErrorCode.NONE, partitionAnswer(state, ErrorCode.INVALID_REQUEST)));
  }
  const answer = answerFetch(state, body, partition, context);
  const parks = answer.errorCode === ErrorCode.NONE && isEmpty(answer) && body.maxWaitMs > 0 && !hasNewHighWatermark(state, request, partition);
  if (!parks) return context.respond(request, fetchResponse(ErrorCode.NONE, answer));
  park(state, replicaOf(body), request, body.maxWaitMs, context);
}

function requestedPartition(body: FetchRequest): FetchPartition | undefined {
  const topic = body.topics[0];
  return topic?.topicId === metadataTopicUuid || topic?.topic === metadataTopic ? topic.partitions[0] : undefined;
}

function isMalformed(body: FetchRequest, partition: FetchPartition): boolean {
  return body.maxWaitMs < 0 || partition.fetchOffset < 0n || partition.lastFetchedEpoch < 0 || partition.lastFetchedEpoch > partition.currentLeaderEpoch;
}

function replicaOf(body: FetchRequest): number {
  return body.replicaState.replicaId >= 0 ? body.replicaState.replicaId : body.replicaId;
}

function isEmpty(answer: PartitionAnswer): boolean {
  return (answer.records === null || answer.records.length === 0) && answer.divergingEpoch.epoch === -1;
}

function hasNewHighWatermark(state: QuorumState, request: RequestMessage, partition: FetchPartition): boolean {
  return request.apiVersion >= namesHighWatermarkFrom && state.highWatermark > partition.highWatermark;
}

function answerFetch(state: QuorumState, body: FetchRequest, partition: FetchPartition, context: NodeContext): PartitionAnswer {
  if (partition.currentLeaderEpoch < state.epoch) return partitionAnswer(state, ErrorCode.FENCED_LEADER_EPOCH);
  if (partition.currentLeaderEpoch > state.epoch) return partitionAnswer(state, ErrorCode.UNKNOWN_LEADER_EPOCH);
  const { role } = state;
  if (role.name !== 'leader') return partitionAnswer(state, ErrorCode.NOT_LEADER_OR_FOLLOWER);
  const diverging = divergence(state, partition.fetchOffset, partition.lastFetchedEpoch);
  if (diverging !== undefined) return { ...partitionAnswer(state, ErrorCode.NONE), divergingEpoch: diverging };
  // Read first: what the high watermark will be includes what this fetch acknowledges.
  const { batches } = readLog(context.disk, state.log, partition.fetchOffset, state.timings.fetchMaxBytes, state.log.logEndOffset, true);
  noteProgress(state, role, replicaOf(body), partition.fetchOffset, context);
  return { ...partitionAnswer(state, ErrorCode.NONE), records: batches };
}

/** Where the two logs part, or undefined when the follower's log is a beginning of this one. */
function divergence(state: QuorumState, fetchOffset: bigint, lastFetchedEpoch: number): { epoch: number; endOffset: bigint } | undefined {
  if (fetchOffset === 0n && lastFetchedEpoch === 0) return undefined;
  const { leaderEpoch, endOffset } = endOffsetForEpoch(state.log, lastFetchedEpoch);
  const known = leaderEpoch >= 0;
  const epoch = known ? leaderEpoch : Math.max(0, latestEpoch(state.log));
  const end = known ? endOffset : state.log.logEndOffset;
  return epoch !== lastFetchedEpoch || end < fetchOffset ? { epoch, endOffset: end } : undefined;
}

function noteProgress(state: QuorumState, role: LeaderRole, replica: number, fetchOffset: bigint, context: NodeContext): void {
  if (replica < 0 || replica === state.nodeId) return;
  const isVotersFetch = role.voters.has(replica);
  const progress = isVotersFetch ? role.voters.get(replica)! : observer(role, replica, context);
  updateProgress(state, progress, fetchOffset, context.nowMs);
  if (!isVotersFetch) return;
  noteFetchOfVoter(state, role, replica, context);
  raiseLeaderHighWatermark(state, role, context);
  completeParkedFetches(state, context);
}

function observer(role: LeaderRole, replica: number, context: NodeContext): ReplicaProgress {
  const known = role.observers.get(replica) ?? noProgress(context.nowMs);
  role.observers.set(replica, known);
  return known;
}

function updateProgress(state: QuorumState, progress: ReplicaProgress, fetchOffset: bigint, nowMs: number): void {
  const end = state.log.logEndOffset;
  if (fetchOffset >= end) progress.lastCaughtUpMs = nowMs;
  else if (progress.lastFetchMs >= 0 && fetchOffset >= progress.lastFetchLeaderEndOffset) progress.lastCaughtUpMs = Math.max(progress.lastCaughtUpMs, progress.lastFetchMs);
  progress.endOffset = fetchOffset;
  progress.lastFetchMs = nowMs;
  progress.lastFetchLeaderEndOffset = end;
}

/** A majority that fetches (the leader counts itself) renews the leader's term. */
function noteFetchOfVoter(state: QuorumState, role: LeaderRole, replica: number, context: NodeContext): void {
  if (!role.fetchedSinceCheck.includes(replica)) role.fetchedSinceCheck.push(replica);
  const needed = majorityOf(state) - (isVoter(state) ? 1 : 0);
  if (role.fetchedSinceCheck.length < needed) return;
  role.fetchedSinceCheck = [];
  context.arm(checkQuorumTimer, '', checkQuorumTimeoutMs(state));
}

function park(state: QuorumState, replica: number, request: RequestMessage, waitMs: number, context: NodeContext): void {
  // A replica has one fetch under way: on an older one it has given up.
  expireParkedFetch(state, replica, context);
  state.parkedFetches.set(replica, request);
  context.arm(fetchWaitTimer, String(replica), waitMs);
}

/** Answers every parked fetch for which there is news now: records, or a higher high watermark. */
export function completeParkedFetches(state: QuorumState, context: NodeContext): void {
  for (const [replica, request] of state.parkedFetches) {
    const partition = requestedPartition(request.body as FetchRequest);
    assert(partition !== undefined, 'a parked fetch asks for the metadata log');
    if (partition.fetchOffset < state.log.logEndOffset || hasNewHighWatermark(state, request, partition)) answerParked(state, replica, request, context);
  }
}

/** The wait is over: whatever there is, is answered. */
export function expireParkedFetch(state: QuorumState, replica: number, context: NodeContext): void {
  const request = state.parkedFetches.get(replica);
  if (request !== undefined) answerParked(state, replica, request, context);
}

/** This node leads no longer: everybody who waits is told so. */
export function refuseParkedFetches(state: QuorumState, context: NodeContext): void {
  for (const [replica, request] of state.parkedFetches) {
    unpark(state, replica, context);
    context.respond(request, fetchResponse(ErrorCode.NONE, partitionAnswer(state, ErrorCode.NOT_LEADER_OR_FOLLOWER)));
  }
}

function answerParked(state: QuorumState, replica: number, request: RequestMessage, context: NodeContext): void {
  unpark(state, replica, context);
  const body = request.body as FetchRequest;
  const partition = requestedPartition(body);
  assert(partition !== undefined, 'a parked fetch asks for the metadata log');
  context.respond(request, fetchResponse(ErrorCode.NONE, answerFetch(state, body, partition, context)));
}

function unpark(state: QuorumState, replica: number, context: NodeContext): void {
  state.parkedFetches.delete(replica);
  context.disarm(fetchWaitTimer, String(replica));
}

function partitionAnswer(state: QuorumState, errorCode: number): PartitionAnswer {
  return {
    partitionIndex: 0,
    errorCode,
    highWatermark: state.highWatermark,
    lastStableOffset: -1n,
    logStartOffset: state.log.logStartOffset,
    divergingEpoch: { epoch: -1, endOffset: -1n },
    currentLeader: { leaderId: knownLeader(state), leaderEpoch: state.epoch },
    snapshotId: { endOffset: -1n, epoch: -1 },
    abortedTransactions: null,
    preferredReadReplica: -1,
    records: null,
  };
}

function fetchResponse(errorCode: number, answer: PartitionAnswer | undefined): FetchResponse {
  const responses = answer === undefined ? [] : [{ topic: metadataTopic, topicId: metadataTopicUuid, partitions: [answer] }];
  return { throttleTimeMs: 0, errorCode, sessionId: 0, responses, nodeEndpoints: [] };
}

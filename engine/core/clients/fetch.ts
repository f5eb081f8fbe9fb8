/**
 * Fetching: one request at a time to each broker, for those of its partitions of which nothing is buffered. Kafka: Fetcher,
 * FetchSessionHandler (KIP-227), the preferred read replica of KIP-392.
 *
 * Invariants: an answer counts only if the position has not moved since it was asked for; a session's epoch rises by one with
 * each request; after an error in the session the next request is a full one.
 */
import type { NodeContext, PendingRequest } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { partitionKey } from '#engine/core/clients/assignment.ts';
import { runOf } from '#engine/core/clients/fetched-run.ts';
import { isStaleMetadataError, learnLeader, leaderOf, requestMetadataUpdate, topicById } from '#engine/core/clients/metadata.ts';
import { backOffPartition, beginReset } from '#engine/core/clients/positions.ts';
import type { AssignedPartition, ConsumerState, FetchSession, FetchSessionPartition } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

export const FETCH_KIND = 'fetch';
const FETCH_VERSION = 18;
const INITIAL_EPOCH = 0;
const EPOCH_MAX = 2_147_483_647;

type PartitionData = FetchResponse['responses'][number]['partitions'][number];

export function sendFetches(state: ConsumerState, context: NodeContext): void {
  if (state.status !== 'running') return;
  const wanted = new Map<number, Map<string, FetchSessionPartition>>();
  for (const [key, assigned] of state.assignment) {
    const target = fetchTarget(state, assigned, context);
    if (target === undefined) continue;
    let partitions = wanted.get(target.broker);
    if (partitions === undefined) {
      partitions = new Map();
      wanted.set(target.broker, partitions);
    }
    partitions.set(key, target.partition);
  }
  for (const [broker, partitions] of wanted) {
    const session = sessionWith(state, broker);
    if (session.inFlight === -1) sendFetch(state, session, partitions, context);
  }
}

function fetchTarget(state: ConsumerState, assigned: AssignedPartition, context: NodeContext): { broker: number; partition: FetchSessionPartition } | undefined {
  const { topic, partition, position } = assigned;
  if (assigned.phase !== 'fetching' || assigned.buffer !== null || assigned.retryAtMs > context.nowMs) return undefined;
  const leader = leaderOf(state.metadata, topic, partition);
  const topicId = state.metadata.topics.get(topic)?.topicId;
  if (leader === undefined || topicId === undefined) {
    requestMetadataUpdate(state.metadata, state.settings, context);
    return undefined;
  }
  const isFollowerChosen = assigned.preferredReplica >= 0 && context.nowMs < assigned.preferredUntilMs;
  const broker = isFollowerChosen ? assigned.preferredReplica : leader.leader;
  return { broker, partition: { topic, topicId, partition, fetchOffset: position, currentLeaderEpoch: leader.leaderEpoch } };
}

function sessionWith(state: ConsumerState, broker: number): FetchSession {
  let session = state.sessions.get(broker);
  if (session === undefined) {
    session = { broker, inFlight: -1, sessionId: 0, sessionEpoch: INITIAL_EPOCH, partitions: new Map() };
    state.sessions.set(broker, session);
  }
  return session;
}

function sendFetch(state: ConsumerState, session: FetchSession, wanted: Map<string, FetchSessionPartition>, context: NodeContext): void {
  const isFull = session.sessionEpoch === INITIAL_EPOCH;
  const added = [...wanted].filter(([key, partition]) => isFull || !isSame(session.partitions.get(key), partition)).map(([, partition]) => partition);
  const forgotten = isFull ? [] : [...session.partitions].filter(([key, old]) => wanted.get(key)?.topicId !== old.topicId).map(([, old]) => old);
  session.partitions = wanted;
  session.inFlight = context.request({
    to: brokerNodeId(session.broker),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.Fetch,
    apiVersion: FETCH_VERSION,
    body: fetchBody(state, session, added, forgotten),
    kind: FETCH_KIND,
    key: String(session.broker),
    timeoutMs: state.settings['request.timeout.ms'],
  });
}

function isSame(old: FetchSessionPartition | undefined, next: FetchSessionPartition): boolean {
  return old !== undefined && old.topicId === next.topicId && old.fetchOffset === next.fetchOffset && old.currentLeaderEpoch === next.currentLeaderEpoch;
}

function fetchBody(state: ConsumerState, session: FetchSession, added: FetchSessionPartition[], forgotten: FetchSessionPartition[]): FetchRequest {
  const { settings } = state;
  return {
    clusterId: null,
    replicaId: -1,
    replicaState: { replicaId: -1, replicaEpoch: -1n },
    maxWaitMs: settings['fetch.max.wait.ms'],
    minBytes: settings['fetch.min.bytes'],
    maxBytes: settings['fetch.max.bytes'],
    isolationLevel: settings['isolation.level'] === 'read_committed' ? 1 : 0,
    sessionId: session.sessionId,
    sessionEpoch: session.sessionEpoch,
    topics: byTopic(added, ({ partition, currentLeaderEpoch, fetchOffset }) => ({
      partition,
      currentLeaderEpoch,
      fetchOffset,
      lastFetchedEpoch: -1,
      logStartOffset: -1n,
      partitionMaxBytes: settings['max.partition.fetch.bytes'],
      replicaDirectoryId: zeroUuid,
      highWatermark: 9_223_372_036_854_775_807n,
    })),
    forgottenTopicsData: byTopic(forgotten, ({ partition }) => partition),
    rackId: settings['client.rack'],
  };
}

function byTopic<P>(partitions: FetchSessionPartition[], element: (partition: FetchSessionPartition) => P): { topic: string; topicId: string; partitions: P[] }[] {
  const topics = new Map<string, { topic: string; topicId: string; partitions: P[] }>();
  for (const partition of partitions) {
    const { topic, topicId } = partition;
    const row = topics.get(topicId) ?? { topic, topicId, partitions: [] };
    row.partitions.push(element(partition));
    topics.set(topicId, row);
  }
  return [...topics.values()];
}

export function onFetched(state: ConsumerState, pending: PendingRequest, body: FetchResponse, context: NodeContext): void {
  const session = state.sessions.get(Number(pending.key));
  if (session === undefined || session.inFlight !== pending.correlationId) return;
  session.inFlight = -1;
  if (body.errorCode !== ErrorCode.NONE) {
    restartSession(session, body.errorCode);
    return;
  }
  if (session.sessionEpoch === INITIAL_EPOCH) session.sessionId = body.sessionId;
  session.sessionEpoch = session.sessionId === 0 ? INITIAL_EPOCH : session.sessionEpoch === EPOCH_MAX ? 1 : session.sessionEpoch + 1;
  for (const { topicId, partitions } of body.responses) {
    const topic = topicById(state.metadata, topicId);
    if (topic === undefined) continue;
    for (const data of partitions) takePartition(state, session, partitionKey(topic.name, data.partitionIndex), data, context);
  }
}

/** A session that the broker does not know is not named again; one that is out of step is closed by naming it. */
function restartSession(session: FetchSession, errorCode: number): void {
  session.sessionEpoch = INITIAL_EPOCH;
  session.partitions = new Map();
  if (errorCode === ErrorCode.FETCH_SESSION_ID_NOT_FOUND) session.sessionId = 0;
}

export function onFetchFailed(state: ConsumerState, pending: PendingRequest, context: NodeContext): void {
  const session = state.sessions.get(Number(pending.key));
  if (session === undefined || session.inFlight !== pending.correlationId) return;
  session.inFlight = -1;
  for (const key of session.partitions.keys()) {
    const assigned = state.assignment.get(key);
    if (assigned === undefined) continue;
    assigned.preferredReplica = -1;
    backOffPartition(state, assigned, context);
  }
  restartSession(session, ErrorCode.NETWORK_EXCEPTION);
  requestMetadataUpdate(state.metadata, state.settings, context);
}

function takePartition(state: ConsumerState, session: FetchSession, key: string, data: PartitionData, context: NodeContext): void {
  const assigned = state.assignment.get(key);
  const asked = session.partitions.get(key);
  if (assigned === undefined || asked === undefined || assigned.phase !== 'fetching' || assigned.position !== asked.fetchOffset) return;
  if (data.errorCode !== ErrorCode.NONE) return onFetchError(state, session, assigned, data, context);
  assigned.highWatermark = data.highWatermark;
  if (data.logStartOffset >= 0n) assigned.logStartOffset = data.logStartOffset;
  if (data.preferredReadReplica >= 0) {
    assigned.preferredReplica = data.preferredReadReplica;
    assigned.preferredUntilMs = context.nowMs + state.settings['metadata.max.age.ms'];
  }
  assigned.buffer = runOf(data.records ?? [], assigned.position, context.compression);
}

function onFetchError(state: ConsumerState, session: FetchSession, assigned: AssignedPartition, data: PartitionData, context: NodeContext): void {
  if (data.errorCode === ErrorCode.OFFSET_OUT_OF_RANGE) {
    if (session.broker === assigned.preferredReplica) assigned.preferredReplica = -1;
    else beginReset(assigned);
    return;
  }
  assigned.preferredReplica = -1;
  learnLeader(state.metadata, assigned.topic, assigned.partition, data.currentLeader);
  if (isStaleMetadataError(data.errorCode) || data.errorCode === ErrorCode.OFFSET_NOT_AVAILABLE) requestMetadataUpdate(state.metadata, state.settings, context);
  backOffPartition(state, assigned, context);
}

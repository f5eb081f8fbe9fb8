/**
 * Incremental fetch sessions, the serving side (KIP-227; Kafka: FetchManager, FetchSessionCache, FetchSession).
 *
 * A session remembers what its peer asks for and what it was last told; a request then names only what changed, and an
 * answer only what there is to say. Invariants: the epoch rises by one with each request of a session, any other is
 * refused; the cache is bounded by max.incremental.fetch.session.cache.slots, and who finds it full is served without one.
 * Simplified: a full cache gives up the session that was not used for longest, if that is two minutes ago or if the newcomer
 * is a follower and the old one is not; Kafka weighs the number of partitions too.
 */
import { partitionKey } from '#engine/core/replication/partition.ts';
import type { FetchPartitionAnswer } from '#engine/core/broker/fetch-read.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, FetchPartitionRequest, FetchSession, FetchSessionPartition } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { FetchRequest } from '#engine/protocol/messages/01-fetch.ts';

const initialEpoch = 0;
const finalEpoch = -1;
const evictionAgeMs = 120_000;
const sessionIdMax = 2_147_483_647;

export interface FetchContext {
  /** 0: without a session. */
  sessionId: number;
  partitions: FetchPartitionRequest[];
}

/** What a request asks for, its session considered; or the error code for the whole answer. */
export function openFetchContext(state: BrokerState, request: RequestMessage, body: FetchRequest, context: BrokerContext): FetchContext | number {
  const asksFor = partitionsOf(state, request.apiVersion, body);
  if (request.apiVersion < 7) return { sessionId: 0, partitions: asksFor };
  const { sessions } = state.fetchSessions;
  if (body.sessionEpoch === initialEpoch || body.sessionEpoch === finalEpoch) {
    if (body.sessionId !== 0) sessions.delete(body.sessionId);
    if (body.sessionEpoch === finalEpoch) return { sessionId: 0, partitions: asksFor };
    return { sessionId: createSession(state, request, body, asksFor, context), partitions: asksFor };
  }
  const session = sessions.get(body.sessionId);
  if (session === undefined) return ErrorCode.FETCH_SESSION_ID_NOT_FOUND;
  if (session.epoch !== body.sessionEpoch) return ErrorCode.INVALID_FETCH_SESSION_EPOCH;
  if (session.usesTopicIds !== request.apiVersion >= 13) return ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
  updateSession(state, session, request, body, asksFor, context.nowMs);
  if (session.partitions.size === 0) {
    sessions.delete(session.id);
    return { sessionId: 0, partitions: [] };
  }
  return { sessionId: session.id, partitions: [...session.partitions.values()] };
}

function partitionsOf(state: BrokerState, apiVersion: number, body: FetchRequest): FetchPartitionRequest[] {
  const partitions: FetchPartitionRequest[] = [];
  for (const topic of body.topics) {
    const usesId = apiVersion >= 13;
    // A topic id that the metadata does not know keeps an empty name: it is answered with UNKNOWN_TOPIC_ID.
    const name = usesId ? (state.image.topics.get(topic.topicId)?.name ?? '') : topic.topic;
    const topicId = usesId ? topic.topicId : zeroUuid;
    for (const asked of topic.partitions) {
      partitions.push({
        topic: name,
        topicId,
        partition: asked.partition,
        key: partitionKey(name === '' ? topicId : name, asked.partition),
        currentLeaderEpoch: asked.currentLeaderEpoch,
        fetchOffset: asked.fetchOffset,
        lastFetchedEpoch: asked.lastFetchedEpoch,
        logStartOffset: asked.logStartOffset,
        maxBytes: asked.partitionMaxBytes,
      });
    }
  }
  return partitions;
}

function createSession(state: BrokerState, request: RequestMessage, body: FetchRequest, asksFor: FetchPartitionRequest[], context: BrokerContext): number {
  if (asksFor.length === 0) return 0;
  const isFollower = request.apiVersion >= 15 ? body.replicaState.replicaId >= 0 : body.replicaId >= 0;
  if (!makeRoom(state, isFollower, context.nowMs)) return 0;
  const { sessions } = state.fetchSessions;
  let id = 0;
  while (id === 0 || sessions.has(id)) id = context.random.integer(sessionIdMax);
  const session: FetchSession = {
    id,
    epoch: 1,
    peer: request.from,
    privileged: isFollower,
    createdMs: context.nowMs,
    lastUsedMs: context.nowMs,
    usesTopicIds: request.apiVersion >= 13,
    partitions: new Map(),
  };
  for (const asked of asksFor) session.partitions.set(rowKey(asked), newRow(asked));
  sessions.set(id, session);
  return id;
}

/** The map keeps its sessions in order of use, the one not used for longest first. */
function makeRoom(state: BrokerState, isFollower: boolean, nowMs: number): boolean {
  const { sessions } = state.fetchSessions;
  if (sessions.size < state.settings['max.incremental.fetch.session.cache.slots']) return true;
  for (const session of sessions.values()) {
    if (nowMs - session.lastUsedMs > evictionAgeMs || (isFollower && !session.privileged)) {
      sessions.delete(session.id);
      return true;
    }
  }
  return false;
}

function updateSession(state: BrokerState, session: FetchSession, request: RequestMessage, body: FetchRequest, asksFor: FetchPartitionRequest[], nowMs: number): void {
  session.epoch = session.epoch === sessionIdMax ? 1 : session.epoch + 1;
  session.lastUsedMs = nowMs;
  state.fetchSessions.sessions.delete(session.id);
  state.fetchSessions.sessions.set(session.id, session);
  for (const asked of asksFor) {
    const row = session.partitions.get(rowKey(asked));
    if (row === undefined) session.partitions.set(rowKey(asked), newRow(asked));
    else Object.assign(row, asked);
  }
  for (const topic of body.forgottenTopicsData) {
    for (const partition of topic.partitions) {
      session.partitions.delete(request.apiVersion >= 13 ? `${topic.topicId}:${partition}` : `${topic.topic}:${partition}`);
    }
  }
  for (const row of session.partitions.values()) if (row.topic === '') resolveTopic(state, row);
}

/** The topic may have become known since the session first asked for it. */
function resolveTopic(state: BrokerState, row: FetchSessionPartition): void {
  const name = state.image.topics.get(row.topicId)?.name;
  if (name === undefined) return;
  row.topic = name;
  row.key = partitionKey(name, row.partition);
}

function rowKey(asked: FetchPartitionRequest): string {
  return `${asked.topicId === zeroUuid ? asked.topic : asked.topicId}:${asked.partition}`;
}

function newRow(asked: FetchPartitionRequest): FetchSessionPartition {
  return { ...asked, sentHighWatermark: -1n, sentLogStartOffset: -1n };
}

export interface SessionAnswer {
  errorCode: number;
  sessionId: number;
  partitions: readonly FetchPartitionRequest[];
  answers: FetchPartitionAnswer[];
}

/** Leaves out what the session's peer knows already; a first answer, and one without a session, leaves out nothing. */
export function sessionAnswer(
  state: BrokerState,
  request: RequestMessage,
  sessionId: number,
  partitions: readonly FetchPartitionRequest[],
  answers: FetchPartitionAnswer[],
): SessionAnswer {
  const session = sessionId === 0 ? undefined : state.fetchSessions.sessions.get(sessionId);
  if (session === undefined) return { errorCode: ErrorCode.NONE, sessionId: 0, partitions, answers };
  const isIncremental = (request.body as FetchRequest).sessionEpoch !== initialEpoch;
  const kept: SessionAnswer = { errorCode: ErrorCode.NONE, sessionId, partitions: [], answers: [] };
  const keptPartitions: FetchPartitionRequest[] = [];
  for (const [index, asked] of partitions.entries()) {
    const answer = answers[index];
    const row = session.partitions.get(rowKey(asked));
    if (answer === undefined) continue;
    const tells = row === undefined || noteSent(row, answer);
    if (isIncremental && !tells) continue;
    keptPartitions.push(asked);
    kept.answers.push(answer);
    if (row !== undefined && isIncremental && hasRecords(answer)) moveToEnd(session, row);
  }
  kept.partitions = keptPartitions;
  return kept;
}

/** Whether the answer says anything new. */
function noteSent(row: FetchSessionPartition, answer: FetchPartitionAnswer): boolean {
  const tells =
    hasRecords(answer) ||
    answer.errorCode !== ErrorCode.NONE ||
    answer.preferredReadReplica !== -1 ||
    answer.divergingEpoch.epoch !== -1 ||
    row.sentHighWatermark !== answer.highWatermark ||
    row.sentLogStartOffset !== answer.logStartOffset;
  // After an error everything is told again.
  row.sentHighWatermark = answer.errorCode === ErrorCode.NONE ? answer.highWatermark : -1n;
  row.sentLogStartOffset = answer.logStartOffset;
  return tells;
}

function hasRecords(answer: FetchPartitionAnswer): boolean {
  return answer.records !== null && answer.records.length > 0;
}

/** Whoever got records waits its turn: a busy partition must not starve those behind it when the answer is full. */
function moveToEnd(session: FetchSession, row: FetchSessionPartition): void {
  const key = rowKey(row);
  session.partitions.delete(key);
  session.partitions.set(key, row);
}

/**
 * Incremental fetch sessions, the serving side (KIP-227; Kafka: FetchManager, FetchSessionCache, FetchSession).
 *
 * A session remembers what its peer asks for and what it was last told; a request then names only what changed, and an
 * answer only what there is to say. A fetch looks only at `toLookAt` (session-watch.ts), so that it costs what happened and
 * not what the session holds. Invariants: the epoch rises by one with each request of a session, any other is
 * refused; the cache is bounded by max.incremental.fetch.session.cache.slots, and who finds it full is served without one.
 * Simplified: a full cache gives up the session that was not used for longest, if that is two minutes ago or if the newcomer
 * is a follower and the old one is not; Kafka weighs the number of partitions too.
 */
import { partitionKey } from '#engine/core/replication/partition.ts';
import { lookAgain, lookAtEverything, settleRow, unwatchSession, watchRow, unwatchRow } from '#engine/core/broker/session-watch.ts';
import type { FetchPartitionAnswer } from '#engine/core/broker/fetch-read.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, FetchParams, FetchPartitionRequest, FetchSession, FetchSessionPartition } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { FetchRequest } from '#engine/protocol/messages/01-fetch.ts';

const initialEpoch = 0;
const finalEpoch = -1;
const evictionAgeMs = 120_000;
const sessionIdMax = 2_147_483_647;

export interface FetchContext {
  /** Null: it is served without one. */
  session: FetchSession | null;
  /** What is asked for; null: what there is to look at in the session. */
  partitions: FetchPartitionRequest[] | null;
}

/** What a request asks for, its session considered; or the error code for the whole answer. */
export function openFetchContext(state: BrokerState, request: RequestMessage, body: FetchRequest, context: BrokerContext): FetchContext | number {
  const asksFor = partitionsOf(state, request.apiVersion, body);
  if (request.apiVersion < 7) return { session: null, partitions: asksFor };
  const { sessions } = state.fetchSessions;
  if (body.sessionEpoch === initialEpoch || body.sessionEpoch === finalEpoch) {
    const former = sessions.get(body.sessionId);
    if (former !== undefined) closeSession(state, former);
    const session = body.sessionEpoch === finalEpoch ? null : createSession(state, request, body, asksFor, context);
    return { session, partitions: session === null ? asksFor : [...session.partitions.values()] };
  }
  const session = sessions.get(body.sessionId);
  if (session === undefined) return ErrorCode.FETCH_SESSION_ID_NOT_FOUND;
  if (session.epoch !== body.sessionEpoch) return ErrorCode.INVALID_FETCH_SESSION_EPOCH;
  if (session.usesTopicIds !== request.apiVersion >= 13) return ErrorCode.FETCH_SESSION_TOPIC_ID_ERROR;
  updateSession(state, session, request, body, asksFor, context.nowMs);
  if (session.partitions.size > 0) return { session, partitions: null };
  closeSession(state, session);
  return { session: null, partitions: [] };
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
  return partitions.length > 1 ? lastOfEach(partitions) : partitions;
}

/** What is asked for twice counts as it was asked last, at the place where it was asked first. */
function lastOfEach(partitions: FetchPartitionRequest[]): FetchPartitionRequest[] {
  const byKey = new Map(partitions.map((asked) => [asked.key, asked]));
  return byKey.size === partitions.length ? partitions : [...byKey.values()];
}

function createSession(state: BrokerState, request: RequestMessage, body: FetchRequest, asksFor: FetchPartitionRequest[], context: BrokerContext): FetchSession | null {
  const { replicaId, replicaEpoch } = followerOf(request, body);
  const isFollower = replicaId >= 0;
  if (!makeRoom(state, isFollower, context.nowMs)) return null;
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
    replicaId,
    replicaEpoch,
    partitions: new Map(),
    toLookAt: new Set(),
    parked: [],
  };
  sessions.set(id, session);
  for (const asked of asksFor) askInSession(state, session, asked);
  return session;
}

/** Which follower asks; -1: a consumer does. */
export function followerOf(request: RequestMessage, body: FetchRequest): { replicaId: number; replicaEpoch: bigint } {
  if (request.apiVersion < 15) return { replicaId: body.replicaId >= 0 ? body.replicaId : -1, replicaEpoch: -1n };
  const { replicaId, replicaEpoch } = body.replicaState;
  return { replicaId: replicaId >= 0 ? replicaId : -1, replicaEpoch };
}

/** The map keeps its sessions in order of use, the one not used for longest first. */
function makeRoom(state: BrokerState, isFollower: boolean, nowMs: number): boolean {
  const { sessions } = state.fetchSessions;
  if (sessions.size < state.settings['max.incremental.fetch.session.cache.slots']) return true;
  for (const session of sessions.values()) {
    if (nowMs - session.lastUsedMs > evictionAgeMs || (isFollower && !session.privileged)) {
      closeSession(state, session);
      return true;
    }
  }
  return false;
}

function closeSession(state: BrokerState, session: FetchSession): void {
  state.fetchSessions.sessions.delete(session.id);
  unwatchSession(state, session);
}

function updateSession(state: BrokerState, session: FetchSession, request: RequestMessage, body: FetchRequest, asksFor: FetchPartitionRequest[], nowMs: number): void {
  const { replicaEpoch } = followerOf(request, body);
  if (replicaEpoch !== session.replicaEpoch) lookAtEverything(state, session);
  session.replicaEpoch = replicaEpoch;
  session.epoch = session.epoch === sessionIdMax ? 1 : session.epoch + 1;
  session.lastUsedMs = nowMs;
  state.fetchSessions.sessions.delete(session.id);
  state.fetchSessions.sessions.set(session.id, session);
  for (const asked of asksFor) askInSession(state, session, asked);
  for (const topic of body.forgottenTopicsData) {
    for (const partition of topic.partitions) forgetInSession(state, session, `${request.apiVersion >= 13 ? topic.topicId : topic.topic}:${partition}`);
  }
  for (const rowKey of session.toLookAt) {
    const row = session.partitions.get(rowKey);
    if (row?.topic === '') resolveTopic(state, session, row);
  }
}

function askInSession(state: BrokerState, session: FetchSession, asked: FetchPartitionRequest): void {
  const rowKey = `${asked.topicId === zeroUuid ? asked.topic : asked.topicId}:${asked.partition}`;
  const row = session.partitions.get(rowKey);
  if (row === undefined) {
    const added: FetchSessionPartition = { ...asked, rowKey, sentHighWatermark: -1n, sentLogStartOffset: -1n };
    session.partitions.set(rowKey, added);
    watchRow(state, session, added);
    session.toLookAt.add(rowKey);
    return;
  }
  lookAgain(state, session, row, false);
  if (row.key !== asked.key) {
    unwatchRow(state, session, row);
    row.topic = asked.topic;
    row.key = asked.key;
    watchRow(state, session, row);
  }
  row.currentLeaderEpoch = asked.currentLeaderEpoch;
  row.fetchOffset = asked.fetchOffset;
  row.lastFetchedEpoch = asked.lastFetchedEpoch;
  row.logStartOffset = asked.logStartOffset;
  row.maxBytes = asked.maxBytes;
}

function forgetInSession(state: BrokerState, session: FetchSession, rowKey: string): void {
  const row = session.partitions.get(rowKey);
  if (row === undefined) return;
  lookAgain(state, session, row, false);
  unwatchRow(state, session, row);
  session.partitions.delete(rowKey);
  session.toLookAt.delete(rowKey);
}

/** The topic may have become known since the session first asked for it. */
function resolveTopic(state: BrokerState, session: FetchSession, row: FetchSessionPartition): void {
  const name = state.image.topics.get(row.topicId)?.name;
  if (name === undefined) return;
  unwatchRow(state, session, row);
  row.topic = name;
  row.key = partitionKey(name, row.partition);
  watchRow(state, session, row);
}

/** What there is to look at now, in the order in which it is served. */
export function rowsToLookAt(session: FetchSession): FetchSessionPartition[] {
  const rows: FetchSessionPartition[] = [];
  for (const rowKey of session.toLookAt) {
    const row = session.partitions.get(rowKey);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

export interface ToldPartitions {
  partitions: readonly FetchPartitionRequest[];
  answers: FetchPartitionAnswer[];
}

/** Leaves out what the session's peer knows already; its first answer leaves out nothing. */
export function sessionAnswer(
  state: BrokerState,
  request: RequestMessage,
  params: FetchParams,
  session: FetchSession,
  partitions: readonly FetchPartitionRequest[],
  answers: FetchPartitionAnswer[],
): ToldPartitions {
  const isIncremental = (request.body as FetchRequest).sessionEpoch !== initialEpoch;
  const told: { partitions: FetchPartitionRequest[]; answers: FetchPartitionAnswer[] } = { partitions: [], answers: [] };
  for (let index = 0; index < partitions.length; index++) {
    const row = partitions[index] as FetchSessionPartition;
    const answer = answers[index];
    if (answer === undefined) continue;
    const tells = noteSent(row, answer);
    if (session.partitions.get(row.rowKey) === row) settleRow(state, session, row, params, answer);
    if (isIncremental && !tells) continue;
    told.partitions.push(row);
    told.answers.push(answer);
  }
  return told;
}

/** Whether the answer says anything new. */
function noteSent(row: FetchSessionPartition, answer: FetchPartitionAnswer): boolean {
  const tells =
    (answer.records !== null && answer.records.length > 0) ||
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

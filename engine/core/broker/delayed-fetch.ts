/**
 * Fetches that wait for min.bytes, and the answer of every fetch (Kafka: DelayedFetch, FetchSession's response handling).
 *
 * An append wakes followers, a risen high watermark wakes consumers (and consumers of a follower), a lost role wakes both.
 * A fetch of a session is found through the session's watchers, one without a session watches its partitions itself.
 */
import { rowsToLookAt, sessionAnswer } from '#engine/core/broker/fetch-sessions.ts';
import { readableEnd, readPartition, type FetchPartitionAnswer } from '#engine/core/broker/fetch-read.ts';
import { parkTimer, unparkTimer, unwatch, watch, type DelayedOperations } from '#engine/core/broker/purgatory.ts';
import { nodeEndpoints } from '#engine/core/broker/metadata-cache.ts';
import type { BrokerContext, PartitionChange } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, DelayedFetch, FetchParams, FetchPartitionRequest, FetchSession } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';

export function parkFetch(state: BrokerState, row: DelayedFetch, waitMs: number, context: BrokerContext): void {
  const requestId = row.request.id;
  state.purgatory.fetch.set(requestId, row);
  if (row.session !== null) row.session.parked.push(requestId);
  else watch(state, requestId, keysOf(row));
  parkTimer(context, requestId, waitMs);
}

/** It leaves the purgatory, to be answered or because nobody waits for the answer. */
export function unparkFetch(state: BrokerState, row: DelayedFetch, context: BrokerContext): void {
  const requestId = row.request.id;
  state.purgatory.fetch.delete(requestId);
  if (row.session !== null) row.session.parked.splice(row.session.parked.indexOf(requestId), 1);
  else unwatch(state, requestId, keysOf(row));
  unparkTimer(context, requestId);
}

function keysOf(row: DelayedFetch): string[] {
  return (row.partitions ?? []).map((asked) => asked.key);
}

/** What a fetch looks at. */
export function partitionsToRead(session: FetchSession | null, partitions: FetchPartitionRequest[] | null): FetchPartitionRequest[] {
  return partitions ?? (session === null ? [] : rowsToLookAt(session));
}

export const delayedFetches: DelayedOperations = {
  tryComplete(state, requestId, key, change, context) {
    const row = state.purgatory.fetch.get(requestId);
    const asked = row?.partitions?.find((candidate) => candidate.key === key);
    if (row !== undefined && asked !== undefined) tryCompleteFetch(state, row, asked, change, context);
  },

  expire(state, requestId, context) {
    const row = state.purgatory.fetch.get(requestId);
    if (row !== undefined) wake(state, row, context);
  },
};

/** Sessions that ask for the partition and have a fetch parked. The partition is among what they look at by now. */
export function tryCompleteSessions(state: BrokerState, key: string, change: PartitionChange, context: BrokerContext): void {
  const watchers = state.fetchSessions.watchers.get(key);
  if (watchers === undefined) return;
  for (const { sessionId, rowKey } of watchers) {
    const session = state.fetchSessions.sessions.get(sessionId);
    if (session === undefined || session.parked.length === 0) continue;
    const asked = session.partitions.get(rowKey);
    for (const requestId of session.parked.slice()) {
      const row = state.purgatory.fetch.get(requestId);
      if (row !== undefined && asked !== undefined) tryCompleteFetch(state, row, asked, change, context);
    }
  }
}

function tryCompleteFetch(state: BrokerState, row: DelayedFetch, asked: FetchPartitionRequest, change: PartitionChange, context: BrokerContext): void {
  row.availableBytes += change.appendedBytes;
  if (change.roleChanged) {
    wake(state, row, context);
    return;
  }
  const counts = row.params.replicaId === -1 ? change.highWatermarkMoved : change.appendedBytes > 0;
  if (counts && row.availableBytes >= row.params.minBytes && enoughToRead(state, row, asked, context)) wake(state, row, context);
}

/** `availableBytes` only bounds what there is (a consumer does not see all that was appended): here it is looked at. */
function enoughToRead(state: BrokerState, row: DelayedFetch, changed: FetchPartitionRequest, context: BrokerContext): boolean {
  const { params } = row;
  if (params.minBytes <= 1) {
    const partition = state.partitions.get(changed.key);
    return partition !== undefined && readableEnd(partition, params) > changed.fetchOffset;
  }
  let sizeBytes = 0;
  for (const asked of partitionsToRead(row.session, row.partitions)) {
    const read = readPartition(state, params, asked, params.minBytes, true, true, context);
    sizeBytes += read.sizeBytes;
    if (read.urgent || sizeBytes >= params.minBytes) return true;
  }
  return false;
}

/** Reads again, for more may have come than what woke it. */
function wake(state: BrokerState, row: DelayedFetch, context: BrokerContext): void {
  unparkFetch(state, row, context);
  const { params } = row;
  const partitions = partitionsToRead(row.session, row.partitions);
  const answers: FetchPartitionAnswer[] = [];
  let sizeBytes = 0;
  for (const asked of partitions) {
    const read = readPartition(state, params, asked, Math.max(0, params.maxBytes - sizeBytes), sizeBytes === 0, true, context);
    answers.push(read.answer);
    sizeBytes += read.sizeBytes;
  }
  completeFetch(state, row.request, params, row.session, partitions, answers, context);
}

export function completeFetch(
  state: BrokerState,
  request: RequestMessage,
  params: FetchParams,
  session: FetchSession | null,
  partitions: readonly FetchPartitionRequest[],
  answers: FetchPartitionAnswer[],
  context: BrokerContext,
): void {
  const told = session === null ? { partitions, answers } : sessionAnswer(state, request, params, session, partitions, answers);
  const response: FetchResponse = {
    throttleTimeMs: 0,
    errorCode: 0,
    sessionId: session === null ? 0 : session.id,
    responses: byTopic(params.apiVersion, told.partitions, told.answers),
    nodeEndpoints: [],
  };
  const leaders = leadersTold(told.answers);
  if (leaders.size > 0) response.nodeEndpoints = nodeEndpoints(state, [...leaders]);
  context.respond(request, response);
}

/** Neighbours of one topic share an entry, in the order in which they were asked for. */
function byTopic(apiVersion: number, partitions: readonly FetchPartitionRequest[], answers: FetchPartitionAnswer[]): FetchResponse['responses'] {
  const responses: FetchResponse['responses'] = [];
  let last: FetchResponse['responses'][number] | undefined;
  let lastAsked: FetchPartitionRequest | undefined;
  for (let index = 0; index < partitions.length; index++) {
    const asked = partitions[index]!;
    const answer = answers[index];
    if (answer === undefined) continue;
    if (last === undefined || lastAsked?.topic !== asked.topic || lastAsked.topicId !== asked.topicId) {
      last = { topic: apiVersion >= 13 ? '' : asked.topic, topicId: apiVersion >= 13 ? asked.topicId : zeroUuid, partitions: [] };
      responses.push(last);
      lastAsked = asked;
    }
    last.partitions.push(answer);
  }
  return responses;
}

const nobody: ReadonlySet<number> = new Set();

function leadersTold(answers: readonly FetchPartitionAnswer[]): ReadonlySet<number> {
  let leaders: Set<number> | undefined;
  for (const { currentLeader } of answers) if (currentLeader.leaderId !== -1) (leaders ??= new Set()).add(currentLeader.leaderId);
  return leaders ?? nobody;
}

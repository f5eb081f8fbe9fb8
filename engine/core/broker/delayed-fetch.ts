/**
 * Fetches that wait for min.bytes, and the answer of every fetch (Kafka: DelayedFetch, FetchSession's response handling).
 *
 * An append wakes followers, a risen high watermark wakes consumers (and consumers of a follower), a lost role wakes both.
 */
import { sessionAnswer } from '#engine/core/broker/fetch-sessions.ts';
import { readableEnd, readPartition, type FetchPartitionAnswer, type ReadLimits } from '#engine/core/broker/fetch-read.ts';
import { parkTimer, unparkTimer, unwatch, watch, type DelayedOperations } from '#engine/core/broker/purgatory.ts';
import { nodeEndpoints } from '#engine/core/broker/metadata-cache.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, DelayedFetch, FetchParams, FetchPartitionRequest } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';

export function parkFetch(state: BrokerState, row: DelayedFetch, waitMs: number, context: BrokerContext): void {
  state.purgatory.fetch.set(row.request.id, row);
  watch(state, row.request.id, row.partitions.map((asked) => asked.key));
  parkTimer(context, row.request.id, waitMs);
}

export const delayedFetches: DelayedOperations = {
  tryComplete(state, requestId, key, change, context) {
    const row = state.purgatory.fetch.get(requestId);
    if (row === undefined) return;
    row.availableBytes += change.appendedBytes;
    if (change.roleChanged) {
      wake(state, row, context);
      return;
    }
    const counts = row.params.replicaId === -1 ? change.highWatermarkMoved : change.appendedBytes > 0;
    if (counts && row.availableBytes >= row.params.minBytes && enoughToRead(state, row, key, context)) wake(state, row, context);
  },

  expire(state, requestId, context) {
    const row = state.purgatory.fetch.get(requestId);
    if (row !== undefined) wake(state, row, context);
  },
};

/** `availableBytes` only bounds what there is (a consumer does not see all that was appended): here it is looked at. */
function enoughToRead(state: BrokerState, row: DelayedFetch, key: string, context: BrokerContext): boolean {
  const { params } = row;
  if (params.minBytes <= 1) {
    const partition = state.partitions.get(key);
    const asked = row.partitions.find((candidate) => candidate.key === key);
    return partition !== undefined && asked !== undefined && readableEnd(partition, params) > asked.fetchOffset;
  }
  let sizeBytes = 0;
  for (const asked of row.partitions) {
    const read = readPartition(state, params, asked, { maxBytes: params.minBytes, minOneBatch: true }, true, context);
    sizeBytes += read.sizeBytes;
    if (read.urgent || sizeBytes >= params.minBytes) return true;
  }
  return false;
}

/** Reads again, for more may have come than what woke it. */
function wake(state: BrokerState, row: DelayedFetch, context: BrokerContext): void {
  const requestId = row.request.id;
  state.purgatory.fetch.delete(requestId);
  unwatch(state, requestId, row.partitions.map((asked) => asked.key));
  unparkTimer(context, requestId);
  const answers: FetchPartitionAnswer[] = [];
  let sizeBytes = 0;
  for (const asked of row.partitions) {
    const read = readPartition(state, row.params, asked, limitsFor(row.params, sizeBytes), true, context);
    answers.push(read.answer);
    sizeBytes += read.sizeBytes;
  }
  completeFetch(state, row.request, row.params, row.partitions, answers, context);
}

export function limitsFor(params: FetchParams, usedBytes: number): ReadLimits {
  return { maxBytes: Math.max(0, params.maxBytes - usedBytes), minOneBatch: usedBytes === 0 };
}

export function completeFetch(
  state: BrokerState,
  request: RequestMessage,
  params: FetchParams,
  partitions: readonly FetchPartitionRequest[],
  answers: FetchPartitionAnswer[],
  context: BrokerContext,
): void {
  const answered = sessionAnswer(state, request, params.sessionId, partitions, answers);
  const response: FetchResponse = {
    throttleTimeMs: 0,
    errorCode: answered.errorCode,
    sessionId: answered.sessionId,
    responses: byTopic(params.apiVersion, answered.partitions, answered.answers),
    nodeEndpoints: [],
  };
  const leaders = leadersTold(response);
  if (leaders.length > 0) response.nodeEndpoints = nodeEndpoints(state, leaders);
  context.respond(request, response);
}

/** Neighbours of one topic share an entry, in the order in which they were asked for. */
function byTopic(apiVersion: number, partitions: readonly FetchPartitionRequest[], answers: FetchPartitionAnswer[]): FetchResponse['responses'] {
  const responses: FetchResponse['responses'] = [];
  let last: FetchResponse['responses'][number] | undefined;
  let lastAsked: FetchPartitionRequest | undefined;
  for (const [index, asked] of partitions.entries()) {
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

function leadersTold(response: FetchResponse): number[] {
  const leaders = new Set<number>();
  for (const topic of response.responses) {
    for (const partition of topic.partitions) if (partition.currentLeader.leaderId !== -1) leaders.add(partition.currentLeader.leaderId);
  }
  return [...leaders];
}

/**
 * Fetch (1), for consumers and for followers (Kafka: KafkaApis.handleFetchRequest, ReplicaManager.fetchMessages).
 *
 * Topic names up to v12, ids from v13. It is answered at once when there are min.bytes to read, when nothing is asked for,
 * when max.wait.ms is 0, or when a partition has something to say that cannot wait; else it is parked.
 * Left out: quotas, tiered storage, aborted transactions.
 */
import { topicByName } from '#engine/core/metadata/image.ts';
import { readerOf } from '#engine/core/broker/access/fetch-access.ts';
import { completeFetch, parkFetch, partitionsToRead } from '#engine/core/broker/delayed-fetch.ts';
import { followerOf, openFetchContext, type FetchContext } from '#engine/core/broker/fetch-sessions.ts';
import { readPartition, type FetchPartitionAnswer } from '#engine/core/broker/fetch-read.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, FetchParams } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { FetchRequest, FetchResponse } from '#engine/protocol/messages/01-fetch.ts';

const readUncommitted = 0;
const readCommitted = 1;

export const fetch: ApiHandler = {
  apiKey: ApiKey.Fetch,
  handle(state, request, context) {
    const body = request.body as FetchRequest;
    const opened = openFetchContext(state, request, body, context);
    if (typeof opened === 'number') {
      context.respond(request, sessionError(opened));
      return;
    }
    const isKnownLevel = body.isolationLevel === readUncommitted || body.isolationLevel === readCommitted;
    if (!isKnownLevel && partitionsToRead(opened.session, opened.partitions).some(({ topic, partition }) => isThere(state, topic, partition))) {
      context.respond(request, malformed(request, body));
      return;
    }
    fetchMessages(state, request, body, opened, context);
  },
};

function fetchMessages(state: BrokerState, request: RequestMessage, body: FetchRequest, fetchContext: FetchContext, context: BrokerContext): void {
  const params = paramsOf(state, request, body);
  const answers: FetchPartitionAnswer[] = [];
  let sizeBytes = 0;
  let urgent = false;
  const partitions = partitionsToRead(fetchContext.session, fetchContext.partitions);
  for (const asked of partitions) {
    const left = answers.length === 0 ? params.maxBytes : Math.max(0, params.maxBytes - sizeBytes);
    const read = readPartition(state, params, asked, left, sizeBytes === 0, false, context);
    answers.push(read.answer);
    sizeBytes += read.sizeBytes;
    urgent ||= read.urgent;
  }
  const nothingAsked = partitions.length === 0 && (fetchContext.session === null || fetchContext.session.partitions.size === 0);
  if (urgent || nothingAsked || body.maxWaitMs <= 0 || sizeBytes >= params.minBytes) {
    completeFetch(state, request, params, fetchContext.session, partitions, answers, context);
    return;
  }
  parkFetch(state, { request, params, ...fetchContext, availableBytes: sizeBytes }, body.maxWaitMs, context);
}

function paramsOf(state: BrokerState, request: RequestMessage, body: FetchRequest): FetchParams {
  const { replicaId, replicaEpoch } = followerOf(request, body);
  const fetchMaxBytes = state.settings['fetch.max.bytes'];
  return {
    apiVersion: request.apiVersion,
    replicaId,
    replicaEpoch,
    minBytes: Math.min(body.minBytes, Math.min(body.maxBytes, fetchMaxBytes)),
    maxBytes: replicaId >= 0 ? body.maxBytes : Math.min(body.maxBytes, fetchMaxBytes),
    readCommitted: body.isolationLevel === readCommitted,
    rackId: body.rackId,
    who: readerOf(state, request),
  };
}

function sessionError(errorCode: number): FetchResponse {
  return { throttleTimeMs: 0, errorCode, sessionId: 0, responses: [], nodeEndpoints: [] };
}

function isThere(state: BrokerState, topic: string, partition: number): boolean {
  return topicByName(state.image, topic)?.partitions[partition] !== undefined;
}

/** An isolation level that nobody knows, where there is something to read: Kafka finds no words for it, and up to v12 says so of each partition. */
function malformed(request: RequestMessage, body: FetchRequest): FetchResponse {
  const errorCode = ErrorCode.UNKNOWN_SERVER_ERROR;
  const noEpochEnd = { epoch: -1, endOffset: -1n };
  const unknown = { errorCode, highWatermark: -1n, lastStableOffset: -1n, logStartOffset: -1n, divergingEpoch: noEpochEnd, currentLeader: { leaderId: -1, leaderEpoch: -1 }, snapshotId: noEpochEnd };
  const responses = body.topics.map(({ topic, topicId, partitions }) => ({
    topic,
    topicId,
    partitions: partitions.map(({ partition }) => ({ partitionIndex: partition, ...unknown, abortedTransactions: [], preferredReadReplica: -1, records: [] })),
  }));
  return { throttleTimeMs: 0, errorCode, sessionId: body.sessionId, responses: request.apiVersion < 13 ? responses : [], nodeEndpoints: [] };
}

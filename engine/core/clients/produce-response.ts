/**
 * What a produce request's answer, or its loss, means for its batches. Kafka: Sender.handleProduceResponse, completeBatch,
 * canRetry; TransactionManager.canRetry and handleFailedBatch.
 *
 * Invariants: a batch is sent again only while its delivery timeout and its retries allow; DUPLICATE_SEQUENCE_NUMBER is
 * success; with idempotence an out-of-order batch that is not the next one merely came too early.
 */
import type { NodeContext, PendingRequest } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import { partitionOf, requeue, splitBatch } from '#engine/core/clients/accumulator.ts';
import { acknowledgeBatch, failBatch } from '#engine/core/clients/batch-outcome.ts';
import { retryBackoffMs } from '#engine/core/clients/backoff.ts';
import { acknowledgeSequence, isNextSequence } from '#engine/core/clients/idempotence.ts';
import { isStaleMetadataError, learnLeader, requestMetadataUpdate } from '#engine/core/clients/metadata.ts';
import { acksOf } from '#engine/core/clients/sender.ts';
import type { ProducerBatch, ProducerPartition, ProducerState } from '#engine/core/clients/state.ts';
import { ErrorCode, isRetriable } from '#engine/protocol/errors.ts';
import type { ProduceResponse } from '#engine/protocol/messages/00-produce.ts';

type PartitionResult = ProduceResponse['responses'][number]['partitionResponses'][number];

export function onProduceResponse(state: ProducerState, pending: PendingRequest, body: ProduceResponse, context: NodeContext): void {
  const batches = takeRequest(state, pending);
  // A producer writes to one topic. Answers come in the order of the request, as a rule.
  const results = body.responses[0]?.partitionResponses ?? [];
  for (const [position, batch] of batches.entries()) {
    const inOrder = results[position];
    const result = inOrder?.index === batch.partition ? inOrder : results.find(({ index }) => index === batch.partition);
    assert(result !== undefined, `${pending.to} did not answer for partition ${batch.partition} of ${state.config.topic}`);
    if (result.errorCode === ErrorCode.NONE) complete(state, batch, result.baseOffset, context);
    else onError(state, batch, result, context);
  }
}

/** The connection broke or the answer is overdue: nobody knows whether the broker wrote the batches. */
export function onProduceFailure(state: ProducerState, pending: PendingRequest, context: NodeContext): void {
  for (const batch of takeRequest(state, pending)) onError(state, batch, { errorCode: ErrorCode.NETWORK_EXCEPTION }, context);
}

function takeRequest(state: ProducerState, pending: PendingRequest): ProducerBatch[] {
  const request = state.requests.get(pending.correlationId);
  assert(request !== undefined, `produce request ${pending.correlationId} is answered twice or never was sent`);
  state.requests.delete(pending.correlationId);
  state.counters.inFlight -= 1;
  state.inFlightByBroker.set(request.broker, (state.inFlightByBroker.get(request.broker) ?? 1) - 1);
  for (const batch of request.batches) {
    const row = partitionOf(state, batch.partition);
    row.inFlight.splice(row.inFlight.indexOf(batch), 1);
  }
  return request.batches;
}

function complete(state: ProducerState, batch: ProducerBatch, baseOffset: bigint, context: NodeContext): void {
  acknowledgeSequence(partitionOf(state, batch.partition), batch);
  acknowledgeBatch(state, batch, baseOffset, acksOf(state), context);
}

function onError(state: ProducerState, batch: ProducerBatch, result: Pick<PartitionResult, 'errorCode'> & Partial<PartitionResult>, context: NodeContext): void {
  const row = partitionOf(state, batch.partition);
  const { errorCode } = result;
  learnFromError(state, batch, result, context);
  if (errorCode === ErrorCode.DUPLICATE_SEQUENCE_NUMBER) complete(state, batch, -1n, context);
  else if (batch.done) return;
  else if (errorCode === ErrorCode.MESSAGE_TOO_LARGE && batch.records.length > 1) splitAndRequeue(state, row, batch);
  else if (mayRetry(state, row, batch, errorCode, context)) sendAgain(state, row, batch, context);
  else {
    // Its sequences never arrive, so the ones after it would not fit.
    if (batch.baseSequence >= 0) state.partitionsToRestart.add(batch.partition);
    failBatch(state, batch, errorCode, context, isRetriable(errorCode) ? 'retries-used-up' : 'error-not-retriable');
  }
}

function learnFromError(state: ProducerState, batch: ProducerBatch, { errorCode, currentLeader }: Partial<PartitionResult>, context: NodeContext): void {
  if (errorCode === undefined || !isStaleMetadataError(errorCode)) return;
  if (currentLeader !== undefined) learnLeader(state.metadata, state.config.topic, batch.partition, currentLeader);
  requestMetadataUpdate(state.metadata, state.settings, context);
}

function mayRetry(state: ProducerState, row: ProducerPartition, batch: ProducerBatch, errorCode: number, context: NodeContext): boolean {
  const isInTime = context.nowMs - batch.createdMs < state.settings['delivery.timeout.ms'];
  if (!isInTime || batch.attempts > state.settings.retries) return false;
  if (batch.baseSequence < 0) return isRetriable(errorCode);
  switch (errorCode) {
    case ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER:
      // Not the next one: those before it are being sent again. The next one: the broker has lost our state. With one given
      // up before it nobody knows.
      if (row.unresolvedSequence >= 0 || isNextSequence(row, batch.baseSequence)) state.partitionsToRestart.add(batch.partition);
      return true;
    case ErrorCode.UNKNOWN_PRODUCER_ID:
      state.partitionsToRestart.add(batch.partition);
      return true;
    default:
      return isRetriable(errorCode);
  }
}

function sendAgain(state: ProducerState, row: ProducerPartition, batch: ProducerBatch, context: NodeContext): void {
  batch.retryAtMs = context.nowMs + retryBackoffMs(state.settings, batch.attempts, context.random);
  requeue(row, batch);
  state.counters.buffered += batch.records.length;
}

function splitAndRequeue(state: ProducerState, row: ProducerPartition, batch: ProducerBatch): void {
  const halves = splitBatch(batch);
  for (const half of halves) {
    requeue(row, half);
    state.counters.buffered += half.records.length;
    state.bufferedBytes += half.sizeBytes;
  }
  state.bufferedBytes -= batch.sizeBytes;
}

/**
 * What leaves the producer and when. Kafka: Sender, RecordAccumulator.ready and drain.
 *
 * One pass (`runSender`) gives up what is too old, sees to the producer id, sends to each broker one batch of every partition
 * that is ready, and arms the timer "sender" for the next moment at which something is due. Invariants: at most
 * max.in.flight.requests.per.connection unanswered requests per broker; batches of a partition leave in order; with acks=0
 * nothing is awaited.
 * Left out: transactions, the guarantee of order when max.in.flight is 1 and idempotence is off beyond that.
 */
import type { NodeContext } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { encodedBatch, partitionOf, readyAtMs, recordSizeBytes } from '#engine/core/clients/accumulator.ts';
import { failBatch } from '#engine/core/clients/batch-outcome.ts';
import { assignSequence, giveUpSequence, hasProducerId, maySend, requestProducerId, resolveSequences, restartSequences } from '#engine/core/clients/idempotence.ts';
import { leaderOf, requestMetadataUpdate } from '#engine/core/clients/metadata.ts';
import type { ProducerBatch, ProducerPartition, ProducerState } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import type { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

export const PRODUCE_KIND = 'produce';
export const SENDER_TIMER = 'sender';
/** Version 13 names topics by id. */
const PRODUCE_VERSION = 13;
/** Why the delivery timeout is the last word: what is told to the application then. */
const DELIVERY_TIMEOUT_RULE = 'delivery-timeout';

export function acksOf(state: ProducerState): number {
  return state.settings.acks === 'all' ? -1 : Number(state.settings.acks);
}

export function runSender(state: ProducerState, context: NodeContext): void {
  giveUpExpired(state, context);
  resolveSequences(state);
  restartSequences(state);
  if (hasProducerId(state)) while (sendReady(state, context));
  else if (state.status === 'running' || hasBatches(state)) requestProducerId(state, context);
  armSender(state, context);
}

function hasBatches(state: ProducerState): boolean {
  for (const row of state.busy) if (row.queue.length > 0) return true;
  return false;
}

/** Batches that nothing was heard of in delivery.timeout.ms fail, also those on their way. */
function giveUpExpired(state: ProducerState, context: NodeContext): void {
  const timeoutMs = state.settings['delivery.timeout.ms'];
  for (const row of state.busy) {
    while (row.queue[0] !== undefined && context.nowMs - row.queue[0].createdMs >= timeoutMs) {
      const [batch] = row.queue.splice(0, 1) as [ProducerBatch];
      giveUpSequence(state, row, batch);
      state.counters.buffered -= batch.records.length;
      failBatch(state, batch, ErrorCode.REQUEST_TIMED_OUT, context, DELIVERY_TIMEOUT_RULE);
    }
    for (const batch of row.inFlight) {
      if (batch.done || context.nowMs - batch.createdMs < timeoutMs) continue;
      giveUpSequence(state, row, batch);
      failBatch(state, batch, ErrorCode.REQUEST_TIMED_OUT, context, DELIVERY_TIMEOUT_RULE);
    }
  }
}

/** One request to each broker that can take one; false when nothing left. */
function sendReady(state: ProducerState, context: NodeContext): boolean {
  let byBroker: Map<number, { batches: ProducerBatch[]; sizeBytes: number }> | undefined;
  for (const row of state.busy) {
    const batch = readyBatch(state, row, context);
    if (batch === undefined) continue;
    const leader = leaderOf(state.metadata, state.config.topic, row.partition);
    if (leader === undefined) {
      requestMetadataUpdate(state.metadata, state.settings, context);
      continue;
    }
    const broker = leader.leader;
    if ((state.inFlightByBroker.get(broker) ?? 0) >= state.settings['max.in.flight.requests.per.connection']) continue;
    const request = byBroker?.get(broker);
    if (request === undefined) {
      (byBroker ??= new Map()).set(broker, { batches: [batch], sizeBytes: batch.sizeBytes });
    } else if (request.sizeBytes + batch.sizeBytes <= state.settings['max.request.size']) {
      request.batches.push(batch);
      request.sizeBytes += batch.sizeBytes;
    }
  }
  if (byBroker === undefined) return false;
  for (const [broker, { batches }] of byBroker) sendProduce(state, broker, batches, context);
  return true;
}

function readyBatch(state: ProducerState, row: ProducerPartition, context: NodeContext): ProducerBatch | undefined {
  const batch = row.queue[0];
  if (batch === undefined || readyAtMs(state, batch, row.queue.length) > context.nowMs) return undefined;
  return maySend(state, row, batch) ? batch : undefined;
}

function sendProduce(state: ProducerState, broker: number, batches: ProducerBatch[], context: NodeContext): void {
  const acks = acksOf(state);
  for (const batch of batches) leaveQueue(state, batch, context);
  const correlationId = context.request({
    to: brokerNodeId(broker),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.Produce,
    apiVersion: PRODUCE_VERSION,
    body: produceBody(state, batches, context),
    kind: PRODUCE_KIND,
    key: String(broker),
    timeoutMs: state.settings['request.timeout.ms'],
    expectsResponse: acks !== 0,
  });
  if (acks === 0) {
    for (const batch of batches) acknowledgeUnheard(state, batch, context);
    return;
  }
  for (const batch of batches) partitionOf(state, batch.partition).inFlight.push(batch);
  state.inFlightByBroker.set(broker, (state.inFlightByBroker.get(broker) ?? 0) + 1);
  state.counters.inFlight += 1;
  state.requests.set(correlationId, { broker, batches });
}

function leaveQueue(state: ProducerState, batch: ProducerBatch, context: NodeContext): void {
  const row = partitionOf(state, batch.partition);
  row.queue.shift();
  batch.closed = true;
  assignSequence(state, row, batch);
  batch.attempts += 1;
  const { counters, config } = state;
  counters.buffered -= batch.records.length;
  if (batch.attempts === 1) counters.sent += batch.records.length;
  else counters.retries += 1;
  context.publish(
    'client.sent',
    { topic: config.topic, partition: batch.partition, client: config.id, records: batch.records.length, attempt: batch.attempts },
    { rule: batch.attempts === 1 ? 'batch-ready' : 'batch-sent-again', settings: { acks: state.settings.acks, 'linger.ms': state.settings['linger.ms'], 'batch.size': state.settings['batch.size'] } },
  );
}

function produceBody(state: ProducerState, batches: ProducerBatch[], { compression }: NodeContext): ProduceRequest {
  const topic = state.metadata.topics.get(state.config.topic);
  return {
    transactionalId: null,
    acks: acksOf(state),
    timeoutMs: state.settings['request.timeout.ms'],
    topicData: [{
      name: state.config.topic,
      topicId: topic?.topicId ?? '',
      partitionData: batches.map((batch) => ({ index: batch.partition, records: [encodedBatch(batch, state.settings, compression)] })),
    }],
  };
}

/** acks=0: sent is done, whatever became of it; nobody tells the offset. */
function acknowledgeUnheard(state: ProducerState, batch: ProducerBatch, context: NodeContext): void {
  state.bufferedBytes -= batch.sizeBytes;
  state.counters.acknowledged += batch.records.length;
  context.publish(
    'client.acknowledged',
    { topic: state.config.topic, partition: batch.partition, client: state.config.id, baseOffset: -1n, records: batch.records.length, acks: 0 },
    { rule: 'acks-0-awaits-nothing', settings: { acks: '0' } },
  );
}

/** The next moment at which a batch becomes ready, is too old, or the producer id can be asked for again. Partitions without any are done with. */
function armSender(state: ProducerState, context: NodeContext): void {
  let dueMs = Infinity;
  const timeoutMs = state.settings['delivery.timeout.ms'];
  for (const row of state.busy) {
    const batch = row.queue[0];
    if (batch !== undefined) {
      const readyMs = readyAtMs(state, batch, row.queue.length);
      // What is ready and did not leave waits for an answer, metadata or a producer id, each of which runs the sender.
      if (readyMs > context.nowMs) dueMs = Math.min(dueMs, readyMs);
    }
    if (batch !== undefined) dueMs = Math.min(dueMs, batch.createdMs + timeoutMs);
    const inFlight = row.inFlight.find(({ done }) => !done);
    if (inFlight !== undefined) dueMs = Math.min(dueMs, inFlight.createdMs + timeoutMs);
    if (batch === undefined && row.inFlight.length === 0) state.busy.delete(row);
  }
  if (!hasProducerId(state) && state.initInFlight === -1 && state.initRetryAtMs > context.nowMs) dueMs = Math.min(dueMs, state.initRetryAtMs);
  if (dueMs === Infinity) context.disarm(SENDER_TIMER, '');
  else context.arm(SENDER_TIMER, '', Math.max(dueMs - context.nowMs, 0));
}

/** A record that can never be sent fails at once (RecordTooLargeException). */
export function isTooLarge(state: ProducerState, record: Parameters<typeof recordSizeBytes>[0]): boolean {
  return recordSizeBytes(record) + 61 > state.settings['max.request.size'];
}

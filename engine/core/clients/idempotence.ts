/**
 * The identity by which a broker tells a batch that is sent again from a new one. Kafka: TransactionManager without a
 * transactional id, TxnPartitionMap.
 *
 * Invariants: sequences of a partition are contiguous within one epoch; a new epoch begins at 0 and only when nothing of the
 * old one is in flight for the partition; while the fate of a batch that was given up is unknown nothing new leaves.
 */
import type { NodeContext } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { lastSequenceOf } from '#engine/core/clients/accumulator.ts';
import { retryBackoffMs } from '#engine/core/clients/backoff.ts';
import { anyBroker } from '#engine/core/clients/metadata.ts';
import type { ProducerBatch, ProducerPartition, ProducerState } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { InitProducerIdRequest, type InitProducerIdResponse } from '#engine/protocol/messages/22-init-producer-id.ts';
import { incrementSequence } from '#engine/protocol/record-batch.ts';

export const INIT_KIND = 'initProducerId';
const INIT_VERSION = 6;
const EPOCH_MAX = 32_767;
/** What a client without transactions sends (Integer.MAX_VALUE). */
const NO_TRANSACTION_TIMEOUT_MS = 2_147_483_647;

export function hasProducerId(state: ProducerState): boolean {
  return !state.settings['enable.idempotence'] || state.producerId >= 0n;
}

/** Asks any broker for a producer id, once its back-off is over. */
export function requestProducerId(state: ProducerState, context: NodeContext): void {
  if (state.initInFlight !== -1 || context.nowMs < state.initRetryAtMs) return;
  state.initInFlight = context.request({
    to: brokerNodeId(anyBroker(state.metadata, context)),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.InitProducerId,
    apiVersion: INIT_VERSION,
    body: create(InitProducerIdRequest, { transactionalId: null, transactionTimeoutMs: NO_TRANSACTION_TIMEOUT_MS }),
    kind: INIT_KIND,
    key: '',
    timeoutMs: state.settings['request.timeout.ms'],
  });
}

export function onProducerId(state: ProducerState, body: InitProducerIdResponse | undefined, context: NodeContext): void {
  state.initInFlight = -1;
  if (body === undefined || body.errorCode !== ErrorCode.NONE) {
    state.initAttempts += 1;
    state.initRetryAtMs = context.nowMs + retryBackoffMs(state.settings, state.initAttempts, context.random);
    return;
  }
  state.initAttempts = 0;
  state.producerId = body.producerId;
  state.producerEpoch = body.producerEpoch;
}

/** May this batch, the head of its queue, leave now without breaking the order of sequences? */
export function maySend(state: ProducerState, row: ProducerPartition, batch: ProducerBatch): boolean {
  if (!state.settings['enable.idempotence']) return true;
  if (state.partitionsToRestart.has(row.partition)) return false;
  if (batch.baseSequence < 0) {
    if (row.unresolvedSequence >= 0) return false;
    const isStale = row.producerId !== state.producerId || row.producerEpoch !== state.producerEpoch;
    return !isStale || row.inFlight.length === 0;
  }
  // A batch that is sent again waits until everything before it has been answered.
  return row.inFlight.every((other) => other.baseSequence < 0 || isBefore(batch, other));
}

function isBefore(batch: ProducerBatch, other: ProducerBatch): boolean {
  return (batch.records[0]?.number ?? 0) < (other.records[0]?.number ?? 0);
}

/** Gives a batch that leaves for the first time its identity. */
export function assignSequence(state: ProducerState, row: ProducerPartition, batch: ProducerBatch): void {
  if (!state.settings['enable.idempotence'] || batch.baseSequence >= 0) return;
  if (row.producerId !== state.producerId || row.producerEpoch !== state.producerEpoch) adoptEpoch(state, row);
  setSequence(row, batch);
}

function setSequence(row: ProducerPartition, batch: ProducerBatch): void {
  batch.producerId = row.producerId;
  batch.producerEpoch = row.producerEpoch;
  batch.baseSequence = row.nextSequence;
  batch.encoded = null;
  row.nextSequence = incrementSequence(row.nextSequence, batch.records.length);
}

function adoptEpoch(state: ProducerState, row: ProducerPartition): void {
  row.producerId = state.producerId;
  row.producerEpoch = state.producerEpoch;
  row.nextSequence = 0;
  row.lastAckedSequence = -1;
  row.unresolvedSequence = -1;
}

export function isNextSequence(row: ProducerPartition, sequence: number): boolean {
  return sequence === (row.lastAckedSequence === -1 ? 0 : incrementSequence(row.lastAckedSequence, 1));
}

export function acknowledgeSequence(row: ProducerPartition, batch: ProducerBatch): void {
  if (batch.baseSequence < 0 || batch.producerEpoch !== row.producerEpoch || batch.producerId !== row.producerId) return;
  row.lastAckedSequence = lastSequenceOf(batch);
}

/** A batch that had left was given up: whether the broker wrote it decides if the sequences still fit. */
export function giveUpSequence(state: ProducerState, row: ProducerPartition, batch: ProducerBatch): void {
  if (!state.settings['enable.idempotence'] || batch.baseSequence < 0) return;
  row.unresolvedSequence = lastSequenceOf(batch);
}

/** Once nothing is in flight: either the last batch of all is acknowledged, or the epoch must be raised. */
export function resolveSequences(state: ProducerState): void {
  for (const row of state.busy) {
    if (row.unresolvedSequence < 0 || row.inFlight.length > 0) continue;
    if (row.queue.some(({ baseSequence }) => baseSequence >= 0)) continue;
    if (row.lastAckedSequence !== row.unresolvedSequence) state.partitionsToRestart.add(row.partition);
    row.unresolvedSequence = -1;
  }
}

/**
 * Raises the epoch (KIP-360) and renumbers what those partitions still have to send, once all of it is back from the broker.
 * A used-up epoch needs a new id.
 */
export function restartSequences(state: ProducerState): void {
  if (state.partitionsToRestart.size === 0 || state.producerId < 0n) return;
  for (const partition of state.partitionsToRestart) if ((state.partitions.get(partition)?.inFlight.length ?? 0) > 0) return;
  if (state.producerEpoch >= EPOCH_MAX) {
    state.producerId = -1n;
    state.producerEpoch = -1;
    return;
  }
  state.producerEpoch += 1;
  for (const partition of state.partitionsToRestart) {
    const row = state.partitions.get(partition);
    if (row === undefined) continue;
    adoptEpoch(state, row);
    for (const batch of row.queue) if (batch.baseSequence >= 0) setSequence(row, batch);
  }
  state.partitionsToRestart.clear();
}

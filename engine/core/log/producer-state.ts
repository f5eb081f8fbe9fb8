/**
 * What a log knows of idempotent producers, so that a batch sent twice is stored once and none is skipped (KIP-98).
 * Kafka: ProducerStateManager, ProducerAppendInfo, ProducerStateEntry.
 *
 * Invariants: an entry keeps at most five batches, all of its epoch; the state is a function of the log and nothing else.
 * Entries are replaced, never changed, so that a refused append leaves no trace.
 * Left out: transactions (ongoing transactions, the last stable offset, verification); they come with core/transaction.
 * Kafka answers UNKNOWN_PRODUCER_ID no more: a producer whose state was deleted with its records may begin at any sequence.
 */
import { isMutated } from '#engine/core/mutations.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { baseOffset, baseSequence, incrementSequence, isControl, lastOffset, lastSequence, maxTimestamp, producerEpoch, producerId } from '#engine/protocol/record-batch.ts';
import type { LogState, ProducerBatch, ProducerEntry } from '#engine/core/log/log-state.ts';
import { LogError } from '#engine/core/log/log-error.ts';

const batchesKeptMax = 5;

/** The stored batch that this one repeats, if the log still remembers it. */
export function findDuplicate(entry: ProducerEntry | undefined, run: Uint8Array, at: number): ProducerBatch | undefined {
  if (entry === undefined || entry.producerEpoch !== producerEpoch(run, at) || isMutated('sequences-unchecked')) return undefined;
  const first = baseSequence(run, at);
  const last = lastSequence(run, at);
  return entry.batches.find((batch) => batch.firstSequence === first && batch.lastSequence === last);
}

/** Throws when the batch may not follow what its producer has written so far. */
export function checkProducer(entry: ProducerEntry | undefined, run: Uint8Array, at: number, directory: string): void {
  if (entry === undefined || isMutated('sequences-unchecked')) return;
  const id = producerId(run, at);
  const epoch = producerEpoch(run, at);
  const first = baseSequence(run, at);
  if (epoch < entry.producerEpoch) {
    throw new LogError(ErrorCode.INVALID_PRODUCER_EPOCH, `producer ${id} wrote to ${directory} in epoch ${epoch}, its epoch there is ${entry.producerEpoch}`);
  }
  if (epoch > entry.producerEpoch) {
    if (first === 0) return;
    throw new LogError(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, `producer ${id} began epoch ${epoch} in ${directory} with sequence ${first} instead of 0`);
  }
  const newest = entry.batches.at(-1);
  // Without a batch only a marker has been seen in this epoch: the first sequence must be 0.
  const expected = newest === undefined ? 0 : incrementSequence(newest.lastSequence, 1);
  if (first === expected) return;
  throw new LogError(ErrorCode.OUT_OF_ORDER_SEQUENCE_NUMBER, `producer ${id} wrote sequence ${first} to ${directory} at epoch ${epoch}, expected ${expected}`);
}

/** The entry after the batch at `at`, whose offsets are final; undefined when the batch has no producer. */
export function entryAfter(entry: ProducerEntry | undefined, run: Uint8Array, at: number): ProducerEntry | undefined {
  const id = producerId(run, at);
  if (id < 0n) return undefined;
  const epoch = producerEpoch(run, at);
  const timestamp = maxTimestamp(run, at);
  const sameEpoch = entry?.producerEpoch === epoch;
  const kept = sameEpoch ? entry.batches : [];
  const coordinatorEpoch = entry?.coordinatorEpoch ?? -1;
  if (isControl(run, at)) return { producerId: id, producerEpoch: epoch, batches: kept, lastTimestamp: timestamp, coordinatorEpoch };
  const first = baseSequence(run, at);
  const batch: ProducerBatch = {
    firstSequence: first,
    lastSequence: lastSequence(run, at),
    firstOffset: baseOffset(run, at),
    lastOffset: lastOffset(run, at),
    timestamp,
  };
  const batches = kept.slice(Math.max(0, kept.length + 1 - batchesKeptMax));
  batches.push(batch);
  return { producerId: id, producerEpoch: epoch, batches, lastTimestamp: timestamp, coordinatorEpoch };
}

/** The batch at `at` is in the log. */
export function noteProducer(log: LogState, run: Uint8Array, at: number): void {
  const entry = entryAfter(log.producers.get(producerId(run, at)), run, at);
  if (entry !== undefined) log.producers.set(entry.producerId, entry);
}

/** Forgets producers that have been silent for so long (producer.id.expiration.ms). */
export function expireProducers(producers: Map<bigint, ProducerEntry>, nowMs: number, expirationMs: number): void {
  for (const [id, entry] of producers) {
    if (nowMs - Number(entry.lastTimestamp) >= expirationMs) producers.delete(id);
  }
}

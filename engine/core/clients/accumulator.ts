/**
 * Records on their way into batches. Kafka: RecordAccumulator, ProducerBatch.
 *
 * Invariants: a partition's queue is in the order of sending, what is sent again goes before what was not sent yet; only the
 * last batch of a queue takes records; buffered bytes count every batch that is neither acknowledged nor failed.
 * Left out: Kafka guesses how small a batch will be once it is compressed, and fills it accordingly; here batch.size counts what goes in.
 */
import type { Compression } from '#engine/ports/compression.ts';
import { encodeBatch, incrementSequence, type BatchToEncode } from '#engine/protocol/record-batch.ts';
import type { ProducerBatch, ProducerPartition, ProducerRecord, ProducerState } from '#engine/core/clients/state.ts';
import type { ProducerSettings } from '#engine/core/settings/producer-settings.ts';

const BATCH_OVERHEAD_BYTES = 61;
/** Lengths, deltas and attributes of a record, at most (DefaultRecord.MAX_RECORD_OVERHEAD). */
const RECORD_OVERHEAD_BYTES = 21;

export function recordSizeBytes(record: ProducerRecord): number {
  return RECORD_OVERHEAD_BYTES + (record.key?.length ?? 0) + record.value.length;
}

export function partitionOf(state: ProducerState, partition: number): ProducerPartition {
  let row = state.partitions.get(partition);
  if (row === undefined) {
    row = {
      partition,
      queue: [],
      inFlight: [],
      producerId: -1n,
      producerEpoch: -1,
      nextSequence: 0,
      lastAckedSequence: -1,
      unresolvedSequence: -1,
    };
    state.partitions.set(partition, row);
  }
  return row;
}

/** Room for one more record of this size? Otherwise the application blocks until something is acknowledged. */
export function hasBufferSpace(state: ProducerState, sizeBytes: number): boolean {
  return state.bufferedBytes + sizeBytes + BATCH_OVERHEAD_BYTES <= state.settings['buffer.memory'];
}

/** Answers whether the batch that took the record is full now. */
export function appendRecord(state: ProducerState, partition: number, record: ProducerRecord, nowMs: number): boolean {
  const row = partitionOf(state, partition);
  const sizeBytes = recordSizeBytes(record);
  const batchSize = state.settings['batch.size'];
  let batch = row.queue.at(-1);
  if (batch !== undefined && !batch.closed && batch.sizeBytes + sizeBytes > batchSize) batch.closed = true;
  if (batch === undefined || batch.closed) {
    batch = createBatch(partition, nowMs);
    row.queue.push(batch);
    state.busy.add(row);
    state.bufferedBytes += batch.sizeBytes;
  }
  batch.records.push(record);
  batch.sizeBytes += sizeBytes;
  state.bufferedBytes += sizeBytes;
  state.counters.buffered += 1;
  if (batch.sizeBytes >= batchSize) batch.closed = true;
  return batch.closed;
}

function createBatch(partition: number, nowMs: number): ProducerBatch {
  return {
    partition,
    records: [],
    sizeBytes: BATCH_OVERHEAD_BYTES,
    createdMs: nowMs,
    attempts: 0,
    retryAtMs: 0,
    done: false,
    closed: false,
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    encoded: null,
  };
}

/** When the batch may be sent: at once when it is full or the producer closes, else after linger.ms or its back-off. */
export function readyAtMs(state: ProducerState, batch: ProducerBatch, queueLength: number): number {
  if (batch.attempts > 0) return batch.retryAtMs;
  const isFull = batch.closed || queueLength > 1;
  const mustHurry = isFull || state.status === 'stopped' || !hasBufferSpace(state, 1);
  return mustHurry ? 0 : batch.createdMs + state.settings['linger.ms'];
}

export function lastSequenceOf(batch: ProducerBatch): number {
  return batch.baseSequence < 0 ? -1 : incrementSequence(batch.baseSequence, batch.records.length - 1);
}

/** The bytes are made once; a batch that is sent again is the same, so that the broker knows it. */
export function encodedBatch(batch: ProducerBatch, settings: ProducerSettings, compression: Compression): Uint8Array {
  batch.encoded ??= encodeBatch({
    records: batch.records.map(({ timestampMs, key, value }) => ({ timestamp: timestampMs, key, value })),
    producerId: batch.producerId,
    producerEpoch: batch.producerEpoch,
    baseSequence: batch.baseSequence,
    ...compressionOf(settings, compression),
  });
  return batch.encoded;
}

function compressionOf(settings: ProducerSettings, compression: Compression): Pick<BatchToEncode, 'compression'> {
  const type = settings['compression.type'];
  if (type === 'none') return {};
  const level = type === 'gzip' ? settings['compression.gzip.level'] : type === 'zstd' ? settings['compression.zstd.level'] : undefined;
  return { compression: { type, compress: (bytes) => compression.compress(type, bytes, level) } };
}

/** Back to the head of its queue, in the order of the sequences. */
export function requeue(row: ProducerPartition, batch: ProducerBatch): void {
  const first = batch.records[0]?.number ?? 0;
  const at = row.queue.findIndex((other) => (other.records[0]?.number ?? 0) > first);
  row.queue.splice(at === -1 ? row.queue.length : at, 0, batch);
}

/** Two halves of a batch that the broker found too large, with the sequences that the whole one had. */
export function splitBatch(batch: ProducerBatch): [ProducerBatch, ProducerBatch] {
  const middle = Math.ceil(batch.records.length / 2);
  return [batch.records.slice(0, middle), batch.records.slice(middle)].map((records, index): ProducerBatch => ({
    ...batch,
    records,
    sizeBytes: records.reduce((sum, record) => sum + recordSizeBytes(record), BATCH_OVERHEAD_BYTES),
    baseSequence: batch.baseSequence < 0 ? -1 : incrementSequence(batch.baseSequence, index * middle),
    attempts: 0,
    retryAtMs: 0,
    encoded: null,
  })) as [ProducerBatch, ProducerBatch];
}

export function releaseBatch(state: ProducerState, batch: ProducerBatch): void {
  state.bufferedBytes -= batch.sizeBytes;
}

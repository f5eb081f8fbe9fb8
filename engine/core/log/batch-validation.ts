/**
 * What a leader asks of a batch before it appends it, and what any replica asks of it. Kafka: LogValidator,
 * UnifiedLog.analyzeAndValidateRecords.
 *
 * The records are looked at only where a rule needs them: on a compacted topic, and when message.timestamp.before.max.ms
 * bounds the past. Compressed batches pass unopened: for them these two rules go by the header alone (the keys are not
 * checked). Not modelled: recompression (compression.type other than "producer").
 */
import { ErrorCode } from '#engine/protocol/errors.ts';
import {
  baseOffset,
  baseSequence,
  batchSizeBytes,
  baseTimestamp,
  compressionType,
  decodeRecords,
  isControl,
  isTransactional,
  lastOffsetDelta,
  maxTimestamp,
  producerId,
  recordCount,
  validateBatch,
} from '#engine/protocol/record-batch.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import type { LogSettings } from '#engine/core/log/log-state.ts';
import { segmentBytesMax } from '#engine/core/log/log-state.ts';
import type { RecordError } from '#engine/core/log/log-error.ts';
import { LogError } from '#engine/core/log/log-error.ts';

/** Who appends as the leader. The engine's own coordinators and the quorum may do what clients may not. */
export type AppendOrigin = 'client' | 'coordinator' | 'raft';

/** Size, magic, checksum: true of every batch in a log. */
export function checkIntegrity(run: Uint8Array, at: number, directory: string): void {
  const problem = validateBatch(run, at);
  if (problem === undefined) return;
  const code = problem.kind === 'magic' || problem.kind === 'counts' ? ErrorCode.INVALID_RECORD : ErrorCode.CORRUPT_MESSAGE;
  throw new LogError(code, `a batch for ${directory} at byte ${at} of ${run.length}: ${problem.message}`);
}

export function checkBatchForLeader(run: Uint8Array, at: number, settings: LogSettings, origin: AppendOrigin, nowMs: number, directory: string): void {
  const sizeBytes = batchSizeBytes(run, at);
  const sizeBytesMax = settings['max.message.bytes'];
  if (origin !== 'raft' && sizeBytes > sizeBytesMax) {
    throw new LogError(ErrorCode.MESSAGE_TOO_LARGE, `a batch of ${sizeBytes} bytes for ${directory} exceeds max.message.bytes = ${sizeBytesMax}`);
  }
  if (sizeBytes > segmentBytesMax(settings)) {
    throw new LogError(ErrorCode.RECORD_LIST_TOO_LARGE, `a batch of ${sizeBytes} bytes for ${directory} exceeds segment.bytes = ${segmentBytesMax(settings)}`);
  }
  if (origin !== 'client') return;
  checkClientHeader(run, at, directory);
  checkTimestamps(run, at, settings, nowMs, directory);
  if (settings['cleanup.policy'].includes('compact')) checkKeys(run, at, directory);
}

function checkClientHeader(run: Uint8Array, at: number, directory: string): void {
  const invalid = (what: string) => new LogError(ErrorCode.INVALID_RECORD, `a batch for ${directory}: ${what}`);
  if (baseOffset(run, at) !== 0n) throw invalid(`its base offset must be 0, it is ${baseOffset(run, at)}`);
  const count = recordCount(run, at);
  const offsets = lastOffsetDelta(run, at) + 1;
  if (count <= 0 || offsets <= 0) throw invalid(`it counts ${count} records over ${offsets} offsets`);
  if (count !== offsets) throw invalid(`it counts ${count} records, its offsets say ${offsets}`);
  if (isControl(run, at)) throw invalid('clients may not write control records');
  if (producerId(run, at) >= 0n && baseSequence(run, at) < 0) throw invalid(`sequence ${baseSequence(run, at)} of producer ${producerId(run, at)} is negative`);
  if (isTransactional(run, at)) throw new LogError(ErrorCode.INVALID_TXN_STATE, `a transactional batch for ${directory} outside of any transaction`);
}

function checkTimestamps(run: Uint8Array, at: number, settings: LogSettings, nowMs: number, directory: string): void {
  if (settings['message.timestamp.type'] !== 'CreateTime') return;
  const afterMs = settings['message.timestamp.after.max.ms'];
  const beforeMs = settings['message.timestamp.before.max.ms'];
  const latest = Number(maxTimestamp(run, at));
  const refusal = 'timestamps must lie within message.timestamp.before.max.ms and .after.max.ms of the broker\'s clock';
  if (latest - nowMs > afterMs) {
    throw new LogError(ErrorCode.INVALID_TIMESTAMP, `a batch for ${directory} reaches ${latest - nowMs} ms into the future: ${refusal}`, timestampErrors(run, at, (ms) => ms - nowMs > afterMs));
  }
  // Without a bound on the past nothing can be too old; nor can it be when the batch begins within the bound and only goes on.
  if (beforeMs >= nowMs) return;
  const errors = timestampErrors(run, at, (ms) => ms >= 0 && nowMs - ms > beforeMs);
  const tooOld = compressionType(run, at) === 'none' ? errors.length > 0 : nowMs - Number(baseTimestamp(run, at)) > beforeMs;
  if (tooOld) throw new LogError(ErrorCode.INVALID_TIMESTAMP, `a batch for ${directory} is older than ${beforeMs} ms: ${refusal}`, errors);
}

function timestampErrors(run: Uint8Array, at: number, isWrong: (timestampMs: number) => boolean): RecordError[] {
  return recordErrors(run, at, (record) => (isWrong(Number(record.timestamp)) ? `timestamp ${record.timestamp} is out of range` : undefined));
}

function checkKeys(run: Uint8Array, at: number, directory: string): void {
  const errors = recordErrors(run, at, (record) => (record.key === null ? 'compacted topic cannot accept message without key' : undefined));
  if (errors.length > 0) throw new LogError(ErrorCode.INVALID_RECORD, `records without a key for ${directory}, which is compacted`, errors);
}

function recordErrors(run: Uint8Array, at: number, judge: (record: { timestamp: bigint; key: Uint8Array | null }) => string | undefined): RecordError[] {
  const errors: RecordError[] = [];
  if (compressionType(run, at) !== 'none') return errors;
  let batchIndex = 0;
  try {
    for (const record of decodeRecords(run, at)) {
      const message = judge(record);
      if (message !== undefined) errors.push({ batchIndex, message });
      batchIndex++;
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LogError(ErrorCode.INVALID_RECORD, `record ${batchIndex} of a batch is malformed: ${error.message}`);
  }
  return errors;
}

/**
 * What a leader asks of a batch before it appends it, and what any replica asks of it. Kafka: LogValidator,
 * UnifiedLog.analyzeAndValidateRecords.
 *
 * Records are walked over, so that a log holds none that nobody can read, and taken out only where a rule needs them: on a
 * compacted topic, and when message.timestamp.before.max.ms bounds the past. Compressed batches pass unopened: for them
 * these rules go by the header alone (neither the records nor the keys are checked). Not modelled: recompression (compression.type other than "producer").
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
  scanRecords,
  validateBatch,
  type BatchProblem,
} from '#engine/protocol/record-batch.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import type { LogSettings } from '#engine/core/log/log-state.ts';
import { segmentBytesMax } from '#engine/core/log/log-state.ts';
import type { RecordError } from '#engine/core/log/log-error.ts';
import { LogError } from '#engine/core/log/log-error.ts';

/** Who appends as the leader. The engine's own coordinators and the quorum may do what clients may not. */
export type AppendOrigin = 'client' | 'coordinator' | 'raft';

const codeOfProblem: Record<BatchProblem['kind'], number> = {
  size: ErrorCode.CORRUPT_MESSAGE,
  crc: ErrorCode.CORRUPT_MESSAGE,
  magic: ErrorCode.INVALID_RECORD,
  counts: ErrorCode.INVALID_RECORD,
  // Kafka has no word for it either: the codec's number is looked up, and nothing is found.
  compression: ErrorCode.UNKNOWN_SERVER_ERROR,
};

/**
 * Runs all of whose checksums were found right, by the very array. A leader's disk, its followers and theirs hand the same array on,
 * and nobody writes below a checksum once it is the log's; what was read from a medium is another array, and is checked again.
 */
const summedRuns = new WeakSet<Uint8Array>();

/** All batches of the run have passed `checkIntegrity`. */
export function noteSummed(run: Uint8Array): void {
  summedRuns.add(run);
}

/** Size, magic, checksum: true of every batch in a log. */
export function checkIntegrity(run: Uint8Array, at: number, directory: string): void {
  const problem = validateBatch(run, at, summedRuns.has(run));
  if (problem === undefined) return;
  const code = codeOfProblem[problem.kind];
  throw new LogError(code, `a batch for ${directory} at byte ${at} of ${run.length}: ${problem.message}`);
}

/** Answers the timestamp of the newest record, as far as it can be known: that of the header for a batch that is compressed or our own. */
export function checkBatchForLeader(run: Uint8Array, at: number, settings: LogSettings, origin: AppendOrigin, nowMs: number, directory: string): bigint {
  const sizeBytes = batchSizeBytes(run, at);
  const sizeBytesMax = settings['max.message.bytes'];
  if (origin !== 'raft' && sizeBytes > sizeBytesMax) {
    throw new LogError(ErrorCode.MESSAGE_TOO_LARGE, `a batch of ${sizeBytes} bytes for ${directory} exceeds max.message.bytes = ${sizeBytesMax}`);
  }
  if (sizeBytes > segmentBytesMax(settings)) {
    throw new LogError(ErrorCode.RECORD_LIST_TOO_LARGE, `a batch of ${sizeBytes} bytes for ${directory} exceeds segment.bytes = ${segmentBytesMax(settings)}`);
  }
  if (origin !== 'client') return maxTimestamp(run, at);
  checkClientHeader(run, at, directory);
  const newest = checkRecords(run, at, directory);
  checkTimestamps(run, at, settings, nowMs, directory);
  if (settings['cleanup.policy'].includes('compact')) checkKeys(run, at, directory);
  return newest;
}

function checkRecords(run: Uint8Array, at: number, directory: string): bigint {
  if (compressionType(run, at) !== 'none') return maxTimestamp(run, at);
  const scan = scanRecords(run, at);
  if (scan.problem !== undefined) throw new LogError(ErrorCode.INVALID_RECORD, `a batch for ${directory}: ${scan.problem}`);
  return scan.maxTimestamp;
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
  // Kafka reckons in 64 bits, and its default of before.max.ms is the largest of them.
  const words = (record: { offset: bigint; timestamp: bigint }) =>
    `Timestamp ${record.timestamp} of message with offset ${record.offset} is out of range. The timestamp should be within [${BigInt(nowMs) - longOf(beforeMs)}, ${BigInt(nowMs) + BigInt(afterMs)}]`;
  const refuse = (errors: RecordError[], why: string) => new LogError(ErrorCode.INVALID_TIMESTAMP, `a batch for ${directory} ${why}`, errors, 'One or more records have been rejected due to invalid timestamp');
  const latest = Number(maxTimestamp(run, at));
  if (latest - nowMs > afterMs) {
    throw refuse(recordErrors(run, at, (record) => (Number(record.timestamp) - nowMs > afterMs ? words(record) : undefined)), `reaches ${latest - nowMs} ms into the future, message.timestamp.after.max.ms is ${afterMs}`);
  }
  // Without a bound on the past nothing can be too old; nor can it be when the batch begins within the bound and only goes on.
  if (beforeMs >= nowMs) return;
  const errors = recordErrors(run, at, ({ timestamp, offset }) => (Number(timestamp) >= 0 && nowMs - Number(timestamp) > beforeMs ? words({ offset, timestamp }) : undefined));
  const tooOld = compressionType(run, at) === 'none' ? errors.length > 0 : nowMs - Number(baseTimestamp(run, at)) > beforeMs;
  if (tooOld) throw refuse(errors, `is older than message.timestamp.before.max.ms = ${beforeMs}`);
}

/** A setting of 2^63 - 1 was rounded when it became a number. */
function longOf(value: number): bigint {
  return value >= Number.MAX_SAFE_INTEGER ? 2n ** 63n - 1n : BigInt(value);
}

function checkKeys(run: Uint8Array, at: number, directory: string): void {
  const errors = recordErrors(run, at, (record) => (record.key === null ? 'compacted topic cannot accept message without key' : undefined));
  if (errors.length > 0) throw new LogError(ErrorCode.INVALID_RECORD, `records without a key for ${directory}, which is compacted`, errors);
}

function recordErrors(run: Uint8Array, at: number, judge: (record: { offset: bigint; timestamp: bigint; key: Uint8Array | null }) => string | undefined): RecordError[] {
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

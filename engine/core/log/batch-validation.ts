/**
 * What a leader asks of a batch before it appends it, and what any replica asks of it. Kafka: LogValidator.validateBatch,
 * UnifiedLog.analyzeAndValidateRecords. What is asked of the records inside: judge-records.ts.
 *
 * The order of the questions is Kafka's, for a batch may be wrong in several ways. The engine's own coordinators and the quorum are
 * asked less, and their batches are never compressed anew (Kafka does so when their topic is told to).
 */
import type { Compression } from '#engine/ports/compression.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import {
  baseOffset,
  baseSequence,
  batchHeaderSizeBytes,
  batchSizeBytes,
  compressionType,
  isControl,
  isTransactional,
  lastOffsetDelta,
  maxTimestamp,
  producerId,
  recordCount,
  validateBatch,
  type BatchProblem,
} from '#engine/protocol/record-batch.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { judgeRecords } from '#engine/core/log/judge-records.ts';
import type { LogSettings } from '#engine/core/log/log-state.ts';
import { segmentBytesMax } from '#engine/core/log/log-state.ts';
import { LogError } from '#engine/core/log/log-error.ts';
import { compressionToBe, recompressed } from '#engine/core/log/recompress.ts';

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

/** The log that is appended to, as far as its rules need it. */
export interface Judge {
  directory: string;
  settings: LogSettings;
  origin: AppendOrigin;
  nowMs: number;
  compression: Compression;
}

export interface AcceptedBatch {
  /** The timestamp of the newest record; of a batch that is our own what its header says. */
  newest: bigint;
  /** The batch in another compression, where the topic asks for one. */
  rewritten: Uint8Array | undefined;
}

/** Throws LogError when the batch may not be appended. */
export function acceptForLeader(run: Uint8Array, at: number, judge: Judge): AcceptedBatch {
  const { directory, origin, settings } = judge;
  if (run.length - at >= batchHeaderSizeBytes) checkBeforeReading(run, at, judge);
  checkIntegrity(run, at, directory);
  if (origin === 'client') checkClientHeader(run, at, directory);
  const accepted = origin === 'client' ? acceptReadable(run, at, judge) : { newest: maxTimestamp(run, at), rewritten: undefined };
  const sizeBytes = accepted.rewritten?.length ?? batchSizeBytes(run, at);
  if (sizeBytes > segmentBytesMax(settings)) {
    throw new LogError(ErrorCode.RECORD_LIST_TOO_LARGE, `a batch of ${sizeBytes} bytes for ${directory} exceeds segment.bytes = ${segmentBytesMax(settings)}`);
  }
  return accepted;
}

/** What Kafka looks at before it reckons the checksum. */
function checkBeforeReading(run: Uint8Array, at: number, judge: Judge): void {
  if (judge.origin === 'client' && baseOffset(run, at) !== 0n) {
    throw new LogError(ErrorCode.INVALID_RECORD, `a batch for ${judge.directory}: its base offset must be 0, it is ${baseOffset(run, at)}`);
  }
  checkSize(batchSizeBytes(run, at), judge);
}

function checkSize(sizeBytes: number, { directory, origin, settings }: Judge): void {
  const sizeBytesMax = settings['max.message.bytes'];
  if (origin === 'raft' || sizeBytes <= sizeBytesMax) return;
  throw new LogError(ErrorCode.MESSAGE_TOO_LARGE, `a batch of ${sizeBytes} bytes for ${directory} exceeds max.message.bytes = ${sizeBytesMax}`);
}

function checkClientHeader(run: Uint8Array, at: number, directory: string): void {
  const invalid = (what: string) => new LogError(ErrorCode.INVALID_RECORD, `a batch for ${directory}: ${what}`);
  const count = recordCount(run, at);
  const offsets = lastOffsetDelta(run, at) + 1;
  if (count <= 0 || offsets <= 0) throw invalid(`it counts ${count} records over ${offsets} offsets`);
  if (count !== offsets) throw invalid(`it counts ${count} records, its offsets say ${offsets}`);
  if (isControl(run, at)) throw invalid('clients may not write control records');
  if (producerId(run, at) >= 0n && baseSequence(run, at) < 0) throw invalid(`sequence ${baseSequence(run, at)} of producer ${producerId(run, at)} is negative`);
  if (isTransactional(run, at)) throw new LogError(ErrorCode.INVALID_TXN_STATE, `a transactional batch for ${directory} outside of any transaction`);
}

/** Taking records apart has bounds that walking over them has not: on the number of headers in a batch. */
function acceptReadable(run: Uint8Array, at: number, judge: Judge): AcceptedBatch {
  try {
    return acceptRecords(run, at, judge);
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    throw new LogError(ErrorCode.INVALID_RECORD, `a batch for ${judge.directory}: ${error.message}`);
  }
}

function acceptRecords(run: Uint8Array, at: number, judge: Judge): AcceptedBatch {
  const { directory, settings, nowMs, compression } = judge;
  const { newest, bytes, isNumbered } = judgeRecords(run, at, settings, nowMs, directory, compression);
  const target = compressionToBe(run, at, settings);
  if (target === undefined) {
    // Kafka would number the records anew, which it cannot do without their keys and values, and so fails; one that is not compressed it lets pass.
    if (!isNumbered && compressionType(run, at) !== 'none') throw new LogError(ErrorCode.UNKNOWN_SERVER_ERROR, `the records of a compressed batch for ${directory} are not numbered one by one`);
    return { newest, rewritten: undefined };
  }
  const rewritten = recompressed(run, at, target, bytes, judge);
  checkSize(rewritten.length, judge);
  return { newest, rewritten };
}

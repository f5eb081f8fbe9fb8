/**
 * What a leader asks of each record that a client sends, compressed or not. Kafka: LogValidator.validateRecord, validateKey,
 * validateTimestamp, processRecordErrors.
 *
 * A compressed batch is opened for this and for nothing else: its bytes stay as they came. The records are walked over without being
 * taken out; only when one of them must be refused are all of them looked at, to name those that are to blame.
 * Beyond Kafka: what opens to more than `openedBytesMax`, or counts more than `recordsMax`, is refused as too large, at which a producer
 * splits the batch; and no more than `recordErrorsMax` records are named, however many are to blame.
 */
import { CompressionError, type Compression, type CompressionProblem } from '#engine/ports/compression.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import {
  baseTimestamp, batchHeaderSizeBytes, batchSizeBytes, compressionType, decodeRecords, maxTimestamp, noTimestamp, recordCount, scanRecords, timestampType,
  type DecodedRecord,
} from '#engine/protocol/record-batch.ts';
import { LogError, type RecordError } from '#engine/core/log/log-error.ts';
import type { LogSettings } from '#engine/core/log/log-state.ts';

export interface Judgement {
  /** The timestamp of the newest record. */
  newest: bigint;
  /** What a compressed batch opened to; the batch's own bytes when it is not compressed. */
  bytes: Uint8Array;
  /** The offsets inside count up one by one. */
  isNumbered: boolean;
}

/** Of the smallest records there are some 150,000 in a batch of Kafka's default size. Whoever takes a batch apart makes an object of each. */
export const recordsMax = 500_000;
const recordErrorsMax = 10_000;

/** Kafka has no code of its own for bytes at which its codecs throw. */
const codeOfProblem: Record<CompressionProblem, number> = {
  corrupt: ErrorCode.UNKNOWN_SERVER_ERROR,
  unavailable: ErrorCode.UNKNOWN_SERVER_ERROR,
  tooLarge: ErrorCode.MESSAGE_TOO_LARGE,
};

/** Throws LogError when a record is refused. The batch's header has been checked. */
export function judgeRecords(run: Uint8Array, at: number, settings: LogSettings, nowMs: number, directory: string, compression: Compression): Judgement {
  const count = recordCount(run, at);
  if (count > recordsMax) throw new LogError(ErrorCode.MESSAGE_TOO_LARGE, `a batch of ${count} records for ${directory}, more than ${recordsMax}`);
  const { bytes, from, to } = openedRecords(run, at, directory, compression);
  const scan = scanRecords(bytes, from, to, count, baseTimestamp(run, at));
  if (scan.problem !== undefined) throw new LogError(ErrorCode.INVALID_RECORD, `a batch for ${directory}: ${scan.problem}`);
  // The header's time is that of every record where it says that the records have none of their own.
  const saysAppendTime = timestampType(run, at) === 'LogAppendTime';
  const newest = saysAppendTime ? maxTimestamp(run, at) : scan.newest;
  const oldest = saysAppendTime ? newest : scan.oldest;
  const rules: Rules = {
    needsKeys: settings['cleanup.policy'].includes('compact'),
    keepsCreateTime: settings['message.timestamp.type'] === 'CreateTime',
    earliest: BigInt(nowMs) - longOf(settings['message.timestamp.before.max.ms']),
    latest: BigInt(nowMs) + longOf(settings['message.timestamp.after.max.ms']),
    saysAppendTime,
    isPartial: bytes !== run,
    directory,
  };
  const isSuspect = (rules.needsKeys && scan.hasNullKey) || saysAppendTime || (rules.keepsCreateTime && (newest > rules.latest || oldest < rules.earliest));
  if (isSuspect) refuseIfWrong(decodeRecords(run, at, () => bytes), rules);
  return { newest: newest < noTimestamp ? noTimestamp : newest, bytes, isNumbered: scan.isNumbered };
}

function openedRecords(run: Uint8Array, at: number, directory: string, compression: Compression): { bytes: Uint8Array; from: number; to: number } {
  const from = at + batchHeaderSizeBytes;
  const to = at + batchSizeBytes(run, at);
  const type = compressionType(run, at);
  if (type === 'none' || type === undefined) return { bytes: run, from, to };
  try {
    const bytes = compression.decompress(type, run.subarray(from, to));
    return { bytes, from: 0, to: bytes.length };
  } catch (error) {
    if (!(error instanceof CompressionError)) throw error;
    throw new LogError(codeOfProblem[error.problem], `a batch for ${directory}: ${error.message}`);
  }
}

interface Rules {
  needsKeys: boolean;
  keepsCreateTime: boolean;
  /** Bounds of a record's own time. */
  earliest: bigint;
  latest: bigint;
  saysAppendTime: boolean;
  /** Kafka reads the records of a compressed batch only in part, and calls them so. */
  isPartial: boolean;
  directory: string;
}

function refuseIfWrong(records: Iterable<DecodedRecord>, rules: Rules): void {
  const errors: RecordError[] = [];
  let errorCount = 0;
  let hasWrongTime = false;
  let batchIndex = 0;
  for (const record of records) {
    const keyProblem = rules.needsKeys && record.key === null ? `Compacted topic cannot accept message without key in topic partition ${rules.directory}` : undefined;
    const timeProblem = keyProblem === undefined ? wrongTime(record, rules) : undefined;
    const message = keyProblem ?? timeProblem;
    if (message !== undefined && errorCount++ < recordErrorsMax) errors.push({ batchIndex, message });
    hasWrongTime ||= timeProblem !== undefined;
    batchIndex++;
  }
  if (errors.length === 0) return;
  const told = hasWrongTime ? 'One or more records have been rejected due to invalid timestamp' : wordsFor(errors, errorCount);
  throw new LogError(hasWrongTime ? ErrorCode.INVALID_TIMESTAMP : ErrorCode.INVALID_RECORD, `${errorCount} of the records for ${rules.directory}: ${told}`, errors, told);
}

function wrongTime(record: DecodedRecord, rules: Rules): string | undefined {
  const { timestamp, offset } = record;
  if (rules.keepsCreateTime && timestamp !== noTimestamp) {
    if (timestamp >= rules.earliest && timestamp <= rules.latest) return undefined;
    return `Timestamp ${timestamp} of message with offset ${offset} is out of range. The timestamp should be within [${rules.earliest}, ${rules.latest}]`;
  }
  if (!rules.saysAppendTime) return undefined;
  const shown = `${rules.isPartial ? 'Partial' : ''}DefaultRecord(offset=${offset}, timestamp=${timestamp}, key=${record.key?.length ?? 0} bytes, value=${record.value?.length ?? 0} bytes)`;
  return `Invalid timestamp type in message ${shown}. Producer should not set timestamp type to LogAppendTime.`;
}

/** Kafka counts all and shows three. */
function wordsFor(errors: readonly RecordError[], errorCount: number): string {
  const shown = errors.slice(0, 3).map(({ batchIndex, message }) => `RecordError(batchIndex=${batchIndex}, message='${message}')`);
  return `One or more records have been rejected due to ${errorCount} record errors in total, and only showing the first three errors at most: [${shown.join(', ')}]`;
}

/** A setting of 2^63 - 1 was rounded when it became a number. */
function longOf(value: number): bigint {
  return value >= Number.MAX_SAFE_INTEGER ? 2n ** 63n - 1n : BigInt(value);
}

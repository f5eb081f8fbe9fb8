/**
 * The header of a record batch of magic 2, read and changed in place: a batch is stored, replicated and served as the bytes that the
 * producer sent, and only the base offset and the leader epoch, which lie outside the checksum, are assigned by the broker.
 * Kafka's class: `DefaultRecordBatch`. Old batch formats (magic 0 and 1) are recognised and refused, as Kafka 4 does.
 */
import { crc32c } from '#engine/protocol/crc32c.ts';

const baseOffsetAt = 0;
const lengthAt = 8;
const leaderEpochAt = 12;
const magicAt = 16;
const crcAt = 17;
const attributesAt = 21;
const lastOffsetDeltaAt = 23;
const baseTimestampAt = 27;
const maxTimestampAt = 35;
const producerIdAt = 43;
const producerEpochAt = 51;
const baseSequenceAt = 53;
const recordCountAt = 57;
/** Where the records begin. */
export const batchHeaderSizeBytes = 61;
/** Base offset and length, which the length does not count. */
export const batchPrefixSizeBytes = 12;
export const currentMagic = 2;

const compressionMask = 7;
const timestampTypeMask = 8;
const transactionalMask = 16;
const controlMask = 32;
const deleteHorizonMask = 64;

export type CompressionType = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
/** By the number that the attributes carry. */
export const compressionTypes: readonly CompressionType[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
export type TimestampType = 'CreateTime' | 'LogAppendTime';

/** Producer id, epoch and sequence of a batch that was not sent by an idempotent producer. */
export const noProducerId = -1n;
export const noProducerEpoch = -1;
export const noSequence = -1;
export const noTimestamp = -1n;

function getInt16(bytes: Uint8Array, at: number): number {
  return ((bytes[at]! << 24) >> 16) | bytes[at + 1]!;
}
function getInt32(bytes: Uint8Array, at: number): number {
  return (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
}
function getInt64(bytes: Uint8Array, at: number): bigint {
  const high = getInt32(bytes, at);
  const low = getInt32(bytes, at + 4) >>> 0;
  // Most offsets and all times fit in 53 bits, where numbers are cheaper than arithmetic on bigints.
  if (high >= -0x200000 && high < 0x200000) return BigInt(high * 0x1_0000_0000 + low);
  return (BigInt(high) << 32n) | BigInt(low);
}
function setInt32(bytes: Uint8Array, at: number, value: number): void {
  bytes[at] = value >>> 24;
  bytes[at + 1] = value >>> 16;
  bytes[at + 2] = value >>> 8;
  bytes[at + 3] = value;
}
function setInt64(bytes: Uint8Array, at: number, value: bigint): void {
  setInt32(bytes, at, Number(BigInt.asIntN(32, value >> 32n)));
  setInt32(bytes, at + 4, Number(BigInt.asIntN(32, value)));
}

// Reading. `at` is where the batch begins.

export function baseOffset(bytes: Uint8Array, at: number): bigint {
  return getInt64(bytes, at + baseOffsetAt);
}
/** Size of the whole batch, with the twelve bytes that its own length does not count. */
export function batchSizeBytes(bytes: Uint8Array, at: number): number {
  return batchPrefixSizeBytes + getInt32(bytes, at + lengthAt);
}
export function leaderEpoch(bytes: Uint8Array, at: number): number {
  return getInt32(bytes, at + leaderEpochAt);
}
export function magic(bytes: Uint8Array, at: number): number {
  return (bytes[at + magicAt]! << 24) >> 24;
}
export function crc(bytes: Uint8Array, at: number): number {
  return getInt32(bytes, at + crcAt) >>> 0;
}
export function attributes(bytes: Uint8Array, at: number): number {
  return getInt16(bytes, at + attributesAt);
}
export function lastOffsetDelta(bytes: Uint8Array, at: number): number {
  return getInt32(bytes, at + lastOffsetDeltaAt);
}
export function lastOffset(bytes: Uint8Array, at: number): bigint {
  return baseOffset(bytes, at) + BigInt(lastOffsetDelta(bytes, at));
}
/** With a delete horizon this is the horizon, not a time of a record. */
export function baseTimestamp(bytes: Uint8Array, at: number): bigint {
  return getInt64(bytes, at + baseTimestampAt);
}
export function maxTimestamp(bytes: Uint8Array, at: number): bigint {
  return getInt64(bytes, at + maxTimestampAt);
}
export function producerId(bytes: Uint8Array, at: number): bigint {
  return getInt64(bytes, at + producerIdAt);
}
export function producerEpoch(bytes: Uint8Array, at: number): number {
  return getInt16(bytes, at + producerEpochAt);
}
export function baseSequence(bytes: Uint8Array, at: number): number {
  return getInt32(bytes, at + baseSequenceAt);
}
export function recordCount(bytes: Uint8Array, at: number): number {
  return getInt32(bytes, at + recordCountAt);
}
/** Undefined for a number that Kafka gives to no compression. */
export function compressionType(bytes: Uint8Array, at: number): CompressionType | undefined {
  return compressionTypes[bytes[at + attributesAt + 1]! & compressionMask];
}
export function timestampType(bytes: Uint8Array, at: number): TimestampType {
  return bytes[at + attributesAt + 1]! & timestampTypeMask ? 'LogAppendTime' : 'CreateTime';
}
export function isTransactional(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + attributesAt + 1]! & transactionalMask) !== 0;
}
/** A control batch holds markers (of a transaction, of a leader change) that consumers do not see. */
export function isControl(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + attributesAt + 1]! & controlMask) !== 0;
}
/** KIP-534: the base timestamp says from when tombstones of this batch may go. */
export function hasDeleteHorizon(bytes: Uint8Array, at: number): boolean {
  return (bytes[at + attributesAt + 1]! & deleteHorizonMask) !== 0;
}
export function hasProducerId(bytes: Uint8Array, at: number): boolean {
  return getInt32(bytes, at + producerIdAt) >= 0;
}
/** The sequence after the last one of the batch is 0 when the last one is the greatest 32-bit number. */
export function lastSequence(bytes: Uint8Array, at: number): number {
  const first = baseSequence(bytes, at);
  return first === noSequence ? noSequence : incrementSequence(first, lastOffsetDelta(bytes, at));
}
export function incrementSequence(sequence: number, by: number): number {
  const toEnd = 0x7fffffff - sequence;
  return by > toEnd ? by - toEnd - 1 : sequence + by;
}

// Changing in place.

export function setBaseOffset(bytes: Uint8Array, at: number, offset: bigint): void {
  setInt64(bytes, at + baseOffsetAt, offset);
}
export function setLeaderEpoch(bytes: Uint8Array, at: number, epoch: number): void {
  setInt32(bytes, at + leaderEpochAt, epoch);
}
/** Both lie under the checksum, which is computed anew. */
export function setMaxTimestampAndType(bytes: Uint8Array, at: number, timestamp: bigint, type: TimestampType): void {
  const low = bytes[at + attributesAt + 1]!;
  bytes[at + attributesAt + 1] = type === 'LogAppendTime' ? low | timestampTypeMask : low & ~timestampTypeMask;
  setInt64(bytes, at + maxTimestampAt, timestamp);
  setInt32(bytes, at + crcAt, computeCrc(bytes, at));
}

/** The checksum covers everything behind itself, from the attributes on. */
export function computeCrc(bytes: Uint8Array, at: number): number {
  return crc32c(bytes, at + attributesAt, at + batchSizeBytes(bytes, at));
}

// Walking and checking.

/**
 * Calls back for each whole batch of the bytes, in order, and answers where it stopped: at the end, or where bytes begin that hold
 * no whole batch. Sizes are checked, contents are not.
 */
export function forEachBatch(bytes: Uint8Array, visit: (bytes: Uint8Array, at: number, sizeBytes: number) => void): number {
  let at = 0;
  while (at + batchHeaderSizeBytes <= bytes.length) {
    const sizeBytes = batchSizeBytes(bytes, at);
    if (sizeBytes < batchHeaderSizeBytes || sizeBytes > bytes.length - at) break;
    visit(bytes, at, sizeBytes);
    at += sizeBytes;
  }
  return at;
}

/** 'size' and 'crc' and 'counts' are corruption; 'magic' is a format that Kafka 4 does not take. */
export interface BatchProblem {
  kind: 'size' | 'magic' | 'crc' | 'counts' | 'compression';
  message: string;
}

/**
 * What is wrong with the batch at `at`; undefined when its header is sound and its checksum right. The records are not opened.
 * `isSummed`: the checksum of these very bytes was found right before.
 */
export function validateBatch(bytes: Uint8Array, at: number, isSummed = false): BatchProblem | undefined {
  const available = bytes.length - at;
  if (available < batchHeaderSizeBytes) {
    // An old format's header is shorter: its magic lies at the same place and is the more useful thing to say.
    if (available > magicAt && magic(bytes, at) < currentMagic) return wrongMagic(bytes, at);
    return { kind: 'size', message: `${available} bytes are fewer than the ${batchHeaderSizeBytes} of a batch's header` };
  }
  if (magic(bytes, at) !== currentMagic) return wrongMagic(bytes, at);
  const sizeBytes = batchSizeBytes(bytes, at);
  if (sizeBytes < batchHeaderSizeBytes || sizeBytes > available) {
    return { kind: 'size', message: `a batch of ${sizeBytes} bytes is announced, ${available} are there` };
  }
  const stored = crc(bytes, at);
  const computed = isSummed ? stored : computeCrc(bytes, at);
  if (stored !== computed) return { kind: 'crc', message: `the batch carries CRC ${stored}, its bytes have ${computed}` };
  if (compressionType(bytes, at) === undefined) {
    return { kind: 'compression', message: `there is no compression type ${bytes[at + attributesAt + 1]! & compressionMask}` };
  }
  return wrongCounts(bytes, at);
}

function wrongMagic(bytes: Uint8Array, at: number): BatchProblem {
  return { kind: 'magic', message: `magic ${magic(bytes, at)} is not ${currentMagic}` };
}

function wrongCounts(bytes: Uint8Array, at: number): BatchProblem | undefined {
  const count = recordCount(bytes, at);
  const delta = lastOffsetDelta(bytes, at);
  if (count < 0) return { kind: 'counts', message: `the batch says that it holds ${count} records` };
  if (delta < 0) return { kind: 'counts', message: `last offset delta ${delta} is negative` };
  return undefined;
}

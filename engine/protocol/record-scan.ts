/**
 * Walks over the records of a batch without taking them out: are they what the header says, how new is the newest, how old the
 * oldest, has each a key, are they numbered one by one? Kafka: LogValidator.validateRecord, DefaultRecord.readFrom, PartialDefaultRecord.
 *
 * This is on the way of every produced batch, so it makes no object a record. What is found malformed here is what
 * `decodeRecords` would throw at; a log must hold none of it, for everyone who reads the log would stumble.
 */
import { noTimestamp } from '#engine/protocol/batch-header.ts';

export type RecordScan = { problem: string } | { problem: undefined; newest: bigint; oldest: bigint; hasNullKey: boolean; isNumbered: boolean };

/** Zigzag varints up to so many bytes are exact as numbers. */
const exactVarintBytes = 7;
/** 32 and 64 bits, seven a byte. */
const varintBytes = 5;
const varlongBytes = 10;

/** `count` records from byte `from` up to `to`, not compressed (any more); their times are counted from `base`. */
export function scanRecords(bytes: Uint8Array, from: number, to: number, count: number, base: bigint): RecordScan {
  const scan: Scan = { bytes, end: to, position: from, value: 0, newest: -Infinity, oldest: Infinity, hasNullKey: false, next: 0, isNumbered: true };
  for (let index = 0; index < count; index++) {
    if (!scanRecord(scan)) return { problem: `record ${index} of ${count} is malformed near byte ${scan.position - from}` };
  }
  if (scan.position !== to) return { problem: `${to - scan.position} bytes are left over behind ${count} records` };
  if (count === 0) return { problem: undefined, newest: noTimestamp, oldest: noTimestamp, hasNullKey: false, isNumbered: true };
  return { problem: undefined, newest: base + BigInt(scan.newest), oldest: base + BigInt(scan.oldest), hasNullKey: scan.hasNullKey, isNumbered: scan.isNumbered };
}

interface Scan {
  readonly bytes: Uint8Array;
  readonly end: number;
  position: number;
  /** The last varint read. */
  value: number;
  /** The largest and the smallest distance from the batch's base timestamp. */
  newest: number;
  oldest: number;
  hasNullKey: boolean;
  /** The offset that the next record should have, counted from the batch's, and whether all so far had it. */
  next: number;
  isNumbered: boolean;
}

function scanRecord(scan: Scan): boolean {
  if (!readVarint(scan) || scan.value < 0) return false;
  const end = scan.position + scan.value;
  if (end > scan.end) return false;
  scan.position += 1;
  if (!readVarint(scan, varlongBytes)) return false;
  if (scan.value > scan.newest) scan.newest = scan.value;
  if (scan.value < scan.oldest) scan.oldest = scan.value;
  if (!readVarint(scan)) return false;
  if (scan.value !== scan.next++) scan.isNumbered = false;
  if (!skipBytes(scan, true)) return false;
  if (scan.value < 0) scan.hasNullKey = true;
  if (!skipBytes(scan, true)) return false;
  if (!readVarint(scan) || scan.value < 0) return false;
  for (let headers = scan.value; headers > 0; headers--) if (!skipBytes(scan, false) || !skipBytes(scan, true)) return false;
  return scan.position === end;
}

function skipBytes(scan: Scan, canBeNull: boolean): boolean {
  if (!readVarint(scan)) return false;
  if (scan.value < 0) return canBeNull;
  scan.position += scan.value;
  return scan.position <= scan.end;
}

function readVarint(scan: Scan, bytesMax = varintBytes): boolean {
  let raw = 0;
  let scale = 1;
  for (let length = 1; length <= bytesMax; length++) {
    if (scan.position >= scan.end) return false;
    const byte = scan.bytes[scan.position++]!;
    raw += (byte & 0x7f) * scale;
    if (byte < 0x80) {
      if (bytesMax === varintBytes && raw >= 2 ** 32) return false;
      if (length === varlongBytes && byte > 1) return false;
      scan.value = length <= exactVarintBytes ? zigzag(raw) : longZigzag(scan, length);
      return true;
    }
    scale *= 128;
  }
  return false;
}

function zigzag(raw: number): number {
  return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2;
}

/** A distance in time that needs more than 49 bits; beyond 2^53 ms, a quarter of a million years, it is rounded. */
function longZigzag(scan: Scan, length: number): number {
  let raw = 0n;
  for (let index = length - 1; index >= 0; index--) raw = (raw << 7n) | BigInt(scan.bytes[scan.position - length + index]! & 0x7f);
  raw = BigInt.asUintN(64, raw);
  return Number(raw & 1n ? -(raw >> 1n) - 1n : raw >> 1n);
}

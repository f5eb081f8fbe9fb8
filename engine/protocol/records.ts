/**
 * The records inside a batch: encoded for those who produce, and opened for the few who must look inside (compaction, the inspector,
 * the coordinators when they load). Kafka's classes: `MemoryRecordsBuilder`, `DefaultRecord`.
 *
 * Batches are written uncompressed, and a compressed one opens, unless the caller brings what compresses or decompresses.
 */
import { ByteReader } from '#engine/protocol/byte-reader.ts';
import { ByteWriter } from '#engine/protocol/byte-writer.ts';
import { ProtocolError, within } from '#engine/protocol/protocol-error.ts';
import { encodeUtf8 } from '#engine/protocol/utf8.ts';
import { crc32c } from '#engine/protocol/crc32c.ts';
import {
  attributes, baseOffset, baseTimestamp, batchHeaderSizeBytes, batchPrefixSizeBytes, batchSizeBytes, compressionType, compressionTypes, currentMagic, maxTimestamp,
  noProducerEpoch, noProducerId, noSequence, noTimestamp, recordCount, timestampType,
  type CompressionType,
} from '#engine/protocol/batch-header.ts';

export interface RecordHeader {
  key: string;
  value: Uint8Array | null;
}

export interface RecordToEncode {
  timestamp: bigint;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers?: readonly RecordHeader[];
  /** Distance from the base offset, for a batch with gaps; without it the record's index. */
  offsetDelta?: number;
}

export interface BatchToEncode {
  records: readonly RecordToEncode[];
  /** 0 in a batch that a producer sends: the broker assigns it. */
  baseOffset?: bigint;
  /** -1 in a batch that a producer sends. */
  leaderEpoch?: number;
  producerId?: bigint;
  producerEpoch?: number;
  baseSequence?: number;
  isTransactional?: boolean;
  isControl?: boolean;
  timestampType?: 'CreateTime' | 'LogAppendTime';
  // What only a batch that was written before and is written again brings (compaction).
  /** Where the batch ended when it still held all its records; else its last record's distance. */
  lastOffsetDelta?: number;
  /** Else the largest timestamp of the records. */
  maxTimestamp?: bigint;
  /** KIP-534: from when its tombstones may go; it takes the place of the base timestamp. */
  deleteHorizonMs?: bigint;
  compression?: { type: Exclude<CompressionType, 'none'>; compress: (bytes: Uint8Array) => Uint8Array };
}

export interface DecodedRecord {
  offset: bigint;
  timestamp: bigint;
  key: Uint8Array | null;
  value: Uint8Array | null;
  headers: RecordHeader[];
}

/** Opens compressed bytes. */
export type Decompress = (type: Exclude<CompressionType, 'none'>, bytes: Uint8Array) => Uint8Array;

const crcFieldEnd = 21;

/** A batch of magic 2 with its checksum. It may be empty only when it says where it ends. */
export function encodeBatch(batch: BatchToEncode): Uint8Array {
  const { records } = batch;
  if (records.length === 0 && batch.lastOffsetDelta === undefined) throw new ProtocolError('a batch needs at least one record');
  const base = batch.deleteHorizonMs ?? records[0]?.timestamp ?? noTimestamp;
  const writer = new ByteWriter(batchHeaderSizeBytes + sizeEstimate(records));
  writeHeader(writer, batch, base);
  if (batch.compression === undefined || records.length === 0) writeRecords(writer, records, base);
  else writer.copy(batch.compression.compress(recordsAlone(records, base)));
  const bytes = writer.toBytes();
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  view.setInt32(8, bytes.length - batchPrefixSizeBytes);
  view.setUint32(17, crc32c(bytes, crcFieldEnd, bytes.length));
  return bytes;
}

function recordsAlone(records: readonly RecordToEncode[], base: bigint): Uint8Array {
  const writer = new ByteWriter(sizeEstimate(records));
  writeRecords(writer, records, base);
  return writer.toBytes();
}

function writeRecords(writer: ByteWriter, records: readonly RecordToEncode[], base: bigint): void {
  for (const [index, record] of records.entries()) writeRecord(writer, record, record.offsetDelta ?? index, record.timestamp - base);
}

function writeHeader(writer: ByteWriter, batch: BatchToEncode, base: bigint): void {
  const { records } = batch;
  writer.int64(batch.baseOffset ?? 0n);
  writer.int32(0);
  writer.int32(batch.leaderEpoch ?? -1);
  writer.int8(currentMagic);
  writer.int32(0);
  writer.int16(attributesOf(batch));
  writer.int32(batch.lastOffsetDelta ?? records.at(-1)!.offsetDelta ?? records.length - 1);
  writer.int64(base);
  writer.int64(batch.maxTimestamp ?? latestTimestamp(records));
  writer.int64(batch.producerId ?? noProducerId);
  writer.int16(batch.producerEpoch ?? noProducerEpoch);
  writer.int32(batch.baseSequence ?? noSequence);
  writer.int32(records.length);
}

function attributesOf(batch: BatchToEncode): number {
  const compression = batch.records.length === 0 ? 0 : compressionTypes.indexOf(batch.compression?.type ?? 'none');
  return compression | (batch.timestampType === 'LogAppendTime' ? 8 : 0) | (batch.isTransactional ? 16 : 0) | (batch.isControl ? 32 : 0) | (batch.deleteHorizonMs === undefined ? 0 : 64);
}

function latestTimestamp(records: readonly RecordToEncode[]): bigint {
  let latest = noTimestamp;
  for (const record of records) if (record.timestamp > latest) latest = record.timestamp;
  return latest;
}

function writeRecord(writer: ByteWriter, record: RecordToEncode, offsetDelta: number, timestampDelta: bigint): void {
  const headers = encodeHeaders(record.headers);
  const keySize = record.key === null ? 0 : record.key.length;
  const valueSize = record.value === null ? 0 : record.value.length;
  writer.varint(
    1 + varlongSize(timestampDelta) + varintSize(offsetDelta) + varintSize(record.key === null ? -1 : keySize) + keySize +
      varintSize(record.value === null ? -1 : valueSize) + valueSize + headers.length,
  );
  writer.int8(0);
  writer.varlong(timestampDelta);
  writer.varint(offsetDelta);
  writeVarBytes(writer, record.key);
  writeVarBytes(writer, record.value);
  writer.copy(headers);
}

const noHeaders = Uint8Array.of(0);

function encodeHeaders(headers: readonly RecordHeader[] | undefined): Uint8Array {
  if (headers === undefined || headers.length === 0) return noHeaders;
  const writer = new ByteWriter();
  writer.varint(headers.length);
  for (const header of headers) {
    writeVarBytes(writer, encodeUtf8(header.key));
    writeVarBytes(writer, header.value);
  }
  return writer.toBytes();
}

function writeVarBytes(writer: ByteWriter, bytes: Uint8Array | null): void {
  writer.varint(bytes === null ? -1 : bytes.length);
  if (bytes !== null) writer.copy(bytes);
}

function varintSize(value: number): number {
  const raw = ((value << 1) ^ (value >> 31)) >>> 0;
  return raw < 0x80 ? 1 : raw < 0x4000 ? 2 : raw < 0x20_0000 ? 3 : raw < 0x1000_0000 ? 4 : 5;
}

function varlongSize(value: bigint): number {
  let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
  let size = 1;
  for (; rest > 127n; rest >>= 7n) size++;
  return size;
}

/** Enough for keys and values and the usual lengths before them; headers may make the buffer grow. */
function sizeEstimate(records: readonly RecordToEncode[]): number {
  let sizeBytes = 0;
  for (const record of records) sizeBytes += 24 + (record.key?.length ?? 0) + (record.value?.length ?? 0);
  return sizeBytes;
}

/** The records of the batch at `at`, in order; keys and values are slices. Throws ProtocolError when they are malformed. */
export function* decodeRecords(bytes: Uint8Array, at: number, decompress?: Decompress): Generator<DecodedRecord, void, undefined> {
  const base = baseOffset(bytes, at);
  const firstTimestamp = baseTimestamp(bytes, at);
  const appendTime = timestampType(bytes, at) === 'LogAppendTime' ? maxTimestamp(bytes, at) : undefined;
  const count = recordCount(bytes, at);
  const reader = recordsReader(bytes, at, decompress);
  for (let index = 0; index < count; index++) {
    let record: DecodedRecord;
    try {
      record = readRecord(reader, base, firstTimestamp);
    } catch (error) {
      throw within(error, `records[${index}]`);
    }
    if (appendTime !== undefined) record.timestamp = appendTime;
    yield record;
  }
  if (reader.remaining() > 0) throw new ProtocolError(`${reader.remaining()} bytes left over behind ${count} records`, reader.position);
}

function recordsReader(bytes: Uint8Array, at: number, decompress: Decompress | undefined): ByteReader {
  const start = at + batchHeaderSizeBytes;
  const end = at + batchSizeBytes(bytes, at);
  if (end < start || end > bytes.length) throw new ProtocolError(`a batch of ${end - at} bytes is announced, ${bytes.length - at} are there`, at);
  const type = compressionType(bytes, at);
  if (type === 'none') return new ByteReader(bytes, start, end);
  if (type === undefined) throw new ProtocolError(`there is no compression type ${attributes(bytes, at) & 7}`, at);
  if (decompress === undefined) throw new ProtocolError(`the batch is compressed (${type}) and nothing was given to open it`, at);
  return new ByteReader(decompress(type, bytes.subarray(start, end)));
}

function readRecord(reader: ByteReader, base: bigint, firstTimestamp: bigint): DecodedRecord {
  const sizeBytes = reader.varint();
  const start = reader.position;
  if (sizeBytes < 0 || sizeBytes > reader.remaining()) throw new ProtocolError(`a record of ${sizeBytes} bytes announced, ${reader.remaining()} left`, start);
  reader.int8();
  const timestamp = firstTimestamp + reader.varlong();
  const offset = base + BigInt(reader.varint());
  const key = readVarBytes(reader);
  const value = readVarBytes(reader);
  const headers = readHeaders(reader);
  const taken = reader.position - start;
  if (taken !== sizeBytes) throw new ProtocolError(`a record of ${sizeBytes} bytes announced, ${taken} bytes long`, start);
  return { offset, timestamp, key, value, headers };
}

function readHeaders(reader: ByteReader): RecordHeader[] {
  const start = reader.position;
  const count = reader.varint();
  if (count < 0) throw new ProtocolError(`${count} headers announced`, start);
  reader.claimElements(count, 2, start);
  const headers: RecordHeader[] = [];
  while (headers.length < count) {
    const keySize = reader.varint();
    if (keySize < 0) throw new ProtocolError('a header without a key', reader.position);
    headers.push({ key: reader.text(keySize), value: readVarBytes(reader) });
  }
  return headers;
}

/** Any negative length is null, as Kafka reads it. */
function readVarBytes(reader: ByteReader): Uint8Array | null {
  const sizeBytes = reader.varint();
  return sizeBytes < 0 ? null : reader.slice(sizeBytes);
}

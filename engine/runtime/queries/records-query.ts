/** The log microscope: batches of one replica's log with their headers, raw bytes and decoded records; also of the metadata log. */
import type { Query } from '#engine/contract/envelope.ts';
import type { LogState } from '#engine/core/log/log.ts';
import { readLog } from '#engine/core/log/log.ts';
import { decodeMetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { metadataTopic } from '#engine/core/controller/quorum/quorum-state.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import * as batch from '#engine/protocol/record-batch.ts';
import { CompressionError } from '#engine/ports/compression.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { QueryError } from '#engine/runtime/queries/query-error.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';

export interface RecordsAnswer {
  logStartOffset: bigint;
  highWatermark: bigint;
  logEndOffset: bigint;
  segments: { baseOffset: bigint; path: string; sizeBytes: number }[];
  batches: BatchDetail[];
  /** There is more behind the last batch. */
  truncated: boolean;
}

export interface BatchDetail {
  baseOffset: bigint;
  lastOffset: bigint;
  sizeBytes: number;
  leaderEpoch: number;
  magic: number;
  crc: number;
  crcValid: boolean;
  attributes: number;
  compression: string;
  timestampType: string;
  isTransactional: boolean;
  isControl: boolean;
  baseTimestamp: bigint;
  maxTimestamp: bigint;
  producerId: bigint;
  producerEpoch: number;
  baseSequence: number;
  recordCount: number;
  /** Base64, at most `rawBytesMax` of them. */
  raw: string;
  records: RecordDetail[];
  /** Why the records are not shown; null when they are. */
  unreadable: string | null;
}

export interface RecordDetail {
  offset: bigint;
  timestamp: bigint;
  /** Base64. */
  key: string | null;
  value: string | null;
  valueBytes: number;
  headers: { key: string; value: string | null }[];
  /** Of the metadata log: the record as Kafka names it. */
  decoded: unknown;
}

const readBytesMax = 4 * 1024 * 1024;
const rawBytesMax = 16 * 1024;
const fieldBytesMax = 4096;

export function recordsOf(source: ViewSource, query: Extract<Query, { kind: 'records' }>): RecordsAnswer {
  const { broker, topic, partition } = query;
  const isMetadata = topic === metadataTopic && partition === 0;
  const { log, highWatermark } = logOf(source, broker, topic, partition, isMetadata);
  const disk = source.world.disks.get(broker)?.inner;
  if (disk === undefined) throw new QueryError(`there is no broker ${broker}`);
  const fromOffset = clamp(BigInt(query.fromOffset), log.logStartOffset, log.logEndOffset);
  const runs = readLog(disk, log, fromOffset, readBytesMax, log.logEndOffset, true).batches;
  const batches: BatchDetail[] = [];
  let left = query.limit;
  let reached = fromOffset;
  for (const run of runs) {
    batch.forEachBatch(run, (bytes, at) => {
      if (left <= 0) return;
      const detail = batchDetail(bytes, at, fromOffset, left, isMetadata);
      left -= Math.max(1, detail.records.length);
      // The limit may end inside a batch.
      reached = left <= 0 && detail.unreadable === null ? (detail.records.at(-1)?.offset ?? detail.lastOffset) + 1n : detail.lastOffset + 1n;
      batches.push(detail);
    });
  }
  return {
    logStartOffset: log.logStartOffset,
    highWatermark,
    logEndOffset: log.logEndOffset,
    segments: log.segments.map(({ baseOffset, path, sizeBytes }) => ({ baseOffset, path, sizeBytes })),
    batches,
    truncated: reached < log.logEndOffset,
  };
}

function logOf(source: ViewSource, broker: number, topic: string, partition: number, isMetadata: boolean): { log: LogState; highWatermark: bigint } {
  const view = isMetadata ? source.replicas.metadataLogOf(broker) : source.replicas.logOf(broker, `${topic}-${partition}`);
  if (view === undefined) throw new QueryError(`broker ${broker} has no replica of ${topic}-${partition}`);
  return 'log' in view ? view : { log: view, highWatermark: view.highWatermark };
}

function batchDetail(bytes: Uint8Array, at: number, fromOffset: bigint, limit: number, isMetadata: boolean): BatchDetail {
  const sizeBytes = batch.batchSizeBytes(bytes, at);
  const { records, unreadable } = recordDetails(bytes, at, fromOffset, limit, isMetadata && !batch.isControl(bytes, at));
  return {
    baseOffset: batch.baseOffset(bytes, at),
    lastOffset: batch.lastOffset(bytes, at),
    sizeBytes,
    leaderEpoch: batch.leaderEpoch(bytes, at),
    magic: batch.magic(bytes, at),
    crc: batch.crc(bytes, at),
    crcValid: batch.validateBatch(bytes, at) === undefined,
    attributes: batch.attributes(bytes, at),
    compression: batch.compressionType(bytes, at) ?? 'unknown',
    timestampType: batch.timestampType(bytes, at),
    isTransactional: batch.isTransactional(bytes, at),
    isControl: batch.isControl(bytes, at),
    baseTimestamp: batch.baseTimestamp(bytes, at),
    maxTimestamp: batch.maxTimestamp(bytes, at),
    producerId: batch.producerId(bytes, at),
    producerEpoch: batch.producerEpoch(bytes, at),
    baseSequence: batch.baseSequence(bytes, at),
    recordCount: batch.recordCount(bytes, at),
    raw: base64(bytes.subarray(at, at + Math.min(sizeBytes, rawBytesMax))),
    records,
    unreadable,
  };
}

function recordDetails(bytes: Uint8Array, at: number, fromOffset: bigint, limit: number, decode: boolean): Pick<BatchDetail, 'records' | 'unreadable'> {
  const records: RecordDetail[] = [];
  try {
    for (const { offset, timestamp, key, value, headers } of batch.decodeRecords(bytes, at, nodeCompression.decompress)) {
      if (offset < fromOffset) continue;
      if (records.length === limit) break;
      records.push({
        offset,
        timestamp,
        key: field(key),
        value: field(value),
        valueBytes: value?.length ?? -1,
        headers: headers.map((header) => ({ key: header.key, value: field(header.value) })),
        decoded: decode && value !== null ? decodeMetadataRecord(value) : null,
      });
    }
    return { records, unreadable: null };
  } catch (error) {
    if (!(error instanceof ProtocolError || error instanceof CompressionError)) throw error;
    return { records, unreadable: error.message };
  }
}

function field(bytes: Uint8Array | null): string | null {
  return bytes === null ? null : base64(bytes.subarray(0, fieldBytesMax));
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function clamp(offset: bigint, least: bigint, most: bigint): bigint {
  return offset < least ? least : offset > most ? most : offset;
}

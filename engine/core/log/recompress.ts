/**
 * A batch written anew in the compression that its topic asks for. Kafka: BrokerCompressionType.targetCompression,
 * LogValidator.buildRecordsAndAssignOffsets.
 *
 * The topic decides by type alone: a batch of the right type passes through, whatever its level. The new batch keeps records, producer,
 * epoch and sequence; its records are numbered without gaps.
 */
import type { Compression } from '#engine/ports/compression.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import {
  baseSequence, compressionType, decodeRecords, encodeBatch, isTransactional, noTimestamp, producerEpoch, producerId,
  type BatchToEncode, type CompressionType,
} from '#engine/protocol/record-batch.ts';
import { LogError } from '#engine/core/log/log-error.ts';
import type { LogSettings } from '#engine/core/log/log-state.ts';

/** Undefined when the batch may stay as it came. */
export function compressionToBe(run: Uint8Array, at: number, settings: LogSettings): CompressionType | undefined {
  const wanted = settings['compression.type'];
  if (wanted === 'producer') return undefined;
  const target = wanted === 'uncompressed' ? 'none' : wanted;
  return target === compressionType(run, at) ? undefined : target;
}

/** `opened`: what the batch opened to, when it was compressed. */
export function recompressed(run: Uint8Array, at: number, target: CompressionType, opened: Uint8Array, { settings, compression, directory }: { settings: LogSettings; compression: Compression; directory: string }): Uint8Array {
  const records = [...decodeRecords(run, at, () => opened)].map(({ timestamp, key, value, headers }) => ({ timestamp, key, value, headers }));
  // A batch that passes through may carry such a time; Kafka's builder of batches refuses it.
  if (records.some(({ timestamp }) => timestamp < noTimestamp)) throw new LogError(ErrorCode.UNKNOWN_SERVER_ERROR, `a record for ${directory} has a negative timestamp and cannot be compressed anew`);
  const batch: BatchToEncode = {
    records,
    producerId: producerId(run, at),
    producerEpoch: producerEpoch(run, at),
    baseSequence: baseSequence(run, at),
    isTransactional: isTransactional(run, at),
  };
  if (target !== 'none') batch.compression = { type: target, compress: (bytes) => compression.compress(target, bytes, levelOf(target, settings)) };
  return encodeBatch(batch);
}

/** snappy has no levels, and lz4 has one way here. */
function levelOf(target: CompressionType, settings: LogSettings): number | undefined {
  if (target === 'gzip') return settings['compression.gzip.level'];
  return target === 'zstd' ? settings['compression.zstd.level'] : undefined;
}

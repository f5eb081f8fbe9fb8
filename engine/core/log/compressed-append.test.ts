import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { logSettings, startMs } from '#engine/core/log/log-fixture.ts';
import { recordsMax } from '#engine/core/log/judge-records.ts';
import { advanceLogStartOffset, appendAsLeader, LogError, offsetForTimestamp, offsetOfMaxTimestamp, openLog, readLog, setHighWatermark } from '#engine/core/log/log.ts';
import { openedBytesMax, type CompressionName } from '#engine/ports/compression.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import {
  baseOffset, batchHeaderSizeBytes, baseSequence, compressionType, computeCrc, decodeRecords, encodeBatch, lastOffset, maxTimestamp, producerEpoch, producerId, recordCount, timestampType, validateBatch,
  type BatchToEncode, type RecordToEncode,
} from '#engine/protocol/record-batch.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';

const types: CompressionName[] = ['gzip', 'snappy', 'lz4', 'zstd'];
const text = (value: string) => new TextEncoder().encode(value);

function records(count: number, key: string | null = 'k', timestampMs = startMs): RecordToEncode[] {
  return Array.from({ length: count }, (_, index) => ({ timestamp: BigInt(timestampMs + index), key: key === null ? null : text(key), value: text(`value ${index} ${'.'.repeat(100)}`) }));
}

function packed(type: CompressionName, batch: BatchToEncode, close = nodeCompression.compress): Uint8Array {
  return encodeBatch({ ...batch, compression: { type, compress: (bytes) => close(type, bytes) } });
}

function newLog(overrides: Record<string, string> = {}) {
  const disk = new MemoryDisk();
  const log = openLog(disk, 'orders-0', logSettings(overrides), startMs);
  const append = (run: Uint8Array) => appendAsLeader(disk, log, [run], 4, startMs, 'client', nodeCompression);
  const runs = () => readLog(disk, log, 0n, 1 << 26, log.logEndOffset, true).batches;
  return { disk, log, append, runs };
}

function refusalOf(action: () => unknown): LogError {
  try {
    action();
  } catch (error) {
    if (error instanceof LogError) return error;
    throw error;
  }
  throw new Error('nothing was refused');
}

function signed(run: Uint8Array): Uint8Array {
  new DataView(run.buffer, run.byteOffset).setUint32(17, computeCrc(run, 0));
  return run;
}

function bodyOf(run: Uint8Array): Uint8Array {
  return run.subarray(batchHeaderSizeBytes);
}

describe.each(types)('a batch in %s', (type) => {
  it('passes through as it came where the topic leaves it to producers, or asks for that type', () => {
    for (const wanted of ['producer', type]) {
      const { append, runs } = newLog({ 'compression.type': wanted });
      const sent = packed(type, { records: records(3) });
      const body = bodyOf(sent).slice();
      expect(append(sent)).toMatchObject({ firstOffset: 0n, lastOffset: 2n, recordCount: 3, maxTimestamp: BigInt(startMs + 2) });
      expect(Buffer.compare(bodyOf(runs()[0]!), body)).toBe(0);
      expect(validateBatch(runs()[0]!, 0)).toBeUndefined();
    }
  });

  it('is written anew where the topic asks for another type, with the same records, producer and sequence', () => {
    for (const wanted of ['uncompressed', ...types.filter((other) => other !== type)]) {
      const { append, runs } = newLog({ 'compression.type': wanted });
      append(packed(type, { records: records(2) }));
      const sent = packed(type, { records: records(3), producerId: 8n, producerEpoch: 1, baseSequence: 0 });
      expect(append(sent)).toMatchObject({ firstOffset: 2n, lastOffset: 4n, recordCount: 3 });
      const run = runs()[1]!;
      expect(compressionType(run, 0)).toBe(wanted === 'uncompressed' ? 'none' : wanted);
      expect([baseOffset(run, 0), lastOffset(run, 0), producerId(run, 0), producerEpoch(run, 0), baseSequence(run, 0)]).toEqual([2n, 4n, 8n, 1, 0]);
      expect(validateBatch(run, 0)).toBeUndefined();
      const found = [...decodeRecords(run, 0, nodeCompression.decompress)];
      expect(found.map(({ timestamp, key, value }) => ({ timestamp, key: Buffer.from(key!).toString(), value: Buffer.from(value!).toString() }))).toEqual(
        records(3).map(({ timestamp, key, value }) => ({ timestamp, key: Buffer.from(key!).toString(), value: Buffer.from(value!).toString() })),
      );
    }
  });

  it('is refused when its bytes cannot be opened, however right the checksum is', () => {
    const { log, append } = newLog();
    const run = packed(type, { records: records(3) });
    for (let at = batchHeaderSizeBytes; at < run.length; at++) run[at] = (run[at]! + 37) & 0xff;
    expect(refusalOf(() => append(signed(run))).code).toBe(ErrorCode.UNKNOWN_SERVER_ERROR);
    expect(log.logEndOffset).toBe(0n);
  });

  it('is refused when it holds more or fewer records than its header counts', () => {
    const { append } = newLog();
    for (const count of [2, 4]) {
      const run = packed(type, { records: records(3) });
      const view = new DataView(run.buffer);
      view.setInt32(23, count - 1);
      view.setInt32(57, count);
      expect(refusalOf(() => append(signed(run))).code).toBe(ErrorCode.INVALID_RECORD);
    }
  });

  it('is refused as too large when it opens to more than any batch may', () => {
    const zeros = nodeCompression.compress(type, new Uint8Array(openedBytesMax + 1));
    const { append } = newLog({ 'max.message.bytes': '100000000' });
    expect(refusalOf(() => append(packed(type, { records: records(1) }, () => zeros))).code).toBe(ErrorCode.MESSAGE_TOO_LARGE);
  });

  it('names its records without a key on a compacted topic', () => {
    const { append } = newLog({ 'cleanup.policy': 'compact' });
    const refusal = refusalOf(() => append(packed(type, { records: [...records(1), ...records(2, null)] })));
    const words = 'Compacted topic cannot accept message without key in topic partition orders-0';
    expect(refusal).toMatchObject({ code: ErrorCode.INVALID_RECORD, recordErrors: [{ batchIndex: 1, message: words }, { batchIndex: 2, message: words }] });
    expect(refusal.wireMessage).toBe(`One or more records have been rejected due to 2 record errors in total, and only showing the first three errors at most: [RecordError(batchIndex=1, message='${words}'), RecordError(batchIndex=2, message='${words}')]`);
  });

  it('names its records whose time is out of bounds, whatever its header says', () => {
    const { append } = newLog({ 'message.timestamp.before.max.ms': '1000', 'message.timestamp.after.max.ms': '1000' });
    const late = { ...records(1)[0]!, timestamp: BigInt(startMs + 1001) };
    const early = { ...records(1)[0]!, timestamp: BigInt(startMs - 1001) };
    const without = { ...records(1)[0]!, timestamp: -1n };
    const refusal = refusalOf(() => append(packed(type, { records: [...records(1), late, early, without], maxTimestamp: BigInt(startMs) })));
    expect(refusal).toMatchObject({ code: ErrorCode.INVALID_TIMESTAMP, wireMessage: 'One or more records have been rejected due to invalid timestamp' });
    expect(refusal.recordErrors.map(({ batchIndex }) => batchIndex)).toEqual([1, 2]);
    expect(append(packed(type, { records: [...records(1), without] })).recordCount).toBe(2);
  });

  it('gets the time of the append under LogAppendTime, and its records with it', () => {
    const { append, runs } = newLog({ 'message.timestamp.type': 'LogAppendTime' });
    const sent = packed(type, { records: records(2, 'k', 5) });
    const body = bodyOf(sent).slice();
    expect(append(sent)).toMatchObject({ logAppendTimeMs: BigInt(startMs), maxTimestamp: BigInt(startMs) });
    const run = runs()[0]!;
    expect(Buffer.compare(bodyOf(run), body)).toBe(0);
    expect([timestampType(run, 0), maxTimestamp(run, 0), validateBatch(run, 0)]).toEqual(['LogAppendTime', BigInt(startMs), undefined]);
    expect([...decodeRecords(run, 0, nodeCompression.decompress)].map(({ timestamp }) => timestamp)).toEqual([BigInt(startMs), BigInt(startMs)]);
  });

  it('gets its newest record\'s time into the header where that says another', () => {
    const { append, runs } = newLog();
    append(packed(type, { records: records(3), maxTimestamp: 1n }));
    expect(maxTimestamp(runs()[0]!, 0)).toBe(BigInt(startMs + 2));
    expect(validateBatch(runs()[0]!, 0)).toBeUndefined();
  });

  it('is looked into by lookups by time', () => {
    const { disk, log, append } = newLog();
    append(packed(type, { records: records(3) }));
    expect(offsetForTimestamp(disk, log, BigInt(startMs + 1), nodeCompression)).toEqual({ offset: 1n, timestamp: BigInt(startMs + 1), leaderEpoch: 4 });
    expect(offsetOfMaxTimestamp(disk, log, nodeCompression)).toEqual({ offset: 2n, timestamp: BigInt(startMs + 2), leaderEpoch: 4 });
  });
});

describe('a batch of very many records', () => {
  const many = (count: number) => packed('gzip', { records: Array.from({ length: count }, () => ({ timestamp: BigInt(startMs), key: null, value: null })) });

  it('is refused as too large beyond half a million, however small it came', () => {
    const { append } = newLog();
    const run = many(1);
    const view = new DataView(run.buffer);
    view.setInt32(23, recordsMax);
    view.setInt32(57, recordsMax + 1);
    expect(refusalOf(() => append(signed(run))).code).toBe(ErrorCode.MESSAGE_TOO_LARGE);
  });

  it('has ten thousand at most of its records named, and all of them counted', () => {
    const { append } = newLog({ 'cleanup.policy': 'compact' });
    const refusal = refusalOf(() => append(many(12_000)));
    expect(refusal.recordErrors).toHaveLength(10_000);
    expect(refusal.wireMessage).toContain('due to 12000 record errors in total');
  });
});

describe('compression by the broker', () => {
  it('compresses what producers send plain', () => {
    const { append, runs, log } = newLog({ 'compression.type': 'zstd' });
    const plain = encodeBatch({ records: records(50) });
    const { sizeBytes } = append(plain);
    expect(compressionType(runs()[0]!, 0)).toBe('zstd');
    expect(sizeBytes).toBe(log.sizeBytes);
    expect(sizeBytes).toBeLessThan(plain.length / 2);
  });

  it('measures max.message.bytes by what came and by what it makes of it', () => {
    const plain = newLog({ 'compression.type': 'gzip', 'max.message.bytes': '400' });
    expect(refusalOf(() => plain.append(encodeBatch({ records: records(10) }))).code).toBe(ErrorCode.MESSAGE_TOO_LARGE);
    const opened = newLog({ 'compression.type': 'uncompressed', 'max.message.bytes': '400' });
    const small = packed('gzip', { records: records(10) });
    expect(small.length).toBeLessThan(400);
    expect(refusalOf(() => opened.append(small)).code).toBe(ErrorCode.MESSAGE_TOO_LARGE);
    expect(opened.log.logEndOffset).toBe(0n);
  });

  it('obeys the level of the type', () => {
    const sizes = ['1', '9'].map((level) => {
      const { append } = newLog({ 'compression.type': 'gzip', 'compression.gzip.level': level });
      return append(encodeBatch({ records: Array.from({ length: 300 }, (_, index) => ({ timestamp: BigInt(startMs), key: null, value: text(`${(index * 7919) % 1009} and ${(index * 104_729) % 997}`) })) })).sizeBytes;
    });
    expect(sizes[0]).toBeGreaterThan(sizes[1]!);
  });

  it('fails as Kafka does on records that its builder of batches does not take', () => {
    const { append } = newLog({ 'compression.type': 'lz4' });
    expect(refusalOf(() => append(encodeBatch({ records: records(1).map((record) => ({ ...record, timestamp: -5n })) }))).code).toBe(ErrorCode.UNKNOWN_SERVER_ERROR);
  });
});

describe('offsets inside a batch that do not count up one by one', () => {
  const gapped = records(3).map((record, index) => ({ ...record, offsetDelta: index * 2 }));

  it('are numbered anew where the batch is compressed anew', () => {
    const { append, runs } = newLog({ 'compression.type': 'lz4' });
    append(packed('gzip', { records: gapped, lastOffsetDelta: 2 }));
    expect([...decodeRecords(runs()[0]!, 0, nodeCompression.decompress)].map(({ offset }) => offset)).toEqual([0n, 1n, 2n]);
  });

  it('are refused in a compressed batch and pass in one that is not, as in Kafka', () => {
    const { append } = newLog();
    expect(refusalOf(() => append(packed('gzip', { records: gapped, lastOffsetDelta: 2 }))).code).toBe(ErrorCode.UNKNOWN_SERVER_ERROR);
    expect(append(encodeBatch({ records: gapped, lastOffsetDelta: 2 })).recordCount).toBe(3);
  });
});

describe('damaged batches with right checksums', () => {
  it.each(['producer', 'uncompressed', 'lz4'])('are refused with an error of Kafka\'s, or whatever is appended can be read; compression.type=%s', (wanted) => {
    const outcomes = { refused: 0, appended: 0 };
    const whole = types.map((type) => packed(type, { records: records(4), producerId: 3n, producerEpoch: 0, baseSequence: 0 }));
    fc.assert(
      fc.property(fc.constantFrom(...whole), fc.array(fc.tuple(fc.nat(10_000), fc.nat(255)), { minLength: 1, maxLength: 3 }), (sent, changes) => {
        const run = sent.slice();
        for (const [place, byte] of changes) run[21 + (place % (run.length - 21))] = byte;
        const { append, runs } = newLog({ 'compression.type': wanted, 'message.timestamp.after.max.ms': '9223372036854775807' });
        try {
          append(signed(run));
        } catch (error) {
          if (!(error instanceof LogError)) throw error;
          outcomes.refused++;
          return;
        }
        outcomes.appended++;
        expect([...decodeRecords(runs()[0]!, 0, nodeCompression.decompress)].length).toBe(recordCount(runs()[0]!, 0));
      }),
      { seed: 5703, numRuns: 1500 },
    );
    expect(Math.min(outcomes.refused, outcomes.appended)).toBeGreaterThan(50);
  });
});

describe('LogAppendTime said by a client', () => {
  it('is refused where the topic itself keeps LogAppendTime', () => {
    const { append } = newLog({ 'message.timestamp.type': 'LogAppendTime' });
    const plain = refusalOf(() => append(encodeBatch({ records: records(1), timestampType: 'LogAppendTime' })));
    expect(plain).toMatchObject({ code: ErrorCode.INVALID_TIMESTAMP, recordErrors: [{ batchIndex: 0, message: `Invalid timestamp type in message DefaultRecord(offset=0, timestamp=${startMs}, key=1 bytes, value=108 bytes). Producer should not set timestamp type to LogAppendTime.` }] });
    const closed = refusalOf(() => append(packed('lz4', { records: records(1), timestampType: 'LogAppendTime' })));
    expect(closed.recordErrors[0]?.message).toContain('PartialDefaultRecord(offset=0');
  });
});

describe('a lookup of the largest timestamp', () => {
  it('may find a record before the log start, as Kafka\'s does', () => {
    const { disk, log, append } = newLog();
    append(encodeBatch({ records: records(2, 'k', startMs + 50) }));
    append(encodeBatch({ records: records(2) }));
    setHighWatermark(log, 4n);
    advanceLogStartOffset(disk, log, 3n);
    expect(offsetOfMaxTimestamp(disk, log, nodeCompression)?.offset).toBe(1n);
    expect(offsetForTimestamp(disk, log, BigInt(startMs), nodeCompression)?.offset).toBe(3n);
  });

  it('finds a record even where no record has a time, and none in an empty log', () => {
    const { disk, log, append } = newLog();
    expect(offsetOfMaxTimestamp(disk, log, nodeCompression)).toBeUndefined();
    append(encodeBatch({ records: records(2).map((record) => ({ ...record, timestamp: -1n })) }));
    expect(offsetOfMaxTimestamp(disk, log, nodeCompression)).toEqual({ offset: 0n, timestamp: -1n, leaderEpoch: 4 });
  });
});

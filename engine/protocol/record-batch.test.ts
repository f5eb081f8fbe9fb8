import { describe, expect, it } from 'vitest';
import * as fc from 'fast-check';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createRequire } from 'node:module';
import { crc32c } from '#engine/protocol/crc32c.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import * as batch from '#engine/protocol/record-batch.ts';
import { decodeRecords, encodeBatch, validateBatch } from '#engine/protocol/record-batch.ts';

const seed = 77;
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const optionalBytes = fc.option(fc.uint8Array({ maxLength: 50 }));
const timestamp = fc.bigInt({ min: 0n, max: 253_402_300_799_999n });
const anyRecord = fc.record({
  timestamp,
  key: optionalBytes,
  value: optionalBytes,
  headers: fc.array(fc.record({ key: fc.string({ maxLength: 10 }), value: optionalBytes }, { noNullPrototype: true }), { maxLength: 3 }),
}, { noNullPrototype: true });

function threeRecords(): Uint8Array {
  const texts = ['one', 'two', 'three'];
  return encodeBatch({ records: texts.map((text, index) => ({ timestamp: 1000n + BigInt(index), key: null, value: new TextEncoder().encode(text) })) });
}

describe('a record batch', () => {
  it('gives back the records that were put in', () => {
    fc.assert(
      fc.property(fc.array(anyRecord, { minLength: 1, maxLength: 20 }), int64.filter((offset) => offset >= 0n && offset < 2n ** 62n), (records, baseOffset) => {
        const bytes = encodeBatch({ records, baseOffset, leaderEpoch: 3, producerId: 9n, producerEpoch: 1, baseSequence: 5, isTransactional: true });
        expect(validateBatch(bytes, 0)).toBeUndefined();
        const expected = records.map((record, index) => ({ ...record, offset: baseOffset + BigInt(index) }));
        expect([...decodeRecords(bytes, 0)]).toStrictEqual(expected.map(({ offset, timestamp, key, value, headers }) => ({ offset, timestamp, key, value, headers })));
      }),
      { seed, numRuns: 300 },
    );
  });

  it('says in its header what it is', () => {
    const records = [5n, 9n, 7n].map((timestamp) => ({ timestamp, key: null, value: null }));
    const bytes = encodeBatch({ records, baseOffset: 100n, leaderEpoch: 4, producerId: 2n ** 40n, producerEpoch: 6, baseSequence: 2_147_483_646, isControl: true, isTransactional: true });
    expect({
      size: batch.batchSizeBytes(bytes, 0), base: batch.baseOffset(bytes, 0), last: batch.lastOffset(bytes, 0), epoch: batch.leaderEpoch(bytes, 0), magic: batch.magic(bytes, 0),
      first: batch.baseTimestamp(bytes, 0), max: batch.maxTimestamp(bytes, 0), producerId: batch.producerId(bytes, 0), producerEpoch: batch.producerEpoch(bytes, 0),
      sequence: batch.baseSequence(bytes, 0), lastSequence: batch.lastSequence(bytes, 0), count: batch.recordCount(bytes, 0), control: batch.isControl(bytes, 0),
      transactional: batch.isTransactional(bytes, 0), compression: batch.compressionType(bytes, 0), timestampType: batch.timestampType(bytes, 0), horizon: batch.hasDeleteHorizon(bytes, 0),
    }).toEqual({
      size: bytes.length, base: 100n, last: 102n, epoch: 4, magic: 2, first: 5n, max: 9n, producerId: 2n ** 40n, producerEpoch: 6,
      sequence: 2_147_483_646, lastSequence: 0, count: 3, control: true, transactional: true, compression: 'none', timestampType: 'CreateTime', horizon: false,
    });
  });

  it('keeps its checksum when the broker assigns offset and epoch', () => {
    const bytes = threeRecords();
    const before = batch.crc(bytes, 0);
    for (const offset of [0n, 1n, 2n ** 32n, 2n ** 53n + 1n, 9_223_372_036_854_775_804n]) {
      batch.setBaseOffset(bytes, 0, offset);
      batch.setLeaderEpoch(bytes, 0, 0x7fffffff);
      expect(batch.baseOffset(bytes, 0)).toBe(offset);
      expect(batch.lastOffset(bytes, 0)).toBe(offset + 2n);
      expect(batch.leaderEpoch(bytes, 0)).toBe(0x7fffffff);
    }
    expect(batch.computeCrc(bytes, 0)).toBe(before);
    expect(validateBatch(bytes, 0)).toBeUndefined();
  });

  it('any 64 bits come back as offset and timestamp', () => {
    const bytes = threeRecords();
    fc.assert(
      fc.property(int64, (value) => {
        batch.setBaseOffset(bytes, 0, value);
        expect(batch.baseOffset(bytes, 0)).toBe(value);
        batch.setMaxTimestampAndType(bytes, 0, value, 'CreateTime');
        expect(batch.maxTimestamp(bytes, 0)).toBe(value);
      }),
      { seed, numRuns: 1000 },
    );
  });

  it('with log append time has a new checksum, and all its records the one time', () => {
    const bytes = threeRecords();
    batch.setMaxTimestampAndType(bytes, 0, 5000n, 'LogAppendTime');
    expect(validateBatch(bytes, 0)).toBeUndefined();
    expect(batch.timestampType(bytes, 0)).toBe('LogAppendTime');
    expect([...decodeRecords(bytes, 0)].map((record) => record.timestamp)).toEqual([5000n, 5000n, 5000n]);
  });

  it('written at another place of a buffer reads the same', () => {
    const bytes = threeRecords();
    const shifted = new Uint8Array(bytes.length + 7);
    shifted.set(bytes, 7);
    expect(validateBatch(shifted, 7)).toBeUndefined();
    expect([...decodeRecords(shifted, 7)]).toEqual([...decodeRecords(bytes, 0)]);
  });
});

describe('what is wrong with a batch is said', () => {
  const cases: [string, (bytes: Uint8Array) => Uint8Array, string, string][] = [
    ['cut short', (bytes) => bytes.subarray(0, bytes.length - 1), 'size', 'is announced'],
    ['shorter than a header', (bytes) => bytes.subarray(0, 40), 'size', '40 bytes are fewer than the 61'],
    ['of an old format', (bytes) => bytes.fill(1, 16, 17), 'magic', 'magic 1 is not 2'],
    ['of an old format, short', (bytes) => bytes.fill(0, 16, 17).subarray(0, 34), 'magic', 'magic 0 is not 2'],
    ['with a length below its header', (bytes) => bytes.fill(0, 8, 12), 'size', 'a batch of 12 bytes'],
    ['with a changed byte', (bytes) => bytes.fill(bytes.at(-1)! ^ 1, bytes.length - 1), 'crc', 'the batch carries CRC'],
  ];
  it.each(cases)('%s', (_, damage, kind, message) => {
    const problem = validateBatch(damage(threeRecords()), 0);
    expect(problem?.kind).toBe(kind);
    expect(problem?.message).toContain(message);
  });

  it('a count below zero and an unknown compression, though the checksum is right', () => {
    const counted = resealed(threeRecords(), (bytes) => bytes.fill(255, 57, 61));
    expect(validateBatch(counted, 0)).toMatchObject({ kind: 'counts' });
    const compressed = resealed(threeRecords(), (bytes) => bytes.fill(7, 22, 23));
    expect(validateBatch(compressed, 0)).toMatchObject({ kind: 'compression', message: 'there is no compression type 7' });
  });

  it('records that are damaged under a right checksum are never anything but a ProtocolError', () => {
    const errors: unknown[] = [];
    fc.assert(
      fc.property(fc.nat(200), fc.integer({ min: 0, max: 255 }), (position, value) => {
        const bytes = threeRecords();
        bytes[61 + (position % (bytes.length - 61))] = value;
        try {
          return [...decodeRecords(bytes, 0)].length === 3;
        } catch (error) {
          errors.push(error);
          return true;
        }
      }),
      { seed, numRuns: 2000 },
    );
    expect(errors.length).toBeGreaterThan(500);
    expect(errors.every((error) => error instanceof ProtocolError)).toBe(true);
  });

  it('a compressed batch needs something to open it', () => {
    const plain = threeRecords();
    const squeezed = gzipSync(plain.subarray(61));
    const bytes = new Uint8Array(61 + squeezed.length);
    bytes.set(plain.subarray(0, 61));
    bytes.set(squeezed, 61);
    new DataView(bytes.buffer).setInt32(8, bytes.length - 12);
    const sealed = resealed(bytes, (target) => target.fill(1, 22, 23));
    expect(batch.compressionType(sealed, 0)).toBe('gzip');
    expect(() => [...decodeRecords(sealed, 0)]).toThrow('the batch is compressed (gzip)');
    expect([...decodeRecords(sealed, 0, (_, compressed) => gunzipSync(compressed))].map((record) => new TextDecoder().decode(record.value!))).toEqual(['one', 'two', 'three']);
  });
});

describe('runs of batches', () => {
  it('are walked batch by batch up to where no whole one is left', () => {
    const one = threeRecords();
    const run = new Uint8Array(one.length * 2 + 20);
    run.set(one);
    run.set(one, one.length);
    const seen: [number, number][] = [];
    expect(batch.forEachBatch(run, (_, at, sizeBytes) => seen.push([at, sizeBytes]))).toBe(one.length * 2);
    expect(seen).toEqual([[0, one.length], [one.length, one.length]]);
  });

  it('a sequence number goes on at 0 after the greatest', () => {
    expect(batch.incrementSequence(2_147_483_647, 1)).toBe(0);
    expect(batch.incrementSequence(2_147_483_640, 10)).toBe(2);
    expect(batch.incrementSequence(5, 3)).toBe(8);
  });
});

describe('beside kafkajs', () => {
  it('a batch is, byte for byte, the one that kafkajs writes', async () => {
    const require = createRequire(import.meta.url);
    const { RecordBatch } = require('kafkajs/src/protocol/recordBatch/v0/index.js');
    const KafkajsRecord = require('kafkajs/src/protocol/recordBatch/record/v0/index.js');
    const records = [
      { timestamp: 1_700_000_000_000n, key: Buffer.from('k'), value: Buffer.from('a value'), headers: [] },
      { timestamp: 1_700_000_000_130n, key: null, value: Buffer.alloc(300, 'x'), headers: [{ key: 'h', value: Buffer.from('v') }] },
    ];
    const theirs = await RecordBatch({
      compression: 0, firstTimestamp: 1_700_000_000_000, maxTimestamp: 1_700_000_000_130, producerId: 5, producerEpoch: 2, firstSequence: 7, lastOffsetDelta: 1, partitionLeaderEpoch: 0,
      records: records.map(({ timestamp, key, value, headers }, index) =>
        KafkajsRecord({ offsetDelta: index, timestampDelta: Number(timestamp - 1_700_000_000_000n), key, value, headers: Object.fromEntries(headers.map((header) => [header.key, header.value])) })),
    });
    const ours = encodeBatch({ records, leaderEpoch: 0, producerId: 5n, producerEpoch: 2, baseSequence: 7 });
    expect(Buffer.from(ours).toString('hex')).toBe(theirs.buffer.toString('hex'));
  });
});

function resealed(bytes: Uint8Array, change: (bytes: Uint8Array) => void): Uint8Array {
  change(bytes);
  new DataView(bytes.buffer).setUint32(17, crc32c(bytes, 21));
  return bytes;
}

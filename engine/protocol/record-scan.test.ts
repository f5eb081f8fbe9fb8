import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { baseTimestamp, batchHeaderSizeBytes, decodeRecords, encodeBatch, recordCount, scanRecords, type RecordScan } from '#engine/protocol/record-batch.ts';

const record = fc.record({
  timestamp: fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 41n }), fc.bigInt({ min: 0n, max: 2n ** 52n })),
  key: fc.option(fc.uint8Array({ maxLength: 20 })),
  value: fc.option(fc.uint8Array({ maxLength: 200 })),
  headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme-ascii', maxLength: 5 }), value: fc.option(fc.uint8Array({ maxLength: 5 })) }), { maxLength: 3 }),
});
const batches = fc.array(record, { minLength: 1, maxLength: 8 }).map((records) => encodeBatch({ records }));

describe('walking over the records of a batch', () => {
  it('takes every batch that a producer can make and finds its newest and oldest timestamp and whether a key is missing', () => {
    fc.assert(
      fc.property(batches, (batch) => {
        const records = [...decodeRecords(batch, 0)];
        const times = records.map(({ timestamp }) => timestamp).toSorted((one, other) => (one < other ? -1 : 1));
        expect(scanOf(batch)).toEqual({ problem: undefined, newest: times.at(-1), oldest: times[0], hasNullKey: records.some(({ key }) => key === null), isNumbered: true });
      }),
      { seed: 4101, numRuns: 500 },
    );
  });

  it('says when the offsets inside do not count up one by one', () => {
    const of = (...deltas: number[]) => scanOf(encodeBatch({ records: deltas.map((offsetDelta) => ({ timestamp: 1n, key: null, value: null, offsetDelta })) }));
    expect([of(0, 1, 2), of(0, 2), of(1, 0), of(1)].map((scan) => scan.problem ?? scan.isNumbered)).toEqual([true, false, false, false]);
  });

  it('refuses a damaged batch exactly when taking the records out would fail', () => {
    const verdicts = new Set<boolean>();
    for (const batch of fc.sample(batches, { seed: 4102, numRuns: 60 })) {
      for (let place = batchHeaderSizeBytes; place < batch.length; place += 3) {
        for (const byte of [0, 1, 127, 128, 255]) {
          const damaged = Uint8Array.from(batch);
          damaged[place] = byte;
          const refused = scanOf(damaged).problem !== undefined;
          expect(refused).toBe(!canBeTakenOut(damaged));
          verdicts.add(refused);
        }
      }
    }
    expect(verdicts.size).toBe(2);
  });
});

function scanOf(batch: Uint8Array): RecordScan {
  return scanRecords(batch, batchHeaderSizeBytes, batch.length, recordCount(batch, 0), baseTimestamp(batch, 0));
}

function canBeTakenOut(batch: Uint8Array): boolean {
  try {
    return [...decodeRecords(batch, 0)].length >= 0;
  } catch (error) {
    if (error instanceof ProtocolError) return false;
    throw error;
  }
}

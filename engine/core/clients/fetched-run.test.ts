import { describe, expect, it } from 'vitest';
import { runOf } from '#engine/core/clients/fetched-run.ts';
import { noCompression } from '#engine/ports/compression.ts';
import { encodeBatch, type CompressionType } from '#engine/protocol/record-batch.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';

function batch(type: CompressionType, baseOffset: bigint, values: readonly string[]): Uint8Array {
  const records = values.map((value, index) => ({ timestamp: BigInt(100 + index), key: null, value: new TextEncoder().encode(value) }));
  return encodeBatch({ records, baseOffset, leaderEpoch: 3, ...(type === 'none' ? {} : { compression: { type, compress: (bytes) => nodeCompression.compress(type, bytes) } }) });
}

describe('what a consumer takes from fetched batches', () => {
  it.each(['none', 'gzip', 'snappy', 'lz4', 'zstd'] as const)('are the records from its position on, compression: %s', (type) => {
    const run = runOf([batch(type, 10n, ['a', 'b', 'c']), batch(type, 13n, ['d'])], 11n, nodeCompression);
    expect(run?.records.map(({ offset, timestampMs, value }) => `${offset} ${timestampMs} ${new TextDecoder().decode(value!)}`)).toEqual(['11 101 b', '12 102 c', '13 100 d']);
    expect([run?.endOffset, run?.endEpoch]).toEqual([14n, 3]);
  });

  it('is one empty record for each of a batch that cannot be opened', () => {
    const run = runOf([batch('gzip', 10n, ['a', 'b'])], 10n, noCompression);
    expect(run?.records.map(({ offset, value }) => [offset, value])).toEqual([[10n, null], [11n, null]]);
    expect(run?.endOffset).toBe(12n);
  });
});

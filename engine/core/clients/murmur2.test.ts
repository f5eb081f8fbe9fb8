import { describe, expect, test } from 'vitest';
import { murmur2, partitionForKey } from '#engine/core/clients/murmur2.ts';

const utf8 = new TextEncoder();

describe('murmur2', () => {
  test.each([
    ['21', -973_932_308],
    ['foobar', -790_332_482],
    ['a-little-bit-long-string', -985_981_536],
    ['a-little-bit-longer-string', -1_486_304_829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58_897_971],
    ['abc', 479_470_107],
  ])('hashes %s as the Java client does', (text, hash) => {
    expect(murmur2(utf8.encode(text))).toBe(hash);
  });

  test('puts a key whose hash is negative on a partition by masking the sign bit', () => {
    expect(partitionForKey(utf8.encode('21'), 6)).toBe((-973_932_308 & 0x7f_ff_ff_ff) % 6);
    expect(partitionForKey(utf8.encode('21'), 6)).not.toBe(973_932_308 % 6);
  });
});

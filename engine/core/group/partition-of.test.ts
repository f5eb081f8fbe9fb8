import { expect, test } from 'vitest';
import { javaStringHash, offsetsPartitionOf } from '#engine/core/group/partition-of.ts';

test('hashes a group id as Java hashes a String', () => {
  expect(javaStringHash('')).toBe(0);
  expect(javaStringHash('hello')).toBe(99_162_322);
  expect(javaStringHash('polygenelubricants')).toBe(-2_147_483_648);
  expect(javaStringHash('Ünïcode')).toBe([...'Ünïcode'].reduce((hash, unit) => (Math.imul(hash, 31) + unit.charCodeAt(0)) | 0, 0));
});

test('places a group whose hash is the smallest integer on partition 0', () => {
  expect(offsetsPartitionOf('polygenelubricants', 50)).toBe(0);
  expect(offsetsPartitionOf('hello', 50)).toBe(22);
});

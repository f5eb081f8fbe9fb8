import { expect, test } from 'vitest';
import { hashOf } from '#engine/core/world/state-hash.ts';

test('the order of fields does not count, the order of Maps and arrays does', () => {
  expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
  expect(hashOf(new Map([['a', 1], ['b', 2]]))).not.toBe(hashOf(new Map([['b', 2], ['a', 1]])));
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
});

test('values of different types or places never share a hash', () => {
  const values = [0, -0, 1, 0.5, '1', 1n, true, false, null, [], {}, [1], { a: 1 }, { a: '1' }, { b: 1 }, { a: { b: 1 } }, new Set([1]), new Map([[1, 1]]), new Uint8Array([1]), new Uint8Array([1, 0]), [[1], []], [[], [1]]];
  expect(new Set(values.map(hashOf)).size).toBe(values.length);
});

test('records hash by their bytes, however the runs are cut', () => {
  const whole = Uint8Array.from({ length: 23 }, (_, index) => index * 7);
  const cuts = [[], [1], [4], [3, 5], [1, 2, 3, 4], [8, 16], [22]];
  const hashes = cuts.map((cut) => hashOf([...cut, 23].map((end, index) => whole.subarray(cut[index - 1] ?? 0, end))));
  expect(new Set(hashes).size).toBe(1);
  expect(hashOf([whole.subarray(0, 22)])).not.toBe(hashes[0]);
});

test('a single changed bit anywhere changes the hash', () => {
  const bytes = new Uint8Array(100);
  const hashes = new Set<string>();
  for (let i = 0; i < 800; i++) {
    bytes[i >> 3]! ^= 1 << (i & 7);
    hashes.add(hashOf({ deep: [new Map([['bytes', bytes]])] }));
    bytes[i >> 3]! ^= 1 << (i & 7);
  }
  expect(hashes.size).toBe(800);
});

test('a field that is undefined counts as absent, and what cannot be data is refused', () => {
  expect(hashOf({ a: 1, b: undefined })).toBe(hashOf({ a: 1 }));
  expect(() => hashOf({ f: () => 1 })).toThrow("a function has no place in the world's state");
  expect(() => hashOf({ e: new Error('x') })).toThrow('an instance of a class');
});

import { expect, test } from 'vitest';
import { xxhash32 } from '#engine/runtime/compression/xxhash32.ts';

test.each([
  ['', 0x02cc5d05],
  ['a', 0x550d7456],
  ['abc', 0x32d153ff],
  ['Nobody inspects the spammish repetition', 0xe2293b2f],
])('the hash of "%s" is the published one', (text, hash) => {
  expect(xxhash32(new TextEncoder().encode(text))).toBe(hash);
  expect(xxhash32(new TextEncoder().encode(`..${text}.`), 2, 2 + text.length)).toBe(hash);
});

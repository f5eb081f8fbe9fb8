/**
 * The hash that decides where a record with a key goes: murmur2 as the Java client has it (Utils.murmur2), so that a key
 * lands on the same partition whichever client sends it. Invariant: 32-bit wrapping arithmetic, little-endian words.
 */
const SEED = 0x97_47_b2_8c | 0;
const M = 0x5b_d1_e9_95;
const R = 24;

/** A signed 32-bit number. */
export function murmur2(data: Uint8Array): number {
  const length = data.length;
  let hash = SEED ^ length;
  const wordsEnd = length & ~3;
  for (let at = 0; at < wordsEnd; at += 4) {
    let word = byteAt(data, at) | (byteAt(data, at + 1) << 8) | (byteAt(data, at + 2) << 16) | (byteAt(data, at + 3) << 24);
    word = Math.imul(word, M);
    word ^= word >>> R;
    word = Math.imul(word, M);
    hash = Math.imul(hash, M) ^ word;
  }
  const left = length - wordsEnd;
  if (left >= 3) hash ^= byteAt(data, wordsEnd + 2) << 16;
  if (left >= 2) hash ^= byteAt(data, wordsEnd + 1) << 8;
  if (left >= 1) hash = Math.imul(hash ^ byteAt(data, wordsEnd), M);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, M);
  return hash ^ (hash >>> 15);
}

/** BuiltInPartitioner.partitionForKey: the sign bit is masked off, it is not an absolute value. */
export function partitionForKey(key: Uint8Array, partitionCount: number): number {
  return (murmur2(key) & 0x7f_ff_ff_ff) % partitionCount;
}

function byteAt(data: Uint8Array, at: number): number {
  return data[at] ?? 0;
}

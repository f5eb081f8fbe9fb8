/** What the two codecs of the LZ77 family share: copying literals and matches, and finding matches by the hash of four bytes. */

/** From here on the built-in copy is faster than a loop. */
const shortBytes = 24;

export function copyLiterals(from: Uint8Array, fromAt: number, to: Uint8Array, toAt: number, length: number): void {
  if (length >= shortBytes) to.set(from.subarray(fromAt, fromAt + length), toAt);
  else for (let index = 0; index < length; index++) to[toAt + index] = from[fromAt + index]!;
}

/** Repeats what lies `distance` bytes before; it may reach into what it writes itself. */
export function copyMatch(bytes: Uint8Array, at: number, distance: number, length: number): void {
  if (length >= shortBytes && distance >= length) bytes.copyWithin(at, at - distance, at - distance + length);
  else if (distance === 1) bytes.fill(bytes[at - 1]!, at, at + length);
  else for (let index = at; index < at + length; index++) bytes[index] = bytes[index - distance]!;
}

const hashBits = 14;
/** Where four bytes of this hash were seen last, counted from 1; 0: not yet. Wiped for each block, so that blocks do not know of each other. */
const seen = new Int32Array(1 << hashBits);

export interface Match {
  at: number;
  distance: number;
  length: number;
}

/**
 * Goes through bytes[from..to) once and tells of each match, in order; between two of them lie literals. A match is four bytes long or
 * longer, begins before `beginBefore` and ends at or before `endAt`. Where nothing matches for long, the steps grow.
 */
export function findMatches(bytes: Uint8Array, from: number, beginBefore: number, endAt: number, distanceMax: number, found: (match: Match) => void): void {
  seen.fill(0);
  const match: Match = { at: 0, distance: 0, length: 0 };
  let missed = 0;
  for (let at = from; at < beginBefore; ) {
    const four = word(bytes, at);
    const hash = Math.imul(four, 0x9e3779b1) >>> (32 - hashBits);
    const candidate = seen[hash]! - 1;
    seen[hash] = at + 1;
    if (candidate < from || at - candidate > distanceMax || word(bytes, candidate) !== four) {
      at += 1 + (missed++ >> 5);
      continue;
    }
    let end = at + 4;
    while (end < endAt && bytes[end] === bytes[end - at + candidate]) end++;
    match.at = at;
    match.distance = at - candidate;
    match.length = end - at;
    found(match);
    missed = 0;
    at = end;
  }
}

function word(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}

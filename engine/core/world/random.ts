/**
 * Random streams by name. A stream is four 32-bit words of plain data (the generator sfc32), seeded from the run's seed and
 * the stream's name, so that a new user of chance shifts no other stream. Only integer arithmetic and one division by a power
 * of two: the same numbers on every platform.
 */
import type { Random } from '#engine/ports/random.ts';
import { assert } from '#engine/ports/assert.ts';

/** Plain data: lives in the world's state, is cloned and hashed with it. */
export type StreamState = Uint32Array;

/** A hash of a text to 32 bits (FNV-1a with a finishing mix), started from `basis`. */
function hashText(text: string, basis: number): number {
  let hash = basis | 0;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x0100_0193);
  return mix(hash);
}

function mix(word: number): number {
  let x = word | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85eb_ca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2_ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

export function seedStream(seed: number, name: string): StreamState {
  const low = seed >>> 0;
  const high = Math.floor(seed / 0x1_0000_0000) >>> 0;
  const state = new Uint32Array(4);
  state[0] = mix(low ^ hashText(name, 0x811c_9dc5));
  state[1] = mix(high ^ hashText(name, 0x9e37_79b9));
  state[2] = mix(Math.imul(low, 0x9e37_79b1) ^ hashText(name, 0x85eb_ca77));
  state[3] = 1;
  for (let i = 0; i < 12; i++) nextWord(state);
  return state;
}

/** The next 32 bits of the stream. */
export function nextWord(state: StreamState): number {
  const a = state[0]!, b = state[1]!, c = state[2]!, counter = state[3]!;
  const result = (a + b + counter) >>> 0;
  state[3] = counter + 1;
  state[0] = b ^ (b >>> 9);
  state[1] = c + (c << 3);
  state[2] = ((c << 21) | (c >>> 11)) + result;
  return result;
}

/** Uniform in [0, 1), with 32 random bits. */
export function nextFraction(state: StreamState): number {
  return nextWord(state) / 0x1_0000_0000;
}

export function nextInteger(state: StreamState, bound: number): number {
  assert(Number.isInteger(bound) && bound > 0 && bound <= 0x1_0000_0000, `a bound of ${bound} is not in 1..2^32`);
  return Math.floor((nextWord(state) / 0x1_0000_0000) * bound);
}

const base64Url = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';

/** A version 4 UUID in Kafka's text form: 22 characters, never beginning with '-' (Kafka's own rule, for command lines). */
export function nextUuid(state: StreamState): string {
  for (;;) {
    const bytes = new Uint8Array(18);
    for (let i = 0; i < 16; i += 4) {
      const word = nextWord(state);
      bytes[i] = word >>> 24;
      bytes[i + 1] = word >>> 16;
      bytes[i + 2] = word >>> 8;
      bytes[i + 3] = word;
    }
    bytes[6] = (bytes[6]! & 0x0f) | 0x40;
    bytes[8] = (bytes[8]! & 0x3f) | 0x80;
    let text = '';
    for (let i = 0; i < 18; i += 3) {
      const group = (bytes[i]! << 16) | (bytes[i + 1]! << 8) | bytes[i + 2]!;
      text += base64Url[group >>> 18]! + base64Url[(group >>> 12) & 63]! + base64Url[(group >>> 6) & 63]! + base64Url[group & 63]!;
    }
    if (text[0] !== '-') return text.slice(0, 22);
  }
}

/** The port over one stream. The reader is scratch; the state it moves on is the world's. */
export class StreamReader implements Random {
  state: StreamState;
  constructor(state: StreamState) {
    this.state = state;
  }
  next(): number {
    return nextFraction(this.state);
  }
  integer(bound: number): number {
    return nextInteger(this.state, bound);
  }
  uuid(): string {
    return nextUuid(this.state);
  }
}

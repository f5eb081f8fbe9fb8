/**
 * The application behind a built-in producer: so many records per second, each of a given size, with one of so many keys.
 * The value names its producer and its number ("checkout 17 …"), so that whoever reads it can tell what was lost, doubled or
 * out of order. Invariant: numbers are consecutive in the order of sending; keys come from the node's own random stream.
 */
import type { Random } from '#engine/ports/random.ts';
import type { ProducerConfig, ProducerRecord } from '#engine/core/clients/state.ts';
import { encodeUtf8 } from '#engine/protocol/utf8.ts';

/** The alphabet, over and over. */
let filler = new Uint8Array(0);

function fillerOf(sizeBytes: number): Uint8Array {
  if (filler.length < sizeBytes) filler = Uint8Array.from({ length: sizeBytes }, (_, at) => LETTER_A + (at % LETTERS));
  return filler.subarray(0, sizeBytes);
}

const LETTER_A = 97;
const LETTERS = 26;

export function generateRecord(config: ProducerConfig, number: number, timestampMs: bigint, random: Random): ProducerRecord {
  const key = config.keys === 0 ? null : encodeUtf8(`key-${random.integer(config.keys)}`);
  return { number, timestampMs, key, value: valueOf(config.id, number, config.valueBytes) };
}

/** At least long enough to carry its number. */
function valueOf(producer: string, number: number, sizeBytes: number): Uint8Array {
  const name = encodeUtf8(`${producer} ${number} `);
  if (name.length >= sizeBytes) return name;
  const value = new Uint8Array(sizeBytes);
  value.set(name);
  value.set(fillerOf(sizeBytes - name.length), name.length);
  return value;
}

/** Which record of which producer a value is; undefined when no built-in producer made it. */
export function readRecordValue(value: Uint8Array): { producer: string; number: number } | undefined {
  const text = new TextDecoder().decode(value.subarray(0, 128));
  const [, producer, number] = /^(.+?) (\d+) /.exec(text) ?? [];
  return producer === undefined ? undefined : { producer, number: Number(number) };
}

/**
 * CRC-32C (Castagnoli), the checksum of record batches: eight bytes a step by eight tables.
 *
 * A host that has the processor's own instruction at hand can put it in with `useCrc32c`; the result is the same.
 */
export type Crc32c = (bytes: Uint8Array, start: number, end: number) => number;

const polynomial = 0x82f63b78;
const tableSize = 256;
/** Table k (at k * 256) advances a byte by k further zero bytes. */
const tables = makeTables();

function makeTables(): Int32Array {
  const made = new Int32Array(8 * tableSize);
  for (let byte = 0; byte < tableSize; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ polynomial : crc >>> 1;
    made[byte] = crc;
  }
  for (let at = tableSize; at < made.length; at++) {
    const previous = made[at - tableSize]!;
    made[at] = (previous >>> 8) ^ made[previous & 255]!;
  }
  return made;
}

/** The checksum by tables, for where nothing faster was put in. */
export function crc32cByTables(bytes: Uint8Array, start: number, end: number): number {
  const table = tables;
  let crc = -1;
  let at = start;
  for (const last = end - 7; at < last; at += 8) {
    const low = crc ^ (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24));
    crc =
      table[1792 + (low & 255)]! ^ table[1536 + ((low >>> 8) & 255)]! ^ table[1280 + ((low >>> 16) & 255)]! ^ table[1024 + (low >>> 24)]! ^
      table[768 + bytes[at + 4]!]! ^ table[512 + bytes[at + 5]!]! ^ table[256 + bytes[at + 6]!]! ^ table[bytes[at + 7]!]!;
  }
  for (; at < end; at++) crc = (crc >>> 8) ^ table[(crc ^ bytes[at]!) & 255]!;
  return (crc ^ -1) >>> 0;
}

let implementation: Crc32c = crc32cByTables;

/** Puts another implementation in for this process; it must give the same numbers. */
export function useCrc32c(replacement: Crc32c): void {
  implementation = replacement;
}

/** CRC-32C of bytes[start, end), as an unsigned number. */
export function crc32c(bytes: Uint8Array, start = 0, end = bytes.length): number {
  return implementation(bytes, start, end);
}

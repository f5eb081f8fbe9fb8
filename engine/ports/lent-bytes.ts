/**
 * Large arrays that a medium lends for one reading, and that come back when the reader is done: the last step before a socket knows it,
 * the medium does not. Without this each megabyte that a consumer reads is a new array, and collecting them takes as long as reading.
 *
 * An array that comes back changes its owner (`transfer`): whoever still holds it holds nothing, never another reading's bytes. One that
 * does not come back is garbage like any other. Bounded in number and size.
 */
const lentSizeBytes = 1_310_720;
const worthwhileBytes = 524_288;
const keptMax = 12;

const kept: ArrayBuffer[] = [];
const lent = new WeakSet<ArrayBufferLike>();

/** An array of so many bytes, whatever they are; undefined: not of a size that is lent. */
export function lendBytes(sizeBytes: number): Uint8Array | undefined {
  if (sizeBytes < worthwhileBytes || sizeBytes > lentSizeBytes) return undefined;
  const buffer = kept.pop() ?? new ArrayBuffer(lentSizeBytes);
  lent.add(buffer);
  return new Uint8Array(buffer, 0, sizeBytes);
}

/** Nobody reads this array any more, nor any other part of what it was cut from. */
export function giveBackBytes(bytes: Uint8Array): void {
  const { buffer } = bytes;
  if (!lent.delete(buffer) || kept.length >= keptMax) return;
  kept.push((buffer as ArrayBuffer).transfer());
}

/**
 * The chunks that were appended last, so that followers and consumers at the end of a log are served without a query.
 * Bounded in bytes; the oldest go first. What is in it is always also in the file or in its open transaction.
 */
export class ChunkCache {
  readonly #chunks = new Map<number, Uint8Array>();
  readonly #bytesMax: number;
  #bytes = 0;

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax;
  }

  get(place: number): Uint8Array | undefined {
    return this.#chunks.get(place);
  }

  add(place: number, bytes: Uint8Array): void {
    this.#chunks.set(place, bytes);
    this.#bytes += bytes.length;
    for (const [oldest, { length }] of this.#chunks) {
      if (this.#bytes <= this.#bytesMax) return;
      this.#chunks.delete(oldest);
      this.#bytes -= length;
    }
  }

  /** Forgets the chunks at `from` and behind it, before `to`. */
  removeRange(from: number, to: number): void {
    for (const [place, { length }] of this.#chunks) {
      if (place < from || place >= to) continue;
      this.#chunks.delete(place);
      this.#bytes -= length;
    }
  }

  clear(): void {
    this.#chunks.clear();
    this.#bytes = 0;
  }
}

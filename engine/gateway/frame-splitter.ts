/**
 * Cuts a stream of bytes into frames: 32 bits of size, then so many bytes.
 *
 * A frame that arrived in one read is handed out as a slice of it; one that arrived in several is copied together once, when its last
 * byte is there. Nothing is ever allocated for an announced size, only for bytes that have come.
 */
const sizeFieldBytes = 4;

export class FrameSizeError extends Error {
  override readonly name = 'FrameSizeError';
}

export class FrameSplitter {
  readonly #frameSizeBytesMax: number;
  #chunks: Uint8Array[] = [];
  /** Where in the first chunk the unread bytes begin. */
  #start = 0;
  #bufferedBytes = 0;
  /** The size that was announced for the next frame; -1: not yet read. */
  #frameSizeBytes = -1;

  constructor(frameSizeBytesMax: number) {
    this.#frameSizeBytesMax = frameSizeBytesMax;
  }

  /** Bytes that are kept and not yet handed out. */
  get bufferedBytes(): number {
    return this.#bufferedBytes;
  }

  push(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    // A view without Node's Buffer class: what is cut from it ends up in the state of the world, which is plain.
    this.#chunks.push(new Uint8Array(chunk.buffer, chunk.byteOffset, chunk.length));
    this.#bufferedBytes += chunk.length;
  }

  /** Forgets everything that is kept. */
  clear(): void {
    this.#chunks = [];
    this.#start = 0;
    this.#bufferedBytes = 0;
    this.#frameSizeBytes = -1;
  }

  /** The next whole frame; undefined: more bytes are needed. Throws FrameSizeError when the stream cannot be Kafka's. */
  take(): Uint8Array | undefined {
    if (this.#frameSizeBytes < 0) {
      if (this.#bufferedBytes < sizeFieldBytes) return undefined;
      this.#frameSizeBytes = this.#checkedSize(this.#cut(sizeFieldBytes));
    }
    if (this.#bufferedBytes < this.#frameSizeBytes) return undefined;
    const frame = this.#cut(this.#frameSizeBytes);
    this.#frameSizeBytes = -1;
    return frame;
  }

  #checkedSize(field: Uint8Array): number {
    const sizeBytes = new DataView(field.buffer, field.byteOffset, sizeFieldBytes).getInt32(0);
    if (sizeBytes < 0) throw new FrameSizeError(`announced a frame of ${sizeBytes} bytes${guessOf(field)}`);
    if (sizeBytes > this.#frameSizeBytesMax) {
      throw new FrameSizeError(`announced a frame of ${sizeBytes} bytes, socket.request.max.bytes is ${this.#frameSizeBytesMax}${guessOf(field)}`);
    }
    return sizeBytes;
  }

  /** The next `sizeBytes` bytes, which are there. */
  #cut(sizeBytes: number): Uint8Array {
    this.#bufferedBytes -= sizeBytes;
    const first = this.#chunks[0];
    if (first === undefined) return new Uint8Array(0);
    const end = this.#start + sizeBytes;
    if (end <= first.length) {
      const slice = first.subarray(this.#start, end);
      this.#moveStart(end, 0);
      return slice;
    }
    return this.#gather(sizeBytes);
  }

  #gather(sizeBytes: number): Uint8Array {
    // Every byte is written below, so that none needs to be cleared first; memory of its own, not a part of Node's pool.
    const gathered = new Uint8Array(Buffer.allocUnsafeSlow(sizeBytes).buffer);
    let filled = 0;
    let index = 0;
    let start = this.#start;
    while (filled < sizeBytes) {
      const chunk = this.#chunks[index]!;
      const part = chunk.subarray(start, Math.min(chunk.length, start + sizeBytes - filled));
      gathered.set(part, filled);
      filled += part.length;
      start += part.length;
      if (start === chunk.length && filled < sizeBytes) {
        index++;
        start = 0;
      }
    }
    this.#moveStart(start, index);
    return gathered;
  }

  #moveStart(start: number, index: number): void {
    const used = this.#chunks[index]!.length === start;
    const gone = used ? index + 1 : index;
    if (gone > 0) this.#chunks = this.#chunks.slice(gone);
    this.#start = used ? 0 : start;
  }
}

/** Other protocols that people point at a Kafka port, by their first bytes. */
function guessOf(field: Uint8Array): string {
  const text = String.fromCharCode(...field);
  if (/^(GET |POST|PUT |HEAD|OPTI)/.test(text)) return ' (it reads like HTTP)';
  if (field[0] === 0x16 && field[1] === 3) return ' (it reads like TLS, which this listener does not speak)';
  return '';
}

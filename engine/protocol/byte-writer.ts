/**
 * Writes Kafka's primitive types, big-endian. The result is a list of pieces: large slices (record batches) that are handed in
 * become pieces as they are, without a copy, and what is written between them goes into buffers of our own.
 */
import { ProtocolError } from '#engine/protocol/protocol-error.ts';
import { encodeUtf8, writeAscii } from '#engine/protocol/utf8.ts';
import { writeUuid } from '#engine/protocol/uuid.ts';

/** Below this size copying a slice costs less than a piece of its own. */
const sliceCopyMaxBytes = 1024;
const initialCapacityBytes = 256;
const stringMaxBytes = 32_767;

export class ByteWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #position = 0;
  /** Where the piece that is being written begins in `#bytes`. */
  #pieceStart = 0;
  readonly #pieces: Uint8Array[] = [];
  #finishedSizeBytes = 0;

  constructor(capacityBytes = initialCapacityBytes) {
    this.#bytes = new Uint8Array(capacityBytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  /** Bytes written so far, in all pieces. */
  sizeBytes(): number {
    return this.#finishedSizeBytes + this.#position - this.#pieceStart;
  }

  /** The pieces, in order; the writer must not be used afterwards. */
  pieces(): Uint8Array[] {
    this.#endPiece();
    return this.#pieces;
  }

  /** All bytes as one array. */
  toBytes(): Uint8Array {
    return joinPieces(this.pieces());
  }

  bool(value: boolean): void {
    this.#reserve(1);
    this.#bytes[this.#position++] = value ? 1 : 0;
  }
  int8(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#position++] = value;
  }
  int16(value: number): void {
    this.#reserve(2);
    this.#view.setInt16(this.#position, value);
    this.#position += 2;
  }
  int32(value: number): void {
    this.#reserve(4);
    this.#view.setInt32(this.#position, value);
    this.#position += 4;
  }
  int64(value: bigint): void {
    this.#reserve(8);
    this.#view.setBigInt64(this.#position, value);
    this.#position += 8;
  }
  float64(value: number): void {
    this.#reserve(8);
    this.#view.setFloat64(this.#position, value);
    this.#position += 8;
  }
  uuid(value: string): void {
    this.#reserve(16);
    writeUuid(value, this.#bytes, this.#position);
    this.#position += 16;
  }

  /** An unsigned varint of at most 32 bits. */
  unsignedVarint(value: number): void {
    this.#reserve(5);
    let rest = value >>> 0;
    while (rest > 127) {
      this.#bytes[this.#position++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#position++] = rest;
  }

  /** A zigzag varint of at most 32 bits. */
  varint(value: number): void {
    this.unsignedVarint((value << 1) ^ (value >> 31));
  }

  /** A zigzag varint of at most 64 bits. */
  varlong(value: bigint): void {
    this.#reserve(10);
    let rest = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
    while (rest > 127n) {
      this.#bytes[this.#position++] = Number(rest & 127n) | 128;
      rest >>= 7n;
    }
    this.#bytes[this.#position++] = Number(rest);
  }

  /** A length or count: 32 bits, or in flexible versions an unsigned varint of one more; -1 stands for null. */
  length(value: number, flexible: boolean): void {
    if (flexible) this.unsignedVarint(value + 1);
    else this.int32(value);
  }

  string(value: string, flexible: boolean): void {
    this.#reserve(5 + value.length);
    const start = this.#position;
    this.#stringLength(value.length, flexible);
    if (writeAscii(value, this.#bytes, this.#position)) {
      this.#position += value.length;
      return;
    }
    this.#position = start;
    const bytes = encodeUtf8(value);
    this.#stringLength(bytes.length, flexible);
    this.copy(bytes);
  }

  nullString(flexible: boolean): void {
    if (flexible) this.unsignedVarint(0);
    else this.int16(-1);
  }

  /** Copies bytes in. */
  copy(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#position);
    this.#position += bytes.length;
  }

  /** Takes bytes over: large ones become a piece and must not be changed afterwards. */
  slice(bytes: Uint8Array): void {
    if (bytes.length < sliceCopyMaxBytes) {
      this.copy(bytes);
      return;
    }
    this.#endPiece();
    this.#pieces.push(bytes);
    this.#finishedSizeBytes += bytes.length;
  }

  #stringLength(sizeBytes: number, flexible: boolean): void {
    if (sizeBytes > stringMaxBytes) throw new ProtocolError(`a string of ${sizeBytes} bytes is longer than ${stringMaxBytes}`);
    if (flexible) this.unsignedVarint(sizeBytes + 1);
    else this.int16(sizeBytes);
  }

  #endPiece(): void {
    if (this.#position === this.#pieceStart) return;
    const piece = this.#bytes.subarray(this.#pieceStart, this.#position);
    this.#pieces.push(piece);
    this.#finishedSizeBytes += piece.length;
    this.#pieceStart = this.#position;
  }

  #reserve(sizeBytes: number): void {
    if (this.#position + sizeBytes <= this.#bytes.length) return;
    const pending = this.#bytes.subarray(this.#pieceStart, this.#position);
    const grown = new Uint8Array(Math.max(initialCapacityBytes, pending.length * 2, pending.length + sizeBytes));
    grown.set(pending);
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
    this.#position = pending.length;
    this.#pieceStart = 0;
  }
}

export function joinPieces(pieces: readonly Uint8Array[]): Uint8Array {
  if (pieces.length === 1) return pieces[0]!;
  const joined = new Uint8Array(sizeOfPieces(pieces));
  let position = 0;
  for (const piece of pieces) {
    joined.set(piece, position);
    position += piece.length;
  }
  return joined;
}

export function sizeOfPieces(pieces: readonly Uint8Array[]): number {
  let sizeBytes = 0;
  for (const piece of pieces) sizeBytes += piece.length;
  return sizeBytes;
}

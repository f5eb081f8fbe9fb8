/** A bare client on a real socket: writes bytes, cuts what comes back into frames, and sees how the connection ends. */
import { connect, type Socket } from 'node:net';
import { FrameSplitter } from '#engine/gateway/frame-splitter.ts';
import { decodeResponseFrame, encodeRequestFrame, type DecodedResponse } from '#engine/protocol/frames.ts';
import { joinPieces } from '#engine/protocol/byte-writer.ts';

export type Ending = 'open' | 'ended' | 'reset';

export class WireClient {
  readonly socket: Socket;
  /** 'reset' for a connection that the other side broke off, 'ended' for one that it closed in order. */
  ending: Ending = 'open';
  readonly closed: Promise<Ending>;
  readonly #splitter = new FrameSplitter(1 << 30);
  readonly #frames: Uint8Array[] = [];
  #waiting: ((frame: Uint8Array | undefined) => void)[] = [];

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    socket.on('end', () => (this.ending = 'ended'));
    socket.on('error', () => (this.ending = 'reset'));
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        if (this.ending === 'open') this.ending = 'ended';
        for (const waiting of this.#waiting) waiting(undefined);
        this.#waiting = [];
        resolve(this.ending);
      });
    });
  }

  /** Resolves when connected; a refused or reset connection is one that has ended. */
  static connect(port: number): Promise<WireClient> {
    const socket = connect({ port, host: '127.0.0.1', noDelay: true });
    const client = new WireClient(socket);
    return new Promise((resolve) => {
      socket.once('connect', () => resolve(client));
      socket.once('close', () => resolve(client));
    });
  }

  write(bytes: Uint8Array): void {
    this.socket.write(bytes);
  }

  /** The next frame without its size; undefined when the connection ended first. */
  next(): Promise<Uint8Array | undefined> {
    const frame = this.#frames.shift();
    if (frame !== undefined || this.socket.destroyed) return Promise.resolve(frame);
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  async ask(apiKey: number, apiVersion: number, correlationId: number, body: unknown): Promise<DecodedResponse | undefined> {
    this.write(requestBytes(apiKey, apiVersion, correlationId, body));
    const frame = await this.next();
    return frame === undefined ? undefined : decodeResponseFrame(apiKey, apiVersion, frame);
  }

  /** Breaks the connection off, which leaves no socket of it waiting anywhere. */
  reset(): void {
    this.socket.resetAndDestroy();
  }

  #receive(chunk: Uint8Array): void {
    this.#splitter.push(chunk);
    for (let frame = this.#splitter.take(); frame !== undefined; frame = this.#splitter.take()) {
      const waiting = this.#waiting.shift();
      if (waiting === undefined) this.#frames.push(frame);
      else waiting(frame);
    }
  }
}

/** A request with its size in front. */
export function requestBytes(apiKey: number, apiVersion: number, correlationId: number, body: unknown): Uint8Array {
  return joinPieces(encodeRequestFrame({ apiKey, apiVersion, correlationId, clientId: 'wire-client' }, body));
}

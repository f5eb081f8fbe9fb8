/**
 * One client's socket: cuts what comes in into requests, and sends answers out.
 *
 * Requests are taken only while few enough are unanswered and little enough is unsent; else the socket is not read, its buffers fill,
 * and TCP holds the client back. So a client that sends without reading costs a bounded amount of memory, and only itself time.
 */
import type { Socket } from 'node:net';
import { giveBackBytes } from '#engine/ports/lent-bytes.ts';
import { FrameSizeError, FrameSplitter } from '#engine/gateway/frame-splitter.ts';
import { expectsResponse } from '#engine/gateway/expects-response.ts';
import type { GatewayLimits } from '#engine/gateway/limits.ts';

/** What a connection asks of the gateway. */
export interface ConnectionHost {
  readonly limits: GatewayLimits;
  nowMs(): number;
  request(connection: Connection, frame: Uint8Array): void;
  /** The number of bytes that wait for the rest of their frame changed. */
  bufferedBytesChanged(byBytes: number): void;
  /** Whether requests without an answer count as in flight, until `handled` is called. */
  countsUnanswered(): boolean;
  /** The socket is gone, for whatever reason. */
  ended(connection: Connection): void;
  log(line: string): void;
}

export class Connection {
  readonly id: number;
  readonly broker: number;
  readonly address: string;
  /** Set when the door has closed it: it need not be told. */
  closedByDoor = false;
  readonly #host: ConnectionHost;
  readonly #socket: Socket;
  readonly #splitter: FrameSplitter;
  /** What each request that the engine has still waits for, in order. */
  #inFlight: ('answer' | 'handling' | 'nothing')[] = [];
  #bufferedBytesTold = 0;
  /** 'ending': what was written still goes out; 'broken': nothing does. */
  #state: 'open' | 'ending' | 'broken' = 'open';
  #brokerPaused = false;
  #lastActivityMs: number;
  #lastUnsentBytes = 0;
  #lastDrainMs: number;

  constructor(id: number, broker: number, socket: Socket, host: ConnectionHost) {
    this.id = id;
    this.broker = broker;
    this.address = `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
    this.#host = host;
    this.#socket = socket;
    this.#splitter = new FrameSplitter(host.limits.frameSizeBytesMax);
    this.#lastActivityMs = this.#lastDrainMs = host.nowMs();
    socket.setNoDelay(true);
    socket.setKeepAlive(true, 60_000);
    socket.on('data', (chunk: Uint8Array) => this.#receive(chunk));
    socket.on('drain', () => this.#pump());
    socket.on('error', () => socket.destroy());
    socket.on('close', () => this.#ended());
  }

  get bufferedBytes(): number {
    return this.#splitter.bufferedBytes;
  }

  get inFlightRequests(): number {
    return this.#inFlight.length;
  }

  /** Sends one answer. Between `cork` and `uncork` answers leave in one system call. */
  send(pieces: readonly Uint8Array[]): void {
    if (this.#state !== 'open') return;
    this.#lastActivityMs = this.#host.nowMs();
    this.#settle('answer');
    const last = pieces.length - 1;
    for (let index = 0; index < last; index++) this.#socket.write(pieces[index]!);
    this.#socket.write(pieces[last]!, (error) => {
      // The system has them all.
      if (!error) for (const piece of pieces) giveBackBytes(piece);
    });
    const unsentBytes = this.#socket.writableLength;
    if (unsentBytes > this.#host.limits.unsentBytesMax) {
      this.abort(`${unsentBytes} bytes of answers are unsent, more than ${this.#host.limits.unsentBytesMax}`);
    }
  }

  cork(): void {
    this.#socket.cork();
  }

  /** Answers are out: there may be room for further requests. */
  uncork(): void {
    this.#socket.uncork();
    this.#pump();
  }

  /** The first request under way that has no answer was handled. */
  handled(): void {
    this.#settle('handling');
    this.#pump();
  }

  /** A broker that stands still reads nothing. */
  setBrokerPaused(paused: boolean): void {
    this.#brokerPaused = paused;
    this.#pump();
  }

  /** Ends the connection after what was written. */
  end(): void {
    if (this.#state !== 'open') return;
    this.#stopTaking('ending');
    this.#socket.destroySoon();
  }

  /** Resets the connection, with a line in the log. */
  abort(reason: string): void {
    if (this.#state === 'broken') return;
    this.#stopTaking('broken');
    this.#host.log(`broker ${this.broker}: closed the connection of ${this.address}: ${reason}`);
    this.#socket.resetAndDestroy();
  }

  /** Resets the connection without a word: its broker is gone. */
  reset(): void {
    this.#stopTaking('broken');
    this.#socket.resetAndDestroy();
  }

  /** Looks at the time, now and then. */
  sweep(): void {
    if (this.#state === 'broken') return;
    const nowMs = this.#host.nowMs();
    const { limits } = this.#host;
    const unsentBytes = this.#socket.writableLength;
    if (unsentBytes === 0 || unsentBytes < this.#lastUnsentBytes) this.#lastDrainMs = nowMs;
    this.#lastUnsentBytes = unsentBytes;
    if (nowMs - this.#lastDrainMs >= limits.drainTimeoutMs) this.abort(`it has read none of ${unsentBytes} bytes for ${limits.drainTimeoutMs} ms`);
    else if (this.#inFlight.length === 0 && unsentBytes === 0 && nowMs - this.#lastActivityMs >= limits.idleTimeoutMs) {
      this.abort(`nothing happened on it for ${limits.idleTimeoutMs} ms (connections.max.idle.ms)`);
    }
  }

  #receive(chunk: Uint8Array): void {
    if (this.#state !== 'open') return;
    this.#lastActivityMs = this.#host.nowMs();
    this.#splitter.push(chunk);
    this.#tellBufferedBytes();
    this.#pump();
  }

  /** Hands on as many whole requests as there is room for, and reads the socket only when none is left over. */
  #pump(): void {
    while (this.#state === 'open') {
      if (!this.#hasRoom()) {
        this.#socket.pause();
        return;
      }
      const frame = this.#takeFrame();
      if (frame === undefined) break;
      if (expectsResponse(frame)) this.#inFlight.push('answer');
      else if (this.#host.countsUnanswered()) this.#inFlight.push('handling');
      this.#host.request(this, frame);
    }
    if (this.#state === 'open' && this.#socket.isPaused()) this.#socket.resume();
  }

  #hasRoom(): boolean {
    const { limits } = this.#host;
    return !this.#brokerPaused && this.#inFlight.length < limits.inFlightRequestsMax && this.#socket.writableLength <= limits.unsentPauseBytes;
  }

  #takeFrame(): Uint8Array | undefined {
    try {
      const frame = this.#splitter.take();
      this.#tellBufferedBytes();
      return frame;
    } catch (error) {
      if (!(error instanceof FrameSizeError)) throw error;
      this.abort(error.message);
      return undefined;
    }
  }

  #stopTaking(state: 'ending' | 'broken'): void {
    this.#state = state;
    this.#splitter.clear();
    this.#tellBufferedBytes();
  }

  #tellBufferedBytes(): void {
    const byBytes = this.#splitter.bufferedBytes - this.#bufferedBytesTold;
    if (byBytes === 0) return;
    this.#bufferedBytesTold += byBytes;
    this.#host.bufferedBytesChanged(byBytes);
  }

  /** A request is done; it makes room when all before it are done too, for so long may the broker keep it waiting. */
  #settle(waitsFor: 'answer' | 'handling'): void {
    const index = this.#inFlight.indexOf(waitsFor);
    if (index >= 0) this.#inFlight[index] = 'nothing';
    let done = 0;
    while (this.#inFlight[done] === 'nothing') done++;
    if (done > 0) this.#inFlight.splice(0, done);
  }

  #ended(): void {
    this.#stopTaking('broken');
    this.#host.ended(this);
  }
}

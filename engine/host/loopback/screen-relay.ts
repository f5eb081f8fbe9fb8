/**
 * Carries the traffic between the screens' WebSockets and the engine process, unread. When the engine dies the sockets are closed
 * with a code that tells the screen why; it keeps its state, says what happened and connects again.
 */
import type { WebSocket } from 'ws';
import type { ToEngineProcess } from '#engine/host/loopback/engine-messages.ts';

/** WebSocket close codes of our own (4000 to 4999 are free for applications). */
export const closeCode = { engineRestarting: 4001, engineStopped: 4002, shuttingDown: 4003, tooSlow: 4008 } as const;

/** A screen that lets so much pile up does not read any more. */
const unsentBytesMax = 128 * 1024 * 1024;

export class ScreenRelay {
  readonly #screens = new Map<number, WebSocket>();
  readonly #send: (message: ToEngineProcess) => void;
  #next = 1;

  constructor(send: (message: ToEngineProcess) => void) {
    this.#send = send;
  }

  get size(): number {
    return this.#screens.size;
  }

  add(socket: WebSocket): void {
    const screen = this.#next;
    this.#next += 1;
    this.#screens.set(screen, socket);
    this.#send({ type: 'screen.open', screen });
    socket.on('message', (data, isBinary) => {
      const bytes = Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data as ArrayBuffer);
      this.#send({ type: 'screen.data', screen, data: isBinary ? new Uint8Array(bytes) : bytes.toString('utf8') });
    });
    socket.on('close', () => {
      if (this.#screens.delete(screen)) this.#send({ type: 'screen.close', screen });
    });
    socket.on('error', () => socket.terminate());
  }

  deliver(screen: number, data: string | Uint8Array): void {
    const socket = this.#screens.get(screen);
    if (socket === undefined) return;
    if (socket.bufferedAmount > unsentBytesMax) socket.close(closeCode.tooSlow, 'the screen does not read any more');
    else socket.send(data);
  }

  close(screen: number, reason: string): void {
    const socket = this.#screens.get(screen);
    this.#screens.delete(screen);
    socket?.close(1000, reason.slice(0, 120));
  }

  closeAll(code: number, reason: string): void {
    const sockets = [...this.#screens.values()];
    this.#screens.clear();
    for (const socket of sockets) socket.close(code, reason.slice(0, 120));
  }
}

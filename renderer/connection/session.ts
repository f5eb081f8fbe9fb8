/**
 * One conversation with the engine that outlives connections: greets, beats, asks, and begins anew with growing pauses when the
 * other side is gone. Frames are handed on as they come; credit is given back when the receiver has taken one in.
 */
import type { Command } from '#engine/contract/commands.ts';
import { checkToScreen } from '#engine/contract/door.ts';
import { contractVersion } from '#engine/contract/envelope.ts';
import type { Query, ToEngine, ToScreen } from '#engine/contract/envelope.ts';
import { heartbeatIntervalMs, isHanging } from '#engine/contract/supervision.ts';
import type { Transport } from '#engine/contract/transport.ts';
import type { TransportSource } from '#renderer/connection/open-transport.ts';

export type ConnectionState = 'connecting' | 'open' | 'lost' | 'refused';

export interface SessionListeners {
  onState(state: ConnectionState, reason: string): void;
  onMessage(message: Exclude<ToScreen, { type: 'reply' } | { type: 'heartbeat' }>): void;
  onFrame(frame: Uint8Array): void;
}

export interface Session {
  command(command: Command): Promise<unknown>;
  query(query: Query): Promise<unknown>;
  frameTaken(): void;
  reconnectNow(): void;
  close(): void;
}

/** What the session needs of its surroundings: tests bring their own. */
export interface Surroundings {
  nowMs(): number;
  after(delayMs: number, task: () => void): () => void;
}

const framesAhead = 3;
const framesPerSecond = 60;
const pauseFirstMs = 250;
const pauseMaxMs = 4_000;
const openWithinMs = 4_000;

export class RefusedError extends Error {
  override readonly name = 'RefusedError';
}

interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

export function createSession(source: TransportSource, listeners: SessionListeners, surroundings: Surroundings): Session {
  let transport: Transport | undefined;
  let attempts = 0;
  let requestId = 0;
  let beat = 0;
  let heardMs = surroundings.nowMs();
  let openedMs = surroundings.nowMs();
  let greeted = false;
  let isClosed = false;
  let cancelRetry: (() => void) | undefined;
  const waiting = new Map<number, Waiting>();

  function connect(): void {
    cancelRetry = undefined;
    greeted = false;
    openedMs = surroundings.nowMs();
    listeners.onState('connecting', '');
    source.open((opened) => {
      transport?.close('another connection has been opened');
      transport = opened;
      heardMs = surroundings.nowMs();
      opened.onMessage((message) => opened === transport && receive(message));
      opened.onFrame((frame) => {
        if (opened === transport) listeners.onFrame(frame);
      });
      opened.onClose((reason) => opened === transport && lose(reason));
      say({ type: 'hello', contractVersion });
      say({ type: 'frames', perSecond: framesPerSecond });
      opened.grant(framesAhead);
    });
  }

  function say(message: ToEngine): void {
    transport?.send(message);
  }

  function receive(raw: unknown): void {
    heardMs = surroundings.nowMs();
    const checked = checkToScreen(raw);
    if (!checked.ok) {
      listeners.onState('refused', `The engine speaks another language: ${checked.error}. Reload this page.`);
      isClosed = true;
      transport?.close('the screen does not understand the engine');
      return;
    }
    const message = checked.value;
    if (message.type === 'heartbeat') return;
    if (message.type === 'reply') {
      const asked = waiting.get(message.requestId);
      waiting.delete(message.requestId);
      if (message.ok) asked?.resolve(message.value);
      else asked?.reject(new RefusedError(message.error));
      return;
    }
    if (message.type === 'welcome') {
      greeted = true;
      attempts = 0;
      listeners.onState('open', '');
    }
    listeners.onMessage(message);
  }

  function lose(reason: string): void {
    if (transport === undefined || isClosed) return;
    transport = undefined;
    for (const asked of waiting.values()) asked.reject(new RefusedError('the engine was lost before it answered'));
    waiting.clear();
    listeners.onState('lost', reason);
    const pauseMs = Math.min(pauseMaxMs, pauseFirstMs * 1.6 ** attempts);
    attempts++;
    cancelRetry = surroundings.after(pauseMs, connect);
  }

  function ask(build: (id: number) => ToEngine): Promise<unknown> {
    if (transport === undefined || !greeted) return Promise.reject(new RefusedError('there is no engine to ask at the moment'));
    requestId++;
    const id = requestId;
    return new Promise((resolve, reject) => {
      waiting.set(id, { resolve, reject });
      say(build(id));
    });
  }

  function watch(): void {
    if (isClosed) return;
    const nowMs = surroundings.nowMs();
    if (transport !== undefined) {
      beat++;
      say({ type: 'heartbeat', n: beat });
      const hangs = isHanging(heardMs, nowMs) || (!greeted && nowMs - openedMs > openWithinMs);
      if (hangs) {
        transport.close('no sign of life');
        lose('the engine gives no sign of life');
      }
    }
    surroundings.after(heartbeatIntervalMs, watch);
  }

  connect();
  surroundings.after(heartbeatIntervalMs, watch);

  return {
    command: (command) => ask((id) => ({ type: 'command', requestId: id, command })),
    query: (query) => ask((id) => ({ type: 'query', requestId: id, query })),
    frameTaken: () => transport?.grant(1),
    reconnectNow() {
      if (cancelRetry === undefined) return;
      cancelRetry();
      connect();
    },
    close() {
      isClosed = true;
      cancelRetry?.();
      transport?.close('the screen was closed');
    },
  };
}

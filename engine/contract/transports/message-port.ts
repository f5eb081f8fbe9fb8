/**
 * A message port: of the DOM, of Node's worker_threads, or Electron's `MessagePortMain` and `parentPort`. Only what these
 * have in common is asked of them. Nothing is ever put in a transfer list: an ArrayBuffer transferred from a renderer to a
 * Node-side port is lost together with its message.
 */
import type { Transport } from '#engine/contract/transport.ts';
import { createLinkTransport } from '#engine/contract/transports/link-transport.ts';
import { detachedFrame } from '#engine/contract/transports/packet.ts';

interface MessageEventLike {
  data: unknown;
}

/** DOM and worker_threads: listeners get an event with `data`. */
export interface EventTargetPort {
  postMessage(value: unknown): void;
  addEventListener(type: 'message', listener: (event: MessageEventLike) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
  start?(): void;
  close(): void;
}

/** Electron's main and utility process: `on` gives an event with `data`; `parentPort` has neither start nor close. */
export interface EmitterPort {
  postMessage(value: unknown): void;
  on(type: 'message', listener: (event: MessageEventLike) => void): unknown;
  on(type: 'close', listener: () => void): unknown;
  start?(): void;
  close?(): void;
}

export function createMessagePortTransport(port: EventTargetPort | EmitterPort): Transport {
  return createLinkTransport({
    post(packet) {
      port.postMessage(packet.kind === 'frame' ? { kind: 'frame', frame: detachedFrame(packet.frame) } : packet);
    },
    open(receive, lost) {
      if ('addEventListener' in port) {
        port.addEventListener('message', (event) => receive(event.data));
        port.addEventListener('close', () => lost('the port was closed'));
      } else {
        port.on('message', (event) => receive(event.data));
        port.on('close', () => lost('the port was closed'));
      }
      port.start?.();
    },
    close() {
      port.close?.();
    },
  });
}

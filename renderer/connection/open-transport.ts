/** The way to the engine: a message port from the desktop's preload, or a WebSocket to the host that served this page. */
import { enginePortMessage } from '#engine/contract/desktop-bridge.ts';
import type { DesktopBridge } from '#engine/contract/desktop-bridge.ts';
import type { Transport } from '#engine/contract/transport.ts';
import { createMessagePortTransport } from '#engine/contract/transports/message-port.ts';
import { createWebSocketTransport } from '#engine/contract/transports/web-socket.ts';
import type { WebSocketLike } from '#engine/contract/transports/web-socket.ts';

declare global {
  interface Window {
    terrarium?: DesktopBridge;
  }
}

/** Called for each transport that could be opened; a new one follows each time the engine was started anew. */
export interface TransportSource {
  open(onTransport: (transport: Transport) => void): void;
  /** Tells the host that the living cluster was drawn for the first time; it prints how long that took. */
  painted?(): void;
}

export function transportSource(): TransportSource {
  return window.terrarium === undefined ? webSocketSource() : desktopSource(window.terrarium);
}

function webSocketSource(): TransportSource {
  return {
    open(onTransport) {
      const url = new URL('engine', window.location.href);
      url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
      url.pathname = '/engine';
      // The DOM's types refuse views over shared memory, of which there are none here.
      onTransport(createWebSocketTransport(new WebSocket(url) as unknown as WebSocketLike));
    },
    painted: () => void fetch('/painted', { method: 'POST' }).catch(() => undefined),
  };
}

function desktopSource(bridge: DesktopBridge): TransportSource {
  let receive: ((transport: Transport) => void) | undefined;
  window.addEventListener('message', (event) => {
    const port = event.ports[0];
    if (event.source === window && event.data === enginePortMessage && port !== undefined) receive?.(createMessagePortTransport(port));
  });
  return {
    open(onTransport) {
      receive = onTransport;
      bridge.openEngine();
    },
    painted: () => bridge.painted(),
  };
}

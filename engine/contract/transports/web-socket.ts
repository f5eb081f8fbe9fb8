/**
 * A WebSocket: the browser's on the screen's side, a `ws` socket on the engine's. Control packets travel as JSON text with
 * tagged int64, frames as binary messages. Only what both sockets have in common is asked of them.
 */
import { fromTaggedJson, toTaggedJson } from '#engine/contract/json.ts';
import type { Transport } from '#engine/contract/transport.ts';
import { createLinkTransport } from '#engine/contract/transports/link-transport.ts';
import { messageTextMax } from '#engine/contract/transports/packet.ts';

export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  send(data: string | Uint8Array): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: 'message', listener: (event: { data: unknown }) => void): void;
  addEventListener(type: 'close', listener: (event: { code: number; reason: string }) => void): void;
  addEventListener(type: 'open' | 'error', listener: () => void): void;
}

const connecting = 0;
const open = 1;

/** The socket may still be connecting: what is sent before it opens waits. */
export function createWebSocketTransport(socket: WebSocketLike): Transport {
  let waiting: (string | Uint8Array)[] = [];
  let closing = false;
  socket.binaryType = 'arraybuffer';

  function write(data: string | Uint8Array): void {
    if (socket.readyState === connecting) waiting.push(data);
    else if (socket.readyState === open) socket.send(data);
  }

  return createLinkTransport({
    post(packet) {
      write(packet.kind === 'frame' ? packet.frame : toTaggedJson(packet));
    },
    open(receive, lost) {
      socket.addEventListener('open', () => {
        const early = waiting;
        waiting = [];
        for (const data of early) socket.send(data);
        if (closing) socket.close();
      });
      socket.addEventListener('message', (event) => receive(packetOf(event.data)));
      socket.addEventListener('close', (event) => lost(event.reason || `the connection was closed (code ${event.code})`));
      // A failing socket tells 'error' and then 'close'; the second is the one that counts.
      socket.addEventListener('error', () => undefined);
    },
    close() {
      closing = true;
      if (socket.readyState !== connecting) socket.close(1000);
    },
  });
}

/** What cannot be a packet is passed on as it is, and refused there with its reason. */
function packetOf(data: unknown): unknown {
  if (data instanceof ArrayBuffer) return { kind: 'frame', frame: new Uint8Array(data) };
  if (typeof data !== 'string') return data;
  if (data.length > messageTextMax) return `a message of ${data.length} characters`;
  try {
    return fromTaggedJson(data);
  } catch {
    return 'text that is not JSON';
  }
}

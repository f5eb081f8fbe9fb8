/** One factory per transport: both ends of a fresh connection, and how to make one end vanish without a goodbye. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { MessageChannel } from 'node:worker_threads';
import { WebSocket, WebSocketServer } from 'ws';
import type { AddressInfo } from 'node:net';
import type { Transport } from '#engine/contract/transport.ts';
import { createInProcessPair } from '#engine/contract/transports/in-process.ts';
import { createMessagePortTransport } from '#engine/contract/transports/message-port.ts';
import { createProcessChannelTransport } from '#engine/contract/transports/process-channel.ts';
import type { ProcessChannel } from '#engine/contract/transports/process-channel.ts';
import { createWebSocketTransport } from '#engine/contract/transports/web-socket.ts';

export interface TransportPair {
  engine: Transport;
  screen: Transport;
  /** Puts a packet on the wire that no transport would make; absent where nobody could. */
  forge?: (raw: unknown) => void;
  /** The screen's side dies; absent where the two sides cannot die apart. */
  kill?: () => void;
  dispose(): Promise<void>;
}

export const transportPairs: Record<string, () => Promise<TransportPair>> = {
  'in-process pair': async () => {
    const [engine, screen] = createInProcessPair(setImmediate);
    return { engine, screen, dispose: async () => undefined };
  },

  'message port': async () => {
    const { port1, port2 } = new MessageChannel();
    return {
      engine: createMessagePortTransport(port1),
      screen: createMessagePortTransport(port2),
      forge: (raw) => port2.postMessage(raw),
      kill: () => port2.close(),
      dispose: async () => port1.close(),
    };
  },

  WebSocket: async () => {
    const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
    await once(server, 'listening');
    const accepted = once(server, 'connection') as Promise<[WebSocket]>;
    const client = new WebSocket(`ws://127.0.0.1:${(server.address() as AddressInfo).port}`);
    // Made before the socket is open, as the screen does it.
    const screen = createWebSocketTransport(client);
    const [[socket]] = await Promise.all([accepted, once(client, 'open')]);
    return {
      engine: createWebSocketTransport(socket),
      screen,
      forge: (raw) => client.send(typeof raw === 'string' || Buffer.isBuffer(raw) ? raw : JSON.stringify(raw)),
      kill: () => client.terminate(),
      dispose: async () => {
        client.terminate();
        server.close();
        await once(server, 'close');
      },
    };
  },

  'child process': async () => {
    const child = fork(fileURLToPath(new URL('mirror-process.ts', import.meta.url)), { serialization: 'advanced' });
    await once(child, 'message');
    const side = (name: string, other: string): ProcessChannel => ({
      get connected() {
        return child.connected;
      },
      send: (message, callback) => child.send({ to: other, message } as never, callback),
      on: (type: 'message' | 'disconnect', listener: ((message: unknown) => void) & (() => void)) => {
        if (type === 'disconnect') return child.on('disconnect', listener);
        return child.on('message', (mirrored) => {
          const { to, message } = mirrored as { to: string; message: unknown };
          if (to === name) listener(message);
        });
      },
    });
    return {
      engine: createProcessChannelTransport(side('engine', 'screen')),
      screen: createProcessChannelTransport(side('screen', 'engine')),
      forge: (raw) => child.send({ to: 'engine', message: raw } as never),
      kill: () => child.kill('SIGKILL'),
      dispose: async () => {
        if (child.exitCode !== null || child.signalCode !== null) return;
        child.kill('SIGKILL');
        await once(child, 'exit');
      },
    };
  },
};

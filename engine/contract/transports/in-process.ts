/** Two ends in one process, for headless hosts and tests. What is sent is cloned, as every other transport does. */
import type { Transport } from '#engine/contract/transport.ts';
import { createLinkTransport } from '#engine/contract/transports/link-transport.ts';
import type { PacketLink } from '#engine/contract/transports/link-transport.ts';
import { detachedFrame } from '#engine/contract/transports/packet.ts';
import type { Packet } from '#engine/contract/transports/packet.ts';

/**
 * `later` runs a task after the current one, in order, e.g. `queueMicrotask` or `setImmediate`: delivery is never from within
 * `send`, as on every other transport.
 */
export function createInProcessPair(later: (task: () => void) => void): [Transport, Transport] {
  const left = createSide(later);
  const right = createSide(later);
  left.other = right;
  right.other = left;
  return [createLinkTransport(left), createLinkTransport(right)];
}

interface Side extends PacketLink {
  other: Side | undefined;
  receive: ((raw: unknown) => void) | undefined;
}

function createSide(later: (task: () => void) => void): Side {
  let isOpen = true;
  const side: Side = {
    other: undefined,
    receive: undefined,
    post(packet) {
      if (!isOpen) return;
      const copy = clonePacket(packet);
      later(() => side.other?.receive?.(copy));
    },
    open(receive) {
      side.receive = receive;
    },
    close() {
      isOpen = false;
    },
  };
  return side;
}

function clonePacket(packet: Packet): Packet {
  return structuredClone(packet.kind === 'frame' ? { kind: 'frame', frame: detachedFrame(packet.frame) } : packet);
}

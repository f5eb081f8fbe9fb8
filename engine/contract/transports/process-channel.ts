/**
 * The channel between a process and the child it forked with `serialization: 'advanced'` (structured clone, so bigint and
 * bytes pass). Either side: a ChildProcess, or the child's own `process`.
 */
import type { Transport } from '#engine/contract/transport.ts';
import { createLinkTransport } from '#engine/contract/transports/link-transport.ts';
import { detachedFrame } from '#engine/contract/transports/packet.ts';

export interface ProcessChannel {
  readonly connected: boolean;
  send?(message: unknown, callback: (error: Error | null) => void): boolean;
  on(type: 'message', listener: (message: unknown) => void): unknown;
  on(type: 'disconnect', listener: () => void): unknown;
  disconnect?(): void;
}

/** `belongs` picks out what is ours when the channel carries other messages too; they are left to their own listeners. */
export function createProcessChannelTransport(channel: ProcessChannel, belongs: (message: unknown) => boolean = () => true): Transport {
  let lose: ((reason: string) => void) | undefined;
  let closing = false;
  let unsent = 0;
  function disconnectWhenSent(): void {
    if (closing && unsent === 0 && channel.connected) channel.disconnect?.();
  }
  return createLinkTransport({
    post(packet) {
      if (!channel.connected) return;
      unsent++;
      channel.send?.(packet.kind === 'frame' ? { kind: 'frame', frame: detachedFrame(packet.frame) } : packet, (error) => {
        unsent--;
        if (error) lose?.(`the channel to the other process broke: ${error.message}`);
        disconnectWhenSent();
      });
    },
    open(receive, lost) {
      lose = lost;
      channel.on('message', (message) => {
        if (belongs(message)) receive(message);
      });
      channel.on('disconnect', () => lost('the other process is gone'));
    },
    close() {
      closing = true;
      disconnectWhenSent();
    },
  });
}

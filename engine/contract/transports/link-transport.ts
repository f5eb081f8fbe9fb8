/**
 * The one implementation of `Transport`: credit, bounds and closing, over any link that carries packets in order.
 * The links (in-process, message port, child process, WebSocket) only move packets, so they all behave alike.
 */
import type { Transport } from '#engine/contract/transport.ts';
import { creditMax, frameBytesMax, PacketError, readPacket, unreadMessagesMax } from '#engine/contract/transports/packet.ts';
import type { Packet } from '#engine/contract/transports/packet.ts';

export interface PacketLink {
  post(packet: Packet): void;
  /** Begins delivery: `receive` with whatever arrived, `lost` once when the other side is gone. */
  open(receive: (raw: unknown) => void, lost: (reason: string) => void): void;
  /** No packet may be posted any more; those already posted still arrive. */
  close(): void;
}

/** The receiver tells that it has read after this many messages, so that a slow reader is told from a stuck one. */
const readReportEvery = 256;

export function createLinkTransport(link: PacketLink): Transport {
  const messageListeners: ((message: unknown) => void)[] = [];
  const frameListeners: ((frame: Uint8Array) => void)[] = [];
  const creditListeners: (() => void)[] = [];
  const closeListeners: ((reason: string) => void)[] = [];
  /** What arrived before anybody listened; bounded by the sender's own limits. */
  let earlyMessages: unknown[] = [];
  let earlyFrames: Uint8Array[] = [];
  let credit = 0;
  /** Frames the other side may still send. */
  let granted = 0;
  let unreadByOther = 0;
  let readUnreported = 0;
  let closed = false;
  let endReason: string | undefined;

  function end(reason: string): void {
    if (closed) return;
    closed = true;
    endReason = reason;
    credit = 0;
    link.close();
    for (const listener of closeListeners) listener(reason);
  }

  function refuse(reason: string): void {
    if (closed) return;
    link.post({ kind: 'close', reason });
    end(reason);
  }

  function deliverMessage(message: unknown): void {
    readUnreported++;
    if (readUnreported >= readReportEvery) {
      link.post({ kind: 'read', messages: readUnreported });
      readUnreported = 0;
    }
    if (messageListeners.length === 0) earlyMessages.push(message);
    for (const listener of messageListeners) listener(message);
  }

  function deliverFrame(frame: Uint8Array): void {
    if (granted === 0) return refuse('protocol error: a frame was sent without credit');
    granted--;
    if (frameListeners.length === 0) earlyFrames.push(frame);
    for (const listener of frameListeners) listener(frame);
  }

  function receiveCredit(frames: number): void {
    const had = credit;
    credit += frames;
    if (credit > creditMax) return refuse(`protocol error: more than ${creditMax} frames of credit`);
    if (had === 0) for (const listener of creditListeners) listener();
  }

  function receive(raw: unknown): void {
    if (closed) return;
    let packet: Packet;
    try {
      packet = readPacket(raw);
    } catch (error) {
      if (!(error instanceof PacketError)) throw error;
      return refuse(`protocol error: ${error.message}`);
    }
    switch (packet.kind) {
      case 'message':
        return deliverMessage(packet.message);
      case 'frame':
        return deliverFrame(packet.frame);
      case 'credit':
        return receiveCredit(packet.frames);
      case 'read':
        unreadByOther = Math.max(0, unreadByOther - packet.messages);
        return;
      case 'close':
        return end(packet.reason);
    }
  }

  link.open(receive, (reason) => end(reason));

  return {
    send(message) {
      if (closed) return;
      unreadByOther++;
      if (unreadByOther > unreadMessagesMax) return refuse(`the other side has not read ${unreadMessagesMax} messages`);
      link.post({ kind: 'message', message });
    },
    sendFrame(frame) {
      if (closed || credit === 0) return false;
      if (frame.byteLength > frameBytesMax) throw new PacketError(`a frame of ${frame.byteLength} bytes, the largest allowed has ${frameBytesMax}`);
      credit--;
      link.post({ kind: 'frame', frame });
      return true;
    },
    grant(frames) {
      if (closed) return;
      if (!Number.isInteger(frames) || frames < 1 || granted + frames > creditMax) throw new PacketError(`credit must stay between 1 and ${creditMax} frames`);
      granted += frames;
      link.post({ kind: 'credit', frames });
    },
    get credit() {
      return credit;
    },
    onMessage(listener) {
      messageListeners.push(listener);
      const early = earlyMessages;
      earlyMessages = [];
      for (const message of early) listener(message);
    },
    onFrame(listener) {
      frameListeners.push(listener);
      const early = earlyFrames;
      earlyFrames = [];
      for (const frame of early) listener(frame);
    },
    onCredit(listener) {
      creditListeners.push(listener);
    },
    onClose(listener) {
      closeListeners.push(listener);
      // Whoever comes late still learns that it is over.
      if (endReason !== undefined) listener(endReason);
    },
    close(reason = 'closed') {
      if (closed) return;
      closed = true;
      credit = 0;
      link.post({ kind: 'close', reason });
      link.close();
    },
  };
}

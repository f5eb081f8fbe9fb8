/**
 * What travels under a `Transport`, whatever carries it, and the check of what arrives: the other side is another process,
 * so nothing it sends is taken on trust.
 */
export type Packet =
  | { kind: 'message'; message: unknown }
  | { kind: 'frame'; frame: Uint8Array }
  /** The receiver can take so many more frames. */
  | { kind: 'credit'; frames: number }
  /** So many control messages have been read since the last such packet. */
  | { kind: 'read'; messages: number }
  | { kind: 'close'; reason: string };

/** A frame of 100 brokers and 30,000 replicas is 3 MB; this is far above and still bounded. */
export const frameBytesMax = 64 * 1024 * 1024;
/** Length of a control message as text, where it travels as text. */
export const messageTextMax = 32 * 1024 * 1024;
/** Frames in flight that a receiver may ask for. */
export const creditMax = 256;
/** Control messages sent and not yet read by the other side; past it the other side counts as stuck. */
export const unreadMessagesMax = 8192;

export class PacketError extends Error {
  override readonly name = 'PacketError';
}

/** Reads what a link delivered; throws PacketError that says what is wrong with it. */
export function readPacket(raw: unknown): Packet {
  if (typeof raw !== 'object' || raw === null) throw new PacketError(`a packet is an object, this is ${raw === null ? 'null' : typeof raw}`);
  const fields = raw as Record<string, unknown>;
  switch (fields['kind']) {
    case 'message':
      if (!('message' in fields)) throw new PacketError('a message packet without a message');
      return { kind: 'message', message: fields['message'] };
    case 'frame':
      return { kind: 'frame', frame: readFrame(fields['frame']) };
    case 'credit':
      return { kind: 'credit', frames: readCount(fields['frames'], 'frames', creditMax) };
    case 'read':
      return { kind: 'read', messages: readCount(fields['messages'], 'messages', unreadMessagesMax) };
    case 'close':
      return { kind: 'close', reason: String(fields['reason']).slice(0, 500) };
    default:
      throw new PacketError(`unknown kind of packet: ${String(fields['kind']).slice(0, 40)}`);
  }
}

function readFrame(value: unknown): Uint8Array {
  if (!(value instanceof Uint8Array)) throw new PacketError('a frame packet without bytes');
  if (value.byteLength > frameBytesMax) throw new PacketError(`a frame of ${value.byteLength} bytes, the largest allowed has ${frameBytesMax}`);
  return value;
}

function readCount(value: unknown, name: string, most: number): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > most) throw new PacketError(`${name} must be an integer from 1 to ${most}`);
  return value;
}

/** Cloning a view clones the whole buffer behind it: a frame that is a small part of a large buffer is cut out first. */
export function detachedFrame(frame: Uint8Array): Uint8Array {
  return frame.byteLength === frame.buffer.byteLength ? frame : frame.slice();
}

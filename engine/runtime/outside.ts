/**
 * Clients outside, as the gateway hands them over: connections and raw request frames in, raw answers out. What comes in is
 * journalled before anything is done with it; what goes out leaves only after the commit of the turn.
 */
import { bareTokenCorrelationId } from '#engine/core/broker/authentication.ts';
import { closeConnection, expectsSaslToken, openConnection, receiveRequest, receiveSaslToken, takeOutbox } from '#engine/core/world/door.ts';
import type { OutboxEntry, World } from '#engine/core/world/door.ts';
import { decodeRequestFrame, encodeResponseFrame } from '#engine/protocol/frames.ts';
import type { SaslAuthenticateResponse } from '#engine/protocol/messages/36-sasl-authenticate.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

export type OutsideAnswer =
  /** Pieces of one response frame, its size in front. */
  | { type: 'frame'; connectionId: number; pieces: Uint8Array[] }
  /** A request that has no answer was handled. */
  | { type: 'handled'; connectionId: number }
  /** The broker ended the connection. */
  | { type: 'close'; connectionId: number; reason: string };

/**
 * Hands a request frame (without its size field) to the broker. A frame that is not Kafka's protocol ends its connection, as
 * in Kafka; the answer says why. The world may keep and change the frame's bytes.
 */
export function receiveFrame(world: World, connectionId: number, frame: Uint8Array): OutsideAnswer | undefined {
  if (expectsSaslToken(world, connectionId)) {
    receiveSaslToken(world, connectionId, frame);
    return undefined;
  }
  try {
    const { header, body } = decodeRequestFrame(frame);
    receiveRequest(world, connectionId, { ...header, body });
    return undefined;
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    closeConnection(world, connectionId);
    return { type: 'close', connectionId, reason: error.message };
  }
}

export function takeAnswers(world: World): OutsideAnswer[] {
  return takeOutbox(world).map(answerOf);
}

function answerOf(entry: OutboxEntry): OutsideAnswer {
  const { connectionId } = entry;
  if (entry.type === 'closed') return { type: 'close', connectionId, reason: entry.reason };
  if (entry.type === 'handled') return entry;
  if (entry.correlationId === bareTokenCorrelationId) return { type: 'frame', connectionId, pieces: bareToken(entry.body as SaslAuthenticateResponse) };
  return { type: 'frame', connectionId, pieces: encodeResponseFrame(entry.apiKey, entry.apiVersion, entry.correlationId, entry.body) };
}

/** A SASL token has its size in front, and no header. */
function bareToken({ authBytes }: SaslAuthenticateResponse): Uint8Array[] {
  const size = new Uint8Array(4);
  new DataView(size.buffer).setInt32(0, authBytes.length);
  return [size, authBytes];
}

export { closeConnection, openConnection };

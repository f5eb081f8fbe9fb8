/**
 * What the gateway needs of the engine: somewhere to hand requests to, and answers back. The host puts the two together; the gateway
 * knows frames and sockets, and nothing of worlds, brokers or journals.
 */
export interface DoorPort {
  /**
   * Set when the door says of each request that has no answer (Produce with acks=0) that it was handled. Without it such requests are
   * not counted as in flight, and a client that floods a paused engine with them is not held back.
   */
  readonly reportsHandled?: boolean;
  /** A client connected with a broker; undefined: the broker does not run. */
  open(broker: number, clientAddress: string): number | undefined;
  /**
   * A whole request frame, without its size. Its bytes belong to the door from now on. A frame that is malformed is answered with
   * a closing, at once or later.
   */
  request(connectionId: number, frame: Uint8Array): void;
  /** The client is gone, or the gateway closed the connection. */
  close(connectionId: number): void;
}

export type DoorAnswer =
  /** One response frame in pieces, its size in front. The pieces must not change afterwards; those that were lent go back when they are sent. */
  | { type: 'frame'; connectionId: number; pieces: Uint8Array[] }
  /** A request that has no answer was handled by its broker. */
  | { type: 'handled'; connectionId: number }
  /** The broker ended the connection: it crashed, or the client broke the protocol. */
  | { type: 'close'; connectionId: number; reason: string };

/**
 * How the engine and a screen reach each other. Two kinds of traffic: control messages (objects, schema-checked at the door,
 * never dropped, never many) and frames (binary, bulk, sent only while the receiver has given credit; the newest state
 * replaces one that could not be sent). Implementations: MessagePort, WebSocket, in-process pair; one conformance suite.
 */
export interface Transport {
  /** Sends a control message: JSON-like, bigint allowed. */
  send(message: unknown): void;
  /** Sends a frame and uses up one credit; answers false, having sent nothing, when there is none. */
  sendFrame(frame: Uint8Array): boolean;
  /** Lets the other side send `frames` more frames. */
  grant(frames: number): void;
  /** How many frames may be sent now. */
  readonly credit: number;
  onMessage(listener: (message: unknown) => void): void;
  onFrame(listener: (frame: Uint8Array) => void): void;
  /** Called when credit arrives after there was none. */
  onCredit(listener: () => void): void;
  /** Called once, when the other side is gone or has closed. */
  onClose(listener: (reason: string) => void): void;
  close(reason?: string): void;
}

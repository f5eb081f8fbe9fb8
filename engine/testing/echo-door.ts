/**
 * A door without an engine behind it: decodes each request, as the engine would, and answers it with a body of defaults in order;
 * a malformed one with a closing. For tests of the gateway alone.
 */
import type { DoorAnswer, DoorPort } from '#engine/gateway/door-port.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { apiOf } from '#engine/protocol/api-keys.ts';
import { decodeRequestFrame, encodeResponseFrame, type DecodedRequest } from '#engine/protocol/frames.ts';
import { create } from '#engine/protocol/message.ts';
import type { ProduceRequest } from '#engine/protocol/messages/00-produce.ts';
import { ProtocolError } from '#engine/protocol/protocol-error.ts';

export class EchoDoor implements DoorPort {
  /** Brokers that refuse connections. */
  readonly down = new Set<number>();
  readonly opened = new Map<number, { broker: number; address: string }>();
  readonly closed: number[] = [];
  readonly requests: { connectionId: number; request: DecodedRequest; frame: Uint8Array }[] = [];
  readonly reportsHandled = true;
  /** Keeps answers back until `turn` is called by hand. */
  holding = false;
  /** Makes the answer to a request; by default a body of defaults. */
  respond = defaultResponse;
  readonly #deliver: (answers: DoorAnswer[]) => void;
  #answers: DoorAnswer[] = [];
  #turnIsDue = false;

  constructor(deliver: (answers: DoorAnswer[]) => void) {
    this.#deliver = deliver;
  }

  open(broker: number, address: string): number | undefined {
    if (this.down.has(broker)) return undefined;
    const id = this.opened.size + 1;
    this.opened.set(id, { broker, address });
    return id;
  }

  request(connectionId: number, frame: Uint8Array): void {
    try {
      const request = decodeRequestFrame(frame);
      this.requests.push({ connectionId, request, frame });
      const pieces = this.respond(request);
      this.#answers.push(pieces === undefined ? { type: 'handled', connectionId } : { type: 'frame', connectionId, pieces });
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#answers.push({ type: 'close', connectionId, reason: error.message });
    }
    if (this.holding || this.#turnIsDue) return;
    this.#turnIsDue = true;
    setImmediate(() => this.turn());
  }

  close(connectionId: number): void {
    this.closed.push(connectionId);
  }

  /** Lets the answers out, as a turn of the engine does. */
  turn(): void {
    this.#turnIsDue = false;
    const answers = this.#answers;
    this.#answers = [];
    this.#deliver(answers);
  }
}

function defaultResponse({ header, body }: DecodedRequest): Uint8Array[] | undefined {
  if (header.apiKey === ApiKey.Produce && (body as ProduceRequest).acks === 0) return undefined;
  return encodeResponseFrame(header.apiKey, header.apiVersion, header.correlationId, create(apiOf(header.apiKey)!.response));
}

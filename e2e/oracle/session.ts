/**
 * One side of the comparison while a story is told to it: the same requests, over raw sockets, and a transcript of what came back.
 *
 * A story is told to both sides at once and knows neither; what it needs from an answer (ids, coordinators) it takes from that
 * side's own answers.
 */
import { WireClient, requestBytes } from '#engine/testing/wire-client.ts';
import { ApiKey, apiOf, type ApiName } from '#engine/protocol/api-keys.ts';
import { joinPieces } from '#engine/protocol/byte-writer.ts';
import { create } from '#engine/protocol/message.ts';
import { decodeResponseFrame, encodeResponseFrame } from '#engine/protocol/frames.ts';

export type SideName = 'kafka' | 'terrarium';

/** Whatever a decoded body is; stories read it by Kafka's field names. */
export type Body = Record<string, unknown>;

export type Answer =
  | { kind: 'answer'; api: ApiName; version: number; body: Body; wire: string }
  | { kind: 'closed' }
  | { kind: 'silent'; afterMs: number }
  | { kind: 'unreadable'; problem: string }
  | { kind: 'text'; text: string };

export interface AskOptions {
  broker?: number;
  /** Requests with the same name share a connection; the default is one a broker. */
  connection?: string;
  /** How long to wait for an answer; what comes later counts as none. */
  withinMs?: number;
}

const answerWithinMs = 15_000;

export class Session {
  readonly side: SideName;
  readonly ports: ReadonlyMap<number, number>;
  readonly transcript = new Map<string, Answer>();
  story = '';
  readonly #connections = new Map<string, Promise<WireClient>>();
  #correlationId = 0;

  constructor(side: SideName, ports: ReadonlyMap<number, number>) {
    this.side = side;
    this.ports = ports;
  }

  /** Asks and notes the answer under this name. */
  async ask(label: string, api: ApiName, version: number, body: Body, options: AskOptions = {}): Promise<Body> {
    return this.note(label, await this.send(api, version, body, options));
  }

  /** Asks without noting: for setting the scene. */
  async call(api: ApiName, version: number, body: Body, options: AskOptions = {}): Promise<Body> {
    const answer = await this.send(api, version, body, options);
    if (answer.kind !== 'answer') throw new Error(`${this.side}, ${this.story}: ${api} v${version} got ${JSON.stringify(answer)}`);
    return answer.body;
  }

  /** Sends raw bytes of a frame, the size excluded, and notes what comes back. */
  async askRaw(label: string, frame: Uint8Array, api: ApiName, version: number, options: AskOptions = {}): Promise<Body> {
    const sized = new Uint8Array(frame.length + 4);
    new DataView(sized.buffer).setInt32(0, frame.length);
    sized.set(frame, 4);
    return this.note(label, await this.#exchange(sized, api, version, options));
  }

  note(label: string, answer: Answer): Body {
    const name = `${this.story} > ${label}`;
    if (this.transcript.has(name)) throw new Error(`two exchanges are called "${name}"`);
    this.transcript.set(name, answer);
    return answer.kind === 'answer' ? answer.body : {};
  }

  async send(api: ApiName, version: number, body: Body, options: AskOptions = {}): Promise<Answer> {
    const definition = apiOf(ApiKey[api]);
    if (definition === undefined) throw new Error(`no API is called ${api}`);
    this.#correlationId += 1;
    const whole = create(definition.request, body);
    return this.#exchange(requestBytes(ApiKey[api], version, this.#correlationId, whole), api, version, options);
  }

  /** Sends a request that gets no answer, and one behind it: what comes is the second one's answer, or nothing. */
  async sendInstead(silent: ApiName, silentVersion: number, silentBody: Body, api: ApiName, version: number, body: Body, options: AskOptions): Promise<Answer> {
    const first = apiOf(ApiKey[silent])!.request;
    this.#correlationId += 2;
    const bytes = joinPieces([
      requestBytes(ApiKey[silent], silentVersion, this.#correlationId - 1, create(first, silentBody)),
      requestBytes(ApiKey[api], version, this.#correlationId, create(apiOf(ApiKey[api])!.request, body)),
    ]);
    return this.#exchange(bytes, api, version, options);
  }

  async #exchange(bytes: Uint8Array, api: ApiName, version: number, options: AskOptions): Promise<Answer> {
    const broker = options.broker ?? 1;
    const key = options.connection ?? `broker ${broker}`;
    const client = await this.#connectionTo(key, broker);
    client.write(bytes);
    const withinMs = options.withinMs ?? answerWithinMs;
    const frame = await nextWithin(client, withinMs);
    if (frame === 'late') {
      this.#connections.delete(key);
      client.reset();
      return { kind: 'silent', afterMs: withinMs };
    }
    if (frame === undefined) {
      this.#connections.delete(key);
      return { kind: 'closed' };
    }
    return readAnswer(api, version, frame);
  }

  #connectionTo(key: string, broker: number): Promise<WireClient> {
    let connection = this.#connections.get(key);
    if (connection === undefined) {
      const port = this.ports.get(broker);
      if (port === undefined) throw new Error(`${this.side} has no broker ${broker}`);
      connection = WireClient.connect(port);
      this.#connections.set(key, connection);
    }
    return connection;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections.values()) (await connection).reset();
    this.#connections.clear();
  }
}

async function nextWithin(client: WireClient, withinMs: number): Promise<Uint8Array | undefined | 'late'> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((answer) => {
    timer = setTimeout(() => answer('late'), withinMs);
  });
  const frame = await Promise.race([client.next(), late]);
  clearTimeout(timer);
  return frame;
}

/** Decodes an answer; encoding it again must give the same bytes, or one side's header or body is of another version. */
function readAnswer(api: ApiName, version: number, frame: Uint8Array): Answer {
  try {
    const { correlationId, body } = decodeResponseFrame(ApiKey[api], version, frame);
    const again = joinPieces(encodeResponseFrame(ApiKey[api], version, correlationId, body)).subarray(4);
    const wire = Buffer.compare(again, frame) === 0 ? 'whole' : `${frame.length} bytes, of which ${again.length} were understood`;
    return { kind: 'answer', api, version, body: body as Body, wire };
  } catch (error) {
    return { kind: 'unreadable', problem: error instanceof Error ? error.message : String(error) };
  }
}

/**
 * A client on a bench, for its own tests: the test sees each request, answers or loses it, and moves the clock by hand.
 */
import { noCompression } from '#engine/ports/compression.ts';
import { noCryptography } from '#engine/ports/cryptography.ts';
import type { NodeBehaviour, NodeContext, OutgoingRequest, PendingRequest } from '#engine/core/node.ts';
import type { Fact, FactKind, FactPayloads, Why } from '#engine/core/facts.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { create } from '#engine/protocol/message.ts';
import { MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';

export interface SentRequest extends OutgoingRequest {
  correlationId: number;
}

interface Timer {
  kind: string;
  key: string;
  dueUs: number;
}

export class TestClient<State, Config> {
  readonly behaviour: NodeBehaviour<State, Config>;
  readonly state: State;
  readonly facts: Fact[] = [];
  /** Sent and neither answered nor lost, the oldest first. */
  outstanding: SentRequest[] = [];
  /** Sent for good: no answer will come. */
  unanswerable: SentRequest[] = [];
  nowUs = 0;
  #timers: Timer[] = [];
  #nextCorrelationId = 1;
  #drawn = 0;

  constructor(behaviour: NodeBehaviour<State, Config>, config: Config) {
    this.behaviour = behaviour;
    this.state = behaviour.start(config, this.context);
  }

  /** The oldest outstanding request of this API; an error when there is none. */
  request(apiKey: number): SentRequest {
    const found = this.outstanding.find((request) => request.apiKey === apiKey);
    if (found === undefined) throw new Error(`no request of API ${apiKey} is outstanding; there are ${this.outstanding.map((request) => request.apiKey).join(', ') || 'none'}`);
    return found;
  }
  requests(apiKey: number): SentRequest[] {
    return this.outstanding.filter((request) => request.apiKey === apiKey);
  }
  answer(request: SentRequest, body: unknown): void {
    this.#take(request);
    this.behaviour.onResponse(this.state, this.#pending(request), body, this.context);
  }
  lose(request: SentRequest): void {
    this.#take(request);
    this.behaviour.onFailure(this.state, this.#pending(request), 'disconnected', this.context);
  }
  command(kind: string): void {
    this.behaviour.onCommand(this.state, { kind }, this.context);
  }
  advance(ms: number): void {
    const untilUs = this.nowUs + ms * 1000;
    for (let timer = this.#nextTimer(untilUs); timer !== undefined; timer = this.#nextTimer(untilUs)) {
      this.nowUs = Math.max(this.nowUs, timer.dueUs);
      this.context.disarm(timer.kind, timer.key);
      this.behaviour.onTimer(this.state, timer.kind, timer.key, this.context);
    }
    this.nowUs = untilUs;
  }
  /** Answers the outstanding metadata request: partition p of each topic is led by `leaders[p]` with epoch `leaderEpoch`. */
  answerMetadata(topics: Record<string, number[]>, leaderEpoch = 0): void {
    const brokers = [...new Set([1, ...Object.values(topics).flat()])].filter((id) => id >= 0);
    this.answer(this.request(ApiKey.Metadata), create(MetadataResponse, {
      controllerId: 1,
      clusterId: 'cluster',
      brokers: brokers.map((nodeId) => ({ nodeId, host: 'localhost', port: 9091 + nodeId })),
      topics: Object.entries(topics).map(([name, leaders]) => ({
        name,
        topicId: name.padEnd(22, 'A'),
        partitions: leaders.map((leaderId, partitionIndex) => ({ partitionIndex, leaderId, leaderEpoch, errorCode: leaderId < 0 ? 5 : 0 })),
      })),
    }));
  }

  #take(request: SentRequest): void {
    if (!this.outstanding.includes(request)) throw new Error(`request ${request.correlationId} (API ${request.apiKey}) is not outstanding`);
    this.outstanding = this.outstanding.filter((other) => other !== request);
  }
  #pending(request: SentRequest): PendingRequest {
    const { correlationId, to, listener, apiKey, apiVersion, kind, key, body } = request;
    return { correlationId, to, listener, connectionId: 1, apiKey, apiVersion, kind, key, body, sentUs: this.nowUs };
  }
  #nextTimer(untilUs: number): Timer | undefined {
    return this.#timers.filter(({ dueUs }) => dueUs <= untilUs).toSorted((a, b) => a.dueUs - b.dueUs)[0];
  }
  #send(outgoing: OutgoingRequest): number {
    const sent = { ...outgoing, correlationId: this.#nextCorrelationId++ };
    (outgoing.expectsResponse === false ? this.unanswerable : this.outstanding).push(sent);
    return sent.correlationId;
  }
  #clockUs(): number {
    return this.nowUs;
  }

  readonly context: NodeContext = this.#makeContext();

  #makeContext(): NodeContext {
    const clockUs = () => this.#clockUs();
    return {
      node: 'client/test',
      incarnation: 1,
      get nowUs() {
        return clockUs();
      },
      get nowMs() {
        return 1_000_000 + Math.floor(clockUs() / 1000);
      },
      random: { next: () => 0.5, integer: (bound) => (Math.imul(this.#drawn++, 0x9e_37_79_b1) >>> 8) % bound, uuid: () => 'U'.repeat(22) },
      get disk(): never {
        throw new Error('a client has no disk');
      },
      compression: noCompression,
      cryptography: noCryptography,
      eventId: 0,
      request: (outgoing) => this.#send(outgoing),
      forget: (correlationId) => {
        this.outstanding = this.outstanding.filter((request) => request.correlationId !== correlationId);
      },
      respond: () => {
        throw new Error('a client answers nothing');
      },
      doneWithout: () => {},
      closeConnection: () => {},
      arm: (kind, key, delayMs) => {
        this.#timers = [...this.#timers.filter((timer) => timer.kind !== kind || timer.key !== key), { kind, key, dueUs: this.nowUs + delayMs * 1000 }];
      },
      disarm: (kind, key) => {
        this.#timers = this.#timers.filter((timer) => timer.kind !== kind || timer.key !== key);
      },
      armedAtUs: (kind, key) => this.#timers.find((timer) => timer.kind === kind && timer.key === key)?.dueUs,
      publish: <K extends FactKind>(kind: K, payload: FactPayloads[K], why?: Why) => {
        this.facts.push({ kind, payload, ...(why === undefined ? {} : { why }) });
      },
      halt: () => {},
    };
  }
}

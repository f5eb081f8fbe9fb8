/**
 * A client of a test cluster that sends exactly the messages it is told to, over a connection from outside: for tests of what
 * a broker answers to a request, which no well-behaved client would send.
 */
import type { TestCluster } from '#engine/testing/cluster.ts';
import { closeConnection, openConnection, receiveRequest, takeOutbox } from '#engine/core/world/door.ts';
import { apiOf } from '#engine/protocol/api-keys.ts';
import { create, type DeepPartial, type MessageDefinition, type MessageOf } from '#engine/protocol/message.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';

export interface RawAnswer {
  correlationId: number;
  apiKey: number;
  body: unknown;
  /** Virtual time at which it was taken out. */
  timeUs: number;
}

export class RawClient {
  readonly connectionId: number;
  /** In the order in which they came. */
  readonly answers: RawAnswer[] = [];
  closed = false;
  private readonly cluster: TestCluster;
  private nextCorrelationId = 1;

  constructor(cluster: TestCluster, brokerId: number) {
    this.cluster = cluster;
    const connectionId = openConnection(cluster.world, brokerId, '127.0.0.1');
    if (connectionId === undefined) throw new Error(`broker ${brokerId} does not run`);
    this.connectionId = connectionId;
  }

  /** Sends without waiting; answers the correlation id. */
  send<D extends MessageDefinition>(request: D, values: DeepPartial<MessageOf<D>>, apiVersion = newestVersion(request)): number {
    const correlationId = this.nextCorrelationId++;
    const body = create(request, values as never);
    const accepted = receiveRequest(this.cluster.world, this.connectionId, { apiKey: request.apiKey, apiVersion, correlationId, clientId: 'raw', body });
    if (!accepted) this.closed = true;
    return correlationId;
  }

  /** Sends and lets virtual time pass until the answer is there. */
  ask<D extends MessageDefinition, R extends MessageDefinition>(request: D, response: R, values: DeepPartial<MessageOf<D>>, apiVersion = newestVersion(request)): MessageOf<R> {
    const correlationId = this.send(request, values, apiVersion);
    return this.answerTo(correlationId, response);
  }

  answerTo<R extends MessageDefinition>(correlationId: number, response: R, withinMs = 60_000): MessageOf<R> {
    this.cluster.runUntil(`${response.name} ${correlationId}`, () => this.find(correlationId) !== undefined || this.closed, withinMs);
    const answer = this.find(correlationId);
    if (answer === undefined) throw new Error(`the broker closed the connection instead of a ${response.name}`);
    return answer.body as MessageOf<R>;
  }

  find(correlationId: number): RawAnswer | undefined {
    this.take();
    return this.answers.find((answer) => answer.correlationId === correlationId);
  }

  /** Several clients share the outbox: what is another's stays for it. */
  take(): void {
    const { world } = this.cluster;
    const others = [];
    for (const entry of takeOutbox(world)) {
      if (entry.connectionId !== this.connectionId) others.push(entry);
      else if (entry.type === 'closed') this.closed = true;
      else if (entry.type === 'response') this.answers.push({ correlationId: entry.correlationId, apiKey: entry.apiKey, body: entry.body, timeUs: world.state.timeUs });
    }
    if (others.length > 0) world.state.outbox.push(...others);
  }

  close(): void {
    closeConnection(this.cluster.world, this.connectionId);
  }
}

function newestVersion(request: MessageDefinition): number {
  return apiOf(request.apiKey)?.offered?.max ?? request.versions.max;
}

/** One uncompressed batch of text values, without a producer id. */
export function textBatch(values: readonly string[], timestamp = 1_767_225_600_000n): Uint8Array {
  const encoder = new TextEncoder();
  return encodeBatch({
    baseOffset: 0n,
    leaderEpoch: -1,
    records: values.map((value) => ({ timestamp, key: null, value: encoder.encode(value), headers: [] })),
    producerId: -1n,
    producerEpoch: -1,
    baseSequence: -1,
    isControl: false,
    isTransactional: false,
  });
}

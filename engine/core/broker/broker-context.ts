/**
 * One request of a connection at a time (Kafka: SocketServer's muted channels): the next one is handled when the one before
 * it has been answered, so that answers leave in the order of the requests, and a parked fetch holds up what comes behind it
 * on its connection and nothing else.
 *
 * Invariants: a request is answered once, by `respond`, or let go by `finishWithoutResponse`; the queue of a connection is
 * bounded, and a peer that sends on regardless loses the connection.
 * Left out: the quorum's listener, whose peers have a connection for each purpose and one request under way on each.
 */
import type { FactKind, FactPayloads, Why } from '#engine/core/facts.ts';
import type { NodeContext, NodeId, OutgoingRequest, RequestMessage } from '#engine/core/node.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { Compression } from '#engine/ports/compression.ts';
import type { Cryptography } from '#engine/ports/cryptography.ts';
import type { Disk } from '#engine/ports/disk.ts';
import type { Random } from '#engine/ports/random.ts';

/** Requests that may wait behind the one in process. */
export const waitingRequestsMax = 1000;

/** What one handling did to a partition, for those who wait on it. */
export interface PartitionChange {
  /** Bytes that were appended. */
  appendedBytes: number;
  highWatermarkMoved: boolean;
  /** It is no longer what the parked requests came for: another role, another epoch, or gone. */
  roleChanged: boolean;
}

export interface BrokerHooks {
  handle(state: BrokerState, request: RequestMessage, context: BrokerContext): void;
  /** Completes what waited for the partition. */
  settle(state: BrokerState, key: string, change: PartitionChange, context: BrokerContext): void;
  /** The answer as the authorizer lets it go. */
  completeAnswer(state: BrokerState, request: RequestMessage, answer: unknown): unknown;
}

/**
 * The context that the handlers of a broker see: one object, aimed at a broker for each handling. What a handler does to partitions and
 * connections is noted here and followed up in `drain`, after the handler has returned (Kafka: ActionQueue): parked requests
 * then complete with all that the handling brought, and no handler runs inside another.
 */
export class BrokerContext implements NodeContext {
  private state!: BrokerState;
  private inner!: NodeContext;
  private readonly hooks: BrokerHooks;
  /** Connections whose next request may be handled. */
  private ready: number[] = [];
  private changes = new Map<string, PartitionChange>();

  constructor(hooks: BrokerHooks) {
    this.hooks = hooks;
  }

  /** Begins a handling. What a handling that failed has left is forgotten. */
  aim(state: BrokerState, inner: NodeContext): this {
    this.state = state;
    this.inner = inner;
    if (this.ready.length > 0) this.ready = [];
    if (this.changes.size > 0) this.changes = new Map();
    return this;
  }

  receive(request: RequestMessage): void {
    const row = this.state.connections.get(request.connectionId);
    if (row === undefined) {
      this.state.connections.set(request.connectionId, { peer: request.from, inProcess: -1, waiting: [request] });
    } else if (row.waiting.length >= waitingRequestsMax) {
      this.refuse(request);
      return;
    } else {
      row.waiting.push(request);
    }
    this.ready.push(request.connectionId);
  }

  respond(request: RequestMessage, body: unknown): void {
    this.inner.respond(request, this.state.security.authorizer === null ? body : this.hooks.completeAnswer(this.state, request, body));
    this.finish(request);
  }

  /** acks=0: what the authorizer refused of it nothing else can tell. */
  finishWithoutResponse(request: RequestMessage): void {
    if (this.state.refusedParts.has(request.id)) {
      this.refuse(request);
      return;
    }
    this.inner.doneWithout(request);
    this.finish(request);
  }

  private finish(request: RequestMessage): void {
    const row = this.state.connections.get(request.connectionId);
    if (row === undefined || row.inProcess !== request.id) return;
    row.inProcess = -1;
    this.ready.push(request.connectionId);
  }

  /** Ends the connection instead of an answer, as Kafka does with what it cannot make sense of. */
  refuse(request: RequestMessage): void {
    this.state.connections.delete(request.connectionId);
    this.state.authentications.delete(request.connectionId);
    this.state.refusedParts.delete(request.id);
    this.inner.closeConnection(request.from);
  }

  noteAppended(key: string, sizeBytes: number): void {
    this.changeOf(key).appendedBytes += sizeBytes;
  }
  noteHighWatermark(key: string): void {
    this.changeOf(key).highWatermarkMoved = true;
  }
  noteRole(key: string): void {
    this.changeOf(key).roleChanged = true;
  }

  private changeOf(key: string): PartitionChange {
    let change = this.changes.get(key);
    if (change === undefined) {
      change = { appendedBytes: 0, highWatermarkMoved: false, roleChanged: false };
      this.changes.set(key, change);
    }
    return change;
  }

  /** The broker begins to serve: whoever connected before has waited. */
  readyAll(): void {
    this.ready.push(...this.state.connections.keys());
  }

  /** Follows up what was noted, and what that brings, until nothing is left. */
  drain(): void {
    for (;;) {
      if (this.changes.size > 0) this.settleChanges();
      else if (this.ready.length > 0) this.handleReady();
      else return;
    }
  }

  private settleChanges(): void {
    const { changes } = this;
    this.changes = new Map();
    for (const [key, change] of changes) this.hooks.settle(this.state, key, change, this);
  }

  private handleReady(): void {
    const connectionId = this.ready.shift();
    const row = connectionId === undefined ? undefined : this.state.connections.get(connectionId);
    if (connectionId === undefined || row === undefined || row.inProcess !== -1 || !this.state.imagePublished) return;
    const request = row.waiting.shift();
    if (request === undefined) {
      this.state.connections.delete(connectionId);
      return;
    }
    row.inProcess = request.id;
    this.hooks.handle(this.state, request, this);
  }

  get node(): NodeId {
    return this.inner.node;
  }
  get incarnation(): number {
    return this.inner.incarnation;
  }
  get nowUs(): number {
    return this.inner.nowUs;
  }
  get nowMs(): number {
    return this.inner.nowMs;
  }
  get random(): Random {
    return this.inner.random;
  }
  get disk(): Disk {
    return this.inner.disk;
  }
  get compression(): Compression {
    return this.inner.compression;
  }
  get cryptography(): Cryptography {
    return this.inner.cryptography;
  }
  get eventId(): number {
    return this.inner.eventId;
  }
  request(outgoing: OutgoingRequest): number {
    return this.inner.request(outgoing);
  }
  forget(correlationId: number): void {
    this.inner.forget(correlationId);
  }
  doneWithout(request: RequestMessage): void {
    this.inner.doneWithout(request);
  }
  closeConnection(peer: NodeId): void {
    this.inner.closeConnection(peer);
  }
  arm(kind: string, key: string, delayMs: number): void {
    this.inner.arm(kind, key, delayMs);
  }
  disarm(kind: string, key: string): void {
    this.inner.disarm(kind, key);
  }
  armedAtUs(kind: string, key: string): number | undefined {
    return this.inner.armedAtUs(kind, key);
  }
  publish<K extends FactKind>(kind: K, payload: FactPayloads[K], why?: Why): void {
    this.inner.publish(kind, payload, why);
  }
  halt(reason: string): void {
    this.inner.halt(reason);
  }
}

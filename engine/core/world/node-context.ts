/**
 * What a node may do while it handles an input: one object for the whole world, aimed at a node for each handling.
 *
 * Sends are only collected here. They leave after the handling (step.ts), when what was persisted in it is persisted: that is
 * how "persist, then send" holds for every handler without any of them knowing about it.
 */
import type { Compression } from '#engine/ports/compression.ts';
import type { Cryptography } from '#engine/ports/cryptography.ts';
import type { Disk } from '#engine/ports/disk.ts';
import type { Random } from '#engine/ports/random.ts';
import type { FactKind, FactPayloads, Fact, Why } from '#engine/core/facts.ts';
import type { Message, NodeContext, NodeId, OutgoingRequest, RequestMessage } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import { connectionFor } from '#engine/core/world/connections.ts';
import { isExternal } from '#engine/core/world/network.ts';
import { enqueue, removeEvent } from '#engine/core/world/event-queue.ts';
import { StreamReader } from '#engine/core/world/random.ts';
import type { NodeRow, World, WorldState } from '#engine/core/world/world-state.ts';
import type { GuardedDisk } from '#engine/core/world/guarded-disk.ts';

/** The most a handling may send or publish: a bound against a handler that loops. */
const outputsMax = 200_000;

export class WorldNodeContext implements NodeContext {
  private world: World | undefined;
  private row: NodeRow | undefined;
  private readonly reader = new StreamReader(new Uint32Array(4));
  /** What this handling published and sent so far. */
  facts: Fact[] = [];
  outgoing: Message[] = [];
  /** Set by `halt`. */
  haltReason: string | null = null;
  /** Peers whose connections to this node end after the handling. */
  closings: NodeId[] = [];

  /** Aims at a node, with empty outputs. */
  aim(world: World, row: NodeRow): void {
    this.world = world;
    this.row = row;
    this.reader.state = row.random;
    this.facts = [];
    this.outgoing = [];
    this.closings = [];
    this.haltReason = null;
  }

  private get current(): NodeRow {
    assert(this.row !== undefined, 'no node is being handled');
    return this.row;
  }
  private get state(): WorldState {
    assert(this.world !== undefined, 'no node is being handled');
    return this.world.state;
  }

  get node(): NodeId {
    return this.current.id;
  }
  get incarnation(): number {
    return this.current.incarnation;
  }
  get nowUs(): number {
    return this.state.timeUs;
  }
  get nowMs(): number {
    const state = this.state;
    return state.spec.startEpochMs + Math.floor(state.timeUs / 1000) + this.current.skewMs;
  }
  get random(): Random {
    return this.reader;
  }
  get disk(): Disk {
    return this.guardedDisk();
  }
  get compression(): Compression {
    assert(this.world !== undefined, 'no node is being handled');
    return this.world.compression;
  }
  get cryptography(): Cryptography {
    assert(this.world !== undefined, 'no node is being handled');
    return this.world.cryptography;
  }
  get eventId(): number {
    return this.state.eventId;
  }

  private guardedDisk(): GuardedDisk {
    const disk = this.world?.disks.get(this.current.brokerId);
    assert(disk !== undefined, `${this.current.id} has no disk`);
    return disk;
  }

  request(outgoing: OutgoingRequest): number {
    const { state, current } = this;
    const correlationId = current.nextCorrelationId;
    current.nextCorrelationId = (correlationId + 1) & 0x7fff_ffff;
    const connection = connectionFor(state, current, outgoing);
    const message: RequestMessage = {
      kind: 'request',
      id: state.nextMessageId++,
      from: current.id,
      to: outgoing.to,
      listener: outgoing.listener,
      connectionId: connection.id,
      correlationId,
      apiKey: outgoing.apiKey,
      apiVersion: outgoing.apiVersion,
      clientId: current.clientId,
      body: outgoing.body,
      sentUs: state.timeUs,
      causeId: state.eventId,
    };
    if (outgoing.expectsResponse !== false) this.awaitAnswer(outgoing, correlationId, connection.id);
    this.collect(message);
    return correlationId;
  }

  private awaitAnswer(outgoing: OutgoingRequest, correlationId: number, connectionId: number): void {
    const { state, current } = this;
    assert(outgoing.timeoutMs > 0, `a request needs a timeout, ${outgoing.kind} of ${current.id} has ${outgoing.timeoutMs}`);
    const timeout = {
      dueUs: state.timeUs + toUs(outgoing.timeoutMs),
      sequence: 0,
      place: -1,
      kind: 'timeout' as const,
      node: current.id,
      causeId: state.eventId,
      message: null,
      departUs: 0,
      timerKind: '',
      timerKey: '',
      correlationId,
    };
    enqueue(state.queue, timeout);
    current.pending.set(correlationId, {
      correlationId,
      to: outgoing.to,
      listener: outgoing.listener,
      connectionId,
      apiKey: outgoing.apiKey,
      apiVersion: outgoing.apiVersion,
      kind: outgoing.kind,
      key: outgoing.key,
      body: outgoing.body,
      sentUs: state.timeUs,
      timeout,
      forgotten: false,
    });
  }

  forget(correlationId: number): void {
    const pending = this.current.pending.get(correlationId);
    if (pending !== undefined) pending.forgotten = true;
  }

  respond(request: RequestMessage, body: unknown): void {
    const { state, current } = this;
    assert(request.to === current.id, `${current.id} cannot answer a request to ${request.to}`);
    this.collect({
      kind: 'response',
      id: state.nextMessageId++,
      from: current.id,
      to: request.from,
      connectionId: request.connectionId,
      correlationId: request.correlationId,
      apiKey: request.apiKey,
      apiVersion: request.apiVersion,
      body,
      sentUs: state.timeUs,
      causeId: state.eventId,
    });
  }

  doneWithout(request: RequestMessage): void {
    if (isExternal(request.from)) this.state.outbox.push({ type: 'handled', connectionId: request.connectionId });
  }

  closeConnection(peer: NodeId): void {
    this.closings.push(peer);
  }

  arm(kind: string, key: string, delayMs: number): void {
    assert(delayMs >= 0 && Number.isFinite(delayMs), `timer ${kind} of ${this.current.id} cannot be armed for ${delayMs} ms`);
    const { state, current } = this;
    let timers = current.timers.get(kind);
    if (timers === undefined) current.timers.set(kind, (timers = new Map()));
    let timer = timers.get(key);
    if (timer === undefined) {
      timer = { dueUs: 0, sequence: 0, place: -1, kind: 'timer', node: current.id, causeId: 0, message: null, departUs: 0, timerKind: kind, timerKey: key, correlationId: -1 };
      timers.set(key, timer);
    } else {
      removeEvent(state.queue, timer);
    }
    timer.dueUs = state.timeUs + toUs(delayMs);
    timer.causeId = state.eventId;
    enqueue(state.queue, timer);
  }

  disarm(kind: string, key: string): void {
    const timers = this.current.timers.get(kind);
    const timer = timers?.get(key);
    if (timers === undefined || timer === undefined) return;
    removeEvent(this.state.queue, timer);
    timers.delete(key);
  }

  armedAtUs(kind: string, key: string): number | undefined {
    return this.current.timers.get(kind)?.get(key)?.dueUs;
  }

  publish<K extends FactKind>(kind: K, payload: FactPayloads[K], why?: Why): void {
    assert(this.facts.length < outputsMax, `${this.current.id} publishes without end`);
    this.facts.push(why === undefined ? { kind, payload } : { kind, payload, why });
  }

  halt(reason: string): void {
    this.haltReason ??= reason;
  }

  private collect(message: Message): void {
    assert(this.outgoing.length < outputsMax, `${this.current.id} sends without end`);
    this.outgoing.push(message);
  }
}

export function toUs(delayMs: number): number {
  return Math.round(delayMs * 1000);
}

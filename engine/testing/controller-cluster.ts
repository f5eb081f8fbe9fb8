/**
 * A few controller nodes on one virtual clock, with a network that can delay, lose and cut: enough to try the quorum and the
 * controller without brokers around them. Everything random comes from one seed. What a handling sent leaves after its disk
 * has committed, as in the world.
 */
import { noCompression } from '#engine/ports/compression.ts';
import { noCryptography } from '#engine/ports/cryptography.ts';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import type { Fact, FactKind, FactPayloads, Why } from '#engine/core/facts.ts';
import type { NodeContext, NodeId, OutgoingRequest, PendingRequest, RequestMessage } from '#engine/core/node.ts';
import { brokerIdOf, brokerNodeId } from '#engine/core/node.ts';
import {
  hasHandedOver,
  onControllerFailure,
  onControllerRequest,
  onControllerResponse,
  onControllerTimer,
  isActiveController,
  shutdownControllerNode,
  startControllerNode,
  takeCommitted,
  type CommittedRecord,
  type ControllerNodeState,
} from '#engine/core/controller/controller-node.ts';
import { resolveBrokerSettings } from '#engine/core/settings/resolve-settings.ts';
import { assert } from '#engine/ports/assert.ts';
import type { Random } from '#engine/ports/random.ts';

export const testClusterId = 'Y2x1c3Rlci1mb3ItdGVzdA';
const clientNode = 'admin/test';
const startMs = 1_767_225_600_000;

interface TestNode {
  id: number;
  disk: MemoryDisk;
  state: ControllerNodeState | undefined;
  incarnation: number;
  timers: Map<string, { dueUs: number; sequence: number; kind: string; key: string }>;
  pending: Map<number, PendingRequest & { timeoutUs: number; sequence: number }>;
  /** Committed records of this life, in the order in which they were handed out. */
  committed: CommittedRecord[];
}

interface Delivery {
  dueUs: number;
  sequence: number;
  to: NodeId;
  incarnation: number;
  deliver: () => void;
}

export interface ControllerClusterOptions {
  voters?: number[];
  observers?: number[];
  seed?: number;
  settings?: Record<string, string>;
  latencyMs?: number;
  jitterMs?: number;
  loss?: number;
}

export class ControllerCluster {
  timeUs = 0;
  readonly facts: Fact[] = [];
  readonly nodes = new Map<number, TestNode>();
  /** Answers to `send`, by its result. */
  readonly answers = new Map<number, unknown>();
  readonly random: Random;
  loss: number;
  private readonly options: ControllerClusterOptions;
  private readonly voters: number[];
  private deliveries: Delivery[] = [];
  private sequence = 0;
  private nextId = 1;
  /** "1>2": nothing gets through. */
  private readonly cuts = new Set<string>();
  private readonly lastDueUs = new Map<string, number>();
  private readonly clientRequests = new Map<number, number>();

  constructor(options: ControllerClusterOptions = {}) {
    this.options = options;
    this.random = seededRandom(options.seed ?? 1);
    this.loss = options.loss ?? 0;
    this.voters = options.voters ?? [1, 2, 3];
    for (const id of [...this.voters, ...(options.observers ?? [])]) {
      this.nodes.set(id, { id, disk: new MemoryDisk(), state: undefined, incarnation: 0, timers: new Map(), pending: new Map(), committed: [] });
    }
    for (const id of this.nodes.keys()) this.start(id);
  }

  node(id: number): TestNode {
    const node = this.nodes.get(id);
    assert(node !== undefined, `there is no node ${id}`);
    return node;
  }

  state(id: number): ControllerNodeState {
    const { state } = this.node(id);
    assert(state !== undefined, `node ${id} does not run`);
    return state;
  }

  running(): ControllerNodeState[] {
    return [...this.nodes.values()].flatMap((node) => (node.state === undefined ? [] : [node.state]));
  }

  /** The active controller; the one with the latest epoch when an old one does not know yet. */
  controller(): ControllerNodeState | undefined {
    return this.running()
      .filter(isActiveController)
      .toSorted((a, b) => b.quorum.epoch - a.quorum.epoch)[0];
  }

  start(id: number): void {
    const node = this.node(id);
    node.incarnation++;
    node.committed = [];
    const settings = resolveBrokerSettings(this.options.settings ?? {}, 'kafka');
    this.handle(node, (context) => {
      node.state = startControllerNode({ brokerId: id, clusterId: testClusterId, voters: this.voters, settings }, context);
    });
  }

  /** The process dies: timers, requests and memory are gone, the disk keeps what was committed. */
  crash(id: number): void {
    const node = this.node(id);
    node.state = undefined;
    node.timers.clear();
    node.pending.clear();
    node.disk.crash();
    for (const peer of this.nodes.values()) {
      for (const pending of [...peer.pending.values()].filter(({ to }) => to === brokerNodeId(id))) this.failLater(peer, pending.correlationId);
    }
  }

  /** An orderly end: the process goes when another leads, or after five seconds. */
  shutDown(id: number): void {
    const node = this.node(id);
    this.handle(node, (context) => shutdownControllerNode(this.state(id), context));
    const untilUs = this.timeUs + 5_000_000;
    while (!hasHandedOver(this.state(id)) && this.step(untilUs));
    this.crash(id);
  }

  cut(a: number, b: number): void {
    this.cuts.add(`${a}>${b}`).add(`${b}>${a}`);
  }
  cutOneWay(from: number, to: number): void {
    this.cuts.add(`${from}>${to}`);
  }
  isolate(id: number): void {
    for (const other of this.nodes.keys()) if (other !== id) this.cut(id, other);
  }
  heal(): void {
    this.cuts.clear();
  }

  /** A request from outside to a node's CONTROLLER listener; its answer appears in `answers`. */
  send(to: number, apiKey: number, apiVersion: number, body: unknown): number {
    const id = this.nextId++;
    const request = this.requestMessage({ to: brokerNodeId(to), listener: 'CONTROLLER', apiKey, apiVersion, body, kind: 'test', key: '', timeoutMs: 1 }, clientNode, id);
    this.clientRequests.set(request.id, id);
    this.transmit(clientNode, brokerNodeId(to), () => this.receive(to, request));
    return id;
  }

  /** Sends to the active controller and runs until the answer is there. */
  call<Response>(apiKey: number, apiVersion: number, body: unknown, limitMs = 5_000): Response {
    const controller = this.controller();
    assert(controller !== undefined, 'there is no active controller');
    const id = this.send(controller.brokerId, apiKey, apiVersion, body);
    this.runUntil(() => this.answers.has(id), limitMs, `an answer to API ${apiKey}`);
    return this.answers.get(id) as Response;
  }

  runMs(ms: number): void {
    const untilUs = this.timeUs + ms * 1000;
    while (this.step(untilUs));
    this.timeUs = untilUs;
  }

  runUntil(condition: () => boolean, limitMs: number, what: string): void {
    const untilUs = this.timeUs + limitMs * 1000;
    while (!condition()) assert(this.step(untilUs), `${what} did not happen within ${limitMs} ms`);
  }

  /** Handles the next event that is due by then; answers false when there is none. */
  step(untilUs: number): boolean {
    const next = this.nextEvent();
    if (next === undefined || next.dueUs > untilUs) return false;
    this.timeUs = Math.max(this.timeUs, next.dueUs);
    next.run();
    return true;
  }

  private nextEvent(): { dueUs: number; sequence: number; run: () => void } | undefined {
    let best: { dueUs: number; sequence: number; run: () => void } | undefined;
    const offer = (dueUs: number, sequence: number, run: () => void): void => {
      if (best === undefined || dueUs < best.dueUs || (dueUs === best.dueUs && sequence < best.sequence)) best = { dueUs, sequence, run };
    };
    for (const delivery of this.deliveries) offer(delivery.dueUs, delivery.sequence, () => this.arrive(delivery));
    for (const node of this.nodes.values()) {
      for (const [name, timer] of node.timers) {
        offer(timer.dueUs, timer.sequence, () => {
          node.timers.delete(name);
          this.handle(node, (context) => onControllerTimer(this.state(node.id), timer.kind, timer.key, context));
        });
      }
      for (const pending of node.pending.values()) offer(pending.timeoutUs, pending.sequence, () => this.fail(node, pending.correlationId, 'timeout'));
    }
    return best;
  }

  private arrive(delivery: Delivery): void {
    this.deliveries = this.deliveries.filter((other) => other !== delivery);
    delivery.deliver();
  }

  private receive(to: number, request: RequestMessage): void {
    const node = this.node(to);
    if (node.state === undefined) {
      // Refused: whoever asked learns it after the way back.
      const sender = this.nodes.get(brokerIdOf(request.from));
      if (sender !== undefined) this.failLater(sender, request.correlationId);
      return;
    }
    this.handle(node, (context) => onControllerRequest(this.state(to), request, context));
  }

  private failLater(node: TestNode, correlationId: number): void {
    this.schedule(this.timeUs + 250, brokerNodeId(node.id), node.incarnation, () => this.fail(node, correlationId, 'disconnected'));
  }

  private fail(node: TestNode, correlationId: number, failure: 'timeout' | 'disconnected'): void {
    const pending = node.pending.get(correlationId);
    if (pending === undefined || node.state === undefined) return;
    node.pending.delete(correlationId);
    this.handle(node, (context) => onControllerFailure(this.state(node.id), pending, failure, context));
  }

  private handle(node: TestNode, run: (context: NodeContext) => void): void {
    const sends: (() => void)[] = [];
    const context = this.contextOf(node, sends);
    run(context);
    if (node.disk.dirty) node.disk.commit();
    if (node.state !== undefined) node.committed.push(...takeCommitted(node.state));
    for (const send of sends) send();
  }

  private contextOf(node: TestNode, sends: (() => void)[]): NodeContext {
    const self = brokerNodeId(node.id);
    return {
      node: self,
      incarnation: node.incarnation,
      nowUs: this.timeUs,
      nowMs: startMs + Math.floor(this.timeUs / 1000),
      random: this.random,
      disk: node.disk,
      compression: noCompression,
      cryptography: noCryptography,
      eventId: this.sequence,
      request: (outgoing) => this.request(node, outgoing, sends),
      forget: (correlationId) => void node.pending.delete(correlationId),
      respond: (request, body) => void sends.push(() => this.respond(self, request, body)),
      doneWithout: () => undefined,
      closeConnection: () => undefined,
      arm: (kind, key, delayMs) => void node.timers.set(`${kind} ${key}`, { dueUs: this.timeUs + Math.round(delayMs * 1000), sequence: this.sequence++, kind, key }),
      disarm: (kind, key) => void node.timers.delete(`${kind} ${key}`),
      armedAtUs: (kind, key) => node.timers.get(`${kind} ${key}`)?.dueUs,
      publish: <K extends FactKind>(kind: K, payload: FactPayloads[K], why?: Why) => void this.facts.push(why === undefined ? { kind, payload } : { kind, payload, why }),
      halt: () => undefined,
    };
  }

  private request(node: TestNode, outgoing: OutgoingRequest, sends: (() => void)[]): number {
    const correlationId = this.nextId++;
    const message = this.requestMessage(outgoing, brokerNodeId(node.id), correlationId);
    node.pending.set(correlationId, { ...outgoing, connectionId: 0, correlationId, sentUs: this.timeUs, timeoutUs: this.timeUs + outgoing.timeoutMs * 1000, sequence: this.sequence++ });
    sends.push(() => this.transmit(message.from, message.to, () => this.receive(brokerIdOf(message.to), message)));
    return correlationId;
  }

  private requestMessage(outgoing: OutgoingRequest, from: NodeId, correlationId: number): RequestMessage {
    const { to, listener, apiKey, apiVersion, body } = outgoing;
    return { kind: 'request', id: this.nextId++, from, to, listener, connectionId: 0, correlationId, apiKey, apiVersion, clientId: null, body, sentUs: this.timeUs, causeId: 0 };
  }

  private respond(from: NodeId, request: RequestMessage, body: unknown): void {
    this.transmit(from, request.from, () => {
      const clientId = this.clientRequests.get(request.id);
      if (clientId !== undefined) {
        this.answers.set(clientId, body);
        return;
      }
      const node = this.node(brokerIdOf(request.from));
      const pending = node.pending.get(request.correlationId);
      if (pending === undefined || node.state === undefined) return;
      node.pending.delete(request.correlationId);
      this.handle(node, (context) => onControllerResponse(this.state(node.id), pending, body, context));
    });
  }

  private transmit(from: NodeId, to: NodeId, deliver: () => void): void {
    const link = `${brokerIdOf(from)}>${brokerIdOf(to)}`;
    if (this.cuts.has(link) || (this.loss > 0 && this.random.next() < this.loss)) return;
    const latencyMs = (this.options.latencyMs ?? 0.25) + (this.options.jitterMs ?? 0.05) * this.random.next();
    const dueUs = Math.max(this.timeUs + Math.round(latencyMs * 1000), this.lastDueUs.get(link) ?? 0);
    this.lastDueUs.set(link, dueUs);
    const target = this.nodes.get(brokerIdOf(to));
    this.schedule(dueUs, to, target?.incarnation ?? 0, deliver);
  }

  private schedule(dueUs: number, to: NodeId, incarnation: number, deliver: () => void): void {
    const isStillThere = (): boolean => (this.nodes.get(brokerIdOf(to))?.incarnation ?? 0) === incarnation;
    this.deliveries.push({ dueUs, sequence: this.sequence++, to, incarnation, deliver: () => (isStillThere() ? deliver() : undefined) });
  }
}

/** Mulberry32: small, good enough for tests, and the same everywhere. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  const letter = (): string => alphabet[Math.floor(next() * 62)]!;
  return { next, integer: (bound) => Math.floor(next() * bound), uuid: () => `${Array.from({ length: 21 }, letter).join('')}A` };
}

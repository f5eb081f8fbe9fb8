/**
 * The state of the world: one plain root (architecture law 9). A snapshot is a structured clone of it, a hash a walk over it.
 *
 * Beside the root stands what cannot be data: the disks (adapters), the behaviours (code) and scratch objects, all held by
 * `World`. Nothing in them decides anything that the root does not say.
 */
import type { Compression } from '#engine/ports/compression.ts';
import type { Cryptography } from '#engine/ports/cryptography.ts';
import type { Disk } from '#engine/ports/disk.ts';
import type { Message, NodeBehaviour, NodeId, NodeKind, PendingRequest } from '#engine/core/node.ts';
import type { Fact } from '#engine/core/facts.ts';
import type { EventQueue, QueuedEvent } from '#engine/core/world/event-queue.ts';
import type { StreamState } from '#engine/core/world/random.ts';
import type { WorldSpec } from '#engine/core/world/world-spec.ts';
import type { GuardedDisk } from '#engine/core/world/guarded-disk.ts';
import type { WorldNodeContext } from '#engine/core/world/node-context.ts';

export type NodeStatus = 'running' | 'crashed' | 'paused' | 'stopped';

export interface PendingRow extends PendingRequest {
  /** Its timeout in the queue. */
  timeout: QueuedEvent;
  /** The node does not want to hear of it any more. Its connection still waits: an answer that never comes ends the connection. */
  forgotten: boolean;
}

export interface NodeRow {
  id: NodeId;
  kind: NodeKind;
  /** -1 unless it is a broker. */
  brokerId: number;
  status: NodeStatus;
  /** Without power nothing answers, not even with a refusal. */
  powered: boolean;
  incarnation: number;
  /** As in the header of its requests: a built-in client's own, or "broker-1". */
  clientId: string;
  config: unknown;
  /** The behaviour's state; null while no process runs. */
  state: unknown;
  random: StreamState;
  /** Jitter and losses of what this node sends. */
  networkRandom: StreamState;
  nextCorrelationId: number;
  pending: Map<number, PendingRow>;
  /** Armed timers by kind, then by key. The value is the event in the queue itself. */
  timers: Map<string, Map<string, QueuedEvent>>;
  /** Connections this node opened, by "to listener channel". */
  connections: Map<string, number>;
  /** This node's clock minus the world's. */
  skewMs: number;
  /** Inputs that arrived while the node was paused, in order. */
  held: QueuedEvent[];
}

export interface ConnectionRow {
  id: number;
  from: NodeId;
  to: NodeId;
  key: string;
  /** Which life of `to` accepted it; 0 until the first request arrives. */
  toIncarnation: number;
  /**
   * The first message lost on it, per direction: TCP lets nothing later through, until the opening side gives up and connects
   * anew. `Number.MAX_SAFE_INTEGER` while all is well.
   */
  requestsLostFrom: number;
  responsesLostFrom: number;
  /** The opening side is gone; requests still on their way arrive, answers go nowhere. */
  closed: boolean;
  /** The serving side has ended it: what still comes in is not read, what it answered before still arrives. */
  ended: boolean;
  lastRequestArrivalUs: number;
  lastResponseArrivalUs: number;
  /** Address of a client outside, else null. */
  clientAddress: string | null;
}

/** How a directed link differs from the default. Keys: "a>b", "a>*", "*>b". */
export interface LinkRow {
  cut: boolean;
  /** Nodes that a row with '*' does not touch (healed one by one). */
  except: NodeId[];
  shape: LinkShape | null;
}

export interface LinkShape {
  latencyMs?: number | undefined;
  jitterMs?: number | undefined;
  loss?: number | undefined;
  duplicate?: number | undefined;
  /** Bytes per second. */
  bandwidth?: number | undefined;
}

export interface DiskRow {
  brokerId: number;
  slowMs: number;
  full: boolean;
  failing: boolean;
  /** When the work it was given is done. */
  busyUntilUs: number;
  /** Per segment file: how much of it an fsync has made safe from a power loss. */
  flushed: Map<string, number>;
}

export interface FaultRow {
  id: string;
  command: { kind: string; [field: string]: unknown };
  inverse: { kind: string; [field: string]: unknown };
  sinceUs: number;
  text: string;
}

/** What is done to the next messages that fit (interception.ts). Null fits everything. */
export interface InterceptionRow {
  id: number;
  action: 'hold' | 'drop' | 'delay' | 'duplicate' | 'reorder';
  match: { from: NodeId | null; to: NodeId | null; apiKey: number | null; direction: 'request' | 'response' | null };
  /** How many messages it still takes. */
  left: number;
  /** For each message that fits, how likely it is taken. */
  probability: number;
  delayMs: number;
}

export interface HeldMessage {
  connectionId: number;
  toServer: boolean;
  /** Held only until the next message of its way has passed it. */
  untilNext: boolean;
  /** It was not taken itself; it waits behind one that was. */
  behind: boolean;
  sinceUs: number;
  event: QueuedEvent;
}

/** What is done when a fact is published, or at a time (triggers.ts). */
export interface TriggerRow {
  id: string;
  /** The facts it waits for, or null: it is due by the clock. */
  when: { fact: string; where: Record<string, unknown> } | null;
  /** Of a trigger by the clock: how often it comes; 0: once. */
  everyMs: number;
  /** How many facts that fit it still lets pass. */
  skip: number;
  /** How many times it still fires. */
  left: number;
  probability: number;
  /** Its events in the queue. */
  queued: number;
  do: { kind: string; [field: string]: unknown }[];
}

/** Something for a client outside. */
export type OutboxEntry =
  | { type: 'response'; connectionId: number; apiKey: number; apiVersion: number; correlationId: number; body: unknown }
  /** A request that has no answer was handled. */
  | { type: 'handled'; connectionId: number }
  | { type: 'closed'; connectionId: number; reason: string };

export interface WorldState {
  seed: number;
  spec: WorldSpec;
  clusterId: string;
  timeUs: number;
  /** Number of the last event. */
  eventId: number;
  nextMessageId: number;
  nextConnectionId: number;
  queue: EventQueue;
  nodes: Map<NodeId, NodeRow>;
  connections: Map<number, ConnectionRow>;
  links: Map<string, LinkRow>;
  /** When each directed link with a bandwidth has sent what it was given. */
  linkBusyUntilUs: Map<string, number>;
  disks: Map<number, DiskRow>;
  faults: FaultRow[];
  interceptions: InterceptionRow[];
  /** Messages taken out of the traffic, in the order in which they were taken. */
  held: HeldMessage[];
  nextInterceptionId: number;
  /** Lots of interceptions and triggers. */
  interceptionRandom: StreamState;
  triggers: TriggerRow[];
  nextTriggerId: number;
  outbox: OutboxEntry[];
}

export type EventInput =
  | { type: 'start' }
  | { type: 'command'; command: { kind: string; [field: string]: unknown } }
  | { type: 'message'; message: Message }
  | { type: 'timer'; kind: string; key: string }
  | { type: 'failure'; correlationId: number; apiKey: number; reason: string };

/** A message as it left: when it arrives, and whether it will. */
export interface SentMessage {
  message: Message;
  departUs: number;
  arriveUs: number;
  /** Why it will never arrive; empty when it is on its way. */
  lost: string;
  /** It was taken out of the traffic as it left, until it is released. */
  held?: boolean;
}

/** One handled event: what a person can ask about later. */
export interface EventRecord {
  id: number;
  timeUs: number;
  node: NodeId;
  input: EventInput;
  causeId: number;
  facts: Fact[];
  sent: SentMessage[];
  /** A paused node only keeps the input; it is handled, as an event of its own, when the node is resumed. */
  held: boolean;
}

export type Behaviours = Readonly<Partial<Record<NodeKind, NodeBehaviour<unknown, unknown>>>>;

/** 'bytes': every message is encoded and decoded again on its way. */
export type WireMode = 'objects' | 'bytes';

export interface World {
  state: WorldState;
  readonly behaviours: Behaviours;
  readonly wire: WireMode;
  readonly disks: Map<number, GuardedDisk>;
  readonly diskFor: (brokerId: number) => Disk;
  readonly compression: Compression;
  readonly cryptography: Cryptography;
  /** Scratch of the current handling. */
  readonly context: WorldNodeContext;
}

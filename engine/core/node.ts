/**
 * What a node of the world is, and what it may do while it handles an input.
 *
 * A node (broker, producer, consumer, admin) is a row of data plus a `NodeBehaviour`: functions over that data. The world
 * hands it a start, a message, an answer or a timer; through `NodeContext` it persists, sends, arms and publishes. The
 * world lets sends and publications out only after what was persisted in the same handling (architecture law 1).
 * State must stay plain: records, arrays, Maps, Sets, typed arrays, bigint (law 9). A timer or a parked request is a row.
 */
import type { Compression } from '#engine/ports/compression.ts';
import type { Cryptography } from '#engine/ports/cryptography.ts';
import type { Disk } from '#engine/ports/disk.ts';
import type { Random } from '#engine/ports/random.ts';
import type { FactKind, FactPayloads, Why } from '#engine/core/facts.ts';

/** "broker/1", "producer/checkout", "consumer/billing-1", "external/17". */
export type NodeId = string;
export type NodeKind = 'broker' | 'producer' | 'consumer' | 'admin' | 'external';
/** Kafka's listener names in this engine: clients and brokers use PLAINTEXT, the quorum uses CONTROLLER. */
export type ListenerName = 'PLAINTEXT' | 'CONTROLLER';

export function brokerNodeId(brokerId: number): NodeId {
  return (brokerNodeIds[brokerId] ??= `broker/${brokerId}`);
}
/** Made once: every request names its receiver. */
const brokerNodeIds: NodeId[] = [];
/** The broker's number, or -1 when the node is not a broker. */
export function brokerIdOf(node: NodeId): number {
  return node.startsWith('broker/') ? Number(node.slice(7)) : -1;
}

/** A request on its way, or as it lies in a purgatory: enough to answer it. Plain data. */
export interface RequestMessage {
  kind: 'request';
  /** Unique in the run. */
  id: number;
  from: NodeId;
  to: NodeId;
  listener: ListenerName;
  /**
   * The connection it came on, unique in the run. Requests of one connection arrive in order and are processed one at a
   * time; a node has several connections to the same broker (see `OutgoingRequest.channel`).
   */
  connectionId: number;
  /** The peer's IP address, for a client outside. */
  clientAddress?: string;
  correlationId: number;
  apiKey: number;
  apiVersion: number;
  clientId: string | null;
  /** The decoded message (`#engine/protocol/messages`), Kafka's field names in camelCase. */
  body: unknown;
  sentUs: number;
  /** The event whose handling sent it. */
  causeId: number;
}

export interface ResponseMessage {
  kind: 'response';
  id: number;
  from: NodeId;
  to: NodeId;
  connectionId: number;
  correlationId: number;
  apiKey: number;
  apiVersion: number;
  body: unknown;
  sentUs: number;
  causeId: number;
}

/** A connection that ended: the other side died (reset) or refused. Silence (partition, power loss) sends nothing. */
export interface DisconnectMessage {
  kind: 'disconnect';
  id: number;
  from: NodeId;
  to: NodeId;
  connectionId: number;
  /** Correlation ids of `to`'s requests that will get no answer; empty when `to` was the serving side. */
  correlationIds: number[];
  sentUs: number;
  causeId: number;
}

export type Message = RequestMessage | ResponseMessage | DisconnectMessage;

/** A request that a node sent and that is unanswered; kept by the world in the node's row. */
export interface PendingRequest {
  correlationId: number;
  to: NodeId;
  listener: ListenerName;
  connectionId: number;
  apiKey: number;
  apiVersion: number;
  /** Which part of the node sent it: the first half of how an answer finds its handler, e.g. "replicaFetch". */
  kind: string;
  /** The second half, free for the sender, e.g. the leader's broker id. */
  key: string;
  /** The request's body, as sent. */
  body: unknown;
  sentUs: number;
}

export type RequestFailure = 'timeout' | 'disconnected';

export interface OutgoingRequest {
  to: NodeId;
  listener: ListenerName;
  apiKey: number;
  apiVersion: number;
  body: unknown;
  kind: string;
  key: string;
  /** After this long without an answer `onFailure` is called with 'timeout'. */
  timeoutMs: number;
  /** acks=0: no answer will come, nothing is pending. */
  expectsResponse?: boolean;
  /**
   * Which of the sender's network clients sends it; each has a connection of its own, as in Kafka. Absent: a broker has one
   * per `kind`, a client one for its coordinator and one for all else.
   */
  channel?: string;
}

export interface NodeContext {
  readonly node: NodeId;
  /** Which life of this node it is: 1 for the first start, one more for each restart. */
  readonly incarnation: number;
  /** Virtual time of the world, integer microseconds since the run began. */
  readonly nowUs: number;
  /** This node's own clock in milliseconds since the Unix epoch: world start + virtual time + the node's skew. Integer. */
  readonly nowMs: number;
  /** The stream named after this node. */
  readonly random: Random;
  /** The broker's disk. Other kinds of node have none, and asking is an assertion failure. */
  readonly disk: Disk;
  /** Opens and closes compressed batches, for the few who look inside. */
  readonly compression: Compression;
  /** Hashes, for those who must know who a client is. */
  readonly cryptography: Cryptography;
  /** The event that is being handled. */
  readonly eventId: number;

  /** Sends a request; answers its correlation id. */
  request(outgoing: OutgoingRequest): number;
  /** Forgets a pending request: a later answer is dropped. */
  forget(correlationId: number): void;
  /** Answers a request, now or after it was parked. */
  respond(request: RequestMessage, body: unknown): void;
  /** A request that gets no answer (acks=0) has been handled. */
  doneWithout(request: RequestMessage): void;
  /** The serving side closes the connection it has with `peer` (protocol violation). */
  closeConnection(peer: NodeId): void;

  /** Arms the timer (kind, key); armed already, it is moved. Fires `onTimer` after `delayMs`, which may have a fraction. */
  arm(kind: string, key: string, delayMs: number): void;
  disarm(kind: string, key: string): void;
  /** When the timer fires, in virtual microseconds; undefined when it is not armed. */
  armedAtUs(kind: string, key: string): number | undefined;

  /** Tells the world that something happened that a person may ask about. */
  publish<K extends FactKind>(kind: K, payload: FactPayloads[K], why?: Why): void;

  /** The process ends itself (all log directories failed, controlled shutdown done). Nothing runs after this handling. */
  halt(reason: string): void;
}

/** Functions over a node's state. One table entry per node kind; a new kind is a new file. */
export interface NodeBehaviour<State, Config> {
  readonly kind: NodeKind;
  /** A process starts: from its configuration and, for a broker, its disk. Everything volatile begins here. */
  start(config: Config, context: NodeContext): State;
  onRequest(state: State, request: RequestMessage, context: NodeContext): void;
  onResponse(state: State, pending: PendingRequest, body: unknown, context: NodeContext): void;
  onFailure(state: State, pending: PendingRequest, failure: RequestFailure, context: NodeContext): void;
  /** The peer of a connection on which this node serves is gone; it may have other connections that live on. */
  onPeerGone(state: State, peer: NodeId, context: NodeContext, connectionId: number): void;
  onTimer(state: State, kind: string, key: string, context: NodeContext): void;
  /** A command of the contract that concerns this node (client.pause, broker.shutdown, …); unknown ones assert. */
  onCommand(state: State, command: NodeCommand, context: NodeContext): void;
}

/** A command for one node, already checked by the contract. */
export interface NodeCommand {
  kind: string;
  [field: string]: unknown;
}

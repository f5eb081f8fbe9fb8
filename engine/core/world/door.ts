/**
 * The door for clients outside: real sockets that a gateway holds. Their requests enter the world here as decoded messages; what
 * the brokers answer is taken out here.
 *
 * A connection outside is a node "external/N" of the world with N = its connection id. There is no network latency between a
 * broker and the outside (the loopback that the bytes came over is real); only a cut of the broker from "external/*" or from everyone is felt.
 * Whoever calls must journal what enters, with the world's time and event number.
 */
import { bareTokenCorrelationId } from '#engine/core/broker/authentication.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { NodeId, RequestMessage } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { assert } from '#engine/ports/assert.ts';
import { closeByOpener, forgetConnection, openRow } from '#engine/core/world/connections.ts';
import { enqueue } from '#engine/core/world/event-queue.ts';
import type { ConnectionRow, OutboxEntry, World } from '#engine/core/world/world-state.ts';
import type { DisconnectMessage } from '#engine/core/node.ts';

export type { OutboxEntry } from '#engine/core/world/world-state.ts';
export type { World } from '#engine/core/world/world-state.ts';

/** A request as the gateway decoded it. */
export interface OutsideRequest {
  apiKey: number;
  apiVersion: number;
  correlationId: number;
  clientId: string | null;
  body: unknown;
}

/** Connects a client outside with a broker; undefined: refused, the broker does not run. */
export function openConnection(world: World, brokerId: number, clientAddress: string): number | undefined {
  const row = world.state.nodes.get(brokerNodeId(brokerId));
  if (row === undefined || row.status === 'crashed' || row.status === 'stopped') return undefined;
  const connection = openRow(world.state, '', row.id, '', clientAddress);
  connection.from = externalNodeId(connection.id);
  connection.toIncarnation = row.incarnation;
  return connection.id;
}

export function externalNodeId(connectionId: number): NodeId {
  return `external/${connectionId}`;
}

/** False when the connection is gone already (its closing is or was in the outbox). */
export function receiveRequest(world: World, connectionId: number, request: OutsideRequest): boolean {
  const { state } = world;
  const connection = state.connections.get(connectionId);
  if (connection === undefined || connection.closed) return false;
  const message: RequestMessage = {
    kind: 'request',
    id: state.nextMessageId++,
    from: connection.from,
    to: connection.to,
    listener: 'PLAINTEXT',
    connectionId,
    clientAddress: connection.clientAddress ?? '',
    correlationId: request.correlationId,
    apiKey: request.apiKey,
    apiVersion: request.apiVersion,
    clientId: request.clientId,
    body: request.body,
    sentUs: state.timeUs,
    causeId: 0,
  };
  enqueueNow(world, message);
  return true;
}

/** Whether the next frame is a SASL token and nothing else: the client shook hands as it did before Kafka 1.0. */
export function expectsSaslToken({ state }: World, connectionId: number): boolean {
  const connection = state.connections.get(connectionId);
  const broker = connection === undefined ? undefined : (state.nodes.get(connection.to)?.state as BrokerState | null | undefined);
  const authentication = broker?.authentications.get(connectionId);
  return authentication?.phase === 'exchange' && authentication.isBare;
}

export function receiveSaslToken(world: World, connectionId: number, authBytes: Uint8Array): boolean {
  return receiveRequest(world, connectionId, { apiKey: ApiKey.SaslAuthenticate, apiVersion: 0, correlationId: bareTokenCorrelationId, clientId: null, body: { authBytes } });
}

/** The client outside closed its socket. */
export function closeConnection(world: World, connectionId: number): void {
  const { state } = world;
  const connection = state.connections.get(connectionId);
  if (connection === undefined || connection.closed) return;
  assert(connection.clientAddress !== null, `connection ${connectionId} is not one from outside`);
  closeByOpener(state, connection);
  const row = state.nodes.get(connection.to);
  if (row === undefined || row.state === null) {
    forgetConnection(state, connection);
    return;
  }
  enqueueNow(world, disconnectOf(world, connection));
}

function disconnectOf(world: World, connection: ConnectionRow): DisconnectMessage {
  return {
    kind: 'disconnect',
    id: world.state.nextMessageId++,
    from: connection.from,
    to: connection.to,
    connectionId: connection.id,
    correlationIds: [],
    sentUs: world.state.timeUs,
    causeId: 0,
  };
}

function enqueueNow(world: World, message: RequestMessage | DisconnectMessage): void {
  enqueue(world.state.queue, {
    dueUs: world.state.timeUs,
    sequence: 0,
    place: -1,
    kind: 'message',
    node: message.to,
    causeId: 0,
    message,
    departUs: world.state.timeUs,
    timerKind: '',
    timerKey: '',
    correlationId: -1,
  });
}

/** Answers and closings since the last call, in order. */
export function takeOutbox(world: World): OutboxEntry[] {
  const { outbox } = world.state;
  if (outbox.length === 0) return [];
  world.state.outbox = [];
  return outbox;
}

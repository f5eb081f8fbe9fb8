/**
 * Connections between nodes, as Kafka's NetworkClient keeps them: one per (peer, listener, channel), opened by the first
 * request, closed when a request times out or a side dies.
 *
 * Invariants: `node.connections` holds only connections that are not closed; a connection in the world's table is either
 * in its opener's table or closed and waiting for its last message to arrive; ids are never used twice.
 */
import { ApiKey } from '#engine/protocol/api-keys.ts';
import type { Message, NodeId, OutgoingRequest } from '#engine/core/node.ts';
import type { ConnectionRow, NodeRow, WorldState } from '#engine/core/world/world-state.ts';

/** Requests that a client sends over its connection to its coordinator, apart from what it has with that broker otherwise. */
const coordinatorApis: ReadonlySet<number> = new Set([
  ApiKey.OffsetCommit, ApiKey.OffsetFetch, ApiKey.JoinGroup, ApiKey.Heartbeat, ApiKey.LeaveGroup, ApiKey.SyncGroup, ApiKey.ConsumerGroupHeartbeat,
]);

function channelOf(sender: NodeRow, outgoing: OutgoingRequest): string {
  if (outgoing.channel !== undefined) return outgoing.channel;
  if (sender.kind === 'broker') return outgoing.kind;
  return coordinatorApis.has(outgoing.apiKey) ? 'coordinator' : '';
}

/** The connection a request goes over; opened when there is none. */
export function connectionFor(state: WorldState, sender: NodeRow, outgoing: OutgoingRequest): ConnectionRow {
  const key = `${outgoing.to} ${outgoing.listener} ${channelOf(sender, outgoing)}`;
  const known = sender.connections.get(key);
  const row = known === undefined ? undefined : state.connections.get(known);
  return row ?? openRow(state, sender.id, outgoing.to, key, null, sender.connections);
}

export function openRow(
  state: WorldState,
  from: NodeId,
  to: NodeId,
  key: string,
  clientAddress: string | null,
  table?: Map<string, number>,
): ConnectionRow {
  const row: ConnectionRow = {
    id: state.nextConnectionId++,
    from,
    to,
    key,
    toIncarnation: 0,
    requestsLostFrom: Number.MAX_SAFE_INTEGER,
    responsesLostFrom: Number.MAX_SAFE_INTEGER,
    closed: false,
    ended: false,
    lastRequestArrivalUs: 0,
    lastResponseArrivalUs: 0,
    clientAddress,
  };
  state.connections.set(row.id, row);
  table?.set(key, row.id);
  return row;
}

/** The opening side lets go of it. The row stays until the serving side has heard of it. */
export function closeByOpener(state: WorldState, row: ConnectionRow): void {
  row.closed = true;
  const opener = state.nodes.get(row.from);
  if (opener?.connections.get(row.key) === row.id) opener.connections.delete(row.key);
}

/** Both sides are done with it. */
export function forgetConnection(state: WorldState, row: ConnectionRow): void {
  closeByOpener(state, row);
  state.connections.delete(row.id);
}

/** True when the message travels from the side that opened the connection. */
export function isFromOpener(row: ConnectionRow, message: Message): boolean {
  return message.kind === 'request' || (message.kind === 'disconnect' && message.from === row.from);
}

export function isLostOn(row: ConnectionRow, message: Message): boolean {
  return message.id >= (isFromOpener(row, message) ? row.requestsLostFrom : row.responsesLostFrom);
}

/** Marks the connection as stalled from this message on. */
export function loseFrom(row: ConnectionRow, message: Message): void {
  if (isFromOpener(row, message)) row.requestsLostFrom = Math.min(row.requestsLostFrom, message.id);
  else row.responsesLostFrom = Math.min(row.responsesLostFrom, message.id);
}

/** Ids of the requests of `node` that wait for an answer on this connection. */
export function pendingOn(node: NodeRow, connectionId: number): number[] {
  const ids: number[] = [];
  for (const pending of node.pending.values()) {
    if (pending.connectionId === connectionId) ids.push(pending.correlationId);
  }
  return ids;
}

/**
 * How a message gets from a handling into the queue: the slow disk holds it back, the network gives it its arrival, its
 * connection keeps the order. Also the disconnects that the world itself sends for dead and closed ends.
 */
import type { DisconnectMessage, Message, NodeId } from '#engine/core/node.ts';
import { isFromOpener, isLostOn, loseFrom } from '#engine/core/world/connections.ts';
import { enqueue } from '#engine/core/world/event-queue.ts';
import type { QueuedEvent } from '#engine/core/world/event-queue.ts';
import { heldMessagesMax, holdBehind, holdEvent, interceptionFor, releaseOvertaken, waitsBehindHeld } from '#engine/core/world/interception.ts';
import type { InterceptionAction } from '#engine/core/world/interception.ts';
import { planFlight } from '#engine/core/world/network.ts';
import { asReceived, messageSizeBytes } from '#engine/core/world/wire.ts';
import type { ConnectionRow, NodeRow, SentMessage, World } from '#engine/core/world/world-state.ts';

/** A node talks to itself over its own loopback, which no fault touches. */
const loopbackUs = 20;

/** When what this handling sends may leave: after its disk has done what it was given. */
export function departureUs(world: World, row: NodeRow): number {
  const { state } = world;
  const disk = world.disks.get(row.brokerId);
  if (disk === undefined || !disk.wrote) return state.timeUs;
  disk.wrote = false;
  if (disk.row.slowMs === 0) return state.timeUs;
  disk.row.busyUntilUs = Math.max(state.timeUs, disk.row.busyUntilUs) + Math.round(disk.row.slowMs * 1000);
  return disk.row.busyUntilUs;
}

/** Sends one message; answers what will become of it, or undefined when its connection is gone already. */
export function sendMessage(world: World, sender: NodeRow, message: Message, departUs: number): SentMessage | undefined {
  const { state } = world;
  const connection = state.connections.get(message.connectionId);
  if (connection === undefined || (connection.closed && message.kind !== 'disconnect')) return undefined;
  const travelling = asReceived(message, world.wire);
  if (message.from === message.to) return arriveAt(world, connection, travelling, departUs, departUs + loopbackUs);
  const flight = planFlight(state, sender, message, departUs, () => messageSizeBytes(message));
  const lost = flight.lost === '' && isLostOn(connection, message) ? 'connection stalled' : flight.lost;
  if (lost !== '') {
    loseFrom(connection, message);
    return { message: travelling, departUs, arriveUs: flight.arriveUs, lost };
  }
  const rule = state.interceptions.length === 0 ? undefined : interceptionFor(state, message);
  if (rule?.action === 'drop') {
    loseFrom(connection, message);
    return { message: travelling, departUs, arriveUs: flight.arriveUs, lost: 'dropped' };
  }
  const delayUs = rule?.action === 'delay' ? Math.round(rule.delayMs * 1000) : 0;
  const sent = arriveAt(world, connection, travelling, departUs, flight.arriveUs + delayUs, rule?.action);
  if ((flight.duplicate || rule?.action === 'duplicate') && message.kind !== 'disconnect') arriveAt(world, connection, asReceived(message, world.wire), departUs, flight.arriveUs);
  return sent;
}

/** Queues the arrival, never before an earlier message of the same direction on the same connection. */
function arriveAt(world: World, connection: ConnectionRow, message: Message, departUs: number, wantedUs: number, taken?: InterceptionAction): SentMessage {
  const toServer = isFromOpener(connection, message);
  const arriveUs = Math.max(wantedUs, toServer ? connection.lastRequestArrivalUs : connection.lastResponseArrivalUs);
  if (toServer) connection.lastRequestArrivalUs = arriveUs;
  else connection.lastResponseArrivalUs = arriveUs;
  const event: QueuedEvent = {
    dueUs: arriveUs,
    sequence: 0,
    place: -1,
    kind: 'message',
    node: message.to,
    causeId: message.causeId,
    message,
    departUs,
    timerKind: '',
    timerKey: '',
    correlationId: -1,
  };
  enqueue(world.state.queue, event);
  if (taken !== undefined || world.state.held.length > 0) holdWhereAsked(world, connection, event, taken);
  return event.place === -1 ? { message, departUs, arriveUs, lost: '', held: true } : { message, departUs, arriveUs, lost: '' };
}

function holdWhereAsked(world: World, connection: ConnectionRow, event: QueuedEvent, taken: InterceptionAction | undefined): void {
  const { state } = world;
  if (waitsBehindHeld(state, connection, event.message!)) {
    if (state.held.length < heldMessagesMax) holdBehind(world, event, connection);
    return;
  }
  releaseOvertaken(state, connection, event);
  if ((taken === 'hold' || taken === 'reorder') && state.held.length < heldMessagesMax) holdEvent(world, event, connection, taken === 'reorder');
}

/** `from` tells the other end of the connection that it is over. */
export function sendDisconnect(world: World, connection: ConnectionRow, from: NodeId, correlationIds: number[]): SentMessage | undefined {
  const { state } = world;
  const to = from === connection.from ? connection.to : connection.from;
  const sender = state.nodes.get(from) ?? state.nodes.get(to);
  if (sender === undefined) return undefined;
  const message: DisconnectMessage = {
    kind: 'disconnect',
    id: state.nextMessageId++,
    from,
    to,
    connectionId: connection.id,
    correlationIds,
    sentUs: state.timeUs,
    causeId: state.eventId,
  };
  return sendMessage(world, sender, message, state.timeUs);
}

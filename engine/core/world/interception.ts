/**
 * Single messages between nodes: held, dropped, delayed, duplicated, put behind the next one. A rule waits for messages that fit it and
 * takes as many as it was asked for; a message that is already on its way can be named by its number.
 *
 * TCP's promise stays: while a message is held, nothing passes it on its connection in its direction, and what is dropped stalls the
 * connection until its opener gives it up. Only 'reorder' breaks it, which is what it is for: the message arrives after the one that
 * follows it. A held message whose connection ends is lost with it. Messages of clients outside travel on a real socket and are not touched.
 */
import type { Message } from '#engine/core/node.ts';
import { isFromOpener, loseFrom } from '#engine/core/world/connections.ts';
import { enqueue, removeEvent } from '#engine/core/world/event-queue.ts';
import type { QueuedEvent } from '#engine/core/world/event-queue.ts';
import { isExternal } from '#engine/core/world/network.ts';
import { nextFraction } from '#engine/core/world/random.ts';
import type { ConnectionRow, HeldMessage, InterceptionRow, World, WorldState } from '#engine/core/world/world-state.ts';

export type InterceptionAction = 'hold' | 'drop' | 'delay' | 'duplicate' | 'reorder';

/** How many messages can be held; one more is let through. */
export const heldMessagesMax = 10_000;

/** The rule that takes this message now, counted and, if it was its last, ended. */
export function interceptionFor(state: WorldState, message: Message): InterceptionRow | undefined {
  if (message.kind === 'disconnect' || message.from === message.to || isExternal(message.from) || isExternal(message.to)) return undefined;
  const rule = state.interceptions.find((candidate) => fits(candidate, message));
  if (rule === undefined) return undefined;
  if (rule.probability < 1 && nextFraction(state.interceptionRandom) >= rule.probability) return undefined;
  rule.left--;
  if (rule.left === 0) endInterception(state, rule.id);
  return rule;
}

function fits({ match }: InterceptionRow, message: Message): boolean {
  if (message.kind === 'disconnect') return false;
  if (match.from !== null && match.from !== message.from) return false;
  if (match.to !== null && match.to !== message.to) return false;
  if (match.apiKey !== null && match.apiKey !== message.apiKey) return false;
  return match.direction === null || match.direction === message.kind;
}

export function endInterception(state: WorldState, id: number): void {
  state.interceptions = state.interceptions.filter((rule) => rule.id !== id);
  state.faults = state.faults.filter((fault) => fault.id !== ruleFaultId(id));
}

export function ruleFaultId(id: number): string {
  return `message.intercept ${id}`;
}

/** True when an earlier message of the same direction is held: this one waits behind it. */
export function waitsBehindHeld(state: WorldState, connection: ConnectionRow, message: Message): boolean {
  if (state.held.length === 0) return false;
  const toServer = isFromOpener(connection, message);
  return state.held.some((held) => held.connectionId === connection.id && held.toServer === toServer && !held.untilNext);
}

/** Takes the event's message out of the traffic until it is released; those behind it on the same way are taken with it. */
export function holdEvent(world: World, event: QueuedEvent, connection: ConnectionRow, untilNext = false): void {
  const { state } = world;
  const message = event.message!;
  const toServer = isFromOpener(connection, message);
  removeEvent(state.queue, event);
  state.held.push({ connectionId: connection.id, toServer, untilNext, behind: false, sinceUs: state.timeUs, event });
  state.faults.push({
    id: heldFaultId(message.id),
    command: { kind: 'message.hold', message: message.id },
    inverse: { kind: 'message.release', message: message.id },
    sinceUs: state.timeUs,
    text: `message ${message.id} from ${message.from} to ${message.to} is held`,
  });
  if (untilNext) return;
  const following = state.queue.events.filter((other) => other.message !== null && other.message.id > message.id && other.message.connectionId === connection.id && isFromOpener(connection, other.message) === toServer);
  for (const other of following.toSorted((left, right) => left.sequence - right.sequence)) holdBehind(world, other, connection);
}

/** A message that reached a connection on which an earlier one is held. */
export function holdBehind(world: World, event: QueuedEvent, connection: ConnectionRow): void {
  const { state } = world;
  removeEvent(state.queue, event);
  state.held.push({ connectionId: connection.id, toServer: isFromOpener(connection, event.message!), untilNext: false, behind: true, sinceUs: state.timeUs, event });
}

function heldFaultId(messageId: number): string {
  return `message.hold ${messageId}`;
}

/** Lets the held message go on, and those that waited behind it: they arrive now, in their order. */
export function releaseHeld(world: World, messageId: number): void {
  const { state } = world;
  const first = state.held.find((held) => held.event.message!.id === messageId);
  if (first === undefined) return;
  const going = state.held.filter((held) => held === first || (held.behind && held.connectionId === first.connectionId && held.toServer === first.toServer));
  state.held = state.held.filter((held) => !going.includes(held));
  state.faults = state.faults.filter(({ id }) => id !== heldFaultId(messageId));
  for (const held of going) arriveNow(state, held);
}

/** The message that was put behind the next one of its way follows now that this one has its arrival. */
export function releaseOvertaken(state: WorldState, connection: ConnectionRow, event: QueuedEvent): void {
  if (state.held.length === 0) return;
  const toServer = isFromOpener(connection, event.message!);
  const overtaken = state.held.filter((held) => held.untilNext && held.connectionId === connection.id && held.toServer === toServer && held.event !== event);
  if (overtaken.length === 0) return;
  state.held = state.held.filter((held) => !overtaken.includes(held));
  for (const held of overtaken) {
    state.faults = state.faults.filter(({ id }) => id !== heldFaultId(held.event.message!.id));
    held.event.dueUs = event.dueUs;
    enqueue(state.queue, held.event);
  }
}

function arriveNow(state: WorldState, { event }: HeldMessage): void {
  event.dueUs = Math.max(event.dueUs, state.timeUs);
  enqueue(state.queue, event);
}

/** The message never arrives, and nothing after it on its way. */
export function dropEvent(world: World, event: QueuedEvent, connection: ConnectionRow): void {
  removeEvent(world.state.queue, event);
  loseFrom(connection, event.message!);
}

/** The message, and with it all that follows it on its way, comes later. */
export function delayEvent(world: World, event: QueuedEvent, connection: ConnectionRow, delayMs: number): void {
  const { state } = world;
  const message = event.message!;
  const toServer = isFromOpener(connection, message);
  const dueUs = event.dueUs + Math.round(delayMs * 1000);
  const moved = state.queue.events
    .filter((other) => other.message !== null && other.message.id >= message.id && other.message.connectionId === connection.id && isFromOpener(connection, other.message) === toServer)
    .toSorted((left, right) => left.sequence - right.sequence);
  for (const other of moved) {
    removeEvent(state.queue, other);
    other.dueUs = Math.max(other.dueUs, dueUs);
    enqueue(state.queue, other);
  }
  const lastUs = Math.max(dueUs, toServer ? connection.lastRequestArrivalUs : connection.lastResponseArrivalUs);
  if (toServer) connection.lastRequestArrivalUs = lastUs;
  else connection.lastResponseArrivalUs = lastUs;
}

/** The same message once more, right behind itself. */
export function duplicateEvent(world: World, event: QueuedEvent): void {
  enqueue(world.state.queue, { ...event, sequence: 0, place: -1 });
}

/** The message in the queue with this number, or undefined when it has arrived, is held, or never was. */
export function eventOfMessage(state: WorldState, messageId: number): QueuedEvent | undefined {
  return state.queue.events.find((event) => event.message?.id === messageId);
}

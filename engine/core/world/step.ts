/**
 * One event of the world: the next due input is handed to its node, and what the handling sent leaves.
 *
 * Order of things in a handling (architecture law 1): the handler reads and writes its disk while it runs; only afterwards do its
 * messages leave and its facts get known. Every effect carries the number of this event as its cause (law 10).
 */
import type { Message, RequestFailure } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import { closeByOpener, forgetConnection, isLostOn, loseFrom, pendingOn } from '#engine/core/world/connections.ts';
import { sendDisconnect } from '#engine/core/world/delivery.ts';
import { dequeue, removeEvent } from '#engine/core/world/event-queue.ts';
import type { QueuedEvent } from '#engine/core/world/event-queue.ts';
import { droppedFact, handle, tellEndOutside } from '#engine/core/world/handle.ts';
import { isCut, isExternal } from '#engine/core/world/network.ts';
import { startProcess } from '#engine/core/world/node-life.ts';
import { noteFactsForTriggers } from '#engine/core/world/trigger-queue.ts';
import { fireTrigger } from '#engine/core/world/triggers.ts';
import type { ConnectionRow, EventInput, EventRecord, NodeRow, PendingRow, World } from '#engine/core/world/world-state.ts';

/** When the next event is due, or undefined when nothing will ever happen by itself. */
export function nextDueUs(world: World): number | undefined {
  return world.state.queue.events[0]?.dueUs;
}

/** Handles exactly one event, or answers undefined when there is none. */
export function step(world: World): EventRecord | undefined {
  const { state } = world;
  const event = dequeue(state.queue);
  if (event === undefined) return undefined;
  assert(event.dueUs >= state.timeUs, 'an event is due in the past');
  state.timeUs = event.dueUs;
  const record: EventRecord = {
    id: ++state.eventId,
    timeUs: state.timeUs,
    node: event.node,
    input: inputOf(world, event),
    causeId: event.causeId,
    facts: [],
    sent: [],
    held: false,
  };
  const row = state.nodes.get(event.node);
  if (event.kind === 'message') handleMessage(world, row, event, event.message!, record);
  else if (event.kind === 'trigger') fireTrigger(world, event.timerKey, record);
  else if (row !== undefined) handleOwn(world, row, event, record);
  if (state.triggers.length > 0 && record.facts.length > 0) noteFactsForTriggers(world, record);
  return record;
}

/** Handles everything due up to `timeUs`, and lets the world's time be `timeUs`. Answers how many events that were. */
export function runUntil(world: World, timeUs: number, observe?: (record: EventRecord) => void): number {
  const { state } = world;
  const firstEventId = state.eventId;
  for (;;) {
    const dueUs = state.queue.events[0]?.dueUs;
    if (dueUs === undefined || dueUs > timeUs) break;
    const record = step(world)!;
    observe?.(record);
  }
  if (state.timeUs < timeUs) state.timeUs = timeUs;
  return state.eventId - firstEventId;
}

// Timers, timeouts and starts

/** In place of a held message's departure: it lies in the receiver's socket buffer, where no link can lose it any more. */
const arrivedAlready = -1;

function handleOwn(world: World, row: NodeRow, event: QueuedEvent, record: EventRecord): void {
  if (row.status === 'paused') {
    hold(row, event, record);
    return;
  }
  const behaviour = world.behaviours[row.kind];
  assert(behaviour !== undefined, `there is no behaviour for a ${row.kind}`);
  if (event.kind === 'start') {
    if (row.state === null) handle(world, row, record, () => startProcess(world, row));
  } else if (event.kind === 'timer') {
    row.timers.get(event.timerKind)?.delete(event.timerKey);
    handle(world, row, record, () => behaviour.onTimer(row.state, event.timerKind, event.timerKey, world.context));
  } else {
    handleTimeout(world, row, event, record);
  }
}

function hold(row: NodeRow, event: QueuedEvent, record: EventRecord): void {
  event.departUs = arrivedAlready;
  row.held.push(event);
  record.held = true;
}

/** The opening side gives a connection up: all its requests fail, the late one with 'timeout'. */
function handleTimeout(world: World, row: NodeRow, event: QueuedEvent, record: EventRecord): void {
  const late = row.pending.get(event.correlationId);
  if (late === undefined) return;
  const connection = world.state.connections.get(late.connectionId);
  const others = pendingOn(row, late.connectionId).filter((id) => id !== late.correlationId);
  if (connection !== undefined) {
    closeByOpener(world.state, connection);
    const message = connection.from === connection.to ? undefined : sendDisconnect(world, connection, row.id, []);
    if (message !== undefined) record.sent = [message];
    if (message === undefined || message.lost !== '') forgetConnection(world.state, connection);
  }
  const goodbye = record.sent;
  handle(world, row, record, () => {
    failPending(world, row, [late.correlationId], 'timeout');
    failPending(world, row, others, 'disconnected');
  });
  if (goodbye.length > 0 && record.sent !== goodbye) record.sent = [...goodbye, ...record.sent];
}

function failPending(world: World, row: NodeRow, correlationIds: number[], failure: RequestFailure): void {
  const behaviour = world.behaviours[row.kind]!;
  for (const correlationId of correlationIds) {
    const pending = takePending(world, row, correlationId);
    if (pending !== undefined && !pending.forgotten) behaviour.onFailure(row.state, pending, failure, world.context);
  }
}

function takePending(world: World, row: NodeRow, correlationId: number): PendingRow | undefined {
  const pending = row.pending.get(correlationId);
  if (pending === undefined) return undefined;
  row.pending.delete(correlationId);
  removeEvent(world.state.queue, pending.timeout);
  return pending;
}

// Messages

function handleMessage(world: World, row: NodeRow | undefined, event: QueuedEvent, message: Message, record: EventRecord): void {
  const { state } = world;
  const connection = state.connections.get(message.connectionId);
  if (connection === undefined) return;
  const lost = event.departUs === arrivedAlready ? '' : lossOnArrival(world, row, connection, message);
  if (lost !== '') {
    loseFrom(connection, message);
    if (message.kind === 'disconnect' && (message.from === connection.from || isExternal(message.to))) forgetConnection(state, connection);
    record.facts = [droppedFact(message, lost)];
    return;
  }
  if (message.kind === 'response' && isExternal(message.to)) {
    const { connectionId, apiKey, apiVersion, correlationId, body } = message;
    state.outbox.push({ type: 'response', connectionId, apiKey, apiVersion, correlationId, body });
    return;
  }
  if (message.kind === 'disconnect' && isExternal(message.to)) {
    tellEndOutside(world, connection);
    return;
  }
  if (row === undefined || (connection.ended && message.kind === 'request')) return;
  if (row.status === 'paused') {
    hold(row, event, record);
    return;
  }
  if (message.kind === 'request') handleRequest(world, row, connection, event, record);
  else if (row.state === null) return;
  else if (message.kind === 'response') handleResponse(world, row, event, record);
  else handleDisconnect(world, row, connection, record);
}

function lossOnArrival(world: World, row: NodeRow | undefined, connection: ConnectionRow, message: Message): string {
  if (message.from === message.to) return '';
  if (isLostOn(connection, message)) return 'connection stalled';
  if (isCut(world.state, message.from, message.to)) return 'link cut';
  if (row !== undefined && !row.powered) return 'no power';
  return '';
}

function handleRequest(world: World, row: NodeRow, connection: ConnectionRow, event: QueuedEvent, record: EventRecord): void {
  const message = event.message!;
  assert(message.kind === 'request', 'a request is asked for');
  if (row.state !== null && connection.toIncarnation === 0) connection.toIncarnation = row.incarnation;
  if (row.state === null || connection.toIncarnation !== row.incarnation) {
    refuse(world, row, connection, record);
    return;
  }
  handle(world, row, record, () => world.behaviours[row.kind]!.onRequest(row.state, message, world.context));
}

/** Nobody listens, or it is another process than the one that accepted: the kernel answers with a reset. */
function refuse(world: World, row: NodeRow, connection: ConnectionRow, record: EventRecord): void {
  if (isExternal(connection.from)) {
    forgetConnection(world.state, connection);
    world.state.outbox.push({ type: 'closed', connectionId: connection.id, reason: 'connection refused' });
    return;
  }
  const opener = world.state.nodes.get(connection.from);
  if (connection.closed || opener === undefined) return;
  const message = sendDisconnect(world, connection, row.id, pendingOn(opener, connection.id));
  if (message !== undefined) record.sent = [message];
}

function handleResponse(world: World, row: NodeRow, event: QueuedEvent, record: EventRecord): void {
  const message = event.message!;
  assert(message.kind === 'response', 'an answer is asked for');
  const pending = row.pending.get(message.correlationId);
  if (pending === undefined || pending.connectionId !== message.connectionId) return;
  takePending(world, row, message.correlationId);
  if (pending.forgotten) return;
  handle(world, row, record, () => world.behaviours[row.kind]!.onResponse(row.state, pending, message.body, world.context));
}

function handleDisconnect(world: World, row: NodeRow, connection: ConnectionRow, record: EventRecord): void {
  forgetConnection(world.state, connection);
  if (connection.from === row.id) {
    const failed = pendingOn(row, connection.id);
    if (failed.length > 0) handle(world, row, record, () => failPending(world, row, failed, 'disconnected'));
    return;
  }
  if (connection.toIncarnation !== row.incarnation) return;
  handle(world, row, record, () => world.behaviours[row.kind]!.onPeerGone(row.state, connection.from, world.context, connection.id));
}

// Telling what an event was

function inputOf(world: World, event: QueuedEvent): EventInput {
  switch (event.kind) {
    case 'start':
      return { type: 'start' };
    case 'trigger':
      return { type: 'command', command: { kind: 'trigger.fire', trigger: event.timerKey } };
    case 'timer':
      return { type: 'timer', kind: event.timerKind, key: event.timerKey };
    case 'message':
      return { type: 'message', message: event.message! };
    case 'timeout': {
      const apiKey = world.state.nodes.get(event.node)?.pending.get(event.correlationId)?.apiKey ?? -1;
      return { type: 'failure', correlationId: event.correlationId, apiKey, reason: 'timeout' };
    }
  }
}

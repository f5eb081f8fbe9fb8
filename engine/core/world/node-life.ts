/**
 * The life of a node: start, crash, power loss, pause, resume, halt. What Kafka's process supervisor, kernel and machine do.
 *
 * A crash drops everything volatile; the disk keeps all it was given, and the kernel resets the connections. A power loss
 * takes what was not flushed as well, and nothing tells the peers. A paused process (a long garbage collection, SIGSTOP) is
 * still connected: inputs and timers pile up and are handled in order when it wakes, with its old beliefs.
 * Invariant: a node that does not run has no state, no timers, no pending requests and no connections it opened.
 */
import type { NodeId, NodeKind } from '#engine/core/node.ts';
import { brokerIdOf } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import { closeByOpener, forgetConnection, pendingOn } from '#engine/core/world/connections.ts';
import { sendDisconnect } from '#engine/core/world/delivery.ts';
import { enqueue, removeEvent } from '#engine/core/world/event-queue.ts';
import { isExternal } from '#engine/core/world/network.ts';
import { seedStream } from '#engine/core/world/random.ts';
import type { ConnectionRow, NodeRow, SentMessage, World } from '#engine/core/world/world-state.ts';

export function addNode(world: World, id: NodeId, kind: NodeKind, clientId: string, config: unknown): NodeRow {
  const { state } = world;
  assert(!state.nodes.has(id), `${id} exists already`);
  const row: NodeRow = {
    id,
    kind,
    brokerId: brokerIdOf(id),
    status: 'stopped',
    powered: true,
    incarnation: 0,
    clientId,
    config,
    state: null,
    random: seedStream(state.seed, id),
    networkRandom: seedStream(state.seed, `network/${id}`),
    nextCorrelationId: 0,
    pending: new Map(),
    timers: new Map(),
    connections: new Map(),
    skewMs: 0,
    held: [],
  };
  state.nodes.set(id, row);
  return row;
}

/** Queues the start of a process at the present time. */
export function queueStart(world: World, row: NodeRow): void {
  enqueue(world.state.queue, {
    dueUs: world.state.timeUs,
    sequence: 0,
    place: -1,
    kind: 'start',
    node: row.id,
    causeId: world.state.eventId,
    message: null,
    departUs: 0,
    timerKind: '',
    timerKey: '',
    correlationId: -1,
  });
}

/** Starts the process now, inside the handling that the world's context is aimed at. */
export function startProcess(world: World, row: NodeRow): void {
  assert(row.state === null, `${row.id} runs already`);
  const behaviour = world.behaviours[row.kind];
  assert(behaviour !== undefined, `there is no behaviour for a ${row.kind}`);
  row.status = 'running';
  row.powered = true;
  row.incarnation++;
  row.nextCorrelationId = 0;
  world.context.publish('node.started', { incarnation: row.incarnation });
  row.state = behaviour.start(row.config, world.context);
}

/** The process is gone at once. `silent`: without a word to its peers (power loss). Answers what the kernel still sent. */
export function endProcess(world: World, row: NodeRow, status: 'crashed' | 'stopped', silent: boolean): SentMessage[] {
  const { state } = world;
  row.status = status;
  row.powered = !silent;
  row.state = null;
  row.held = [];
  for (const timers of row.timers.values()) for (const timer of timers.values()) removeEvent(state.queue, timer);
  row.timers.clear();
  for (const pending of row.pending.values()) removeEvent(state.queue, pending.timeout);
  row.pending.clear();
  recallUndeparted(world, row.id);
  const sent: SentMessage[] = [];
  for (const connection of state.connections.values()) {
    if (connection.from === row.id) endAsOpener(world, connection, silent, sent);
    else if (connection.to === row.id) endAsServer(world, row, connection, silent, sent);
  }
  assert(row.connections.size === 0, `${row.id} died and left connections`);
  return sent;
}

/** What waited for a slow disk was never sent, and what follows need not wait for it. */
function recallUndeparted(world: World, node: NodeId): void {
  const { queue, connections, timeUs } = world.state;
  const fromNode = queue.events.filter((event) => event.message?.from === node);
  const undeparted = fromNode.filter((event) => event.departUs > timeUs);
  if (undeparted.length === 0) return;
  for (const event of undeparted) removeEvent(queue, event);
  for (const connection of connections.values()) {
    const departed = fromNode.filter(({ message, place }) => place !== -1 && message?.connectionId === connection.id);
    const lastUs = departed.reduce((latestUs, { dueUs }) => Math.max(latestUs, dueUs), timeUs);
    if (connection.from === node) connection.lastRequestArrivalUs = lastUs;
    else if (connection.to === node) connection.lastResponseArrivalUs = lastUs;
  }
}

function endAsOpener(world: World, connection: ConnectionRow, silent: boolean, sent: SentMessage[]): void {
  closeByOpener(world.state, connection);
  if (silent) return;
  if (connection.to === connection.from) {
    forgetConnection(world.state, connection);
    return;
  }
  const message = sendDisconnect(world, connection, connection.from, []);
  if (message !== undefined) sent.push(message);
  if (message === undefined || message.lost !== '') forgetConnection(world.state, connection);
}

function endAsServer(world: World, row: NodeRow, connection: ConnectionRow, silent: boolean, sent: SentMessage[]): void {
  const { state } = world;
  if (isExternal(connection.from)) {
    // Power that fails tells nobody; but a client outside sits on a real socket, which cannot be left hanging.
    forgetConnection(state, connection);
    state.outbox.push({ type: 'closed', connectionId: connection.id, reason: `broker ${row.brokerId} is gone` });
    return;
  }
  if (silent || connection.closed || connection.toIncarnation !== row.incarnation) return;
  const peer = state.nodes.get(connection.from);
  const message = sendDisconnect(world, connection, row.id, peer === undefined ? [] : pendingOn(peer, connection.id));
  if (message !== undefined) sent.push(message);
}

/** A machine that comes back answers what its peers still hold of its former life: their connections are reset. */
export function resetFormerConnections(world: World, row: NodeRow): SentMessage[] {
  const sent: SentMessage[] = [];
  for (const connection of world.state.connections.values()) {
    if (connection.from !== row.id || !connection.closed) continue;
    const message = sendDisconnect(world, connection, row.id, []);
    if (message !== undefined) sent.push(message);
    if (message === undefined || message.lost !== '') forgetConnection(world.state, connection);
  }
  return sent;
}

export function pauseProcess(row: NodeRow): void {
  assert(row.status === 'running', `${row.id} does not run`);
  row.status = 'paused';
}

/** Wakes a paused process: what it missed is due now, in the order in which it came. */
export function resumeProcess(world: World, row: NodeRow): void {
  assert(row.status === 'paused', `${row.id} is not paused`);
  row.status = 'running';
  const held = row.held;
  row.held = [];
  for (const event of held) {
    event.dueUs = world.state.timeUs;
    enqueue(world.state.queue, event);
  }
}

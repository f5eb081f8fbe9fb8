/**
 * One handling: a node's behaviour runs on its state, then what it sent leaves and its facts are known. Used for queued events and for
 * commands, so that "persist, then send" (architecture law 1) holds for both.
 */
import { aimMutations } from '#engine/core/mutations.ts';
import type { Message, NodeId } from '#engine/core/node.ts';
import type { Fact } from '#engine/core/facts.ts';
import { closeByOpener, forgetConnection, pendingOn } from '#engine/core/world/connections.ts';
import { departureUs, sendDisconnect, sendMessage } from '#engine/core/world/delivery.ts';
import { isExternal } from '#engine/core/world/network.ts';
import { endProcess } from '#engine/core/world/node-life.ts';
import type { ConnectionRow, EventInput, EventRecord, NodeRow, SentMessage, World } from '#engine/core/world/world-state.ts';

/**
 * Runs `handling` as one event of `row`: aims the context, then lets out what was sent and published. Used for queued events and
 * for commands.
 */
export function handle(world: World, row: NodeRow, record: EventRecord, handling: () => void): void {
  const { context } = world;
  context.aim(world, row);
  aimMutations(world.state.spec.mutations);
  try {
    handling();
  } catch (error) {
    throw new HandlingError(`${row.id}, event ${record.id} at ${record.timeUs} us, ${describeInput(record.input)}: ${error instanceof Error ? error.message : String(error)}`, error);
  }
  if (context.facts.length > 0) record.facts = record.facts.length === 0 ? context.facts : [...record.facts, ...context.facts];
  if (context.outgoing.length > 0) release(world, row, context.outgoing, record);
  for (const peer of context.closings) closeAsServer(world, row, peer, record);
  if (context.haltReason !== null) {
    record.facts = [...record.facts, { kind: 'node.halted', payload: { reason: context.haltReason } }];
    record.sent = [...record.sent, ...endProcess(world, row, 'stopped', false)];
  }
}

/** A handler failed: says which one and at what; the cause is the original error. */
export class HandlingError extends Error {
  override readonly name = 'HandlingError';
  constructor(message: string, cause: unknown) {
    super(message, { cause });
  }
}

function release(world: World, row: NodeRow, outgoing: Message[], record: EventRecord): void {
  const departUs = departureUs(world, row);
  const sent: SentMessage[] = [];
  for (const message of outgoing) {
    const result = sendMessage(world, row, message, departUs);
    if (result === undefined) continue;
    sent.push(result);
    if (result.lost !== '') record.facts = [...record.facts, droppedFact(message, result.lost)];
    else if (result.held === true) record.facts = [...record.facts, heldFact(message)];
  }
  record.sent = sent;
}

function closeAsServer(world: World, row: NodeRow, peer: NodeId, record: EventRecord): void {
  const { state } = world;
  for (const connection of state.connections.values()) {
    if (connection.to !== row.id || connection.from !== peer || connection.closed) continue;
    if (isExternal(peer)) {
      endOutside(world, row, connection);
      continue;
    }
    const opener = state.nodes.get(peer);
    const message = sendDisconnect(world, connection, row.id, opener === undefined ? [] : pendingOn(opener, connection.id));
    if (message !== undefined) record.sent = [...record.sent, message];
  }
}

function heldFact(message: Message): Fact<'message.held'> {
  const apiKey = message.kind === 'disconnect' ? -1 : message.apiKey;
  return { kind: 'message.held', payload: { message: message.id, from: message.from, to: message.to, apiKey } };
}

/** A client outside hears of the end after all that it was answered before. */
function endOutside(world: World, row: NodeRow, connection: ConnectionRow): void {
  closeByOpener(world.state, connection);
  connection.ended = true;
  const message = sendDisconnect(world, connection, row.id, []);
  if (message === undefined || message.lost !== '') tellEndOutside(world, connection);
}

export function tellEndOutside(world: World, connection: ConnectionRow): void {
  forgetConnection(world.state, connection);
  world.state.outbox.push({ type: 'closed', connectionId: connection.id, reason: 'closed by the broker' });
}

export function droppedFact(message: Message, reason: string): Fact<'message.dropped'> {
  const apiKey = message.kind === 'disconnect' ? -1 : message.apiKey;
  return { kind: 'message.dropped', payload: { from: message.from, to: message.to, apiKey, reason } };
}

function describeInput(input: EventInput): string {
  switch (input.type) {
    case 'start':
      return 'start';
    case 'command':
      return `command ${input.command.kind}`;
    case 'timer':
      return `timer ${input.kind} ${input.key}`;
    case 'failure':
      return `failure of request ${input.correlationId}`;
    case 'message':
      return input.message.kind === 'disconnect' ? `disconnect from ${input.message.from}` : `${input.message.kind} ${input.message.apiKey} from ${input.message.from}`;
  }
}

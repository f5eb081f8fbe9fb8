/**
 * Controlled shutdown of the whole cluster: clients stop first, so that they commit and leave their groups, then one broker
 * after the other moves its leaders away and ends. Virtual time runs ahead for it; whoever is not down within the bound is left
 * as it is, which no disk minds.
 */
import type { Command } from '#engine/contract/commands.ts';
import { brokerIdOf } from '#engine/core/node.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { executeCommand } from '#engine/core/world/commands/execute-command.ts';
import { nextDueUs, step } from '#engine/core/world/step.ts';
import type { EventRecord, NodeRow } from '#engine/core/world/world-state.ts';
import { quorumLeaderId } from '#engine/runtime/view/quorum-view.ts';
import { observe } from '#engine/runtime/engine.ts';
import type { Engine } from '#engine/runtime/engine.ts';
import { addToJournal } from '#engine/runtime/journal/journal.ts';

/** Virtual time that one broker may take, and that the clients may take together. Without a quorum nobody can go in order. */
const brokerUsMax = 10_000_000;
const brokerUsMaxWithoutQuorum = 1_000_000;
const clientsUsMax = 2_000_000;
/** Real time after which everything is left as it is. */
const realMsMax = 4000;

export function shutDownCluster(engine: Engine): void {
  const { world, clock } = engine;
  const deadlineMs = clock.nowMs() + realMsMax;
  const clients = rowsOf(engine, ({ kind, status }) => (kind === 'producer' || kind === 'consumer') && status === 'running');
  for (const { id, kind } of clients) tell(engine, stopCommand(kind, id));
  runWhile(engine, deadlineMs, clientsUsMax, () => clients.some((row) => isBusy(row)));
  const brokers = rowsOf(engine, ({ kind, status }) => kind === 'broker' && status === 'running');
  // The controller goes last: it is the one that moves the others' leaders.
  const controller = quorumLeaderId(world);
  const inOrder = brokers.toSorted((a, b) => Number(brokerIdOf(a.id) === controller) - Number(brokerIdOf(b.id) === controller) || brokerIdOf(b.id) - brokerIdOf(a.id));
  let quorum = true;
  for (const row of inOrder) {
    tell(engine, { kind: 'broker.shutdown', broker: brokerIdOf(row.id) });
    runWhile(engine, deadlineMs, quorum ? brokerUsMax : brokerUsMaxWithoutQuorum, () => row.state !== null);
    quorum &&= row.state === null;
  }
}

function stopCommand(kind: string, id: string): Command {
  const name = id.slice(kind.length + 1);
  return kind === 'producer' ? { kind: 'producer.stop', producer: name } : { kind: 'consumer.stop', consumer: name };
}

function rowsOf({ world }: Engine, isWanted: (row: NodeRow) => boolean): NodeRow[] {
  return [...world.state.nodes.values()].filter(isWanted);
}

/** A client that still waits for answers. */
function isBusy(row: NodeRow): boolean {
  return row.state !== null && row.pending.size > 0;
}

function tell(engine: Engine, command: Command): void {
  const { state } = engine.world;
  const before = { eventId: state.eventId, timeUs: state.timeUs };
  try {
    observe(engine, executeCommand(engine.world, command as WorldCommand));
  } catch (error) {
    if (error instanceof CommandError) return;
    throw error;
  }
  addToJournal(engine.journal, { ...before, input: { type: 'command', command } });
}

function runWhile(engine: Engine, deadlineMs: number, virtualUsMax: number, condition: () => boolean): void {
  const { world, clock } = engine;
  const untilUs = world.state.timeUs + virtualUsMax;
  while (condition() && clock.nowMs() < deadlineMs) {
    const dueUs = nextDueUs(world);
    if (dueUs === undefined || dueUs > untilUs) return;
    observe(engine, step(world) as EventRecord);
  }
}

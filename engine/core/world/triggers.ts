/**
 * Triggers: commands that are given when a fact is published ("the next time a leader is elected"), at a time, or again and again,
 * each with a probability if one is wanted. A trigger is part of the state: it is journalled once, when it is set, and what it does
 * follows from the run.
 *
 * Each command of a firing is an event of its own, due at once, so that whoever handled the fact is done with it. Names such as
 * "leader of orders-0" are looked up then. A command that cannot be done by then is refused as a fact; the others are done.
 */
import type { Fact } from '#engine/core/facts.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { executeWithin } from '#engine/core/world/commands/execute-command.ts';
import { resolveReferences } from '#engine/core/world/commands/references.ts';
import { beginFiring, dueByClock, endTrigger, queueByClock } from '#engine/core/world/trigger-queue.ts';
import type { EventRecord, TriggerRow, World } from '#engine/core/world/world-state.ts';

/** Handles a trigger's event; one whose trigger was cleared in between does nothing. */
export function fireTrigger(world: World, key: string, record: EventRecord): void {
  const { state } = world;
  const split = key.lastIndexOf(' ');
  const trigger = state.triggers.find(({ id }) => id === key.slice(0, split));
  if (trigger === undefined) return;
  const what = key.slice(split + 1);
  trigger.queued--;
  if (what === dueByClock) {
    beginFiring(state, trigger, record.id);
    if (trigger.everyMs > 0 && trigger.left > 0) queueByClock(state, trigger, state.timeUs + trigger.everyMs * 1000);
  } else {
    doCommand(world, trigger, trigger.do[Number(what)]!, record);
  }
  const isOver = trigger.queued === 0 && (trigger.left === 0 || trigger.when === null);
  if (isOver) endTrigger(state, trigger.id);
}

function doCommand(world: World, trigger: TriggerRow, command: TriggerRow['do'][number], record: EventRecord): void {
  try {
    const resolved = resolveReferences(world, command);
    executeWithin(world, resolved as WorldCommand, record);
    record.input = { type: 'command', command: resolved };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const refused: Fact<'trigger.refused'> = { kind: 'trigger.refused', payload: { trigger: trigger.id, command: command.kind, message: error.message } };
    record.facts = [...record.facts, refused];
  }
}

/** Triggers in the queue: noticed by a fact or brought by the clock. What a firing then does: triggers.ts. */
import { enqueue } from '#engine/core/world/event-queue.ts';
import { matches } from '#engine/core/world/fact-pattern.ts';
import { nextFraction } from '#engine/core/world/random.ts';
import type { EventRecord, TriggerRow, World, WorldState } from '#engine/core/world/world-state.ts';

/** In place of a command's number: the clock has reached the trigger. */
export const dueByClock = 'due';

export function noteFactsForTriggers(world: World, record: EventRecord): void {
  const { state } = world;
  for (const trigger of state.triggers) {
    if (trigger.when === null) continue;
    for (const fact of record.facts) {
      if (trigger.left === 0 || !matches(trigger.when, fact)) continue;
      if (trigger.skip > 0) trigger.skip--;
      else beginFiring(state, trigger, record.id);
    }
  }
}

export function beginFiring(state: WorldState, trigger: TriggerRow, causeId: number): void {
  if (trigger.probability < 1 && nextFraction(state.interceptionRandom) >= trigger.probability) return;
  trigger.left--;
  for (const index of trigger.do.keys()) queueTrigger(state, trigger, String(index), state.timeUs, causeId);
}

function queueTrigger(state: WorldState, trigger: TriggerRow, what: string, dueUs: number, causeId: number): void {
  trigger.queued++;
  enqueue(state.queue, {
    dueUs, sequence: 0, place: -1, kind: 'trigger', node: 'triggers', causeId, message: null, departUs: 0, timerKind: '', timerKey: `${trigger.id} ${what}`, correlationId: -1,
  });
}

/** Lets the clock bring the trigger, now at the earliest. */
export function queueByClock(state: WorldState, trigger: TriggerRow, dueUs: number): void {
  queueTrigger(state, trigger, dueByClock, Math.max(state.timeUs, Math.round(dueUs)), state.eventId);
}

export function endTrigger(state: WorldState, id: string): void {
  state.triggers = state.triggers.filter((trigger) => trigger.id !== id);
  state.faults = state.faults.filter((fault) => fault.id !== triggerFaultId(id));
}

export function triggerFaultId(id: string): string {
  return `trigger ${id}`;
}

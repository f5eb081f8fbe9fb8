/** Triggers: set and cleared. What they wait for and what they do: triggers.ts. */
import type { CommandEntry } from '#engine/core/world/commands/command.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { unknownName } from '#engine/core/world/commands/names.ts';
import { patternText } from '#engine/core/world/fact-pattern.ts';
import { endTrigger, queueByClock, triggerFaultId } from '#engine/core/world/trigger-queue.ts';
import type { TriggerRow } from '#engine/core/world/world-state.ts';

/** More than a person, a scenario or a simulation needs; each costs a look at each fact. */
const triggersMax = 100;

export const triggerSet: CommandEntry<'trigger.set'> = {
  plan(world, command) {
    const { state } = world;
    const id = command.trigger ?? String(state.nextTriggerId);
    if (state.triggers.some((trigger) => trigger.id === id)) throw new CommandError(`there is a trigger "${id}" already; clear it first`);
    if (state.triggers.length >= triggersMax) throw new CommandError(`there are ${triggersMax} triggers already; clear some first`);
    const { when, atMs, afterMs, everyMs } = command;
    const times = [atMs, afterMs ?? everyMs].filter((time) => time !== undefined).length;
    if ((when === undefined ? 0 : 1) + times !== 1) throw new CommandError('a trigger has either "when", a fact, or a time: "atMs", "afterMs", "everyMs"');
    const row: TriggerRow = {
      id,
      when: when === undefined ? null : { fact: when.fact, where: when.where ?? {} },
      everyMs: everyMs ?? 0,
      skip: command.skip ?? 0,
      left: command.times ?? 1,
      probability: command.probability ?? 1,
      queued: 0,
      do: command.do.map((inner) => ({ ...inner })),
    };
    const kinds = row.do.map(({ kind }) => kind).join(', ');
    return {
      node: 'triggers',
      fault: { id: triggerFaultId(id), inverse: { kind: 'trigger.clear', trigger: id }, text: `${moment(row, atMs, afterMs)}: ${kinds}` },
      act: () => {
        state.nextTriggerId++;
        state.triggers.push(row);
        if (row.when === null) queueByClock(state, row, atMs === undefined ? state.timeUs + (afterMs ?? row.everyMs) * 1000 : atMs * 1000);
      },
    };
  },
};

function moment({ when, everyMs, left, probability }: TriggerRow, atMs: number | undefined, afterMs: number | undefined): string {
  const chance = probability < 1 ? `, with probability ${probability}` : '';
  if (when !== null) return `${left === 1 ? 'the next time' : `the next ${left} times`} of ${patternText(when)}${chance}`;
  if (atMs !== undefined) return `at ${atMs} ms${chance}`;
  return everyMs > 0 ? `every ${everyMs} ms, ${left} times${chance}` : `in ${afterMs} ms${chance}`;
}

export const triggerClear: CommandEntry<'trigger.clear'> = {
  plan({ state }, { trigger }) {
    if (trigger !== undefined && !state.triggers.some(({ id }) => id === trigger)) throw unknownName('trigger', trigger, state.triggers.map(({ id }) => id));
    return {
      node: 'triggers',
      act: () => {
        for (const { id } of trigger === undefined ? [...state.triggers] : [{ id: trigger }]) endTrigger(state, id);
      },
    };
  },
};

/**
 * The steps of a scenario as triggers, one within the other: each step's commands are followed by the setting of the next. So a scenario
 * that is opened on a screen plays its steps in the run itself, in the journal and among the active faults, and can be taken back by
 * clearing the one that waits. (A headless run steps through the file itself: run-scenario.ts.)
 */
import type { ScenarioStep } from '#engine/runtime/scenario/scenario-schema.ts';

export interface TriggerSetCommand {
  kind: 'trigger.set';
  [field: string]: unknown;
}

/** The command that starts the steps, or undefined when there are none. `upMs`: virtual time at which the cluster was up. */
export function stepsAsTrigger(steps: readonly ScenarioStep[], upMs: number): TriggerSetCommand | undefined {
  return triggerOf(steps, 0, upMs);
}

function triggerOf(steps: readonly ScenarioStep[], index: number, upMs: number): TriggerSetCommand | undefined {
  const step = steps[index];
  if (step === undefined) return undefined;
  const next = triggerOf(steps, index + 1, upMs);
  const commands = next === undefined ? step.do : [...step.do, next];
  if (commands.length === 0) return undefined;
  return { kind: 'trigger.set', trigger: `step-${index + 1}`, ...moment(step, upMs), do: commands };
}

function moment({ at, after, when }: ScenarioStep, upMs: number): Record<string, unknown> {
  if (when !== undefined) return { when: { fact: when.fact, where: when.where }, skip: when.count - 1 };
  return at === undefined ? { afterMs: after ?? 0 } : { atMs: upMs + at };
}

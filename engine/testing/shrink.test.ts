/** A failing schedule is thinned out until only what matters is left, and what is left is a scenario that anyone can open. */
import { expect, it } from 'vitest';
import { readScenario } from '#engine/runtime/scenario/read-scenario.ts';
import { scheduleAsScenario, SimulationError } from '#engine/testing/scheduled-run.ts';
import type { Schedule } from '#engine/testing/scheduled-run.ts';
import { shrink } from '#engine/testing/shrink.ts';
import { simulate } from '#engine/testing/simulate.ts';

function failureOf(schedule: Pick<Schedule, 'seed'> & Partial<Schedule>): SimulationError | undefined {
  try {
    simulate({ seed: schedule.seed, truncation: 'highWatermark', ...(schedule.commands && { repeat: schedule as Schedule }) });
    return undefined;
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
}

it('the faults of a failing seed repeat its failure, event for event', () => {
  const failing = failureOf({ seed: 48 })!;
  expect(failureOf(failing.schedule)).toMatchObject({ failure: failing.failure, message: failing.message, sinceUpMs: failing.sinceUpMs });
});

it('a failing run shrinks to the faults that matter, and the same invariant is still broken', () => {
  const failing = failureOf({ seed: 48 })!;
  const { error, isMinimal } = shrink(failing, failureOf);
  expect(isMinimal).toBe(true);
  expect(error.failure).toBe(failing.failure);
  expect(error.schedule.commands.length).toBeLessThan(failing.schedule.commands.length);
  const scenario = readScenario(scheduleAsScenario(error), 'seed-48.yaml');
  expect(scenario).toMatchObject({ seed: 48, opensAt: Math.floor(error.sinceUpMs) });
  expect(scenario.steps).toHaveLength(error.schedule.commands.length);
  expect(scenario.cluster.truncation).toBe('highWatermark');
});

it('a run of which every part fails shrinks to nothing, and one that takes too many runs says so', () => {
  const failing = failureOf({ seed: 48 })!;
  expect(shrink(failing, (schedule) => new SimulationError(failing.failure, schedule, 1, failing)).error.schedule.commands).toEqual([]);
  expect(shrink(failing, () => undefined, 3)).toMatchObject({ runs: 3, isMinimal: false, error: failing });
});

/**
 * Thins a failing schedule out: parts of its commands are left out, larger ones first, as long as the run still fails in the same way
 * (delta debugging). Bounded by a number of runs; what is left then is told, minimal or not.
 */
import type { Schedule, ScheduledCommand, SimulationError } from '#engine/testing/scheduled-run.ts';

/** Runs the schedule: how it fails, or undefined when it does not. */
export type RunSchedule = (schedule: Schedule) => SimulationError | undefined;

export interface Shrunk {
  error: SimulationError;
  runs: number;
  /** No single command of it can be left out any more. */
  isMinimal: boolean;
}

export function shrink(failing: SimulationError, run: RunSchedule, runsMax = 400): Shrunk {
  let error = failing;
  let runs = 0;
  let parts = 2;
  for (;;) {
    const { commands } = error.schedule;
    if (commands.length === 0) return { error, runs, isMinimal: true };
    const sizeOfPart = Math.ceil(commands.length / parts);
    let smaller: SimulationError | undefined;
    for (let from = 0; from < commands.length && smaller === undefined; from += sizeOfPart) {
      if (runs === runsMax) return { error, runs, isMinimal: false };
      runs++;
      smaller = sameFailure(failing, run({ ...error.schedule, commands: without(commands, from, sizeOfPart) }));
    }
    if (smaller !== undefined) {
      error = smaller;
      parts = Math.max(2, parts - 1);
    } else if (sizeOfPart === 1) {
      return { error, runs, isMinimal: true };
    } else {
      parts = Math.min(commands.length, parts * 2);
    }
  }
}

function without(commands: ScheduledCommand[], from: number, count: number): ScheduledCommand[] {
  return commands.filter((_, index) => index < from || index >= from + count);
}

function sameFailure(wanted: SimulationError, found: SimulationError | undefined): SimulationError | undefined {
  return found?.failure === wanted.failure ? found : undefined;
}

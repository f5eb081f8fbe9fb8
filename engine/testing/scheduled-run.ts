/**
 * What a simulated run did, as a schedule that repeats it: the cluster, the commands with their moments, and where it ended. A schedule can
 * be thinned out until only what matters is left (shrink.ts), and written as a scenario file that opens in the app at the moment of the failure.
 */
import type { ClusterSpecInput } from '#engine/contract/cluster-spec.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { scenarioText } from '#engine/runtime/scenario/write-scenario.ts';

export interface ScheduledCommand {
  /** Virtual microseconds since the cluster was up. */
  sinceUpUs: number;
  command: WorldCommand;
}

export interface Schedule {
  seed: number;
  spec: ClusterSpecInput;
  /** Faults end here, and are healed. */
  faultsMs: number;
  commands: ScheduledCommand[];
}

/** A run that failed: why, when, and what had been done by then. */
export class SimulationError extends Error {
  override readonly name = 'SimulationError';
  /** The invariant's name, or the kind of failure: a shrunk schedule must fail in the same way. */
  readonly failure: string;
  readonly schedule: Schedule;
  /** Virtual milliseconds since the cluster was up. */
  readonly sinceUpMs: number;
  constructor(failure: string, schedule: Schedule, sinceUpMs: number, cause: Error) {
    super(cause.message, { cause });
    this.failure = failure;
    this.schedule = schedule;
    this.sinceUpMs = sinceUpMs;
  }
}

/** A scenario file in the project's own form. */
export function scheduleAsScenario({ failure, schedule, sinceUpMs, message }: SimulationError): string {
  const { seed, spec, commands } = schedule;
  const comment = [`Made by terrarium check: seed ${seed} fails with ${failure}.`, message.split('\n')[0]!];
  const steps = commands.map(({ sinceUpUs, command }) => ({ at: Math.round(sinceUpUs) / 1000, do: command }));
  return scenarioText(comment, { name: `Seed ${seed}: ${failure}`, seed, cluster: spec, steps, until: Math.ceil(sinceUpMs) + 1, opensAt: Math.floor(sinceUpMs) });
}

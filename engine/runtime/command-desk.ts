/**
 * Commands of the contract: pacing ones change the pace, all others become an event of the world and a line of the journal.
 * What only the cluster can answer (a topic is to be created) is answered when it has.
 */
import { isPacingCommand } from '#engine/contract/commands.ts';
import type { Command, CommandOf } from '#engine/contract/commands.ts';
import type { AdminState } from '#engine/core/clients/state.ts';
import { adminNodeId } from '#engine/core/world/client-nodes.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { executeCommand } from '#engine/core/world/commands/execute-command.ts';
import { observe } from '#engine/runtime/engine.ts';
import type { Engine } from '#engine/runtime/engine.ts';
import { addToJournal } from '#engine/runtime/journal/journal.ts';
import { reanchor } from '#engine/runtime/pacing/pace.ts';
import type { RunLoop } from '#engine/runtime/pacing/run-loop.ts';

export type CommandOutcome =
  /** `note` says what is still to come. */
  | { ok: true; eventId: number; timeUs: number; note?: string }
  | { ok: false; error: string };

export interface CommandDesk {
  submit(command: Command): Promise<CommandOutcome>;
  /** After a turn: answers the commands that the cluster has answered. */
  answerWaiting(): void;
  /** The run ends: nobody waits for ever. */
  close(): void;
}

/** Commands whose answer comes from the cluster. */
interface WaitingCommand {
  operation: number;
  command: Command;
  resolve(outcome: CommandOutcome): void;
}

/** How far a fact is looked for when nothing else ends the step. */
const stepEventsMax = 1_000_000;

export function createCommandDesk(engine: Engine, loop: RunLoop, carriedOut: (command: Command) => void): CommandDesk {
  const { world } = engine;
  let waiting: WaitingCommand[] = [];

  function moment(): { eventId: number; timeUs: number } {
    return { eventId: world.state.eventId, timeUs: world.state.timeUs };
  }

  function execute(command: Command): Promise<CommandOutcome> {
    loop.catchUpTime();
    const operation = adminState(engine)?.nextOperation ?? 0;
    const before = moment();
    try {
      observe(engine, executeCommand(world, command as WorldCommand));
    } catch (error) {
      if (error instanceof CommandError) return Promise.resolve({ ok: false, error: error.message });
      throw error;
    }
    // Refused commands change nothing, so only what was done is part of the run.
    addToJournal(engine.journal, { ...before, input: { type: 'command', command } });
    loop.wake();
    if (!command.kind.startsWith('topic.')) {
      carriedOut(command);
      return Promise.resolve({ ok: true, ...moment() });
    }
    if (engine.pace.paused) {
      carriedOut(command);
      return Promise.resolve({ ok: true, ...moment(), note: 'the run is paused: the cluster answers when it goes on' });
    }
    return new Promise((resolve) => {
      waiting.push({ operation, command, resolve });
    });
  }

  function answerWaiting(): void {
    if (waiting.length === 0) return;
    const outcomes = adminState(engine)?.outcomes ?? [];
    waiting = waiting.filter(({ operation, command, resolve }) => {
      const outcome = outcomes.find(({ id }) => id === operation);
      if (outcome === undefined) return true;
      if (outcome.errorCode === 0) {
        carriedOut(command);
        resolve({ ok: true, ...moment() });
      } else {
        resolve({ ok: false, error: `${command.kind}: the cluster answered ${outcome.error}${outcome.message === '' ? '' : `: ${outcome.message}`}` });
      }
      return false;
    });
  }

  return {
    submit: (command) => (isPacingCommand(command.kind) ? pace(engine, loop, command) : execute(command)),
    answerWaiting,
    close() {
      for (const { resolve } of waiting) resolve({ ok: false, error: 'the run has ended before the cluster answered' });
      waiting = [];
    },
  };
}

function adminState(engine: Engine): AdminState | undefined {
  return (engine.world.state.nodes.get(adminNodeId)?.state as AdminState | null | undefined) ?? undefined;
}

function pace(engine: Engine, loop: RunLoop, command: Command): Promise<CommandOutcome> {
  const { pace, clock, world } = engine;
  loop.catchUpTime();
  const done = (): CommandOutcome => ({ ok: true, eventId: world.state.eventId, timeUs: world.state.timeUs });
  switch (command.kind) {
    case 'clock.rate':
      reanchor(pace, clock.nowMs(), world.state.timeUs);
      pace.rate = command.rate === 'max' ? Infinity : command.rate;
      break;
    case 'clock.pause':
      reanchor(pace, clock.nowMs(), world.state.timeUs);
      pace.paused = true;
      break;
    case 'clock.resume':
      reanchor(pace, clock.nowMs(), world.state.timeUs);
      pace.paused = false;
      break;
    case 'clock.step':
      return stepRun(engine, loop, command, done);
    default:
      return Promise.resolve({ ok: false, error: `${command.kind} does not concern the pace` });
  }
  loop.wake();
  return Promise.resolve(done());
}

function stepRun(engine: Engine, loop: RunLoop, command: CommandOf<'clock.step'>, done: () => CommandOutcome): Promise<CommandOutcome> {
  const { pace, world } = engine;
  if (!pace.paused) return Promise.resolve({ ok: false, error: 'clock.step: the run is not paused; send clock.pause first' });
  const { events, untilMs, untilFact } = command;
  const untilUs = untilMs === undefined ? Infinity : Math.round(untilMs * 1000);
  if (untilUs < world.state.timeUs) {
    return Promise.resolve({ ok: false, error: `clock.step, field untilMs: ${untilMs} lies in the past, the run is at ${world.state.timeUs / 1000} ms` });
  }
  const isSingle = events === undefined && untilMs === undefined && untilFact === undefined;
  return new Promise((resolve) => {
    loop.stepTo({
      eventsLeft: isSingle ? 1 : (events ?? (untilFact === undefined ? Number.MAX_SAFE_INTEGER : stepEventsMax)),
      untilUs,
      untilFact: untilFact ?? null,
      done: (reached) => resolve(reached ? done() : { ok: false, error: notReached(command) }),
    });
  });
}

function notReached({ events, untilMs, untilFact }: CommandOf<'clock.step'>): string {
  if (untilFact === undefined) return 'clock.step: another step has taken its place';
  const limit = events !== undefined ? `${events} events` : untilMs !== undefined ? `${untilMs} ms of virtual time` : `${stepEventsMax} events`;
  return `clock.step: no fact "${untilFact}" was published within ${limit}`;
}

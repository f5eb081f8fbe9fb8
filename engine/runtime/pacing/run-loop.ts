/**
 * Turns of the engine: handle what is due, commit, let answers out; then sleep until something is due or comes in.
 *
 * A turn is bounded in real time, so that sockets are served between turns. What came in from outside is handled in a turn of
 * its own as soon as the pending input has been read, so that everything that arrived together shares one commit. The loop spins only while
 * somebody outside waits for an answer that is less than a millisecond away; otherwise a timer wakes it.
 */
import { nextDueUs, step } from '#engine/core/world/step.ts';
import type { EventRecord } from '#engine/core/world/world-state.ts';
import { observe } from '#engine/runtime/engine.ts';
import type { Engine } from '#engine/runtime/engine.ts';
import { delayMsUntil, forgiveDebt, reanchor, targetUs } from '#engine/runtime/pacing/pace.ts';

/** Real milliseconds that a turn may take. */
const turnMs = 6;
/** Events between two looks at the clock, and in one turn at most, whatever the clock says. */
const eventsBetweenLooks = 32;
const eventsPerTurnMax = 20_000;
/** The longest sleep: the host's timers are not made for more. */
const sleepMsMax = 60_000;

/** What a step of a paused run goes on to; all given limits hold, the first one reached ends it. */
export interface StepGoal {
  eventsLeft: number;
  untilUs: number;
  untilFact: string | null;
  done(reached: boolean): void;
}

export interface RunLoopHooks {
  /** After the events of a turn: commit, then let answers and frames out. `goesOn`: the next turn comes at once. */
  afterTurn(goesOn: boolean): void;
  /** Somebody outside waits for an answer. */
  isAwaited(): boolean;
  /** A turn failed: an assertion of the engine does not hold. The loop has stopped. */
  failed(error: unknown): void;
}

export class RunLoop {
  private readonly engine: Engine;
  private readonly hooks: RunLoopHooks;
  private cancelSleep: (() => void) | undefined;
  private goal: StepGoal | undefined;
  private stopped = false;
  private inTurn = false;

  constructor(engine: Engine, hooks: RunLoopHooks) {
    this.engine = engine;
    this.hooks = hooks;
  }

  /** Something came in, or the pace changed: the next turn is due as soon as pending input has been read. */
  wake(): void {
    if (!this.inTurn) this.sleep(0);
  }

  stop(): void {
    this.stopped = true;
    this.cancelSleep?.();
  }

  /** Lets a paused run go on to a goal; one that is under way is given up. */
  stepTo(goal: StepGoal): void {
    this.goal?.done(false);
    this.goal = goal;
    this.wake();
  }

  get stepping(): boolean {
    return this.goal !== undefined;
  }

  /** Brings the world's time to the present without handling anything: what comes in now comes in now. */
  catchUpTime(): void {
    const { world, pace, clock } = this.engine;
    if (pace.paused || pace.rate === Infinity) return;
    const presentUs = Math.min(targetUs(pace, clock.nowMs()), nextDueUs(world) ?? Infinity);
    if (presentUs > world.state.timeUs) world.state.timeUs = presentUs;
  }

  private turn(): void {
    if (this.stopped) return;
    this.inTurn = true;
    try {
      if (this.goal !== undefined) this.stepTurn(this.goal);
      else this.pacedTurn();
      this.hooks.afterTurn(this.restMs() === 0);
    } catch (error) {
      this.stop();
      this.hooks.failed(error);
    } finally {
      this.inTurn = false;
    }
    this.sleepUntilDue();
  }

  private pacedTurn(): void {
    const { pace, clock, world } = this.engine;
    const startMs = clock.nowMs();
    const untilUs = targetUs(pace, startMs);
    if (!pace.paused) this.runSlice(startMs, untilUs);
    forgiveDebt(pace, clock.nowMs(), world.state.timeUs);
  }

  /** Handles what is due until `untilUs`, or until the turn's time is used up. */
  private runSlice(startMs: number, untilUs: number): void {
    const { world, clock } = this.engine;
    let count = 0;
    for (;;) {
      const dueUs = nextDueUs(world);
      if (dueUs === undefined || dueUs > untilUs) break;
      observe(this.engine, step(world) as EventRecord);
      count++;
      if (count % eventsBetweenLooks === 0 && (count >= eventsPerTurnMax || clock.nowMs() - startMs >= turnMs)) return;
    }
    if (untilUs !== Infinity && untilUs > world.state.timeUs) world.state.timeUs = untilUs;
  }

  private stepTurn(goal: StepGoal): void {
    const { world, clock, pace } = this.engine;
    const startMs = clock.nowMs();
    let ended = false;
    let reached = false;
    for (let count = 1; !ended; count++) {
      const dueUs = nextDueUs(world);
      if (dueUs === undefined || dueUs > goal.untilUs || goal.eventsLeft === 0) {
        ended = true;
        reached = goal.untilFact === null;
        if (goal.eventsLeft > 0 && goal.untilUs !== Infinity && goal.untilUs > world.state.timeUs) world.state.timeUs = goal.untilUs;
        break;
      }
      const record = step(world) as EventRecord;
      observe(this.engine, record);
      goal.eventsLeft--;
      if (goal.untilFact !== null && record.facts.some(({ kind }) => kind === goal.untilFact)) ended = reached = true;
      if (count % eventsBetweenLooks === 0 && (count >= eventsPerTurnMax || clock.nowMs() - startMs >= turnMs)) break;
    }
    reanchor(pace, clock.nowMs(), world.state.timeUs);
    if (!ended) return;
    this.goal = undefined;
    goal.done(reached);
  }

  private sleepUntilDue(): void {
    if (this.stopped) return;
    const restMs = this.restMs();
    if (restMs !== undefined) this.sleep(restMs);
  }

  /** Real milliseconds until the next turn; 0: as soon as pending input has been read; undefined: never by itself. */
  private restMs(): number | undefined {
    if (this.goal !== undefined) return 0;
    const { pace, clock, world } = this.engine;
    const dueUs = nextDueUs(world);
    if (dueUs === undefined) return undefined;
    const nowMs = clock.nowMs();
    const delayMs = delayMsUntil(pace, nowMs, dueUs);
    if (delayMs === Infinity) return undefined;
    if (dueUs <= targetUs(pace, nowMs) || (delayMs < 1 && this.hooks.isAwaited())) return 0;
    return Math.min(Math.max(1, delayMs), sleepMsMax);
  }

  private sleep(delayMs: number): void {
    if (this.stopped) return;
    this.cancelSleep?.();
    this.cancelSleep = this.engine.clock.schedule(delayMs, () => {
      this.cancelSleep = undefined;
      this.turn();
    });
  }
}

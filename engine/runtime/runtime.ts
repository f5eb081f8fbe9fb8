/**
 * The engine as its host holds it: one world, paced by the real clock, with its journal, its history, its screens and its
 * door for clients outside. Everything is driven by calls of the host and by the clock it gives; there is no other thread of
 * control.
 */
import { isPacingCommand } from '#engine/contract/commands.ts';
import type { Command } from '#engine/contract/commands.ts';
import { contractVersion } from '#engine/contract/envelope.ts';
import type { ClockView } from '#engine/contract/envelope.ts';
import type { ClusterSpec } from '#engine/contract/cluster-spec.ts';
import type { ClusterState } from '#engine/contract/state.ts';
import type { Transport } from '#engine/contract/transport.ts';
import { kafkaBehaviours } from '#engine/core/world/behaviours.ts';
import { assert } from '#engine/ports/assert.ts';
import { bootCluster } from '#engine/core/world/boot.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { nodeCryptography } from '#engine/runtime/cryptography.ts';
import { createWorld } from '#engine/core/world/create-world.ts';
import { stateHash } from '#engine/core/world/state-hash.ts';
import type { Behaviours, World } from '#engine/core/world/world-state.ts';
import type { Clock } from '#engine/ports/clock.ts';
import type { Disk } from '#engine/ports/disk.ts';
import { seedOfRun, specAfter } from '#engine/runtime/cluster-meta.ts';
import type { ClusterMetaStore } from '#engine/runtime/cluster-meta.ts';
import { createCommandDesk } from '#engine/runtime/command-desk.ts';
import type { CommandDesk, CommandOutcome } from '#engine/runtime/command-desk.ts';
import { parseCommand } from '#engine/runtime/commands.ts';
import { observe } from '#engine/runtime/engine.ts';
import type { Engine } from '#engine/runtime/engine.ts';
import { engineVersion } from '#engine/runtime/engine-version.ts';
import { commitTurn } from '#engine/runtime/group-commit.ts';
import { createEventLog, recordEvent } from '#engine/runtime/history/event-log.ts';
import { createJournal } from '#engine/runtime/journal/journal.ts';
import { createRunFile } from '#engine/runtime/journal/run-file.ts';
import type { RunFileWriter } from '#engine/runtime/journal/run-file.ts';
import { OutsideDoor } from '#engine/runtime/outside-door.ts';
import type { OutsideAnswer } from '#engine/runtime/outside.ts';
import { createPace, createRateMeter, measureRate } from '#engine/runtime/pacing/pace.ts';
import { RunLoop } from '#engine/runtime/pacing/run-loop.ts';
import { answerQuery } from '#engine/runtime/queries/answer-query.ts';
import type { QueryAnswer } from '#engine/runtime/queries/answer-query.ts';
import { Session } from '#engine/runtime/screen/session.ts';
import type { SessionHost } from '#engine/runtime/screen/session.ts';
import { shutDownCluster } from '#engine/runtime/shutdown.ts';
import { createTimeReservation } from '#engine/runtime/time-reservation.ts';
import type { TimeReservation } from '#engine/runtime/time-reservation.ts';
import { ReplicaViews } from '#engine/runtime/view/broker-replicas.ts';
import { projectClusterState } from '#engine/runtime/view/cluster-state.ts';
import { createViewSource } from '#engine/runtime/view/view-source.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';
import { ViewProjector } from '#engine/runtime/view/view-projector.ts';

export interface RuntimeOptions {
  /** All defaults filled in; for an existing cluster as `continuedSpec` made it. */
  spec: ClusterSpec;
  seed: number;
  clock: Clock;
  /** Opens a broker's disk, empty or as the run before left it; asked once per broker. */
  diskFor: (brokerId: number) => Disk;
  /** Present for a cluster that is to be found again. */
  metaStore?: ClusterMetaStore | undefined;
  /** Of the run before on the same disks: `readClusterMeta`. Absent: a fresh cluster. */
  previous?: { restarts: number; reservedUntilUs: number } | undefined;
  /** Virtual seconds per real second; Infinity: as fast as it goes. */
  rate?: number | undefined;
  /** File that the run is recorded to; only for a fresh cluster. */
  recordTo?: string | undefined;
  dataDirectory?: string | null | undefined;
  /** Where clients outside connect, as the ready line names it. */
  bootstrap?: string | undefined;
  /** What the host does before a command is carried out (a new broker gets its listener); undefined: nothing. A failure refuses it. */
  prepare?: ((command: Command) => Promise<Command> | undefined) | undefined;
  /** A command was carried out that concerns the host too. */
  onCommand?: ((command: Command) => void) | undefined;
  /** An assertion of the engine did not hold; nothing runs any more. */
  onFatal?: ((error: unknown) => void) | undefined;
  /** Lines for the host's log. */
  log?: ((line: string) => void) | undefined;
  behaviours?: Behaviours | undefined;
}

/** For so long commits may be left to the next turn. */
const uncommittedMsMax = 5;

/** Builds the world, boots the cluster ahead of real time, commits it, and lets it run. Throws BootError when it does not come up. */
export function startRuntime(options: RuntimeOptions): Runtime {
  return new Runtime(options);
}

export class Runtime {
  private readonly options: RuntimeOptions;
  private readonly engine: Engine;
  private readonly loop: RunLoop;
  private readonly desk: CommandDesk;
  private readonly source: ViewSource;
  private readonly replicas: ReplicaViews;
  private readonly projector: ViewProjector;
  private readonly reservation: TimeReservation;
  private readonly sessions = new Set<Session>();
  private readonly sessionHost: SessionHost;
  private readonly startedMs: number;
  private readonly door: OutsideDoor;
  private recording: RunFileWriter | undefined;
  private committedMs = Number.NEGATIVE_INFINITY;
  private failure: unknown;
  private ended = false;

  constructor(options: RuntimeOptions) {
    const { spec, seed, clock, previous, recordTo } = options;
    const restarts = previous === undefined ? 0 : previous.restarts + 1;
    if (recordTo !== undefined && restarts > 0) throw new CommandError('a run is recorded from the birth of its cluster on: give a fresh data folder, or keep it in memory');
    assert(!('mutations' in spec), 'mutations are for simulations: a cluster that somebody runs has none');
    this.options = options;
    this.startedMs = clock.wallMs();
    const world = createWorld({
      seed: seedOfRun(seed, restarts),
      spec,
      diskFor: options.diskFor,
      behaviours: options.behaviours ?? kafkaBehaviours,
      compression: nodeCompression,
      cryptography: nodeCryptography,
      timeUs: previous?.reservedUntilUs,
    });
    const nowMs = clock.nowMs();
    this.engine = {
      world,
      clock,
      seed,
      spec,
      pace: createPace(nowMs, world.state.timeUs, options.rate ?? 1),
      meter: createRateMeter(nowMs, world.state.timeUs),
      // A cluster that was there before cannot be recorded, so nothing is kept for that.
      journal: createJournal(previous === undefined ? undefined : 0),
      eventLog: createEventLog(),
      observers: [],
    };
    this.replicas = new ReplicaViews(world);
    this.source = createViewSource(world, seed, this.replicas);
    this.projector = new ViewProjector(this.source);
    this.reservation = createTimeReservation(this.engine, options.metaStore, restarts, (line) => this.log(line));
    this.loop = new RunLoop(this.engine, { afterTurn: (goesOn) => this.afterTurn(goesOn), isAwaited: () => this.door.isAwaited(), failed: (error) => this.fail(error) });
    this.door = new OutsideDoor(this.engine, this.loop, () => this.projector.connectionsChanged());
    this.desk = createCommandDesk(this.engine, this.loop, (command) => this.carriedOut(command));
    this.sessionHost = this.makeSessionHost(restarts);
    this.engine.observers.push((record) => {
      const view = recordEvent(this.engine.eventLog, record);
      this.projector.observe(record);
      for (const session of this.sessions) session.noteEvent(view);
    });
    bootCluster(world, { observe: (record) => observe(this.engine, record) });
    this.engine.pace.anchorUs = world.state.timeUs;
    this.engine.pace.anchorMs = clock.nowMs();
    this.engine.meter.sinceUs = world.state.timeUs;
    this.engine.meter.sinceMs = clock.nowMs();
    if (recordTo !== undefined) this.recordRun(recordTo);
    this.reservation.writeNow();
    this.afterTurn();
    this.loop.wake();
  }

  // What the host asks and tells

  /** A cluster that begins with this run, not one that goes on. */
  get isFresh(): boolean {
    return this.options.previous === undefined;
  }

  /** Takes a command as it came from outside; a refusal says what is wrong, with the nearest valid name. */
  submitCommand(input: unknown): Promise<CommandOutcome> {
    if (this.ended) return Promise.resolve({ ok: false, error: 'the run has ended' });
    let command: Command;
    try {
      command = parseCommand(input);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      return Promise.resolve({ ok: false, error: error.message });
    }
    const prepared = this.options.prepare?.(command);
    const refuse = (error: unknown): CommandOutcome => ({ ok: false, error: `${command.kind}: ${describe(error)}` });
    const outcome = prepared === undefined ? this.desk.submit(command) : prepared.then((ready) => this.desk.submit(ready), refuse);
    if (isPacingCommand(command.kind)) void outcome.then(() => this.clockChanged());
    return outcome;
  }

  query(input: unknown): QueryAnswer {
    this.settle();
    return answerQuery(input, { source: this.source, eventLog: this.engine.eventLog });
  }

  state(): ClusterState {
    this.settle();
    return projectClusterState(this.source);
  }

  clock(): ClockView {
    this.loop.catchUpTime();
    const { world, pace, meter, clock } = this.engine;
    return {
      timeUs: world.state.timeUs,
      eventId: world.state.eventId,
      paused: pace.paused,
      rate: pace.rate === Infinity ? -1 : pace.rate,
      actualRate: measureRate(meter, clock.nowMs(), world.state.timeUs),
      position: 'LIVE',
    };
  }

  /** A screen connects; it is served until its transport closes. */
  attachScreen(transport: Transport): void {
    if (this.failure !== undefined) return transport.close(describe(this.failure));
    this.sessions.add(new Session(transport, this.sessionHost));
    this.projector.watch(true);
  }

  /** From now on everything that enters is written to a new file, after what has entered so far. */
  recordRun(path: string): void {
    const { journal, seed, spec } = this.engine;
    if (this.recording !== undefined) throw new CommandError('the run is being recorded already');
    if (journal.forgotten > 0 || this.options.previous !== undefined) throw new CommandError('the beginning of this run is no longer known, so that it cannot be recorded');
    this.recording = createRunFile(path, { engineVersion, seed, spec: this.options.spec ?? spec });
    for (const entry of journal.entries) this.recording.append(entry);
    journal.recordings.add(this.recording);
  }

  /** Virtual time that the world has reached, and how many events that took. */
  get position(): { timeUs: number; eventId: number } {
    this.loop.catchUpTime();
    const { timeUs, eventId } = this.engine.world.state;
    return { timeUs, eventId };
  }

  /** For tests and benchmarks of the host: the world itself. */
  get world(): World {
    return this.engine.world;
  }

  // The door for clients outside (the gateway's DoorPort)

  readonly reportsHandled = true;

  open(broker: number, clientAddress: string): number | undefined {
    return this.door.open(broker, clientAddress);
  }

  request(connectionId: number, frame: Uint8Array): void {
    this.door.request(connectionId, frame);
  }

  close(connectionId: number): void {
    this.door.close(connectionId);
  }

  /** Answers leave after the commit of the turn that made them. */
  onAnswer(listener: (answer: OutsideAnswer) => void): void {
    this.door.onAnswer(listener);
  }

  // The end

  /**
   * Shuts the cluster down in order (clients, then broker after broker), commits, ends the recording and closes the disks.
   * `abruptly`: as the run stands, without shutting anything down.
   */
  stop(how: 'in order' | 'abruptly' = 'in order'): void {
    if (this.ended) return;
    this.loop.stop();
    if (this.failure === undefined) {
      if (how === 'in order') shutDownCluster(this.engine);
      this.afterTurn();
      this.recording?.end({ ...this.position, stateHash: stateHash(this.engine.world) });
      this.reservation.end();
    }
    this.ended = true;
    this.door.end();
    this.desk.close();
    for (const session of this.sessions) session.close('the engine has ended');
    for (const disk of this.engine.world.disks.values()) disk.close();
  }

  // Inside

  /**
   * Persist, then send. While nobody outside is told or shown anything, a turn may leave the commit to the next one, which comes at once:
   * what the brokers told each other dies with this process, together with what they wrote.
   */
  private afterTurn(goesOn = false): void {
    const nowMs = this.engine.clock.nowMs();
    if (goesOn && nowMs - this.committedMs < uncommittedMsMax && this.hasNothingToTell()) return;
    this.committedMs = nowMs;
    const answers = commitTurn(this.engine, (line) => this.log(line));
    this.reservation.keep();
    this.flushRecording();
    this.replicas.noteRunning();
    for (const answer of answers) this.door.deliver(answer);
    this.desk.answerWaiting();
  }

  private hasNothingToTell(): boolean {
    return this.engine.world.state.outbox.length === 0 && this.sessions.size === 0 && this.recording === undefined;
  }

  /** A recording that can go no further ends with what it has; the run goes on. */
  private flushRecording(): void {
    if (this.recording === undefined) return;
    try {
      this.recording.flush();
    } catch (error) {
      this.engine.journal.recordings.delete(this.recording);
      this.recording = undefined;
      this.log(`the recording of this run has ended here: ${describe(error)}`);
    }
  }

  private log(line: string): void {
    this.options.log?.(line);
  }

  /** Commits what a command has written since the last turn, before anybody is shown it. */
  private settle(): void {
    if (this.failure !== undefined) return;
    this.loop.catchUpTime();
    for (const disk of this.engine.world.disks.values()) {
      if (!disk.dirty) continue;
      this.afterTurn();
      return;
    }
  }

  private carriedOut(command: Command): void {
    this.options.onCommand?.(command);
    const next = specAfter(this.engine.spec, command);
    if (next === undefined) return;
    this.engine.spec = next;
    this.reservation.writeNow();
  }

  private clockChanged(): void {
    for (const session of this.sessions) session.clockChanged();
  }

  private fail(error: unknown): void {
    this.failure = error;
    this.log(`the engine has failed: ${describe(error)}`);
    for (const session of this.sessions) session.fatal(describe(error));
    this.desk.close();
    this.options.onFatal?.(error);
  }

  private makeSessionHost(restarts: number): SessionHost {
    const { engine, options, startedMs } = this;
    return {
      clock: engine.clock,
      projector: this.projector,
      welcome: () => ({
        type: 'welcome',
        contractVersion,
        seed: engine.seed,
        clusterId: engine.world.state.clusterId,
        preset: engine.spec.preset,
        dataDirectory: options.dataDirectory ?? null,
        bootstrap: options.bootstrap ?? '',
        restarts,
        startedMs,
      }),
      clockView: () => this.clock(),
      isStill: () => engine.pace.paused && !this.loop.stepping,
      settle: () => this.settle(),
      command: (command) => this.submitCommand(command),
      query: (query) => this.query(query),
      gone: (session) => {
        this.sessions.delete(session);
        if (this.sessions.size === 0) this.projector.watch(false);
      },
    };
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * Runs a scenario headless, as fast as the machine can: boot, the steps at their virtual times, the time that is left, then the
 * expectations. The same file and seed give the same events and the same state hash, on any disk.
 */
import type { Disk } from '#engine/ports/disk.ts';
import { bootCluster } from '#engine/core/world/boot.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { nodeCryptography } from '#engine/runtime/cryptography.ts';
import { kafkaBehaviours } from '#engine/core/world/behaviours.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { executeCommand } from '#engine/core/world/commands/execute-command.ts';
import { commitDisks, createWorld } from '#engine/core/world/create-world.ts';
import { stateHash } from '#engine/core/world/state-hash.ts';
import { nextDueUs, runUntil, step } from '#engine/core/world/step.ts';
import type { Behaviours, EventRecord, WireMode, World } from '#engine/core/world/world-state.ts';
import { isWorldCommand, parseCommand } from '#engine/runtime/commands.ts';
import { createAcknowledgements, noteAcknowledgements } from '#engine/runtime/scenario/acknowledgements.ts';
import type { Acknowledgements } from '#engine/runtime/scenario/acknowledgements.ts';
import { evaluate } from '#engine/runtime/scenario/evaluate.ts';
import type { EndOfRun, Verdict } from '#engine/runtime/scenario/evaluate.ts';
import { patternText } from '#engine/core/world/fact-pattern.ts';
import { noteEvent, noteEventInOrder, watchFor, watchForOrder } from '#engine/runtime/scenario/fact-watch.ts';
import type { FactWatch } from '#engine/runtime/scenario/fact-watch.ts';
import { resolveReferences } from '#engine/core/world/commands/references.ts';
import type { Scenario, ScenarioStep } from '#engine/runtime/scenario/scenario-schema.ts';
import { subjectsOf } from '#engine/runtime/scenario/subjects.ts';
import { clusterStateOf } from '#engine/runtime/view/cluster-state.ts';

export interface ScenarioOptions {
  diskFor: (brokerId: number) => Disk;
  /** Instead of the file's. */
  seed?: number | undefined;
  wire?: WireMode | undefined;
  behaviours?: Behaviours | undefined;
  /** Sees every event, boot included. */
  observe?: (record: EventRecord, world: World) => void;
}

export interface ScenarioResult {
  name: string;
  seed: number;
  ok: boolean;
  verdicts: Verdict[];
  stateHash: string;
  events: number;
  /** Virtual time at which the cluster was up, and at the end. */
  bootUs: number;
  endUs: number;
  world: World;
}

interface Run {
  scenario: Scenario;
  world: World;
  end: Omit<EndOfRun, 'state'>;
  waiting: FactWatch | null;
  failures: Verdict[];
  observe: (record: EventRecord) => void;
}

/** How much virtual time passes between two group commits. */
const commitEveryUs = 100_000;

export function runScenario(scenario: Scenario, options: ScenarioOptions): ScenarioResult {
  const seed = options.seed ?? scenario.seed;
  const { diskFor, wire } = options;
  const world = createWorld({ seed, spec: scenario.cluster, diskFor, behaviours: options.behaviours ?? kafkaBehaviours, compression: nodeCompression, cryptography: nodeCryptography, wire });
  const run = startRun(scenario, world, options.observe);
  bootCluster(world, { observe: run.observe });
  const bootUs = world.state.timeUs;
  runSteps(run, bootUs);
  advance(run, bootUs + scenario.until * 1000);
  const end: EndOfRun = { ...run.end, state: clusterStateOf(world) };
  const verdicts = [...run.failures, ...scenario.expectations.map((expectation, index) => evaluate(expectation, end, index))];
  return {
    name: scenario.name,
    seed,
    ok: verdicts.every(({ ok }) => ok),
    verdicts,
    stateHash: stateHash(world),
    events: world.state.eventId,
    bootUs,
    endUs: world.state.timeUs,
    world,
  };
}

function startRun(scenario: Scenario, world: World, observe: ScenarioOptions['observe']): Run {
  const end: Run['end'] = { world, acknowledgements: createAcknowledgements(), factWatches: new Map(), orderWatches: new Map(), lastEvents: new Map() };
  for (const [index, expectation] of scenario.expectations.entries()) {
    if (expectation.kind === 'fact') end.factWatches.set(index, watchFor(expectation.value));
    if (expectation.kind === 'order') end.orderWatches.set(index, watchForOrder(expectation.value.order));
  }
  const run: Run = { scenario, world, end, waiting: null, failures: [], observe: () => {} };
  run.observe = (record) => {
    observe?.(record, world);
    if (record.facts.length > 0) noteFacts(run, end.acknowledgements, record);
  };
  return run;
}

function noteFacts(run: Run, acknowledgements: Acknowledgements, record: EventRecord): void {
  const { factWatches, orderWatches, lastEvents, world } = run.end;
  for (const watch of factWatches.values()) noteEvent(watch, record);
  for (const watch of orderWatches.values()) noteEventInOrder(watch, record);
  if (run.waiting !== null) noteEvent(run.waiting, record);
  noteAcknowledgements(acknowledgements, world, record);
  for (const subject of subjectsOf(record)) lastEvents.set(subject, { eventId: record.id, timeUs: record.timeUs });
}

function advance(run: Run, untilUs: number): void {
  const { world } = run;
  while (world.state.timeUs < untilUs) {
    runUntil(world, Math.min(untilUs, world.state.timeUs + commitEveryUs), run.observe);
    commitDisks(world);
  }
}

function runSteps(run: Run, bootUs: number): void {
  const { scenario, world } = run;
  const endUs = bootUs + scenario.until * 1000;
  let previousUs = bootUs;
  for (const [index, item] of scenario.steps.entries()) {
    if (!waitFor(run, item, index, previousUs, bootUs)) return;
    if (world.state.timeUs > endUs) {
      fail(run, `step ${index + 1} is due`, `only after the run's end (until: ${scenario.until} ms)`);
      return;
    }
    if (!item.do.every((command) => doCommand(run, command, index))) return;
    previousUs = world.state.timeUs;
  }
}

/** Lets virtual time pass until the step is due; false when it never will be. */
function waitFor(run: Run, item: ScenarioStep, index: number, previousUs: number, bootUs: number): boolean {
  const { world } = run;
  if (item.when !== undefined) return waitForFact(run, item, index, previousUs);
  const dueUs = item.at === undefined ? previousUs + (item.after ?? 0) * 1000 : bootUs + item.at * 1000;
  if (dueUs < world.state.timeUs) {
    fail(run, `step ${index + 1} is due at ${item.at} ms`, `the step before it was later, at ${(world.state.timeUs - bootUs) / 1000} ms`);
    return false;
  }
  advance(run, dueUs);
  return true;
}

function waitForFact(run: Run, item: ScenarioStep, index: number, previousUs: number): boolean {
  const { world } = run;
  const when = item.when!;
  const watch = watchFor(when);
  run.waiting = watch;
  const deadlineUs = previousUs + item.within * 1000;
  while (watch.count < when.count) {
    const dueUs = nextDueUs(world);
    if (dueUs === undefined || dueUs > deadlineUs) {
      fail(run, `step ${index + 1} waits for ${when.count} × ${patternText(when)}`, `${watch.count} within ${item.within} ms`);
      return false;
    }
    run.observe(step(world)!);
  }
  commitDisks(world);
  run.waiting = null;
  return true;
}

function doCommand(run: Run, command: { kind: string }, index: number): boolean {
  try {
    const parsed = parseCommand(resolveReferences(run.world, command));
    if (!isWorldCommand(parsed)) throw new CommandError(`${parsed.kind} paces a run that is watched; a scenario says times`);
    run.observe(executeCommand(run.world, parsed));
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    fail(run, `step ${index + 1} does ${command.kind}`, error.message);
    return false;
  }
}

function fail(run: Run, text: string, actual: string): void {
  run.failures.push({ text, ok: false, actual, eventId: run.world.state.eventId, timeUs: run.world.state.timeUs });
}

/**
 * What the active controller does by the clock (Kafka: QuorumController's periodic tasks).
 *
 * While nothing else is written it appends a NoOp record every metadata.max.idle.interval.ms, so that the log's end shows who
 * is behind; it gives partitions back to their preferred leaders every leader.imbalance.check.interval.seconds; and it looks
 * for partitions without a leader that may be given to whoever is alive.
 */
import { assert } from '#engine/ports/assert.ts';
import type { NodeContext } from '#engine/core/node.ts';
import { metadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { decide, nextOffset, type ActiveController } from '#engine/core/controller/active-controller.ts';
import { balanceLeaders, electUncleanLeaders } from '#engine/core/controller/leadership.ts';

interface PeriodicTask {
  /** 0: the task does not run. */
  intervalMs(active: ActiveController): number;
  run(active: ActiveController, context: NodeContext): void;
}

/** Kafka's unclean.leader.election.interval.ms, an internal setting. */
const uncleanElectionIntervalMs = 300_000;

const tasks: Readonly<Record<string, PeriodicTask>> = {
  'controller.noOp': {
    intervalMs: (active) => active.settings['metadata.max.idle.interval.ms'],
    run(active, context) {
      const isIdle = active.idleSinceOffset === nextOffset(active);
      if (isIdle) decide(active, [metadataRecord('NoOpRecord', {})], context);
      active.idleSinceOffset = nextOffset(active);
    },
  },
  'controller.leaderBalance': {
    intervalMs: (active) => (active.settings['auto.leader.rebalance.enable'] ? active.settings['leader.imbalance.check.interval.seconds'] * 1000 : 0),
    run: (active, context) => runElections(active, balanceLeaders, context),
  },
  'controller.uncleanElection': {
    intervalMs: () => uncleanElectionIntervalMs,
    run: (active, context) => runElections(active, electUncleanLeaders, context),
  },
};

type Elections = (active: ActiveController, records: MetadataRecord[], context: NodeContext) => void;

function runElections(active: ActiveController, elect: Elections, context: NodeContext): void {
  const records: MetadataRecord[] = [];
  elect(active, records, context);
  if (records.length > 0) decide(active, records, context);
}

export function isPeriodicTask(kind: string): boolean {
  return Object.hasOwn(tasks, kind);
}

export function armPeriodicTasks(active: ActiveController, context: NodeContext): void {
  for (const kind of Object.keys(tasks)) armTask(active, kind, context);
}

export function disarmPeriodicTasks(context: NodeContext): void {
  for (const kind of Object.keys(tasks)) context.disarm(kind, '');
}

export function runPeriodicTask(active: ActiveController, kind: string, context: NodeContext): void {
  taskOf(kind).run(active, context);
  armTask(active, kind, context);
}

function armTask(active: ActiveController, kind: string, context: NodeContext): void {
  const intervalMs = taskOf(kind).intervalMs(active);
  if (intervalMs > 0) context.arm(kind, '', intervalMs);
}

function taskOf(kind: string): PeriodicTask {
  const task = tasks[kind];
  assert(task !== undefined, `the controller has no periodic task ${kind}`);
  return task;
}

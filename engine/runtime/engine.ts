/**
 * What the parts of the runtime share: the world, the pace, and everything that is kept about the run beside it. Plain
 * fields; each part owns the ones it changes, as noted.
 */
import type { ClusterSpec } from '#engine/contract/cluster-spec.ts';
import type { World } from '#engine/core/world/door.ts';
import type { EventRecord } from '#engine/core/world/world-state.ts';
import type { Clock } from '#engine/ports/clock.ts';
import type { EventLog } from '#engine/runtime/history/event-log.ts';
import type { Journal } from '#engine/runtime/journal/journal.ts';
import type { Pace, RateMeter } from '#engine/runtime/pacing/pace.ts';

export interface Engine {
  readonly world: World;
  readonly clock: Clock;
  /** The run's seed as a person gave it; the world's own differs after a restart on the same disks. */
  readonly seed: number;
  /** The specification as it stands after the commands so far (cluster-meta.ts). */
  spec: ClusterSpec;
  readonly pace: Pace;
  readonly meter: RateMeter;
  readonly journal: Journal;
  readonly eventLog: EventLog;
  /** Told of every event, in order, right after it was handled. */
  readonly observers: ((record: EventRecord) => void)[];
}

export function observe(engine: Engine, record: EventRecord): void {
  for (const observer of engine.observers) observer(record);
}

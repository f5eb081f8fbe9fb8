/**
 * An invariant of kafka.md as a checker. `onEvent` sees every event that published facts; `check` looks at the whole world at the watch's
 * cadence. Both answer what is wrong in one sentence, or undefined.
 */
import type { EventRecord, World } from '#engine/core/world/world-state.ts';
import type { Acknowledgements } from '#engine/runtime/scenario/acknowledgements.ts';

export interface Invariant {
  readonly name: string;
  /** A checker for one run, with a memory of its own. */
  begin(world: World, acknowledgements: Acknowledgements): InvariantCheck;
}

export interface InvariantCheck {
  onEvent?(record: EventRecord): string | undefined;
  check?(): string | undefined;
}

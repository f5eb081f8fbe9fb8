/** Runs the invariants over a world as it goes, and stops the run where one is broken. */
import type { EventRecord, World } from '#engine/core/world/world-state.ts';
import type { Acknowledgements } from '#engine/runtime/scenario/acknowledgements.ts';
import { acknowledgedNeverLost } from '#engine/testing/invariants/acknowledged-never-lost.ts';
import { assignedOnce } from '#engine/testing/invariants/assigned-once.ts';
import { committedOffsetsKept } from '#engine/testing/invariants/committed-offsets-kept.ts';
import { epochsRise } from '#engine/testing/invariants/epochs-rise.ts';
import { heldByIsr } from '#engine/testing/invariants/held-by-isr.ts';
import type { Invariant, InvariantCheck } from '#engine/testing/invariants/invariant.ts';
import { isrWellFormed } from '#engine/testing/invariants/isr-well-formed.ts';
import { leaderHoldsCommitted } from '#engine/testing/invariants/leader-holds-committed.ts';
import { leaderInIsr } from '#engine/testing/invariants/leader-in-isr.ts';
import { logMatching } from '#engine/testing/invariants/log-matching.ts';
import { noFencedInIsr } from '#engine/testing/invariants/no-fenced-in-isr.ts';
import { offsetsOrdered } from '#engine/testing/invariants/offsets-ordered.ts';
import { oneLeaderPerEpoch } from '#engine/testing/invariants/one-leader-per-epoch.ts';

export const allInvariants: Invariant[] = [
  leaderInIsr,
  oneLeaderPerEpoch,
  epochsRise,
  offsetsOrdered,
  leaderHoldsCommitted,
  heldByIsr,
  acknowledgedNeverLost,
  logMatching,
  isrWellFormed,
  noFencedInIsr,
  assignedOnce,
  committedOffsetsKept,
];

export class InvariantError extends Error {
  override readonly name = 'InvariantError';
  readonly invariant: string;
  readonly eventId: number;
  constructor(invariant: string, eventId: number, timeUs: number, seed: number, text: string) {
    super(`${invariant} is broken at event ${eventId} (${timeUs} us, seed ${seed}): ${text}`);
    this.invariant = invariant;
    this.eventId = eventId;
  }
}

/** `check` runs after so many events; `onEvent` after each one that published something. */
const cadenceEvents = 200;

export class InvariantWatch {
  private readonly world: World;
  private readonly checks: { name: string; check: InvariantCheck }[];
  private eventsUntilCheck = cadenceEvents;

  constructor(world: World, acknowledgements: Acknowledgements, invariants: Invariant[] = allInvariants) {
    this.world = world;
    this.checks = invariants.map((invariant) => ({ name: invariant.name, check: invariant.begin(world, acknowledgements) }));
  }

  note(record: EventRecord): void {
    if (record.facts.length > 0) {
      for (const { name, check } of this.checks) this.judge(name, check.onEvent?.(record));
    }
    if (--this.eventsUntilCheck > 0) return;
    this.checkAll();
  }

  checkAll(): void {
    this.eventsUntilCheck = cadenceEvents;
    for (const { name, check } of this.checks) this.judge(name, check.check?.());
  }

  private judge(name: string, broken: string | undefined): void {
    const { eventId, timeUs, seed } = this.world.state;
    if (broken !== undefined) throw new InvariantError(name, eventId, timeUs, seed, broken);
  }
}

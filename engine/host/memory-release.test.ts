import { describe, expect, it } from 'vitest';
import { isReleaseDue, type Spell } from '#engine/host/memory-release.ts';

const mb = 1024 * 1024;

function spell(): Spell {
  return { wasBusy: false, releasedHeapBytes: 50 * mb };
}

describe('memory is given back', () => {
  it('when the process was busy, is quiet, and its heap is above what it was after the last time', () => {
    const seen = spell();
    expect(isReleaseDue(seen, 0.9, 400 * mb)).toBe(false);
    expect(isReleaseDue(seen, 0.05, 400 * mb)).toBe(true);
  });

  it('not for a heap that has hardly grown, nor to a process that is never busy', () => {
    const grown = spell();
    expect([isReleaseDue(grown, 0.9, 60 * mb), isReleaseDue(grown, 0.05, 60 * mb)]).toEqual([false, false]);
    const calm = spell();
    expect([0.2, 0.1, 0.25].map((share) => isReleaseDue(calm, share, 400 * mb))).toEqual([false, false, false]);
  });
});

import { describe, expect, it } from 'vitest';
import { isReleaseDue } from '#engine/host/memory-release.ts';

const mb = 1024 * 1024;

describe('memory is given back', () => {
  it('when the process is quiet and its heap is far above what it was after the last time', () => {
    expect(isReleaseDue(0.05, 200 * mb, 50 * mb)).toBe(true);
  });

  it('not while the process is busy, nor for a heap that has hardly grown', () => {
    expect(isReleaseDue(0.6, 200 * mb, 50 * mb)).toBe(false);
    expect(isReleaseDue(0.05, 90 * mb, 50 * mb)).toBe(false);
  });
});

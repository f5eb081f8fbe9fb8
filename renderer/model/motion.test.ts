import { describe, expect, it } from 'vitest';
import { createMotion, easeOut, easeWater, moveTo } from '#renderer/model/motion.ts';

describe('an offset that glides', () => {
  it('does not travel when it is seen for the first time', () => {
    expect(moveTo(createMotion(), 'hw', 100n, 0, 200, easeWater)).toBe(0);
  });

  it('is as far behind as it jumped, and catches up in its time without overshoot', () => {
    const motion = createMotion();
    moveTo(motion, 'hw', 100n, 0, 200, easeWater);
    const left = [0, 50, 100, 150, 200, 900].map((nowMs) => moveTo(motion, 'hw', 103n, nowMs, 200, easeWater));
    expect(left[0]).toBe(3);
    expect(left.at(-1)).toBe(0);
    expect(left).toEqual(left.toSorted((a, b) => b - a));
    expect(Math.min(...left)).toBeGreaterThanOrEqual(0);
  });

  it('goes back too: a follower may lose what its leader never committed', () => {
    const motion = createMotion();
    moveTo(motion, 'leo', 100n, 0, 140, easeOut);
    expect(moveTo(motion, 'leo', 98n, 10, 140, easeOut)).toBe(-2);
  });

  it('does not travel a way that is longer than the strip, nor any way when motion is unwanted', () => {
    const motion = createMotion();
    moveTo(motion, 'leo', 0n, 0, 140, easeOut);
    expect(moveTo(motion, 'leo', 9_000n, 0, 140, easeOut)).toBe(0);
    motion.isReduced = true;
    expect(moveTo(motion, 'leo', 9_001n, 10, 140, easeOut)).toBe(0);
  });
});

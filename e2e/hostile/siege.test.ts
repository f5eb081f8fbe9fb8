import { describe, expect, it } from 'vitest';
import { damages } from '../../engine/testing/hostile/frames.ts';
import { siege } from './siege.ts';

const frames = 4000;

/** `npm run test:hostile` is the same with a million frames, and looks at memory as well. */
describe('a cluster under fire', () => {
  it(`answers or closes, whatever ${frames} hostile frames say, and serves the client beside without an error`, async () => {
    const result = await siege({ frames, warmUpFrames: 200, seed: 11, enemies: 40, calmMs: 200, restMs: 0, say: () => undefined });
    expect(result.whole).toBe(true);
    expect(result.underFire.errors).toEqual([]);
    expect(result.underFire.rounds).toBeGreaterThan(0);
    expect(result.counts.unreadable).toBe(0);
    expect(result.left).toBe(0);
    expect(result.counts.frames).toBe(frames);
    expect(Object.keys(result.counts.byKind).toSorted()).toEqual(Object.keys(damages).toSorted());
    // What is neither answered nor closed for waits, as some requests may, or was not to be answered.
    expect(result.counts.answers).toBeGreaterThan(frames / 10);
    expect(result.counts.closed).toBeGreaterThan(frames / 10);
  });
});

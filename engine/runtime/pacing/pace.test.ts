import { describe, expect, it } from 'vitest';
import { createPace, createRateMeter, delayMsUntil, forgiveDebt, measureRate, reanchor, targetUs } from '#engine/runtime/pacing/pace.ts';

describe('the pace of a run', () => {
  it('lets one virtual millisecond pass in 1,000 real ones at a thousandth of real time', () => {
    const pace = createPace(500, 2_000_000, 0.001);
    expect(targetUs(pace, 1500)).toBe(2_001_000);
    expect(delayMsUntil(pace, 1500, 2_002_000)).toBeCloseTo(1000);
  });

  it('never reaches a due time while it is paused', () => {
    const pace = createPace(0, 7000, 1);
    pace.paused = true;
    expect(targetUs(pace, 1e6)).toBe(7000);
    expect(delayMsUntil(pace, 1e6, 7001)).toBe(Infinity);
  });

  it('is always behind when it runs as fast as it goes', () => {
    const pace = createPace(0, 0, Infinity);
    expect(targetUs(pace, 0)).toBe(Infinity);
    expect(delayMsUntil(pace, 0, 1e15)).toBe(0);
    expect(forgiveDebt(pace, 1e9, 0)).toBe(false);
  });

  it('goes on from where the world is when the rate changes', () => {
    const pace = createPace(0, 0, 1);
    reanchor(pace, 1000, 1_000_000);
    pace.rate = 10;
    expect(targetUs(pace, 1100)).toBe(2_000_000);
  });

  it('forgives a debt that the machine cannot make up for, and small ones it makes up', () => {
    const pace = createPace(0, 0, 1);
    expect(forgiveDebt(pace, 1000, 800_000)).toBe(false);
    expect(targetUs(pace, 1000)).toBe(1_000_000);
    expect(forgiveDebt(pace, 1000, 700_000)).toBe(true);
    expect(targetUs(pace, 1000)).toBe(700_000);
  });

  it('measures the rate over a second, not from one turn to the next', () => {
    const meter = createRateMeter(0, 0);
    expect(measureRate(meter, 500, 500_000)).toBe(0);
    expect(measureRate(meter, 1000, 500_000)).toBe(0.5);
    expect(measureRate(meter, 1900, 9_000_000)).toBe(0.5);
  });
});

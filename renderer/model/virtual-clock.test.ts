import { describe, expect, it } from 'vitest';
import { createVirtualClock, onFrameTime, virtualNowUs } from '#renderer/model/virtual-clock.ts';

describe('virtual time between frames', () => {
  it('runs on at the rate from the last frame', () => {
    const clock = createVirtualClock();
    clock.rate = 0.01;
    onFrameTime(clock, 5_000, 100);
    expect(virtualNowUs(clock, 150)).toBe(5_500);
  });

  it('never runs further ahead of the engine than a tenth of a second of real time', () => {
    const clock = createVirtualClock();
    clock.rate = 1;
    onFrameTime(clock, 1_000_000, 0);
    expect(virtualNowUs(clock, 60_000)).toBe(1_100_000);
  });

  it('does not step back when a frame is a little late', () => {
    const clock = createVirtualClock();
    clock.rate = 1;
    onFrameTime(clock, 1_000_000, 0);
    const before = virtualNowUs(clock, 50);
    onFrameTime(clock, 1_030_000, 50);
    expect(virtualNowUs(clock, 50)).toBe(before);
  });

  it('shows exactly the time of the frame while the cluster stands', () => {
    const clock = createVirtualClock();
    clock.rate = 1;
    onFrameTime(clock, 1_000_000, 0);
    virtualNowUs(clock, 80);
    clock.rate = 0;
    expect(virtualNowUs(clock, 500)).toBe(1_000_000);
  });

  it('follows a run that begins anew', () => {
    const clock = createVirtualClock();
    clock.rate = 1;
    onFrameTime(clock, 900_000_000, 0);
    virtualNowUs(clock, 10);
    onFrameTime(clock, 2_000, 20);
    expect(virtualNowUs(clock, 20)).toBe(2_000);
  });
});

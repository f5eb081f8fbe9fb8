/**
 * Virtual time between frames: the last frame's time plus what has passed since, at the run's rate. Never ahead of the last
 * frame by more than a tenth of a second of real time, never backwards within a run.
 */
export interface VirtualClock {
  frameTimeUs: number;
  frameAtMs: number;
  /** Virtual seconds per real second; 0 while paused. */
  rate: number;
  shownUs: number;
}

/** How far the drawing may run ahead of what the engine has told, in real milliseconds. */
const aheadMsMax = 100;

export function createVirtualClock(): VirtualClock {
  return { frameTimeUs: 0, frameAtMs: 0, rate: 0, shownUs: 0 };
}

export function onFrameTime(clock: VirtualClock, timeUs: number, nowMs: number): void {
  clock.frameTimeUs = timeUs;
  clock.frameAtMs = nowMs;
  // Further ahead than one may run: the rate was lowered, or the run jumped back.
  if (clock.shownUs > timeUs + aheadMsMax * 1_000 * clock.rate) clock.shownUs = timeUs;
}

export function virtualNowUs(clock: VirtualClock, nowMs: number): number {
  if (clock.rate === 0) {
    clock.shownUs = clock.frameTimeUs;
  } else {
    const elapsedMs = Math.min(Math.max(0, nowMs - clock.frameAtMs), aheadMsMax);
    clock.shownUs = Math.max(clock.shownUs, clock.frameTimeUs + elapsedMs * 1_000 * clock.rate);
  }
  return clock.shownUs;
}

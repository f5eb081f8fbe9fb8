/**
 * Real time is virtual time, paced (architecture law 8): which virtual time the world should have reached by now.
 *
 * Between two anchors virtual time runs at a constant rate. When the machine cannot keep up the debt is forgiven rather
 * than run after at full load, so the measured rate tells the truth and a suspended laptop does not wake to an hour's work.
 */
export interface Pace {
  /** Virtual seconds per real second; Infinity: as fast as it goes. */
  rate: number;
  paused: boolean;
  /** A pair of moments that belong together. */
  anchorMs: number;
  anchorUs: number;
}

/** Real milliseconds that the world may lag before its debt is forgiven. */
export const debtMsMax = 250;

export function createPace(nowMs: number, timeUs: number, rate: number): Pace {
  return { rate, paused: false, anchorMs: nowMs, anchorUs: timeUs };
}

/** The virtual time to run up to. */
export function targetUs(pace: Pace, nowMs: number): number {
  if (pace.paused) return pace.anchorUs;
  if (pace.rate === Infinity) return Infinity;
  return pace.anchorUs + Math.floor((nowMs - pace.anchorMs) * 1000 * pace.rate);
}

/** Real milliseconds until the world should reach `dueUs`; 0 or less: now; Infinity: never by itself. */
export function delayMsUntil(pace: Pace, nowMs: number, dueUs: number): number {
  if (pace.paused) return Infinity;
  if (pace.rate === Infinity) return 0;
  return (dueUs - pace.anchorUs) / (1000 * pace.rate) - (nowMs - pace.anchorMs);
}

/** From this moment on virtual time runs on from where the world is. */
export function reanchor(pace: Pace, nowMs: number, timeUs: number): void {
  pace.anchorMs = nowMs;
  pace.anchorUs = timeUs;
}

/** Forgives what cannot be made up for; answers whether it did. */
export function forgiveDebt(pace: Pace, nowMs: number, timeUs: number): boolean {
  if (pace.paused || pace.rate === Infinity) return false;
  const debtUs = targetUs(pace, nowMs) - timeUs;
  if (debtUs <= debtMsMax * 1000 * pace.rate) return false;
  reanchor(pace, nowMs, timeUs);
  return true;
}

/** Measures how fast virtual time really went, over about a second. */
export interface RateMeter {
  sinceMs: number;
  sinceUs: number;
  actualRate: number;
}

export function createRateMeter(nowMs: number, timeUs: number): RateMeter {
  return { sinceMs: nowMs, sinceUs: timeUs, actualRate: 0 };
}

export function measureRate(meter: RateMeter, nowMs: number, timeUs: number): number {
  const elapsedMs = nowMs - meter.sinceMs;
  if (elapsedMs < 1000) return meter.actualRate;
  meter.actualRate = (timeUs - meter.sinceUs) / 1000 / elapsedMs;
  meter.sinceMs = nowMs;
  meter.sinceUs = timeUs;
  return meter.actualRate;
}

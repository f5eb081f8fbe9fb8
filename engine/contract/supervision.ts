/**
 * When a dead engine is started again: at most 3 times in 5 minutes, then the screen is told and a person decides. A beat
 * every second finds a hang: an engine that has missed 5 beats is killed and counts as dead. Both hosts (Electron's main
 * process and the loopback server) follow this one rule.
 */
export const restartsMax = 3;
export const restartWindowMs = 5 * 60_000;
export const heartbeatIntervalMs = 1_000;
export const heartbeatsMissedMax = 5;

/** Times of the deaths so far, in milliseconds of a monotonic clock, the newest last; answers what to do after the newest. */
export function afterDeath(deathsMs: readonly number[]): 'restart' | 'giveUp' {
  const newest = deathsMs[deathsMs.length - 1];
  if (newest === undefined) return 'restart';
  const recent = deathsMs.filter((at) => newest - at < restartWindowMs).length;
  return recent <= restartsMax ? 'restart' : 'giveUp';
}

/** True when the engine has been silent for so long that it must be hanging. */
export function isHanging(lastBeatMs: number, nowMs: number): boolean {
  return nowMs - lastBeatMs > heartbeatIntervalMs * heartbeatsMissedMax;
}

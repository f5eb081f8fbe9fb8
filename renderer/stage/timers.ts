/** Timers as rings that empty: a frame tells when one is due; how long it runs is what was left when it was first seen so. */
export interface Timers {
  spans: Map<string, { dueUs: number; spanUs: number }>;
}

export function createTimers(): Timers {
  return { spans: new Map() };
}

/** What is left of a timer, 1 to 0; undefined when none runs. */
export function timerShare(timers: Timers, key: string, dueUs: number, nowUs: number): number | undefined {
  if (dueUs < 0) {
    timers.spans.delete(key);
    return undefined;
  }
  const known = timers.spans.get(key);
  if (known === undefined || known.dueUs !== dueUs) {
    // Moved again and again before it ends, as a session is: the ring refers to the longest it has had lately.
    const spanUs = Math.max(1, dueUs - nowUs, known === undefined ? 0 : known.spanUs * 0.98);
    timers.spans.set(key, { dueUs, spanUs });
    return Math.max(0, Math.min(1, (dueUs - nowUs) / spanUs));
  }
  return Math.max(0, Math.min(1, (dueUs - nowUs) / known.spanUs));
}

/** How long a client stands back after a failed attempt. Kafka: ExponentialBackoff, retry.backoff.ms (KIP-580). */
import type { Random } from '#engine/ports/random.ts';

export interface BackoffSettings {
  'retry.backoff.ms': number;
  'retry.backoff.max.ms': number;
}

const JITTER = 0.2;

/** Twice as long after each failed attempt, up to the maximum, give or take a fifth. */
export function retryBackoffMs(settings: BackoffSettings, failedAttempts: number, random: Random): number {
  const { 'retry.backoff.ms': initialMs, 'retry.backoff.max.ms': maxMs } = settings;
  const exponential = initialMs * 2 ** Math.min(Math.max(failedAttempts - 1, 0), 30);
  const jitter = 1 - JITTER + 2 * JITTER * random.next();
  return Math.min(Math.ceil(exponential * jitter), Math.max(maxMs, initialMs));
}

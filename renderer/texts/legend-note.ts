/** What the stage owes the eye an explanation for: stretched motion, messages left out. */
import { visibleMsMin } from '#renderer/model/flights.ts';
import type { Depth } from '#renderer/stage/layout/sizes.ts';

/** Above this pace a message takes less real time than it is drawn for: one way takes about a quarter of a millisecond. */
const stretchedAboveRate = 0.25 / visibleMsMin;

export function legendNote(rate: number, depth: Depth, every: number, omitted: number): string {
  if (every > 1) return `1 dot = ${every} messages${depth === 'fleet' ? ', 1 cell = 1 replica' : ''}`;
  if (omitted > 0) return '1 dot = 1 message, not all drawn';
  if (depth === 'fleet') return '1 dot = 1 message, 1 cell = 1 replica';
  return rate > stretchedAboveRate * 4 ? `1 dot = 1 message, shown for ${(visibleMsMin / 1_000).toFixed(2)} s` : '1 dot = 1 message';
}

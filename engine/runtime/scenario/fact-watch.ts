/** Counts the facts of a pattern as they are published, so that no run has to keep them all. */
import { matches } from '#engine/core/world/fact-pattern.ts';
import type { EventRecord } from '#engine/core/world/world-state.ts';
import type { FactPattern } from '#engine/runtime/scenario/scenario-schema.ts';

export interface FactWatch {
  pattern: FactPattern;
  count: number;
  /** The last event that published one; 0: none yet. */
  lastEventId: number;
  lastTimeUs: number;
}

export function watchFor(pattern: FactPattern): FactWatch {
  return { pattern, count: 0, lastEventId: 0, lastTimeUs: 0 };
}

export function noteEvent(watch: FactWatch, record: EventRecord): void {
  for (const fact of record.facts) {
    if (!matches(watch.pattern, fact)) continue;
    watch.count++;
    watch.lastEventId = record.id;
    watch.lastTimeUs = record.timeUs;
  }
}

/** Facts in a given order, others between them. */
export interface OrderWatch {
  patterns: FactPattern[];
  /** How many of the patterns have been seen, in their order. */
  seen: number;
  lastEventId: number;
  lastTimeUs: number;
}

export function watchForOrder(patterns: FactPattern[]): OrderWatch {
  return { patterns, seen: 0, lastEventId: 0, lastTimeUs: 0 };
}

export function noteEventInOrder(watch: OrderWatch, record: EventRecord): void {
  for (const fact of record.facts) {
    const next = watch.patterns[watch.seen];
    if (next === undefined) return;
    if (!matches(next, fact)) continue;
    watch.seen++;
    watch.lastEventId = record.id;
    watch.lastTimeUs = record.timeUs;
  }
}

/**
 * Requests that wait for something to happen to partitions, or for their time to run out (Kafka: DelayedOperationPurgatory,
 * DelayedProduce, DelayedFetch, DelayedDeleteRecords).
 *
 * A parked request is a row, watched by the partitions that can complete it, with one timer. Invariant: it leaves the
 * purgatory exactly once, together with its watchers and its timer. Bounded by the connections: each can park one request.
 */
import type { BrokerContext, PartitionChange } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';

export const purgatoryTimer = 'purgatory';

/** What a kind of parked request does when a partition that it watches has changed, and when its time is up. */
export interface DelayedOperations {
  tryComplete(state: BrokerState, requestId: number, key: string, change: PartitionChange, context: BrokerContext): void;
  expire(state: BrokerState, requestId: number, context: BrokerContext): void;
}

export function watch(state: BrokerState, requestId: number, keys: Iterable<string>): void {
  const { watchers } = state.purgatory;
  for (const key of keys) {
    const ids = watchers.get(key);
    if (ids === undefined) watchers.set(key, new Set([requestId]));
    else ids.add(requestId);
  }
}

export function unwatch(state: BrokerState, requestId: number, keys: Iterable<string>): void {
  const { watchers } = state.purgatory;
  for (const key of keys) {
    const ids = watchers.get(key);
    if (ids === undefined) continue;
    ids.delete(requestId);
    if (ids.size === 0) watchers.delete(key);
  }
}

export function parkTimer(context: BrokerContext, requestId: number, waitMs: number): void {
  context.arm(purgatoryTimer, String(requestId), Math.max(0, waitMs));
}

export function unparkTimer(context: BrokerContext, requestId: number): void {
  context.disarm(purgatoryTimer, String(requestId));
}

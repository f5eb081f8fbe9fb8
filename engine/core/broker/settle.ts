/** After a handling: whoever waits for a partition that it changed is looked at (Kafka: DelayedOperationPurgatory.checkAndComplete). */
import { completeCoordinatorWaits } from '#engine/core/broker/coordinator-host.ts';
import { delayedDeleteRecords } from '#engine/core/broker/delayed-delete-records.ts';
import { delayedFetches, tryCompleteSessions } from '#engine/core/broker/delayed-fetch.ts';
import { delayedProduces } from '#engine/core/broker/delayed-produce.ts';
import { partitionChanged } from '#engine/core/broker/session-watch.ts';
import type { BrokerContext, PartitionChange } from '#engine/core/broker/broker-context.ts';
import type { DelayedOperations } from '#engine/core/broker/purgatory.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';

function operationsOf(state: BrokerState, requestId: number): DelayedOperations | undefined {
  const { produce, fetch } = state.purgatory;
  if (produce.has(requestId)) return delayedProduces;
  if (fetch.has(requestId)) return delayedFetches;
  return state.purgatory.deleteRecords.has(requestId) ? delayedDeleteRecords : undefined;
}

export function settle(state: BrokerState, key: string, change: PartitionChange, context: BrokerContext): void {
  partitionChanged(state, key, change.roleChanged);
  const watchers = state.purgatory.watchers.get(key);
  if (watchers !== undefined) {
    for (const requestId of watchers) operationsOf(state, requestId)?.tryComplete(state, requestId, key, change, context);
  }
  tryCompleteSessions(state, key, change, context);
  if (state.coordinatorWaits.size > 0 && change.highWatermarkMoved) completeCoordinatorWaits(state, key, context);
}

export function expireParked(state: BrokerState, requestId: number, context: BrokerContext): void {
  operationsOf(state, requestId)?.expire(state, requestId, context);
}

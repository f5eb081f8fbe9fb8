/** The broker's own timers, by kind. Timers of the controller node and of the group coordinator are theirs. */
import { alterPartitionTimer, isrShrinkTimer, sendProposals, shrinkIsrs } from '#engine/core/broker/alter-partition.ts';
import { authenticationFailureTimer, onAuthenticationFailureTimer } from '#engine/core/broker/authentication.ts';
import { forwardTimer, onForwardTimer } from '#engine/core/broker/forwarding.ts';
import { communicate, lifecycleTimer, shutdownDeadlineTimer } from '#engine/core/broker/lifecycle.ts';
import { armCleanerTimer, cleanerTimer, onCleanerTimer } from '#engine/core/broker/log-cleaner.ts';
import { armFlushTimer, flushTimer, onFlushTimer } from '#engine/core/broker/log-flush.ts';
import { checkpointTimer, onCheckpointTimer, onRetentionTimer, retentionTimer } from '#engine/core/broker/log-maintenance.ts';
import { purgatoryTimer } from '#engine/core/broker/purgatory.ts';
import { expireParked } from '#engine/core/broker/settle.ts';
import { shutDown } from '#engine/core/broker/shutdown.ts';
import { epochEndTimer, onEpochEndTimer } from '#engine/core/replication/fetch-answer.ts';
import { fetcherTimer, pumpFetcher } from '#engine/core/replication/fetcher.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { assert } from '#engine/ports/assert.ts';

type TimerHandler = (state: BrokerState, key: string, context: BrokerContext) => void;

const timerHandlers: ReadonlyMap<string, TimerHandler> = new Map<string, TimerHandler>([
  [purgatoryTimer, (state, key, context) => expireParked(state, Number(key), context)],
  [fetcherTimer, onFetcherTimer],
  [epochEndTimer, onEpochEndTimer],
  [alterPartitionTimer, (state, _key, context) => sendProposals(state, context)],
  [isrShrinkTimer, (state, _key, context) => shrinkIsrs(state, context)],
  [lifecycleTimer, (state, _key, context) => communicate(state, context)],
  [shutdownDeadlineTimer, (state, _key, context) => shutDown(state, 'controlled shutdown took too long', context)],
  [forwardTimer, onForwardTimer],
  [authenticationFailureTimer, onAuthenticationFailureTimer],
  [flushTimer, (state, _key, context) => onFlushTimer(state, context)],
  [checkpointTimer, (state, _key, context) => onCheckpointTimer(state, context)],
  [retentionTimer, (state, _key, context) => onRetentionTimer(state, context)],
  [cleanerTimer, (state, _key, context) => onCleanerTimer(state, context)],
]);

export function onBrokerTimer(state: BrokerState, kind: string, key: string, context: BrokerContext): void {
  const handler = timerHandlers.get(kind);
  assert(handler !== undefined, `a broker has no timer "${kind}"`);
  handler(state, key, context);
}

function onFetcherTimer(state: BrokerState, key: string, context: BrokerContext): void {
  const fetcher = state.fetchers.get(Number(key));
  if (fetcher !== undefined) pumpFetcher(state, fetcher, context);
}

export function armPeriodicTimers(state: BrokerState, context: BrokerContext): void {
  const { settings } = state;
  context.arm(isrShrinkTimer, '', settings['replica.lag.time.max.ms'] / 2);
  context.arm(checkpointTimer, '', settings['replica.high.watermark.checkpoint.interval.ms']);
  armFlushTimer(state, context);
  context.arm(retentionTimer, '', settings['log.retention.check.interval.ms']);
  armCleanerTimer(state, context);
}

/**
 * How much of a log may be unflushed (Kafka: UnifiedLog.append's flush, LogManager.flushDirtyLogs). With Kafka's defaults
 * the answer is "all of it": replication, not the disk, is what keeps records; a power loss takes what was not flushed.
 *
 * `flush.messages` is kept at each append, `flush.ms` by a schedule, which exists only while
 * `log.flush.scheduler.interval.ms` is set.
 */
import { flushLog, type LogState } from '#engine/core/log/log.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { Disk } from '#engine/ports/disk.ts';

export const flushTimer = 'log.flush';

/** Kafka's "never": the largest int64, which is not exact as a number. */
function isNever(value: number): boolean {
  return value > Number.MAX_SAFE_INTEGER;
}

export function flushIfDue(disk: Disk, log: LogState, nowMs: number): void {
  const messages = log.settings['flush.messages'];
  if (!isNever(messages) && log.logEndOffset - log.recoveryPoint >= BigInt(messages)) flushLog(disk, log, nowMs);
}

export function armFlushTimer(state: BrokerState, context: BrokerContext): void {
  const intervalMs = state.settings['log.flush.scheduler.interval.ms'];
  if (!isNever(intervalMs)) context.arm(flushTimer, '', intervalMs);
}

/** Each tick flushes the logs whose last flush is flush.ms ago or longer. */
export function onFlushTimer(state: BrokerState, context: BrokerContext): void {
  for (const { log } of state.partitions.values()) {
    if (context.nowMs - log.lastFlushedMs >= log.settings['flush.ms']) flushLog(context.disk, log, context.nowMs);
  }
  armFlushTimer(state, context);
}

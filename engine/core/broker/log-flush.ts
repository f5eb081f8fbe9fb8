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

export function flushIfDue(disk: Disk, log: LogState): void {
  const messages = log.settings['flush.messages'];
  if (!isNever(messages) && log.logEndOffset - log.recoveryPoint >= BigInt(messages)) flushLog(disk, log);
}

export function armFlushTimer(state: BrokerState, context: BrokerContext): void {
  const intervalMs = state.settings['log.flush.scheduler.interval.ms'];
  if (!isNever(intervalMs)) context.arm(flushTimer, '', intervalMs);
}

/** Each tick flushes what its topic does not allow to stay unflushed for longer than the interval; Kafka keeps a time per log. */
export function onFlushTimer(state: BrokerState, context: BrokerContext): void {
  for (const { log } of state.partitions.values()) {
    if (!isNever(log.settings['flush.ms']) && log.logEndOffset > log.recoveryPoint) flushLog(context.disk, log);
  }
  armFlushTimer(state, context);
}

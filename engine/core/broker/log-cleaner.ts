/**
 * The broker's log cleaner: compacts the logs whose topics ask for it, one after the other, the dirtiest first. Kafka: LogCleaner,
 * LogCleanerManager.grabFilthiestCompactedLog (KIP-354, KIP-534).
 *
 * Every log.cleaner.backoff.ms it looks at the logs; while there is something to do it goes on without a pause, a slice of bytes at
 * a time, so that a large log holds nothing else up. log.cleaner.io.max.bytes.per.second slows the slices down. Replicas are
 * compacted each by its own broker, leaders and followers alike. The row is gone when the process dies; what it had not swapped in is begun anew.
 * Simplified: one thread, whatever log.cleaner.threads says; retention of topics with compact,delete is looked at every
 * log.retention.check.interval.ms, as for others. Left out: tombstones of message formats before magic 2.
 */
import {
  abortCleaning, beginCleaning, cleanableOf, continueCleaning, endOffsetOf, lastStableOffset, readOffsetCheckpoint, writeOffsetCheckpoint,
  type Cleanable, type Cleaning, type LogSettings, type LogState,
} from '#engine/core/log/log.ts';
import type { Why } from '#engine/core/facts.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';

export const cleanerTimer = 'log.cleaner';

const sliceBytesMax = 4 * 1024 * 1024;
/** What a slice takes at least: others get their turn in between. */
const sliceMsMin = 1;

/** The compaction under way. */
export interface LogCleanerState {
  /** "topic-partition" */
  key: string;
  topicId: string;
  cleaning: Cleaning;
}

export function armCleanerTimer(state: BrokerState, context: BrokerContext): void {
  if (state.settings['log.cleaner.enable']) context.arm(cleanerTimer, '', Math.max(sliceMsMin, state.settings['log.cleaner.backoff.ms']));
}

export function onCleanerTimer(state: BrokerState, context: BrokerContext): void {
  state.logCleaner ??= grabDirtiest(state, context);
  if (state.logCleaner === null) {
    armCleanerTimer(state, context);
    return;
  }
  const bytesPerSecond = state.settings['log.cleaner.io.max.bytes.per.second'];
  const readBytes = cleanSlice(state, state.logCleaner, Math.min(sliceBytesMax, bytesPerSecond), context);
  context.arm(cleanerTimer, '', Math.max(sliceMsMin, Math.ceil((readBytes / bytesPerSecond) * 1000)));
}

function grabDirtiest(state: BrokerState, context: BrokerContext): LogCleanerState | null {
  let dirtiest: { partition: PartitionState; cleanable: Cleanable } | undefined;
  for (const partition of state.partitions.values()) {
    const cleanable = cleanableOf(partition.log, lastStableOffset(partition.log), context.nowMs);
    if (cleanable !== undefined && cleanable.dirtyRatio > (dirtiest?.cleanable.dirtyRatio ?? -1)) dirtiest = { partition, cleanable };
  }
  if (dirtiest === undefined) return null;
  const { partition, cleanable } = dirtiest;
  const { settings } = state;
  const dedupeBufferBytes = settings['log.cleaner.dedupe.buffer.size'] / Math.max(1, settings['log.cleaner.threads']);
  return { key: partition.key, topicId: partition.topicId, cleaning: beginCleaning(partition.log, cleanable, dedupeBufferBytes, settings['log.cleaner.io.buffer.load.factor']) };
}

/** Answers how many bytes were read. */
function cleanSlice(state: BrokerState, { key, topicId, cleaning }: LogCleanerState, sliceBytes: number, context: BrokerContext): number {
  const partition = state.partitions.get(key);
  if (partition === undefined || partition.topicId !== topicId) {
    // The topic was deleted: its directory is gone, or belongs to another.
    if (partition !== undefined) abortCleaning(partition.log, cleaning, context.disk);
    state.logCleaner = null;
    return 0;
  }
  const readBytes = continueCleaning(partition.log, cleaning, context, sliceBytes);
  if (cleaning.phase === 'done') finish(state, partition, cleaning, context);
  if (cleaning.phase === 'done' || cleaning.phase === 'aborted') state.logCleaner = null;
  return readBytes;
}

function finish(state: BrokerState, partition: PartitionState, cleaning: Cleaning, context: BrokerContext): void {
  const { log } = partition;
  log.cleanedOffset = endOffsetOf(cleaning);
  const offsets = readOffsetCheckpoint(context.disk, 'cleaner-offset-checkpoint');
  offsets.set(partition.key, log.cleanedOffset);
  writeOffsetCheckpoint(context.disk, 'cleaner-offset-checkpoint', offsets);
  const { firstDirtyOffset, isOverdue, dirtyRatio, recordsBefore, recordsAfter, bytesBefore, bytesAfter } = cleaning;
  const counted = { fromOffset: firstDirtyOffset, toOffset: log.cleanedOffset, recordsBefore, recordsAfter, bytesBefore, bytesAfter };
  context.publish('replica.compacted', { topic: partition.topic, partition: partition.partition, broker: state.brokerId, ...counted }, isOverdue ? whyOverdue(log) : whyDirty(log, dirtyRatio));
}

function whyOverdue({ settings }: LogState): Why {
  return { rule: 'compaction.maxLag', settings: { ...keptBy(settings), 'max.compaction.lag.ms': settings['max.compaction.lag.ms'] } };
}

function whyDirty({ settings }: LogState, dirtyRatio: number): Why {
  return { rule: 'compaction.dirtyRatio', settings: { ...keptBy(settings), 'min.cleanable.dirty.ratio': settings['min.cleanable.dirty.ratio'], dirtyRatio: Math.round(dirtyRatio * 1000) / 1000 } };
}

function keptBy(settings: LogSettings): Record<string, string | number> {
  return { 'cleanup.policy': settings['cleanup.policy'].join(','), 'delete.retention.ms': settings['delete.retention.ms'] };
}

/**
 * What a broker does to its logs on a schedule (Kafka: LogManager, ReplicaManager's checkpoint thread): high watermarks are
 * noted every replica.high.watermark.checkpoint.interval.ms, retention looks every log.retention.check.interval.ms. Compaction: log-cleaner.ts.
 *
 * The noted high watermark may be older than the true one; a restarted replica begins there and learns the rest.
 */
import { closeLog, maintainLog, openLog, readHighWatermarkCheckpoint, readOffsetCheckpoint, setHighWatermark, writeHighWatermarkCheckpoint } from '#engine/core/log/log.ts';
import { newPartition, parsePartitionKey } from '#engine/core/replication/partition.ts';
import { resolveTopicSettings } from '#engine/core/settings/resolve-settings.ts';
import { partitionChanged } from '#engine/core/broker/session-watch.ts';
import { readTopicId } from '#engine/core/broker/topic-id-file.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import type { Disk } from '#engine/ports/disk.ts';

export const checkpointTimer = 'log.checkpoint';
export const retentionTimer = 'log.retention';

const metadataDirectory = '__cluster_metadata-0';

/** Opens every replica found on the disk; what it is now, the metadata will say. */
export function openReplicas(state: BrokerState, disk: Disk, nowMs: number): void {
  const highWatermarks = readHighWatermarkCheckpoint(disk);
  const logStarts = readOffsetCheckpoint(disk, 'log-start-offset-checkpoint');
  const recoveryPoints = readOffsetCheckpoint(disk, 'recovery-point-offset-checkpoint');
  const cleanedOffsets = readOffsetCheckpoint(disk, 'cleaner-offset-checkpoint');
  const settings = resolveTopicSettings(state.settings, {});
  for (const directory of disk.listDirectories()) {
    const name = parsePartitionKey(directory);
    if (name === undefined || directory === metadataDirectory) continue;
    const checkpoints = { logStartOffset: logStarts.get(directory), recoveryPoint: recoveryPoints.get(directory), cleanedOffset: cleanedOffsets.get(directory) };
    const log = openLog(disk, directory, settings, nowMs, checkpoints);
    setHighWatermark(log, highWatermarks.get(directory) ?? log.logStartOffset);
    state.partitions.set(directory, newPartition(name.topic, readTopicId(disk, directory), name.partition, log));
  }
}

export function checkpointHighWatermarks(state: BrokerState, disk: Disk): void {
  const highWatermarks = new Map<string, bigint>();
  for (const partition of state.partitions.values()) highWatermarks.set(partition.key, partition.log.highWatermark);
  if (highWatermarks.size > 0) writeHighWatermarkCheckpoint(disk, highWatermarks);
}

export function onCheckpointTimer(state: BrokerState, context: BrokerContext): void {
  checkpointHighWatermarks(state, context.disk);
  context.arm(checkpointTimer, '', state.settings['replica.high.watermark.checkpoint.interval.ms']);
}

export function onRetentionTimer(state: BrokerState, context: BrokerContext): void {
  const producerIdExpirationMs = state.settings['producer.id.expiration.ms'];
  for (const partition of state.partitions.values()) {
    const from = partition.log.logStartOffset;
    maintainLog(context.disk, partition.log, context.nowMs, producerIdExpirationMs);
    if (partition.log.logStartOffset !== from) publishLogStart(state, partition, from, 'logStart.retention', context);
  }
  context.arm(retentionTimer, '', state.settings['log.retention.check.interval.ms']);
}

export function publishLogStart(state: BrokerState, partition: PartitionState, from: bigint, rule: string, context: BrokerContext): void {
  partitionChanged(state, partition.key, false);
  for (const fetcher of state.fetchers.values()) if (fetcher.partitions.has(partition.key)) fetcher.toTell.add(partition.key);
  context.publish('replica.logStart', { topic: partition.topic, partition: partition.partition, broker: state.brokerId, from, to: partition.log.logStartOffset }, { rule });
}

/** An orderly end: everything is flushed. */
export function closeReplicas(state: BrokerState, disk: Disk): void {
  checkpointHighWatermarks(state, disk);
  for (const partition of state.partitions.values()) closeLog(disk, partition.log);
}


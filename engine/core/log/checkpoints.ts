/**
 * Offsets that a broker notes for all its logs in one small file each, in Kafka's text format ("topic partition offset").
 * Kafka: OffsetCheckpointFile. `replication-offset-checkpoint` holds high watermarks,
 * `cleaner-offset-checkpoint` up to where a log has been compacted.
 *
 * What is noted may be older than the logs (it is written now and then), never newer.
 */
import type { Disk } from '#engine/ports/disk.ts';
import { checkpointText, parseEntries } from '#engine/core/log/checkpoint-text.ts';

export type OffsetCheckpoint = 'replication-offset-checkpoint' | 'log-start-offset-checkpoint' | 'recovery-point-offset-checkpoint' | 'cleaner-offset-checkpoint';

/** By log directory: "orders-0". */
export function readOffsetCheckpoint(disk: Disk, file: OffsetCheckpoint): Map<string, bigint> {
  const bytes = disk.readSmallFile(file);
  if (bytes === undefined) return new Map();
  return new Map(parseEntries(file, bytes, 3).map(([topic, partition, offset]) => [`${topic}-${partition}`, BigInt(offset!)]));
}

export function writeOffsetCheckpoint(disk: Disk, file: OffsetCheckpoint, offsets: ReadonlyMap<string, bigint>): void {
  const lines = [...offsets].map(([directory, offset]) => {
    const dash = directory.lastIndexOf('-');
    return `${directory.slice(0, dash)} ${directory.slice(dash + 1)} ${offset}`;
  });
  disk.writeSmallFile(file, checkpointText(lines));
}

/** Changes the entry of one log; `undefined` removes it. */
export function noteOffset(disk: Disk, file: OffsetCheckpoint, directory: string, offset: bigint | undefined): void {
  const offsets = readOffsetCheckpoint(disk, file);
  if (offsets.get(directory) === offset) return;
  if (offset === undefined) offsets.delete(directory);
  else offsets.set(directory, offset);
  writeOffsetCheckpoint(disk, file, offsets);
}

export function readHighWatermarkCheckpoint(disk: Disk): Map<string, bigint> {
  return readOffsetCheckpoint(disk, 'replication-offset-checkpoint');
}

export function writeHighWatermarkCheckpoint(disk: Disk, highWatermarks: ReadonlyMap<string, bigint>): void {
  writeOffsetCheckpoint(disk, 'replication-offset-checkpoint', highWatermarks);
}

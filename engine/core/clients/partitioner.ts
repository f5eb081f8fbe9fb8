/**
 * Where a record goes. With a key: murmur2 of it. Without: to one partition until it got batch.size bytes, then to another at
 * random (KIP-794, strictly uniform sticky), so that batches fill. Kafka: BuiltInPartitioner.
 * Left out: weighing partitions by their brokers' queues (partitioner.adaptive.partitioning.enable).
 */
import type { Random } from '#engine/ports/random.ts';
import { partitionForKey } from '#engine/core/clients/murmur2.ts';
import type { ProducerState, TopicMetadata } from '#engine/core/clients/state.ts';

export function partitionFor(state: ProducerState, topic: TopicMetadata, key: Uint8Array | null, random: Random): number {
  const ignoresKeys = state.settings['partitioner.ignore.keys'];
  if (key !== null && !ignoresKeys) return partitionForKey(key, topic.partitions.length);
  state.sticky ??= { partition: nextPartition(topic, random), producedBytes: 0 };
  return state.sticky.partition;
}

/** Partitions without a leader are passed over, as long as there is one with. */
function nextPartition(topic: TopicMetadata, random: Random): number {
  const available = topic.partitions.filter(({ leader }) => leader >= 0);
  const candidates = available.length > 0 ? available : topic.partitions;
  return candidates[random.integer(candidates.length)]?.partition ?? 0;
}

/** After a keyless record: on to another partition when this one had its share, at a batch's end if that is near. */
export function countSticky(state: ProducerState, topic: TopicMetadata, appendedBytes: number, isBatchFull: boolean, random: Random): void {
  if (state.sticky === null) return;
  state.sticky.producedBytes += appendedBytes;
  const shareBytes = Math.max(state.settings['batch.size'], 1);
  const isDone = state.sticky.producedBytes >= shareBytes && isBatchFull;
  if (isDone || state.sticky.producedBytes >= 2 * shareBytes) state.sticky = { partition: nextPartition(topic, random), producedBytes: 0 };
}

/**
 * Fetch from a follower in the consumer's own rack (KIP-392; Kafka: RackAwareReplicaSelector, findPreferredReadReplica).
 * Only the leader chooses, among in-sync replicas that hold the offset, and only where `replica.selector.class` names the
 * rack-aware selector; other selectors are plug-ins that do not exist here.
 */
import { isActive } from '#engine/core/metadata/image.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { PartitionState, RemoteReplica } from '#engine/core/replication/state.ts';

const rackAwareSelector = 'org.apache.kafka.common.replica.RackAwareReplicaSelector';

/** Broker id of the follower to read from; -1: the leader itself. */
export function preferredReadReplica(state: BrokerState, partition: PartitionState, rackId: string, fetchOffset: bigint): number {
  if (rackId === '' || state.settings['replica.selector.class'] !== rackAwareSelector || partition.role !== 'leader') return -1;
  if (state.config.rack === rackId) return -1;
  let best: RemoteReplica | undefined;
  for (const replica of partition.remotes.values()) {
    const holds = partition.isr.includes(replica.brokerId) && replica.logStartOffset <= fetchOffset && replica.logEndOffset >= fetchOffset;
    if (!holds || !isActive(state.image, replica.brokerId) || state.image.brokers.get(replica.brokerId)?.rack !== rackId) continue;
    if (best === undefined || replica.logEndOffset > best.logEndOffset) best = replica;
  }
  return best?.brokerId ?? -1;
}

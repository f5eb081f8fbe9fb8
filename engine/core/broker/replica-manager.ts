/**
 * Finding a local replica, appending to it as its leader, and judging who may ask it what (Kafka: ReplicaManager,
 * Partition.appendRecordsToLeader, localLogWithEpochOrError).
 */
import { maybeIncrementHighWatermark, effectiveMinIsr, type ReplicaRules } from '#engine/core/replication/high-watermark.ts';
import { partitionKey } from '#engine/core/replication/partition.ts';
import { appendAsLeader, LogError, type AppendOrigin, type AppendResult } from '#engine/core/log/log.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import { flushIfDue } from '#engine/core/broker/log-flush.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

/** The replica, or the error code that says why it cannot be served here. */
export function findReplica(state: BrokerState, topic: string, partition: number): PartitionState | number {
  const replica = state.partitions.get(partitionKey(topic, partition));
  if (replica !== undefined && replica.role !== 'none') return replica;
  return topicByName(state.image, topic)?.partitions[partition] === undefined ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NOT_LEADER_OR_FOLLOWER;
}

export function findLeaderReplica(state: BrokerState, topic: string, partition: number): PartitionState | number {
  const replica = findReplica(state, topic, partition);
  return typeof replica !== 'number' && replica.role !== 'leader' ? ErrorCode.NOT_LEADER_OR_FOLLOWER : replica;
}

/** KIP-320: a client with an older idea of the leader is fenced, one with a newer idea must wait until we know it too. */
export function checkLeaderEpoch(replica: PartitionState, currentLeaderEpoch: number): number {
  if (currentLeaderEpoch === -1 || currentLeaderEpoch === replica.leaderEpoch) return ErrorCode.NONE;
  return currentLeaderEpoch < replica.leaderEpoch ? ErrorCode.FENCED_LEADER_EPOCH : ErrorCode.UNKNOWN_LEADER_EPOCH;
}

export function replicaRules(state: BrokerState, context: BrokerContext): ReplicaRules {
  return { nowMs: context.nowMs, lagTimeMaxMs: state.settings['replica.lag.time.max.ms'], eligible: state.eligibleBrokers };
}

/** Throws LogError. What waits for the append or the high watermark is completed when the handling ends. */
export function appendToLeader(
  state: BrokerState,
  partition: PartitionState,
  records: Uint8Array[],
  origin: AppendOrigin,
  acks: number,
  context: BrokerContext,
): AppendResult {
  if (acks === -1) checkEnoughReplicas(partition);
  const fromOffset = partition.log.logEndOffset;
  const result = appendAsLeader(context.disk, partition.log, records, partition.leaderEpoch, context.nowMs, origin, context.compression);
  if (result.duplicate) return result;
  flushIfDue(context.disk, partition.log, context.nowMs);
  context.noteAppended(partition.key, result.sizeBytes);
  context.publish('replica.appended', {
    topic: partition.topic,
    partition: partition.partition,
    broker: state.brokerId,
    asLeader: true,
    fromOffset,
    toOffset: partition.log.logEndOffset,
    leaderEpoch: partition.leaderEpoch,
  });
  raiseHighWatermark(state, partition, context);
  return result;
}

function checkEnoughReplicas(partition: PartitionState): void {
  const minIsr = effectiveMinIsr(partition);
  if (partition.isr.length >= minIsr) return;
  throw new LogError(
    ErrorCode.NOT_ENOUGH_REPLICAS,
    `the ISR of ${partition.key} is [${partition.isr.join(', ')}], fewer than min.insync.replicas=${minIsr}`,
  );
}

/** Called whenever one of its inputs changed: the leader's log end, a follower's position, the ISR. */
export function raiseHighWatermark(state: BrokerState, partition: PartitionState, context: BrokerContext): void {
  const from = partition.log.highWatermark;
  if (!maybeIncrementHighWatermark(partition, replicaRules(state, context))) return;
  context.noteHighWatermark(partition.key);
  context.publish(
    'replica.highWatermark',
    { topic: partition.topic, partition: partition.partition, broker: state.brokerId, from, to: partition.log.highWatermark },
    { rule: 'highWatermark.minimumOfMaximalIsr', settings: { isr: partition.maximalIsr.join(','), 'min.insync.replicas': effectiveMinIsr(partition) } },
  );
}

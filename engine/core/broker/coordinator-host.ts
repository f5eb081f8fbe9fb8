/**
 * What the group coordinator sees of its broker (Kafka: PartitionWriter, CoordinatorPartitionWriter, BrokerServer's wiring
 * of the GroupCoordinator). It lives for one handling.
 *
 * Invariant: a token completes after the handling that appended, when the high watermark has passed, or never because the
 * partition was resigned.
 */
import { onAppendCompleted, onOffsetsPartitionElected, onOffsetsPartitionResigned, onTopicsDeleted } from '#engine/core/group/coordinator.ts';
import { OFFSETS_TOPIC, type CoordinatorHost, type HostAppendResult } from '#engine/core/group/host.ts';
import { LogError, readLog } from '#engine/core/log/log.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import { partitionKey } from '#engine/core/replication/partition.ts';
import { createTopicsAutomatically } from '#engine/core/broker/auto-topic-creation.ts';
import { endpointOf } from '#engine/core/broker/metadata-cache.ts';
import { appendToLeader } from '#engine/core/broker/replica-manager.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

export function coordinatorHost(state: BrokerState, context: BrokerContext): CoordinatorHost {
  const offsetsReplica = (partition: number) => state.partitions.get(partitionKey(OFFSETS_TOPIC, partition));
  return {
    brokerId: state.brokerId,
    settings: state.settings,
    offsetsPartitionCount: () => topicByName(state.image, OFFSETS_TOPIC)?.partitions.length ?? 0,
    offsetsPartitionLeader: (partition) => topicByName(state.image, OFFSETS_TOPIC)?.partitions[partition]?.leader ?? -1,
    createOffsetsTopic: () => createTopicsAutomatically(state, [OFFSETS_TOPIC], context),
    brokerEndpoint: (brokerId) => endpointOf(state, brokerId),
    clientHost: (request) => `/${request.clientAddress ?? '127.0.0.1'}`,
    topicIdOf: (topic) => state.image.topicIds.get(topic),
    topicNameOf: (topicId) => state.image.topics.get(topicId)?.name,
    partitionCountOf: (topic) => topicByName(state.image, topic)?.partitions.length,
    append: (partition, leaderEpoch, batch, token) => append(state, offsetsReplica(partition), leaderEpoch, batch, token, context),
    awaitCommitted: (partition, offset, token) => awaitCommitted(state, partitionKey(OFFSETS_TOPIC, partition), offset, token, context),
    logOffsets: (partition) => offsetsReplica(partition)?.log,
    readBatches: (partition, fromOffset, maxBytes) => {
      const log = offsetsReplica(partition)?.log;
      return log === undefined ? [] : readLog(context.disk, log, fromOffset, maxBytes, log.logEndOffset, true).batches;
    },
  };
}

function append(state: BrokerState, replica: PartitionState | undefined, leaderEpoch: number, batch: Uint8Array, token: string, context: BrokerContext): HostAppendResult {
  if (replica === undefined || replica.role !== 'leader' || replica.leaderEpoch !== leaderEpoch) return refused(ErrorCode.NOT_LEADER_OR_FOLLOWER);
  try {
    const { firstOffset, lastOffset } = appendToLeader(state, replica, [batch], 'coordinator', -1, context);
    awaitCommitted(state, replica.key, lastOffset + 1n, token, context);
    return { errorCode: ErrorCode.NONE, firstOffset, lastOffset };
  } catch (error) {
    if (error instanceof LogError) return refused(error.code);
    throw error;
  }
}

function refused(errorCode: number): HostAppendResult {
  return { errorCode, firstOffset: -1n, lastOffset: -1n };
}

function awaitCommitted(state: BrokerState, key: string, requiredOffset: bigint, token: string, context: BrokerContext): void {
  const waits = state.coordinatorWaits.get(key);
  if (waits === undefined) state.coordinatorWaits.set(key, [{ token, requiredOffset }]);
  else waits.push({ token, requiredOffset });
  context.noteHighWatermark(key);
}

/** The high watermark of a partition may have moved: tokens that it has passed complete, in the order of their appends. */
export function completeCoordinatorWaits(state: BrokerState, key: string, context: BrokerContext): void {
  const waits = state.coordinatorWaits.get(key);
  const partition = state.partitions.get(key);
  if (waits === undefined || partition === undefined || partition.role !== 'leader') return;
  const { highWatermark } = partition.log;
  const done = waits.filter((wait) => wait.requiredOffset <= highWatermark);
  if (done.length === 0) return;
  const left = waits.filter((wait) => wait.requiredOffset > highWatermark);
  if (left.length === 0) state.coordinatorWaits.delete(key);
  else state.coordinatorWaits.set(key, left);
  for (const { token } of done) onAppendCompleted(state.groupCoordinator, token, ErrorCode.NONE, coordinatorHost(state, context), context);
}

export function offsetsPartitionElected(state: BrokerState, partition: PartitionState, context: BrokerContext): void {
  if (partition.topic !== OFFSETS_TOPIC) return;
  onOffsetsPartitionElected(state.groupCoordinator, partition.partition, partition.leaderEpoch, coordinatorHost(state, context), context);
}

export function offsetsPartitionResigned(state: BrokerState, partition: PartitionState, context: BrokerContext): void {
  if (partition.topic !== OFFSETS_TOPIC) return;
  state.coordinatorWaits.delete(partition.key);
  onOffsetsPartitionResigned(state.groupCoordinator, partition.partition, coordinatorHost(state, context), context);
}

export function topicsDeleted(state: BrokerState, topics: ReadonlySet<string>, context: BrokerContext): void {
  if (topics.size > 0) onTopicsDeleted(state.groupCoordinator, topics, coordinatorHost(state, context), context);
}

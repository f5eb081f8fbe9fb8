/**
 * DeleteRecords (21): the log start moves forward, on the leader at once and on the followers with their next fetch
 * (KIP-107; Kafka: ReplicaManager.deleteRecords, Partition.deleteRecordsOnLeader). -1 means the high watermark.
 */
import { advanceLogStartOffset } from '#engine/core/log/log.ts';
import { awaitLowWatermark, lowWatermark } from '#engine/core/broker/delayed-delete-records.ts';
import { publishLogStart } from '#engine/core/broker/log-maintenance.ts';
import { isInternalTopic } from '#engine/core/broker/metadata-cache.ts';
import { findLeaderReplica } from '#engine/core/broker/replica-manager.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, DelayedPartition } from '#engine/core/broker/state.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DeleteRecordsRequest, DeleteRecordsResponse } from '#engine/protocol/messages/21-delete-records.ts';

const toHighWatermark = -1n;
const invalidLowWatermark = -1n;

export const deleteRecords: ApiHandler = {
  apiKey: ApiKey.DeleteRecords,
  handle(state, request, context) {
    const body = request.body as DeleteRecordsRequest;
    const waiting: DelayedPartition[] = [];
    const response: DeleteRecordsResponse = {
      throttleTimeMs: 0,
      topics: body.topics.map((topic, topicIndex) => ({
        name: topic.name,
        partitions: topic.partitions.map(({ partitionIndex, offset }, position) => {
          const deleted = deleteOne(state, topic.name, partitionIndex, offset, context);
          if (typeof deleted === 'number') return { partitionIndex, lowWatermark: invalidLowWatermark, errorCode: deleted };
          waiting.push({ key: deleted.key, requiredOffset: deleted.offset, topicIndex, partitionIndex: position });
          return { partitionIndex, lowWatermark: deleted.low, errorCode: ErrorCode.NONE };
        }),
      })),
    };
    awaitLowWatermark(state, { request, response, waiting }, body.timeoutMs, context);
  },
};

function deleteOne(state: BrokerState, topic: string, index: number, asked: bigint, context: BrokerContext): { key: string; offset: bigint; low: bigint } | number {
  if (isInternalTopic(topic)) return ErrorCode.INVALID_TOPIC_EXCEPTION;
  const partition = findLeaderReplica(state, topic, index);
  if (typeof partition === 'number') return partition;
  const { log } = partition;
  if (!log.settings['cleanup.policy'].includes('delete') && log.settings['cleanup.policy'].length > 0) return ErrorCode.POLICY_VIOLATION;
  const offset = asked === toHighWatermark ? log.highWatermark : asked;
  if (offset < 0n || offset > log.highWatermark) return ErrorCode.OFFSET_OUT_OF_RANGE;
  moveLogStart(state, partition, offset, context);
  return { key: partition.key, offset, low: lowWatermark(state, partition) };
}

function moveLogStart(state: BrokerState, partition: PartitionState, offset: bigint, context: BrokerContext): void {
  const from = partition.log.logStartOffset;
  advanceLogStartOffset(context.disk, partition.log, offset);
  if (partition.log.logStartOffset !== from) publishLogStart(state, partition, from, 'logStart.recordsDeleted', context);
}

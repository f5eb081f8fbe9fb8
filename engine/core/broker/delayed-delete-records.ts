/**
 * DeleteRecords requests, until the log starts of all live replicas have followed (Kafka: DelayedDeleteRecords): the low
 * watermark is the smallest log start of the replicas, and followers move theirs when they fetch.
 */
import { isUnfenced } from '#engine/core/metadata/image.ts';
import { parkTimer, unparkTimer, unwatch, watch, type DelayedOperations } from '#engine/core/broker/purgatory.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, DelayedDeleteRecords, DelayedPartition } from '#engine/core/broker/state.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

export function awaitLowWatermark(state: BrokerState, row: DelayedDeleteRecords, timeoutMs: number, context: BrokerContext): void {
  row.waiting = row.waiting.filter((waiting) => !isDone(state, row, waiting));
  if (row.waiting.length === 0) {
    context.respond(row.request, row.response);
    return;
  }
  state.purgatory.deleteRecords.set(row.request.id, row);
  watch(state, row.request.id, row.waiting.map((waiting) => waiting.key));
  parkTimer(context, row.request.id, timeoutMs);
}

export const delayedDeleteRecords: DelayedOperations = {
  tryComplete(state, requestId, _key, _change, context) {
    const row = state.purgatory.deleteRecords.get(requestId);
    if (row === undefined) return;
    row.waiting = row.waiting.filter((waiting) => {
      if (!isDone(state, row, waiting)) return true;
      unwatch(state, requestId, [waiting.key]);
      return false;
    });
    if (row.waiting.length === 0) complete(state, row, context);
  },

  expire(state, requestId, context) {
    const row = state.purgatory.deleteRecords.get(requestId);
    if (row === undefined) return;
    for (const waiting of row.waiting) set(row, waiting, ErrorCode.REQUEST_TIMED_OUT, -1n);
    unwatch(state, requestId, row.waiting.map((waiting) => waiting.key));
    complete(state, row, context);
  },
};

/** Replicas on dead brokers are not waited for: they follow when they are back. */
export function lowWatermark(state: BrokerState, partition: PartitionState): bigint {
  let lowest = partition.log.logStartOffset;
  for (const replica of partition.remotes.values()) {
    if (isUnfenced(state.image, replica.brokerId) && replica.logStartOffset < lowest) lowest = replica.logStartOffset;
  }
  return lowest;
}

function isDone(state: BrokerState, row: DelayedDeleteRecords, waiting: DelayedPartition): boolean {
  const partition = state.partitions.get(waiting.key);
  if (partition === undefined || partition.role !== 'leader') {
    set(row, waiting, partition === undefined ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NOT_LEADER_OR_FOLLOWER, -1n);
    return true;
  }
  const reached = lowWatermark(state, partition);
  if (reached < waiting.requiredOffset) return false;
  set(row, waiting, ErrorCode.NONE, reached);
  return true;
}

function set(row: DelayedDeleteRecords, waiting: DelayedPartition, errorCode: number, low: bigint): void {
  const answer = row.response.topics[waiting.topicIndex]?.partitions[waiting.partitionIndex];
  if (answer === undefined) return;
  answer.errorCode = errorCode;
  answer.lowWatermark = low;
}

function complete(state: BrokerState, row: DelayedDeleteRecords, context: BrokerContext): void {
  state.purgatory.deleteRecords.delete(row.request.id);
  unparkTimer(context, row.request.id);
  context.respond(row.request, row.response);
}

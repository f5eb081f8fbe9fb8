/**
 * Produce requests with acks=all, until the high watermark has passed what they appended (Kafka: DelayedProduce,
 * Partition.checkEnoughReplicasReachOffset).
 */
import { isMutated } from '#engine/core/mutations.ts';
import { effectiveMinIsr } from '#engine/core/replication/high-watermark.ts';
import { parkTimer, unparkTimer, unwatch, watch, type DelayedOperations } from '#engine/core/broker/purgatory.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, DelayedPartition, DelayedProduce } from '#engine/core/broker/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

/** Answers at once when nothing has to be waited for, as with a single replica. */
export function awaitReplicas(state: BrokerState, row: DelayedProduce, timeoutMs: number, context: BrokerContext): void {
  row.waiting = row.waiting.filter((waiting) => !isDone(state, row, waiting));
  if (row.waiting.length === 0) {
    context.respond(row.request, row.response);
    return;
  }
  state.purgatory.produce.set(row.request.id, row);
  watch(state, row.request.id, row.waiting.map((waiting) => waiting.key));
  parkTimer(context, row.request.id, timeoutMs);
}

export const delayedProduces: DelayedOperations = {
  tryComplete(state, requestId, _key, change, context) {
    const row = state.purgatory.produce.get(requestId);
    if (row === undefined || !(change.highWatermarkMoved || change.roleChanged)) return;
    row.waiting = row.waiting.filter((waiting) => {
      if (!isDone(state, row, waiting)) return true;
      unwatch(state, requestId, [waiting.key]);
      return false;
    });
    if (row.waiting.length === 0) complete(state, row, context);
  },

  expire(state, requestId, context) {
    const row = state.purgatory.produce.get(requestId);
    if (row === undefined) return;
    for (const waiting of row.waiting) fail(row, waiting, ErrorCode.REQUEST_TIMED_OUT);
    unwatch(state, requestId, row.waiting.map((waiting) => waiting.key));
    complete(state, row, context);
  },
};

function isDone(state: BrokerState, row: DelayedProduce, waiting: DelayedPartition): boolean {
  const outcome = outcomeOf(state, waiting);
  if (outcome === undefined) return false;
  if (outcome !== ErrorCode.NONE) fail(row, waiting, outcome);
  return true;
}

/** Undefined while it has to wait on. */
function outcomeOf(state: BrokerState, waiting: DelayedPartition): number | undefined {
  const partition = state.partitions.get(waiting.key);
  if (partition === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  if (partition.role !== 'leader') return ErrorCode.NOT_LEADER_OR_FOLLOWER;
  if (partition.log.highWatermark < waiting.requiredOffset && !isMutated('acks-all-not-awaited')) return undefined;
  return partition.maximalIsr.length >= effectiveMinIsr(partition) ? ErrorCode.NONE : ErrorCode.NOT_ENOUGH_REPLICAS_AFTER_APPEND;
}

function fail(row: DelayedProduce, waiting: DelayedPartition, errorCode: number): void {
  const answer = row.response.responses[waiting.topicIndex]?.partitionResponses[waiting.partitionIndex];
  if (answer !== undefined) answer.errorCode = errorCode;
}

function complete(state: BrokerState, row: DelayedProduce, context: BrokerContext): void {
  state.purgatory.produce.delete(row.request.id);
  unparkTimer(context, row.request.id);
  context.respond(row.request, row.response);
}

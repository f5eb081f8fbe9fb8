/** What a consumer has been given and gives up again. Kafka: SubscriptionState, ConsumerRebalanceListenerInvoker. */
import type { NodeContext } from '#engine/core/node.ts';
import type { TopicPartitions } from '#engine/core/clients/consumer-protocol.ts';
import type { AssignedPartition, ConsumerState } from '#engine/core/clients/state.ts';

export function partitionKey(topic: string, partition: number): string {
  return `${topic}-${partition}`;
}

export function adoptAssignment(state: ConsumerState, topics: TopicPartitions[], context: NodeContext): void {
  state.assignment = new Map();
  for (const { topic, partitions } of topics) {
    for (const partition of partitions) state.assignment.set(partitionKey(topic, partition), newPartition(topic, partition));
  }
  state.pollOrder = [...state.assignment.keys()];
  state.nextAutoCommitMs = context.nowMs + state.settings['auto.commit.interval.ms'];
  context.publish('client.assigned', { client: state.config.id, partitions: [...state.assignment.keys()] }, {
    rule: 'assigned-by-group-leader',
    settings: { 'partition.assignment.strategy': state.membership.protocolName ?? '' },
  });
}

function newPartition(topic: string, partition: number): AssignedPartition {
  return {
    topic,
    partition,
    position: -1n,
    committed: -1n,
    offsetEpoch: -1,
    phase: 'committed',
    validatedEpoch: -1,
    inFlight: -1,
    buffer: null,
    highWatermark: -1n,
    logStartOffset: -1n,
    retryAtMs: 0,
    preferredReplica: -1,
    preferredUntilMs: 0,
  };
}

/** With the partitions goes what was fetched and not handed on: it is fetched again by whoever gets them. */
export function giveUpAssignment(state: ConsumerState, context: NodeContext): void {
  if (state.assignment.size === 0) return;
  const partitions = [...state.assignment.keys()];
  for (const { inFlight } of state.assignment.values()) if (inFlight !== -1) context.forget(inFlight);
  if (state.offsetFetchInFlight !== -1) context.forget(state.offsetFetchInFlight);
  state.offsetFetchInFlight = -1;
  state.assignment = new Map();
  state.pollOrder = [];
  context.publish('client.revoked', { client: state.config.id, partitions }, { rule: 'eager-rebalance-gives-up-everything' });
}

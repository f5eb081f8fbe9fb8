/** What the application is told of its records, once per batch: acknowledged or failed. */
import type { NodeContext } from '#engine/core/node.ts';
import { releaseBatch } from '#engine/core/clients/accumulator.ts';
import type { ProducerBatch, ProducerState } from '#engine/core/clients/state.ts';
import { errorName, isRetriable } from '#engine/protocol/errors.ts';

export function acknowledgeBatch(state: ProducerState, batch: ProducerBatch, baseOffset: bigint, acks: number, context: NodeContext): void {
  if (batch.done) return;
  batch.done = true;
  releaseBatch(state, batch);
  state.counters.acknowledged += batch.records.length;
  context.publish(
    'client.acknowledged',
    { topic: state.config.topic, partition: batch.partition, client: state.config.id, baseOffset, records: batch.records.length, acks },
    { rule: acks === 1 ? 'acks-1-leader-only' : 'acks-all-in-sync-replicas', settings: { acks: state.settings.acks } },
  );
}

export function failBatch(state: ProducerState, batch: ProducerBatch, errorCode: number, context: NodeContext, rule: string): void {
  if (batch.done) return;
  batch.done = true;
  releaseBatch(state, batch);
  state.counters.failed += batch.records.length;
  context.publish(
    'client.failed',
    {
      topic: state.config.topic, partition: batch.partition, client: state.config.id,
      records: batch.records.length, error: errorName(errorCode), retriable: isRetriable(errorCode),
    },
    { rule, settings: { 'delivery.timeout.ms': state.settings['delivery.timeout.ms'], retries: state.settings.retries } },
  );
}

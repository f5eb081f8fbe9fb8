/** The built-in producers and consumers, as their own states have them. A process that is gone leaves only its configuration. */
import type { ConsumerView, ProducerView } from '#engine/contract/state.ts';
import type { ConsumerConfig, ConsumerState, ProducerConfig, ProducerState } from '#engine/core/clients/state.ts';
import type { NodeRow, World } from '#engine/core/world/world-state.ts';

export function producerRows(world: World): NodeRow[] {
  return [...world.state.nodes.values()].filter(({ kind }) => kind === 'producer');
}

export function consumerRows(world: World): NodeRow[] {
  return [...world.state.nodes.values()].filter(({ kind }) => kind === 'consumer');
}

export function producerStateOf(row: NodeRow): ProducerState | undefined {
  return (row.state as ProducerState | null) ?? undefined;
}

export function consumerStateOf(row: NodeRow): ConsumerState | undefined {
  return (row.state as ConsumerState | null) ?? undefined;
}

export function producerViews(world: World): ProducerView[] {
  return producerRows(world).map((row) => {
    const config = row.config as ProducerConfig;
    const state = producerStateOf(row);
    const counters = state?.counters;
    return {
      id: config.id,
      topic: config.topic,
      acks: config.settings['acks'] ?? 'all',
      status: state?.status === 'running' && row.status === 'running' ? 'running' : 'stopped',
      producerId: state?.producerId ?? -1n,
      producerEpoch: state?.producerEpoch ?? -1,
      sent: counters?.sent ?? 0,
      acknowledged: counters?.acknowledged ?? 0,
      failed: counters?.failed ?? 0,
      retries: counters?.retries ?? 0,
      inFlight: counters?.inFlight ?? 0,
      buffered: counters?.buffered ?? 0,
      recordsPerSecond: config.recordsPerSecond,
    };
  });
}

export function consumerViews(world: World): ConsumerView[] {
  return consumerRows(world).map((row) => {
    const config = row.config as ConsumerConfig;
    const state = consumerStateOf(row);
    return {
      id: config.id,
      group: config.group,
      memberId: state?.membership.memberId ?? '',
      generation: state?.membership.generation ?? -1,
      status: row.status === 'crashed' ? 'crashed' : (state?.status ?? 'stopped'),
      assignment: [...(state?.assignment.values() ?? [])].map(({ topic, partition, position, committed }) => ({ topic, partition, position, committed })),
      consumed: state?.consumed ?? 0,
    };
  });
}

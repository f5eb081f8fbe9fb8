/** Built-in producers and consumers as rows of frames. */
import type { NodeRow } from '#engine/core/world/world-state.ts';
import type { CatalogIndex } from '#engine/runtime/view/catalog.ts';
import { consumerRows, consumerStateOf, producerRows, producerStateOf } from '#engine/runtime/view/client-views.ts';
import type { ProducerConfig } from '#engine/core/clients/state.ts';
import { HEARTBEAT_TIMER } from '#engine/core/clients/group-coordinator.ts';
import { ClientFlag } from '#engine/contract/frame.ts';
import { timerDueUs } from '#engine/runtime/view/timers.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';
import type { ViewTables } from '#engine/runtime/view/view-projector.ts';

export function projectClients({ world }: ViewSource, index: CatalogIndex, tables: ViewTables, pass: number): void {
  for (const row of producerRows(world)) {
    const client = index.clients.get(row.id);
    if (client !== undefined) projectProducer(row, client, tables, pass);
  }
  for (const row of consumerRows(world)) {
    const client = index.clients.get(row.id);
    if (client !== undefined) projectConsumer(row, client, tables, pass);
  }
}

function projectProducer(row: NodeRow, client: number, tables: ViewTables, pass: number): void {
  const state = producerStateOf(row);
  const counters = state?.counters;
  tables.producers.put(
    {
      client,
      flags: clientFlags(row, state?.status),
      producerId: state?.producerId ?? -1n,
      producerEpoch: state?.producerEpoch ?? -1,
      inFlight: counters?.inFlight ?? 0,
      buffered: counters?.buffered ?? 0,
      sent: counters?.sent ?? 0,
      acknowledged: counters?.acknowledged ?? 0,
      failed: counters?.failed ?? 0,
      retries: counters?.retries ?? 0,
      recordsPerSecond: (row.config as ProducerConfig).recordsPerSecond,
    },
    pass,
  );
}

function projectConsumer(row: NodeRow, client: number, tables: ViewTables, pass: number): void {
  const state = consumerStateOf(row);
  tables.consumers.put(
    {
      client,
      flags: clientFlags(row, state?.status),
      generation: state?.membership.generation ?? -1,
      consumed: state?.consumed ?? 0,
      heartbeatDueUs: timerDueUs(row, HEARTBEAT_TIMER, ''),
    },
    pass,
  );
}

function clientFlags(row: NodeRow, status: string | undefined): number {
  if (row.status === 'crashed') return ClientFlag.crashed;
  if (row.status === 'stopped' || status === undefined || status === 'stopped') return ClientFlag.stopped;
  return row.status === 'paused' || status === 'paused' ? ClientFlag.running | ClientFlag.paused : ClientFlag.running;
}

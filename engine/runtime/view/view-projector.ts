/**
 * From the state of the world to the tables that frames are made of: one set for all screens, brought up to date in passes,
 * at most as often as frames are wanted, and only while somebody looks.
 *
 * A pass costs what has changed. Replicas that published a fact are projected at once; the others in turn, a bounded number per
 * pass, for what no fact tells (when the next fetch is due); partitions when the metadata that names them is another. On a
 * paused run every pass projects everything, so that what a person studies is complete.
 */
import type { Catalog } from '#engine/contract/envelope.ts';
import type { SectionName } from '#engine/contract/frame.ts';
import { FrameTable } from '#engine/contract/frame-table.ts';
import type { AnyFrameTable, FrameMoment } from '#engine/contract/frame-writer.ts';
import type { Fact } from '#engine/core/facts.ts';
import type { PartitionImage } from '#engine/core/metadata/image.ts';
import type { EventRecord } from '#engine/core/world/world-state.ts';
import { messagesInFlight } from '#engine/core/world/inspect.ts';
import { buildCatalog, isSameCatalog, partitionIndex } from '#engine/runtime/view/catalog.ts';
import type { CatalogIndex } from '#engine/runtime/view/catalog.ts';
import { projectClients } from '#engine/runtime/view/client-tables.ts';
import { FlightLog } from '#engine/runtime/view/flight-log.ts';
import type { FlightEndRow } from '#engine/runtime/view/flight-log.ts';
import { flightRows } from '#engine/runtime/view/flight-rows.ts';
import type { FlightRow } from '#engine/runtime/view/flight-rows.ts';
import { projectGroups } from '#engine/runtime/view/group-tables.ts';
import { decidedImage, leaderCounts, projectBrokers, projectPartition } from '#engine/runtime/view/metadata-tables.ts';
import { ReplicaProjector } from '#engine/runtime/view/replica-tables.ts';
import { TotalsTally } from '#engine/runtime/view/totals.ts';
import type { Totals } from '#engine/runtime/view/totals.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';

/** Replicas projected per pass beside those that changed. */
const sweptPerPass = 150;
/** Full frames carry at most so many messages that are under way. */
const flightsInFullFrame = 4096;
/** Groups, clients and totals are figures, not motion: every so many passes. */
const figuresEveryPasses = 6;

export type ViewTables = { [N in SectionName]: FrameTable<N> };

const catalogFacts: ReadonlySet<string> = new Set([
  'node.started', 'broker.registered', 'topic.created', 'topic.deleted', 'group.state', 'group.memberJoined', 'group.memberLeft', 'group.assigned', 'client.assigned',
]);

export class ViewProjector {
  readonly tables: ViewTables;
  readonly flights = new FlightLog();
  private readonly source: ViewSource;
  private readonly totals = new TotalsTally();
  private readonly replicas: ReplicaProjector;
  private readonly clientIds = new Map<number, string>();
  private index: CatalogIndex;
  private catalogMayDiffer = true;
  private watched = false;
  private pass = 0;
  /** Moment of the last pass: nothing is projected twice. */
  private projectedEventId = -1;
  /** By row: the partition as it was projected last, committed and as the active controller has decided. */
  private committed: (PartitionImage | undefined)[] = [];
  private decided: (PartitionImage | undefined)[] = [];
  private leaders: ReadonlyMap<number, number> = new Map();
  private projectedComplete = false;
  private lastTotals: Totals | undefined;

  constructor(source: ViewSource) {
    this.source = source;
    this.tables = Object.fromEntries(keyedSections.map((name) => [name, new FrameTable(name, 64)])) as unknown as ViewTables;
    this.index = buildCatalog(source, 1, this.clientIds);
    this.replicas = new ReplicaProjector(source, this.tables);
  }

  get catalog(): Catalog {
    return this.index.catalog;
  }

  /** Keyed tables, in the order in which frames carry them. */
  get keyedTables(): AnyFrameTable[] {
    return keyedSections.map((name) => this.tables[name] as AnyFrameTable);
  }

  /** While nobody watches only what cannot be found out later is kept up. */
  watch(watched: boolean): void {
    this.watched = watched;
    if (!watched) this.flights.clear();
  }

  observe(record: EventRecord): void {
    if (record.facts.length > 0) {
      this.totals.note(record);
      for (const fact of record.facts) this.noteFact(fact);
    }
    if (record.input.type === 'message' && record.input.message.kind === 'request') this.noteOutsideClient(record.input.message);
    if (this.watched && (record.sent.length > 0 || record.facts.length > 0)) this.flights.note(record, this.index);
  }

  /** A connection from outside came or went. */
  connectionsChanged(): void {
    this.catalogMayDiffer = true;
  }

  /** Brings the tables up to the present and says which moment they show. `complete`: nothing may be left for later passes. */
  project(complete: boolean): FrameMoment {
    const { state } = this.source.world;
    const isNew = state.eventId !== this.projectedEventId || (complete && !this.projectedComplete);
    if (isNew || this.catalogMayDiffer) {
      this.pass++;
      const figures = complete || this.pass % figuresEveryPasses === 1;
      if (this.catalogMayDiffer && figures) this.renewCatalog();
      if (isNew) this.projectAll(complete, figures);
      if (figures) this.lastTotals = this.totals.compute(this.source);
      this.projectedEventId = state.eventId;
      this.projectedComplete = complete;
      this.flights.endPass();
    }
    return { catalogId: this.index.catalog.catalogId, timeUs: state.timeUs, eventId: state.eventId, pass: this.pass };
  }

  /** Everything that is under way, for a screen that has seen nothing yet. */
  flightsUnderWay(): FlightRow[] {
    const rows: FlightRow[] = [];
    for (const { message, departUs, arriveUs } of messagesInFlight(this.source.world)) {
      if (rows.length >= flightsInFullFrame) break;
      rows.push(...flightRows({ message, departUs, arriveUs, lost: false }, this.index));
    }
    return rows;
  }

  flightsSince(sequence: number): { flights: FlightRow[]; ends: FlightEndRow[] } {
    return this.flights.since(sequence);
  }

  /** As of the last pass that brought figures up to date. */
  totalsNow(): Totals {
    return (this.lastTotals ??= this.totals.compute(this.source));
  }

  private projectAll(complete: boolean, figures: boolean): void {
    const { source, tables, index, pass } = this;
    const changed = this.projectPartitions();
    if (changed === 'catalog') {
      this.renewCatalog();
      this.projectAll(complete, figures);
      return;
    }
    projectBrokers(source, tables.brokers, this.leaders, pass);
    this.replicas.project(this.index, pass, complete ? Number.MAX_SAFE_INTEGER : sweptPerPass);
    if (!figures) return;
    projectClients(source, index, tables, pass);
    projectGroups(source, index, tables, pass);
  }

  /** Partitions whose metadata is another than in the last pass; 'catalog' when one is not in the catalog. */
  private projectPartitions(): 'done' | 'catalog' {
    const image = this.source.image();
    if (image === undefined) return 'done';
    const decided = decidedImage(this.source.world);
    let changed = false;
    for (const topic of image.topics.values()) {
      const place = this.index.topics.get(topic.id);
      if (place === undefined || place.count !== topic.partitions.length) return 'catalog';
      const decidedTopic = decided?.topics.get(topic.id);
      for (let number = 0; number < topic.partitions.length; number++) {
        const partition = topic.partitions[number] as PartitionImage;
        const row = place.first + number;
        const pending = decidedTopic?.partitions[number];
        // A partition of an image is replaced when it changes, never written to.
        if (this.committed[row] === partition && this.decided[row] === pending) continue;
        if (this.committed[row]?.replicas !== partition.replicas && this.committed[row] !== undefined) this.catalogMayDiffer = true;
        this.committed[row] = partition;
        this.decided[row] = pending;
        changed = true;
        projectPartition(this.tables.partitions, row, partition, pending, this.pass);
        this.replicas.mark(row);
      }
    }
    if (changed) this.leaders = leaderCounts(this.committed);
    return 'done';
  }

  private renewCatalog(): void {
    this.catalogMayDiffer = false;
    const { catalog } = this.index;
    const next = buildCatalog(this.source, catalog.catalogId + 1, this.clientIds);
    if (isSameCatalog(catalog, next.catalog)) return;
    this.index = next;
    this.committed = [];
    this.decided = [];
    for (const name of keyedSections) this.tables[name].clear();
    this.flights.clear();
    this.replicas.renew(next);
    this.projectAll(true, true);
  }

  private noteFact({ kind, payload }: Fact): void {
    if (catalogFacts.has(kind)) this.catalogMayDiffer = true;
    if (!kind.startsWith('replica.') && !kind.startsWith('partition.')) return;
    const { topic, partition } = payload as { topic: string; partition: number };
    const at = partitionIndex(this.index, topic, partition);
    if (at !== -1) this.replicas.mark(at);
  }

  private noteOutsideClient(message: { connectionId: number; clientAddress?: string; clientId: string | null }): void {
    if (message.clientAddress === undefined || this.clientIds.get(message.connectionId) === message.clientId) return;
    if (this.clientIds.size > 10_000) this.clientIds.clear();
    this.clientIds.set(message.connectionId, message.clientId ?? '');
    this.catalogMayDiffer = true;
  }
}

const keyedSections = ['brokers', 'partitions', 'replicas', 'epochs', 'producers', 'consumers', 'groups', 'members', 'assignments'] as const satisfies readonly SectionName[];

export function createViewProjector(source: ViewSource): ViewProjector {
  return new ViewProjector(source);
}

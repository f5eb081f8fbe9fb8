/**
 * Replicas and their leader epochs as rows of frames. Marked ones are projected in the next pass, the others in turn.
 * Invariant: after as many passes as it takes to come round, every replica of the catalog has a row that was true then.
 */
import { ReplicaFlag } from '#engine/contract/frame.ts';
import type { Catalog } from '#engine/contract/envelope.ts';
import type { LeaderEpochEntry, LogState } from '#engine/core/log/log.ts';
import { lastStableOffset } from '#engine/core/log/log.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import type { PartitionImage } from '#engine/core/metadata/image.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { brokerStateOf } from '#engine/core/world/inspect.ts';
import type { NodeRow } from '#engine/core/world/world-state.ts';
import type { CatalogIndex } from '#engine/runtime/view/catalog.ts';
import { fetchDueUs } from '#engine/runtime/view/timers.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';
import type { ViewTables } from '#engine/runtime/view/view-projector.ts';

/** The newest leader epochs that a frame carries per replica. */
const epochsPerReplica = 4;

/** A broker as one pass sees it. */
interface BrokerNow {
  row: NodeRow | undefined;
  state: BrokerState | undefined;
  /** When each of its fetchers is due, by leader. */
  fetchDueUs: Map<number, number>;
}

/** Enough to see that a log's epochs are still those that were shown: an epoch is added or cut off at the ends only. */
interface ShownEpochs {
  count: number;
  newest: bigint | undefined;
  oldest: number | undefined;
  epochs: number[];
}

const noEpochs: readonly LeaderEpochEntry[] = [];

export class ReplicaProjector {
  private readonly source: ViewSource;
  private readonly tables: ViewTables;
  private readonly marked = new Set<number>();
  /** Where the turn has come to. */
  private next = 0;
  /** Life of each broker at the last pass: a change concerns all its replicas. */
  private readonly lives = new Map<number, string>();
  /** Epochs of each replica's row, so that rows are taken back when they are gone. */
  private readonly shownEpochs = new Map<number, ShownEpochs>();

  constructor(source: ViewSource, tables: ViewTables) {
    this.source = source;
    this.tables = tables;
  }

  /** This partition's replicas are projected in the next pass. */
  mark(partition: number): void {
    this.marked.add(partition);
  }

  /** Another catalog: every row is new. */
  renew({ catalog }: CatalogIndex): void {
    this.marked.clear();
    this.shownEpochs.clear();
    this.next = 0;
    for (let partition = 0; partition < catalog.partitions.length; partition++) this.marked.add(partition);
  }

  project(index: CatalogIndex, pass: number, sweep: number): void {
    const { catalog } = index;
    const brokers = this.brokersNow(catalog);
    for (const partition of this.marked) this.projectPartition(catalog, partition, brokers, pass);
    let budget = sweep;
    for (let count = 0; count < catalog.partitions.length && budget > 0; count++) {
      if (this.next >= catalog.partitions.length) this.next = 0;
      if (!this.marked.has(this.next)) budget -= this.projectPartition(catalog, this.next, brokers, pass);
      this.next++;
    }
    this.marked.clear();
  }

  private brokersNow(catalog: Catalog): Map<number, BrokerNow> {
    const { world } = this.source;
    const brokers = new Map<number, BrokerNow>();
    for (const { id } of catalog.brokers) {
      const row = world.state.nodes.get(brokerNodeId(id));
      const state = brokerStateOf(world, id);
      const due = new Map<number, number>();
      for (const fetcher of state?.fetchers.values() ?? []) due.set(fetcher.leaderId, fetchDueUs(row, state as BrokerState, fetcher));
      brokers.set(id, { row, state, fetchDueUs: due });
      const life = `${row?.incarnation} ${row?.status} ${state?.imagePublished}`;
      if (this.lives.get(id) !== life) this.markAll(catalog);
      this.lives.set(id, life);
    }
    return brokers;
  }

  private markAll(catalog: Catalog): void {
    for (let partition = 0; partition < catalog.partitions.length; partition++) this.marked.add(partition);
  }

  /** Answers how many replicas it has. */
  private projectPartition(catalog: Catalog, partition: number, brokers: Map<number, BrokerNow>, pass: number): number {
    const entry = catalog.partitions[partition];
    const topic = entry && catalog.topics[entry.topic];
    if (entry === undefined || topic === undefined) return 0;
    const metadata = this.source.image()?.topics.get(topic.topicId)?.partitions[entry.partition];
    const key = `${topic.name}-${entry.partition}`;
    for (const broker of entry.replicas) this.projectReplica(partition, broker, key, metadata, brokers.get(broker), pass);
    return entry.replicas.length;
  }

  private projectReplica(partition: number, broker: number, key: string, metadata: PartitionImage | undefined, now: BrokerNow | undefined, pass: number): void {
    const replica = now?.state?.partitions.get(key);
    const view = this.source.replicas.logOf(broker, key);
    const due = replica?.role === 'follower' ? (now?.fetchDueUs.get(replica.leaderId) ?? -1) : -1;
    this.tables.replicas.put(
      {
        partition,
        broker,
        flags: replicaFlags(broker, replica, metadata, due !== -1),
        leaderEpoch: replica?.leaderEpoch ?? -1,
        logStartOffset: view?.log.logStartOffset ?? 0n,
        highWatermark: view?.highWatermark ?? 0n,
        lastStableOffset: view === undefined ? 0n : replica === undefined ? view.highWatermark : lastStableOffset(view.log),
        logEndOffset: view?.log.logEndOffset ?? 0n,
        fetchDueUs: due,
        sizeBytes: view?.log.sizeBytes ?? 0,
      },
      pass,
    );
    this.projectEpochs(partition, broker, view?.log, pass);
  }

  private projectEpochs(partition: number, broker: number, log: LogState | undefined, pass: number): void {
    const key = partition * 0x20_0000 + broker;
    const shown = this.shownEpochs.get(key);
    const all = log?.epochs ?? noEpochs;
    if (shown !== undefined && shown.count === all.length && shown.newest === all.at(-1)?.startOffset && shown.oldest === all[0]?.epoch) return;
    const epochs = all.slice(-epochsPerReplica);
    for (const { epoch, startOffset } of epochs) this.tables.epochs.put({ partition, broker, epoch, startOffset, gone: 0 }, pass);
    for (const epoch of shown?.epochs ?? []) {
      if (!epochs.some((entry) => entry.epoch === epoch)) this.tables.epochs.put({ partition, broker, epoch, startOffset: -1n, gone: 1 }, pass);
    }
    this.shownEpochs.set(key, { count: all.length, newest: all.at(-1)?.startOffset, oldest: all[0]?.epoch, epochs: epochs.map(({ epoch }) => epoch) });
  }
}

function replicaFlags(broker: number, replica: PartitionState | undefined, metadata: PartitionImage | undefined, fetching: boolean): number {
  let flags = 0;
  if (metadata?.leader === broker) flags |= ReplicaFlag.leader;
  else flags |= ReplicaFlag.follower;
  if (metadata?.isr.includes(broker) === true) flags |= ReplicaFlag.inSync;
  if (metadata?.elr.includes(broker) === true) flags |= ReplicaFlag.eligibleLeader;
  if (replica !== undefined && replica.role !== 'none') flags |= ReplicaFlag.online;
  if (replica?.role === 'leader') flags |= ReplicaFlag.believesLeader;
  if (fetching) flags |= ReplicaFlag.fetching;
  return flags;
}

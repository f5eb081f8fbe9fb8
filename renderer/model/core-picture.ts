/**
 * What one core (a partition through all brokers) shows: a pure reading of the view model, and the only one. The drawing, the
 * figures beside it, the accessible text and the test door all take their values from here, so they cannot disagree.
 */
import { BrokerFlag, ReplicaFlag } from '#engine/contract/frame.ts';
import type { SectionRow } from '#engine/contract/frame.ts';
import { brokerOf, partitionOf, pinnedAssignment, replicaKeyOf, replicaOf } from '#renderer/model/view-model.ts';
import type { EpochStart, ViewModel } from '#renderer/model/view-model.ts';

/** How a replica stands, each with a shape of its own. */
export type Standing = 'leader' | 'follower' | 'outOfSync' | 'offline';

export interface ReplicaPicture {
  broker: number;
  standing: Standing;
  /** By the controller's committed metadata. */
  isLeader: boolean;
  /** What the broker itself believes; differs from `isLeader` for a while after an election. */
  believesLeader: boolean;
  inSync: boolean;
  online: boolean;
  leaderEpoch: number;
  logStartOffset: bigint;
  highWatermark: bigint;
  lastStableOffset: bigint;
  logEndOffset: bigint;
  epochs: readonly EpochStart[];
  fetchDueUs: number;
  isFetching: boolean;
  sizeBytes: number;
  /** A dead replica that is still in the ISR and has the shortest log: no high watermark can pass it. */
  holdsHighWatermark: boolean;
}

export interface CorePicture {
  partition: number;
  topic: number;
  /** The partition's number within its topic. */
  number: number;
  leader: number;
  pendingLeader: number;
  leaderEpoch: number;
  partitionEpoch: number;
  isrSize: number;
  preferredLeader: number;
  replicas: ReplicaPicture[];
  /** The leader's, or the highest that is known while nobody leads. */
  highWatermark: bigint;
  logEndOffset: bigint;
  committed: bigint | undefined;
  group: number | undefined;
  lag: bigint | undefined;
}

const noEpochs: readonly EpochStart[] = [];

export function corePicture(model: ViewModel, partition: number): CorePicture | undefined {
  const catalog = model.catalog;
  const named = catalog?.partitions[partition];
  if (catalog === undefined || named === undefined) return undefined;
  const row = partitionOf(model, partition);
  const leader = row?.leader ?? -1;
  const replicas: ReplicaPicture[] = [];
  for (const broker of named.replicas) {
    const replica = replicaOf(model, partition, broker);
    if (replica !== undefined) replicas.push(replicaPicture(model, replica, leader));
  }
  markHolders(replicas, leader);
  const leading = replicas.find((replica) => replica.isLeader);
  const highWatermark = leading?.highWatermark ?? largest(replicas.filter((replica) => replica.inSync).map((replica) => replica.highWatermark));
  const logEndOffset = largest(replicas.filter((replica) => replica.inSync || replica.isLeader).map((replica) => replica.logEndOffset)) || largest(replicas.map((replica) => replica.logEndOffset));
  const pinned = pinnedAssignment(model, partition);
  const committed = pinned !== undefined && pinned.committed >= 0n ? pinned.committed : undefined;
  return {
    partition,
    topic: named.topic,
    number: named.partition,
    leader,
    pendingLeader: row?.pendingLeader ?? -1,
    leaderEpoch: row?.leaderEpoch ?? -1,
    partitionEpoch: row?.partitionEpoch ?? -1,
    isrSize: row?.isrSize ?? 0,
    preferredLeader: named.replicas[0] ?? -1,
    replicas,
    highWatermark,
    logEndOffset,
    committed,
    group: pinned?.group,
    lag: committed === undefined ? undefined : highWatermark > committed ? highWatermark - committed : 0n,
  };
}

function replicaPicture(model: ViewModel, row: SectionRow<'replicas'>, leader: number): ReplicaPicture {
  const brokerFlags = brokerOf(model, row.broker)?.flags ?? 0;
  const online = (row.flags & ReplicaFlag.online) !== 0;
  // A paused process still has its logs open, but nothing in it moves.
  const moves = online && (brokerFlags & BrokerFlag.running) !== 0;
  const inSync = (row.flags & ReplicaFlag.inSync) !== 0;
  const isLeader = row.broker === leader;
  return {
    broker: row.broker,
    standing: moves ? (isLeader ? 'leader' : inSync ? 'follower' : 'outOfSync') : 'offline',
    isLeader,
    believesLeader: (row.flags & ReplicaFlag.believesLeader) !== 0,
    inSync,
    online,
    leaderEpoch: row.leaderEpoch,
    logStartOffset: row.logStartOffset,
    highWatermark: row.highWatermark,
    lastStableOffset: row.lastStableOffset,
    logEndOffset: row.logEndOffset,
    epochs: model.epochs.get(replicaKeyOf(row.partition, row.broker)) ?? noEpochs,
    fetchDueUs: row.fetchDueUs,
    isFetching: (row.flags & ReplicaFlag.fetching) !== 0,
    sizeBytes: row.sizeBytes,
    holdsHighWatermark: false,
  };
}

function markHolders(replicas: ReplicaPicture[], leader: number): void {
  const leading = replicas.find((replica) => replica.broker === leader);
  if (leading === undefined || !leading.online || leading.logEndOffset === leading.highWatermark) return;
  for (const replica of replicas) {
    replica.holdsHighWatermark = !replica.online && replica.inSync && !replica.isLeader && replica.logEndOffset <= leading.highWatermark;
  }
}

function largest(values: readonly bigint[]): bigint {
  let most = 0n;
  for (const value of values) if (value > most) most = value;
  return most;
}

/** The first offset that a strip of so many cells shows: one scale for all replicas of the partition. */
export function windowBase(logEndOffset: bigint, cells: number): bigint {
  const base = logEndOffset - BigInt(cells - 1);
  return base < 0n ? 0n : base;
}

/** How far an offset lies from the window's beginning, in cells; far ones are cut so that they stay exact enough to compare. */
export function cellsFrom(base: bigint, offset: bigint): number {
  const distance = offset - base;
  if (distance > 1_000_000n) return 1_000_000;
  return distance < -1_000_000n ? -1_000_000 : Number(distance);
}

/**
 * Which brokers get the replicas of new partitions (Kafka: StripedReplicaPlacer; KIP-36, KIP-631).
 *
 * Replicas of one partition go to different racks as far as there are racks; leaders go round the racks, and within a rack
 * round its brokers. Fenced brokers are taken only when the others are used up, and never for the first replica. Where the
 * rounds begin is drawn by lot, and when every live broker has led once, the order is drawn again.
 */
import type { Random } from '#engine/ports/random.ts';

export interface UsableBroker {
  id: number;
  rack: string | null;
  fenced: boolean;
}

export class PlacementError extends Error {
  override readonly name = 'PlacementError';
}

/** A round of brokers: begins one further for each partition. */
interface Round {
  brokers: number[];
  start: number;
  taken: number;
  partition: number;
}

interface Rack {
  live: Round;
  fenced: Round;
}

export function placeReplicas(brokers: readonly UsableBroker[], partitions: number, replicationFactor: number, random: Random): number[][] {
  const liveCount = brokers.filter((broker) => !broker.fenced).length;
  if (replicationFactor <= 0) throw new PlacementError(`Invalid replication factor ${replicationFactor}: the replication factor must be positive.`);
  if (liveCount === 0) throw new PlacementError('All brokers are currently fenced.');
  if (replicationFactor > brokers.length) {
    throw new PlacementError(`The target replication factor of ${replicationFactor} cannot be reached because only ${brokers.length} broker(s) are registered or some brokers have all their log directories cordoned.`);
  }
  const racks = racksOf(brokers, random);
  let firstRack = random.integer(racks.length);
  let partitionOfRound = 0;
  const placements: number[][] = [];
  while (placements.length < partitions) {
    if (partitionOfRound === liveCount && liveCount > 1) {
      shuffle(racks, random);
      for (const rack of racks) for (const round of [rack.live, rack.fenced]) shuffle(round.brokers, random);
      partitionOfRound = 0;
    }
    placements.push(placeOne(racks, firstRack, partitionOfRound, replicationFactor));
    firstRack = (firstRack + 1) % racks.length;
    partitionOfRound++;
  }
  return placements;
}

/** By name, brokers without a rack first; each round sorted, begun at a random place. */
function racksOf(brokers: readonly UsableBroker[], random: Random): Rack[] {
  const names = [...new Set(brokers.map((broker) => broker.rack))].toSorted((a, b) => compareNames(a, b));
  const round = (rack: string | null, fenced: boolean): Round => {
    const ids = brokers.filter((broker) => broker.rack === rack && broker.fenced === fenced).map((broker) => broker.id);
    return { brokers: ids.toSorted((a, b) => a - b), start: ids.length === 0 ? 0 : random.integer(ids.length), taken: 0, partition: 0 };
  };
  return names.map((name) => ({ live: round(name, false), fenced: round(name, true) }));
}

function compareNames(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? -1 : 1;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** The first replica from the first rack with a live broker, the others from the racks in turn, that rack's turn left out once. */
function placeOne(racks: readonly Rack[], firstRack: number, partition: number, replicationFactor: number): number[] {
  let leaderRack = firstRack;
  let leader = next(racks[leaderRack]!.live, partition);
  while (leader === undefined) {
    leaderRack = (leaderRack + 1) % racks.length;
    leader = next(racks[leaderRack]!.live, partition);
  }
  const replicas = [leader];
  let skips: number | undefined = leaderRack;
  for (let at = firstRack; replicas.length < replicationFactor; at = (at + 1) % racks.length) {
    if (at === skips) {
      skips = undefined;
      continue;
    }
    const rack = racks[at]!;
    const replica = next(rack.live, partition) ?? next(rack.fenced, partition);
    if (replica !== undefined) replicas.push(replica);
  }
  return replicas;
}

/** The next broker of a round, or undefined when all were taken for this partition. */
function next(round: Round, partition: number): number | undefined {
  const size = round.brokers.length;
  if (size === 0) return undefined;
  if (round.partition !== partition) {
    round.partition = partition;
    round.taken = 0;
    round.start = (round.start + 1) % size;
  }
  if (round.taken >= size) return undefined;
  const broker = round.brokers[(round.start + round.taken) % size];
  round.taken++;
  return broker;
}

function shuffle(items: unknown[], random: Random): void {
  for (let last = items.length - 1; last > 0; last--) {
    const other = random.integer(last + 1);
    [items[last], items[other]] = [items[other], items[last]];
  }
}

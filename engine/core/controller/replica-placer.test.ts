import { assert as check, integer, property, record } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { placeReplicas, type UsableBroker } from '#engine/core/controller/replica-placer.ts';
import { seededRandom } from '#engine/testing/controller-cluster.ts';

function brokersIn(racks: (string | null)[], fenced: number[] = []): UsableBroker[] {
  return racks.map((rack, index) => ({ id: index + 1, rack, fenced: fenced.includes(index + 1) }));
}

function leadersPer(placements: number[][]): number[] {
  const counts = new Map<number, number>();
  for (const [leader] of placements) counts.set(leader!, (counts.get(leader!) ?? 0) + 1);
  return [...counts.values()];
}

describe('placement of replicas', () => {
  test('leaders are spread evenly over the brokers', () => {
    const placements = placeReplicas(brokersIn([null, null, null]), 6, 3, seededRandom(1));
    expect(leadersPer(placements)).toEqual([2, 2, 2]);
  });

  test('a partition’s replicas are in different racks as far as there are racks', () => {
    const brokers = brokersIn(['a', 'a', 'b', 'b', 'c', 'c']);
    const rackOf = new Map(brokers.map(({ id, rack }) => [id, rack]));
    const placements = placeReplicas(brokers, 12, 3, seededRandom(2));
    for (const replicas of placements) expect(new Set(replicas.map((id) => rackOf.get(id))).size).toBe(3);
  });

  test('a fenced broker never leads, and holds replicas only when the others do not suffice', () => {
    const placements = placeReplicas(brokersIn([null, null, null, null], [4]), 30, 3, seededRandom(3));
    expect(placements.flat()).not.toContain(4);
    const all = placeReplicas(brokersIn([null, null, null, null], [4]), 30, 4, seededRandom(3));
    expect(all.every(([leader]) => leader !== 4)).toBe(true);
    expect(all.every((replicas) => replicas.includes(4))).toBe(true);
  });

  test('the same stream of chance gives the same placement, another gives another', () => {
    const brokers = brokersIn([null, null, null, null, null]);
    expect(placeReplicas(brokers, 20, 3, seededRandom(5))).toEqual(placeReplicas(brokers, 20, 3, seededRandom(5)));
    expect(placeReplicas(brokers, 20, 3, seededRandom(5))).not.toEqual(placeReplicas(brokers, 20, 3, seededRandom(6)));
  });

  test('what cannot be placed is refused with Kafka’s words', () => {
    expect(() => placeReplicas(brokersIn([null]), 1, 3, seededRandom(1))).toThrow(
      'The target replication factor of 3 cannot be reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.',
    );
    expect(() => placeReplicas(brokersIn([null], [1]), 1, 1, seededRandom(1))).toThrow('All brokers are currently fenced.');
    expect(() => placeReplicas(brokersIn([null]), 1, 0, seededRandom(1))).toThrow('the replication factor must be positive');
  });

  test('whatever the cluster looks like, replicas are distinct and a live broker leads', () => {
    const clusters = record({
      brokers: integer({ min: 1, max: 12 }),
      racks: integer({ min: 1, max: 4 }),
      fenced: integer({ min: 0, max: 11 }),
      partitions: integer({ min: 1, max: 40 }),
      factor: integer({ min: 1, max: 12 }),
      seed: integer({ min: 1, max: 1_000_000 }),
    });
    let placed = 0;
    check(
      property(clusters, ({ brokers, racks, fenced, partitions, factor, seed }) => {
        const rackNames = Array.from({ length: brokers }, (_, index) => `rack-${index % racks}`);
        const fencedIds = Array.from({ length: Math.min(fenced, brokers - 1) }, (_, index) => index + 1);
        const all = brokersIn(rackNames, fencedIds);
        const placements = placeReplicas(all, partitions, Math.min(factor, brokers), seededRandom(seed));
        expect(placements).toHaveLength(partitions);
        for (const replicas of placements) {
          expect(new Set(replicas).size).toBe(Math.min(factor, brokers));
          expect(fencedIds).not.toContain(replicas[0]);
        }
        placed += placements.length;
      }),
      { seed: 7, numRuns: 300 },
    );
    expect(placed).toBeGreaterThan(1_000);
  });
});

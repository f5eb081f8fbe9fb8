import { describe, expect, it } from 'vitest';
import { clientIndexBase, FlightFlag, noPartition } from '#engine/contract/frame.ts';
import type { Flight } from '#renderer/model/flights.ts';
import { boxOf, placesOf, targetAt } from '#renderer/stage/places.ts';
import { pointAt, routeOf } from '#renderer/stage/routes.ts';
import { moveFocus } from '#renderer/stage/keyboard.ts';
import type { Target } from '#renderer/model/target.ts';
import { classroom } from '#renderer/testing/fixture-cluster.ts';
import { watchFixture } from '#renderer/testing/screen-harness.ts';

async function scene() {
  const watch = await watchFixture(classroom, 7);
  await watch.advance(3_000_000);
  return watch.scene();
}

function flight(change: Partial<Flight>): Flight {
  return { id: 1, from: 1, to: 2, sentUs: 0, dueUs: 1, apiKey: 1, flags: 0, partition: 0, records: 0, fetchOffset: 0n, endedUs: undefined, stands: false, ...change };
}

describe('what lies at a point of the stage', () => {
  it('is the thing whose box holds that point, for every replica, broker, client, member and group', async () => {
    const at = await scene();
    const targets: Target[] = [
      ...at.catalog.partitions.slice(0, 5).flatMap((named): Target[] => named.replicas.map((broker) => ({ kind: 'replica', topic: at.catalog.topics[named.topic]!.name, partition: named.partition, broker }))),
      ...at.catalog.clients.slice(0, 3).map(({ node }): Target => ({ kind: 'client', node })),
      ...at.catalog.members.map(({ memberId }): Target => ({ kind: 'member', group: 'billing', memberId })),
    ];
    expect(targets).toHaveLength(21);
    for (const target of targets) {
      const box = boxOf(at, target)!;
      expect(targetAt(at, box.x + box.width / 2, box.y + box.height / 2)).toEqual(target);
    }
  });

  it('is nothing where only glass is', async () => {
    const at = await scene();
    expect(targetAt(at, 60, 40)).toBeUndefined();
  });
});

describe('the way of a message', () => {
  it('runs along the tray for clients, inside the core for replication, down the spine for the control plane', async () => {
    const places = placesOf(await scene());
    const { layout } = places;
    const produce = routeOf(places, flight({ from: clientIndexBase, to: 1, flags: FlightFlag.produce }))!;
    expect(produce.channel).toBe('produce');
    expect(produce.points.some(([, y]) => y === layout.shelves[0]!.y + layout.metrics.produceTray)).toBe(true);
    const fetch = routeOf(places, flight({ flags: FlightFlag.replication }))!;
    expect(new Set(fetch.points.map(([x]) => x)).size).toBe(1);
    const core = places.core(0)!;
    expect(fetch.points[0]![0]).toBeGreaterThan(core.x);
    expect(fetch.points[0]![0]).toBeLessThan(core.x + layout.coreWidth);
    const beat = routeOf(places, flight({ flags: FlightFlag.control, partition: noPartition }))!;
    expect(beat.points.map(([x]) => x)).toEqual([layout.spineX, layout.spineX]);
  });

  it('is walked back by the answer: the same points, the other way round', async () => {
    const places = placesOf(await scene());
    const there = routeOf(places, flight({ from: clientIndexBase, to: 2, flags: FlightFlag.produce }))!;
    const back = routeOf(places, flight({ from: 2, to: clientIndexBase, flags: FlightFlag.produce | FlightFlag.response }))!;
    expect(back.points).toEqual(there.points.toReversed());
  });

  it('is followed at an even pace from end to end', async () => {
    const places = placesOf(await scene());
    const route = routeOf(places, flight({ from: clientIndexBase, to: 2, flags: FlightFlag.produce }))!;
    const ends = [pointAt(route, 0), pointAt(route, 1)];
    expect([ends[0]!.x, ends[0]!.y]).toEqual([...route.points[0]!]);
    expect([ends[1]!.x, ends[1]!.y]).toEqual([...route.points.at(-1)!]);
    let walked = 0;
    for (let step = 1; step <= 1_000; step++) {
      const [a, b] = [pointAt(route, (step - 1) / 1_000), pointAt(route, step / 1_000)];
      walked += Math.hypot(b.x - a.x, b.y - a.y);
    }
    expect(walked).toBeGreaterThan(route.length * 0.98);
    expect(walked).toBeLessThanOrEqual(route.length + 1e-6);
  });

  it('is not drawn for topics that are hidden, nor from a broker to itself', async () => {
    const at = await scene();
    const places = placesOf(at);
    const hidden = at.catalog.partitions.findIndex((named) => at.catalog.topics[named.topic]!.internal);
    expect(routeOf(places, flight({ flags: FlightFlag.replication, partition: hidden }))).toBeUndefined();
    expect(routeOf(places, flight({ from: 1, to: 1, flags: FlightFlag.control }))).toBeUndefined();
  });
});

describe('the keyboard on the stage', () => {
  it('walks from any replica to its leader, to each follower, and along brokers and partitions', async () => {
    const at = await scene();
    const start: Target = { kind: 'replica', topic: 'orders', partition: 0, broker: 1 };
    expect(moveFocus(at, start, 'right')).toEqual({ kind: 'replica', topic: 'orders', partition: 1, broker: 1 });
    expect(moveFocus(at, start, 'down')).toEqual({ kind: 'replica', topic: 'orders', partition: 0, broker: 2 });
    expect(moveFocus(at, start, 'left')).toEqual({ kind: 'broker', broker: 1 });
    expect(moveFocus(at, start, 'out')).toEqual({ kind: 'partition', topic: 'orders', partition: 0 });
    const leader = moveFocus(at, { ...start, broker: 3 }, 'leader');
    expect(leader).toMatchObject({ kind: 'replica', topic: 'orders', partition: 0 });
    const first = moveFocus(at, leader, 'follower');
    const second = moveFocus(at, first, 'follower');
    expect(new Set([leader, first, second].map((target) => (target as { broker: number }).broker)).size).toBe(3);
  });

  it('reaches every replica, client and member from the first by arrows alone', async () => {
    const at = await scene();
    const seen = new Map<string, Target>();
    const queue: Target[] = [{ kind: 'replica', topic: 'orders', partition: 0, broker: 1 }];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (seen.has(JSON.stringify(next))) continue;
      seen.set(JSON.stringify(next), next);
      for (const move of ['left', 'right', 'up', 'down'] as const) {
        const found = moveFocus(at, next, move);
        if (found !== undefined) queue.push(found);
      }
    }
    const kinds = [...seen.values()].map((target) => target.kind);
    expect(kinds.filter((kind) => kind === 'replica')).toHaveLength(15);
    expect(kinds.filter((kind) => kind === 'client')).toHaveLength(3);
    expect(kinds.filter((kind) => kind === 'member')).toHaveLength(3);
    expect(kinds.filter((kind) => kind === 'broker')).toHaveLength(3);
  });
});

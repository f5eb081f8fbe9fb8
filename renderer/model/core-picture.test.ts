import { describe, expect, it } from 'vitest';
import { cellsFrom, corePicture, windowBase } from '#renderer/model/core-picture.ts';
import { classroom } from '#renderer/testing/fixture-cluster.ts';
import { watchFixture } from '#renderer/testing/screen-harness.ts';

describe('the picture of a core', () => {
  it('sets a crashed leader apart from a living one and names it leader until the controller has chosen another', async () => {
    const watch = await watchFixture(classroom, 7);
    await watch.advance(4_000_000);
    const leader = corePicture(watch.model, 0)!.leader;
    watch.engine.cluster.setRunning(leader, false);
    await watch.advance(1_000_000);
    const picture = corePicture(watch.model, 0)!;
    const crashed = picture.replicas.find((replica) => replica.broker === leader)!;
    expect(picture.leader).toBe(leader);
    expect(crashed).toMatchObject({ standing: 'offline', isLeader: true, inSync: true });
    await watch.advance(12_000_000);
    const later = corePicture(watch.model, 0)!;
    expect(later.leader).not.toBe(leader);
    expect(later.leaderEpoch).toBe(picture.leaderEpoch + 1);
  });

  it('says of a dead replica in the ISR that it holds the high watermark, and only while it does', async () => {
    const watch = await watchFixture(classroom, 7);
    await watch.advance(4_000_000);
    const before = corePicture(watch.model, 0)!;
    const follower = before.replicas.find((replica) => !replica.isLeader)!.broker;
    watch.engine.cluster.setRunning(follower, false);
    await watch.advance(5_000_000);
    const held = corePicture(watch.model, 0)!;
    expect(held.logEndOffset).toBeGreaterThan(held.highWatermark);
    expect(held.replicas.filter((replica) => replica.holdsHighWatermark).map((replica) => replica.broker)).toEqual([follower]);
    await watch.advance(14_000_000);
    const freed = corePicture(watch.model, 0)!;
    expect(freed.replicas.some((replica) => replica.holdsHighWatermark)).toBe(false);
    expect(freed.highWatermark).toBeGreaterThan(held.highWatermark);
  });

  it('measures lag from the committed offset to the high watermark, never to the log end offset', async () => {
    const watch = await watchFixture(classroom, 7);
    await watch.advance(6_000_000);
    for (let partition = 0; partition < 5; partition++) {
      const picture = corePicture(watch.model, partition)!;
      expect(picture.lag).toBe(picture.highWatermark - picture.committed!);
    }
  });

  it('puts all replicas of a partition on one scale and stays exact at the largest offset', () => {
    const last = 9_223_372_036_854_775_807n;
    const base = windowBase(last, 15);
    expect(base).toBe(last - 14n);
    expect(cellsFrom(base, last)).toBe(14);
    expect(cellsFrom(base, last - 20n)).toBe(-6);
    expect(cellsFrom(base, 0n)).toBe(-1_000_000);
  });

  it('begins at offset 0 while the log is shorter than a strip', () => {
    expect(windowBase(3n, 15)).toBe(0n);
  });
});

import { describe, expect, it } from 'vitest';
import { drawnReplicas } from '#renderer/stage/drawn.ts';
import { classroom } from '#renderer/testing/fixture-cluster.ts';
import { watchFixture } from '#renderer/testing/screen-harness.ts';
import { pinnedAssignment } from '#renderer/model/view-model.ts';

/** Numbers within a test that must not depend on chance. */
function sequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

describe('the view model', () => {
  it('tells every leader, ISR, log end offset and high watermark as the engine has it, at 200 instants of a run with crashes', async () => {
    const watch = await watchFixture(classroom, 11);
    const next = sequence(5);
    let comparisons = 0;
    for (let instant = 0; instant < 200; instant++) {
      const broker = 1 + Math.floor(next() * 3);
      if (next() < 0.06) watch.engine.cluster.setRunning(broker, false);
      if (next() < 0.2) watch.engine.cluster.setRunning(broker, true);
      await watch.advance(Math.floor(next() * 900_000) + 1);
      const drawn = new Map(drawnReplicas(watch.scene()).map((replica) => [`${replica.topic}/${replica.partition}/${replica.broker}`, replica]));
      const truth = watch.engine.state();
      for (const topic of truth.topics) {
        for (const part of topic.partitions) {
          for (const replica of part.replicas) {
            const shown = drawn.get(`${topic.name}/${part.partition}/${replica.broker}`);
            expect(shown).toMatchObject({
              role: part.leader === replica.broker ? 'leader' : 'follower',
              inSync: replica.inSync,
              online: replica.online,
              leaderEpoch: replica.leaderEpoch,
              logStartOffset: replica.logStartOffset,
              highWatermark: replica.highWatermark,
              logEndOffset: replica.logEndOffset,
            });
            comparisons++;
          }
        }
      }
      expect(watch.model.timeUs).toBe(truth.timeUs);
    }
    expect(comparisons).toBe(200 * 9 * 3);
  });

  it('sends no row twice that did not change: a frame without news is small and changes nothing', async () => {
    const watch = await watchFixture(classroom, 3);
    await watch.advance(2_000_000);
    await watch.advance(0);
    const last = watch.frames.at(-1)!;
    expect(last.full).toBe(false);
    expect(last.sections.replicas).toBeUndefined();
  });

  it('leaves a frame alone that was made with names it does not have', async () => {
    const watch = await watchFixture(classroom, 3);
    await watch.advance(1_000_000);
    const before = watch.model.timeUs;
    watch.model.catalog = { ...watch.model.catalog!, catalogId: 99 };
    await watch.advance(1_000_000);
    expect(watch.model.timeUs).toBe(before);
  });

  it('keeps the epochs of a log in order and drops those that are taken back', async () => {
    const watch = await watchFixture(classroom, 3);
    await watch.advance(1_000_000);
    for (const epochs of watch.model.epochs.values()) {
      expect(epochs.map((epoch) => epoch.epoch)).toEqual(epochs.map((epoch) => epoch.epoch).toSorted((a, b) => a - b));
    }
  });

  it('pins the committed offset of the group that owns a partition', async () => {
    const watch = await watchFixture(classroom, 3);
    await watch.advance(3_000_000);
    const pinned = pinnedAssignment(watch.model, 0);
    expect(pinned?.committed).toBe(BigInt(watch.engine.cluster.partitions[0]!.committed));
  });
});

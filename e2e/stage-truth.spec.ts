/** What is drawn is what the engine knows: compared at random instants of a run with crashes, pauses and a cut link. */
import type { ClusterState } from '#engine/contract/state.ts';
import { expect, test, type DrawnReplica } from './opened-app.ts';

const instants = 50;

/** A fixed sequence, so that a failure can be repeated. */
function randomSequence(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function known(state: ClusterState): string[] {
  return state.topics.flatMap((topic) =>
    topic.partitions.flatMap((partition) =>
      partition.replicas.map((replica) =>
        line({
          topic: topic.name,
          partition: partition.partition,
          broker: replica.broker,
          role: partition.leader === replica.broker ? 'leader' : 'follower',
          inSync: partition.isr.includes(replica.broker),
          online: replica.online,
          leaderEpoch: replica.leaderEpoch,
          logStartOffset: replica.logStartOffset,
          highWatermark: replica.highWatermark,
          logEndOffset: replica.logEndOffset,
        }),
      ),
    ),
  );
}

function line(replica: DrawnReplica): string {
  const { topic, partition, broker, role, inSync, online, leaderEpoch, logStartOffset, highWatermark, logEndOffset } = replica;
  return `${topic}-${partition}@${broker} ${role} ${inSync ? 'in sync' : 'out of sync'} ${online ? 'online' : 'offline'} epoch ${leaderEpoch} start ${logStartOffset} HW ${highWatermark} LEO ${logEndOffset}`;
}

test(`the stage tells the truth at ${instants} random instants of a run with faults`, async ({ glass, engine }) => {
  const random = randomSequence(20_261_124);
  const faults = [
    (broker: number) => ({ kind: 'broker.crash', broker }),
    (broker: number) => ({ kind: 'broker.pause', broker }),
    (broker: number) => ({ kind: 'broker.powerLoss', broker }),
    (broker: number) => ({ kind: 'link.cut', from: broker, to: (broker % 3) + 1 }),
  ];
  let active: Record<string, unknown>[] = [];
  let compared = 0;
  await engine.command({ kind: 'clock.pause' });
  for (let instant = 0; instant < instants; instant += 1) {
    if (instant % 5 === 0) {
      for (const inverse of active.splice(0)) await engine.command(inverse).catch(() => undefined);
      const fault = faults[Math.floor(random() * faults.length)]?.(1 + Math.floor(random() * 3));
      if (fault !== undefined && instant % 10 === 0) {
        await engine.command(fault);
        active = (await engine.state()).faults.map(({ inverse }) => JSON.parse(inverse) as Record<string, unknown>);
      }
    }
    await engine.command({ kind: 'clock.step', events: 1 + Math.floor(random() * 400) });
    const state = await engine.state();
    const drawn = await expect
      .poll(() => glass.evaluate(async () => (await window.terrariumTest?.drawn())?.eventId ?? 0))
      .toBe(state.eventId)
      .then(() => glass.evaluate(async () => (await window.terrariumTest?.drawn())?.replicas ?? []));
    expect(drawn.map(line).toSorted()).toEqual(known(state).toSorted());
    compared += drawn.length;
  }
  expect(compared).toBeGreaterThanOrEqual(instants * 15);
});

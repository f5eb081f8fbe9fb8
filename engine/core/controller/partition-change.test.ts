import { assert as check, constantFrom, integer, property, record, subarray } from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PartitionImage } from '#engine/core/metadata/image.ts';
import { mergePartitionChange } from '#engine/core/metadata/replay.ts';
import { changePartition, type PartitionChangeInput } from '#engine/core/controller/partition-change.ts';

const topicId = 'c3Rvcnktb2YtYS10b3BpYw';

function partitionWith(values: Partial<PartitionImage>): PartitionImage {
  return {
    replicas: [1, 2, 3],
    directories: ['a', 'b', 'c'],
    isr: [1, 2, 3],
    elr: [],
    lastKnownElr: [],
    removingReplicas: [],
    addingReplicas: [],
    leader: 1,
    leaderRecoveryState: 0,
    leaderEpoch: 5,
    partitionEpoch: 9,
    ...values,
  };
}

type Wish = Partial<PartitionChangeInput> & { alive?: number[] };

/** The partition after the change; the same one when nothing changes. */
function changed(partition: PartitionImage, { alive = [1, 2, 3], ...wish }: Wish): PartitionImage & { unclean: boolean; rule: string } {
  const change = changePartition({
    topicId,
    partitionId: 0,
    partition,
    mayLead: (broker) => alive.includes(broker),
    election: 'any',
    minInsyncReplicas: 2,
    elrEnabled: true,
    directoryOf: (broker) => `dir-${broker}`,
    ...wish,
  });
  const after = change === undefined ? partition : mergePartitionChange(partition, change.record.data);
  return { ...after, unclean: change?.unclean ?? false, rule: change?.rule ?? '' };
}

describe('when the leader dies', () => {
  test('the first live member of the ISR in replica order leads, in a new leader epoch', () => {
    const after = changed(partitionWith({}), { alive: [2, 3], targetIsr: [2, 3] });
    expect(after).toMatchObject({ leader: 2, leaderEpoch: 6, partitionEpoch: 10, isr: [2, 3], elr: [], unclean: false, rule: 'election.firstLiveIsrMember' });
  });

  test('replica order decides, not ISR order and not broker number', () => {
    const after = changed(partitionWith({ replicas: [1, 3, 2], isr: [1, 2, 3] }), { alive: [2, 3], targetIsr: [2, 3] });
    expect(after.leader).toBe(3);
  });

  test('a replica outside the ISR does not lead, however alive it is', () => {
    const after = changed(partitionWith({ isr: [1] }), { alive: [2, 3], targetIsr: [], minInsyncReplicas: 1, elrEnabled: false });
    expect(after).toMatchObject({ leader: -1, isr: [1], leaderEpoch: 6 });
  });

  test('without eligible leader replicas the last member stays in the ISR of a partition without leader', () => {
    const after = changed(partitionWith({ isr: [1] }), { alive: [], targetIsr: [], elrEnabled: false });
    expect(after).toMatchObject({ leader: -1, isr: [1], elr: [], lastKnownElr: [] });
  });
});

describe('eligible leader replicas', () => {
  test('whoever leaves the ISR while it falls below min.insync.replicas stays eligible', () => {
    const after = changed(partitionWith({ isr: [1, 2] }), { targetIsr: [1] });
    expect(after).toMatchObject({ leader: 1, leaderEpoch: 5, partitionEpoch: 10, isr: [1], elr: [2] });
  });

  test('whoever leaves it while it stays large enough is not', () => {
    expect(changed(partitionWith({}), { targetIsr: [1, 2] }).elr).toEqual([]);
  });

  test('they are forgotten when the ISR has min.insync.replicas members again', () => {
    const after = changed(partitionWith({ isr: [1], elr: [2] }), { targetIsr: [1, 3] });
    expect(after).toMatchObject({ isr: [1, 3], elr: [] });
  });

  test('the last member of the ISR dies: the ISR is empty, it is eligible, and noted as the last leader', () => {
    const after = changed(partitionWith({ isr: [1], elr: [2] }), { alive: [3], targetIsr: [] });
    expect(after).toMatchObject({ leader: -1, isr: [], elr: [2, 1], lastKnownElr: [1] });
  });

  test('an eligible replica that comes back leads, cleanly, alone in the ISR', () => {
    const leaderless = partitionWith({ isr: [], elr: [2, 1], lastKnownElr: [1], leader: -1 });
    const after = changed(leaderless, { alive: [2, 3] });
    expect(after).toMatchObject({ leader: 2, isr: [2], elr: [1], lastKnownElr: [], unclean: false, rule: 'election.eligibleLeaderReplica' });
  });

  test('an unclean restart costs a replica its eligibility', () => {
    const leaderless = partitionWith({ isr: [], elr: [2, 1], lastKnownElr: [1], leader: -1 });
    const after = changed(leaderless, { alive: [], targetIsr: [], uncleanShutdown: [2] });
    expect(after.elr).toEqual([1]);
  });

  test('with nobody eligible left, the last known leader is taken, and marked as recovering', () => {
    const leaderless = partitionWith({ isr: [], elr: [], lastKnownElr: [1], leader: -1 });
    expect(changed(leaderless, { alive: [2, 3] }).leader).toBe(-1);
    const after = changed(leaderless, { alive: [1, 2, 3] });
    expect(after).toMatchObject({ leader: 1, isr: [1], lastKnownElr: [], leaderRecoveryState: 1, unclean: true, rule: 'election.lastKnownLeader' });
  });
});

describe('unclean elections', () => {
  test('take whoever is alive, alone in the ISR, and mark it as recovering', () => {
    const after = changed(partitionWith({ isr: [1] }), { alive: [3], targetIsr: [], election: 'unclean', elrEnabled: false });
    expect(after).toMatchObject({ leader: 3, isr: [3], leaderRecoveryState: 1, unclean: true });
  });

  test('do not happen while a member of the ISR is alive', () => {
    const after = changed(partitionWith({ isr: [1, 3] }), { alive: [2, 3], targetIsr: [3], election: 'unclean' });
    expect(after).toMatchObject({ leader: 3, unclean: false });
  });
});

describe('the preferred leader', () => {
  test('takes over when it is in the ISR and alive', () => {
    expect(changed(partitionWith({ leader: 2 }), { election: 'preferred' })).toMatchObject({ leader: 1, rule: 'election.preferredLeader' });
  });
  test('does not when it is out of the ISR', () => {
    expect(changed(partitionWith({ leader: 2, isr: [2, 3] }), { election: 'preferred' })).toMatchObject({ leader: 2, partitionEpoch: 9 });
  });
});

describe('a reassignment', () => {
  const moving = partitionWith({ replicas: [4, 2, 3, 1], isr: [1, 2, 3], addingReplicas: [4], removingReplicas: [1], directories: ['d', 'b', 'c', 'a'] });

  test('goes on while a new replica is missing from the ISR', () => {
    expect(changed(moving, { alive: [1, 2, 3, 4], targetIsr: [1, 2] })).toMatchObject({ replicas: [4, 2, 3, 1], addingReplicas: [4] });
  });

  test('ends when the last new replica has joined, and the leader moves if it has to go', () => {
    const after = changed(moving, { alive: [1, 2, 3, 4], targetIsr: [1, 2, 3, 4] });
    expect(after).toMatchObject({ replicas: [4, 2, 3], isr: [2, 3, 4], addingReplicas: [], removingReplicas: [], leader: 4, directories: ['d', 'b', 'c'] });
  });
});

test('nothing to change gives no record', () => {
  expect(changed(partitionWith({}), {})).toMatchObject({ partitionEpoch: 9, leaderEpoch: 5 });
});

test('whatever happens, ISR, ELR and leader stay well-formed', () => {
  const replicas = [1, 2, 3, 4];
  const steps = record({
    alive: subarray(replicas),
    leaving: constantFrom(0, 1, 2, 3, 4),
    unclean: constantFrom(false, true),
    election: constantFrom('any' as const, 'preferred' as const, 'unclean' as const),
    minInsyncReplicas: integer({ min: 1, max: 4 }),
  });
  let partition = partitionWith({ replicas, isr: replicas });
  let changes = 0;
  check(
    property(steps, ({ alive, leaving, unclean, election, minInsyncReplicas }) => {
      const usable = alive.filter((broker) => broker !== leaving);
      const joined = usable.filter((broker) => partition.isr.includes(broker) || partition.isr.includes(partition.leader));
      const after = changed(partition, {
        alive: usable,
        election,
        minInsyncReplicas,
        targetIsr: partition.leader === -1 ? partition.isr : joined,
        ...(unclean ? { uncleanShutdown: [leaving] } : {}),
      });
      expect(after.leader === -1 || (after.isr.includes(after.leader) && usable.includes(after.leader))).toBe(true);
      expect(after.isr.filter((broker) => after.elr.includes(broker))).toEqual([]);
      expect([...after.isr, ...after.elr, ...after.lastKnownElr].every((broker) => replicas.includes(broker))).toBe(true);
      expect(new Set(after.isr).size).toBe(after.isr.length);
      expect(after.lastKnownElr.length).toBeLessThanOrEqual(1);
      expect(after.leader === partition.leader || after.leaderEpoch > partition.leaderEpoch).toBe(true);
      if (after.partitionEpoch !== partition.partitionEpoch) changes++;
      partition = after;
    }),
    { seed: 4_711, numRuns: 2_000 },
  );
  expect(changes).toBeGreaterThan(500);
});

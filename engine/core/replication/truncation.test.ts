import { array, assert as assertProperty, integer, property, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { appendAsFollower, appendAsLeader, assignEpochStart, endOffsetForEpoch, latestEpoch, openLog, readLog, truncateTo, type LogState } from '#engine/core/log/log.ts';
import { truncationOffset } from '#engine/core/replication/truncation.ts';
import { resolveBrokerSettings, resolveTopicSettings } from '#engine/core/settings/resolve-settings.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';

const nowMs = 1_767_225_600_000;
const settings = resolveTopicSettings(resolveBrokerSettings({}, 'kafka'), {});

interface Replica {
  disk: MemoryDisk;
  log: LogState;
}

function replica(): Replica {
  const disk = new MemoryDisk();
  return { disk, log: openLog(disk, 't-0', settings, nowMs) };
}

/** Batches of `[epoch, records]`, as leaders wrote them; `text` tells one replica's records from another's. */
function write({ disk, log }: Replica, epochs: readonly [number, number][], text: string): void {
  for (const [epoch, count] of epochs) {
    assignEpochStart(disk, log, epoch, log.logEndOffset);
    for (let i = 0; i < count; i++) {
      const value = new TextEncoder().encode(`${text} ${epoch} ${log.logEndOffset}`);
      const records = [{ timestamp: BigInt(nowMs), key: null, value, headers: [] }];
      const batch = encodeBatch({ baseOffset: 0n, leaderEpoch: epoch, records, producerId: -1n, producerEpoch: -1, baseSequence: -1, isControl: false, isTransactional: false });
      appendAsLeader(disk, log, [batch], epoch, nowMs, 'client');
    }
  }
}

function content({ disk, log }: Replica): string {
  return readLog(disk, log, log.logStartOffset, 1 << 30, log.logEndOffset, true).batches.map((run) => Buffer.from(run).toString('hex')).join('');
}

/** One fetch of the follower, as leader and follower do it; answers whether the follower had to truncate. */
function fetchOnce(leader: Replica, follower: Replica): 'truncated' | 'appended' | 'caughtUp' {
  const lastFetchedEpoch = latestEpoch(follower.log);
  const fetchOffset = follower.log.logEndOffset;
  if (lastFetchedEpoch !== -1) {
    const end = endOffsetForEpoch(leader.log, lastFetchedEpoch);
    if (end.leaderEpoch < lastFetchedEpoch || end.endOffset < fetchOffset) {
      truncateTo(follower.disk, follower.log, truncationOffset(follower.log, { epoch: end.leaderEpoch, endOffset: end.endOffset }));
      return 'truncated';
    }
  }
  const read = readLog(leader.disk, leader.log, fetchOffset, 100, leader.log.logEndOffset, true);
  if (read.batches.length === 0) return 'caughtUp';
  appendAsFollower(follower.disk, follower.log, read.batches, nowMs);
  return 'appended';
}

test('a follower with records of a lost epoch cuts to where its leader took over', () => {
  const leader = replica();
  const follower = replica();
  write(leader, [[0, 5]], 'common');
  for (let i = 0; i < 5; i++) fetchOnce(leader, follower);
  write(follower, [[1, 3]], 'lost');
  write(leader, [[2, 4]], 'kept');
  expect(fetchOnce(leader, follower)).toBe('truncated');
  expect(follower.log.logEndOffset).toBe(5n);
  while (fetchOnce(leader, follower) !== 'caughtUp') expect(follower.log.logEndOffset).toBeLessThanOrEqual(leader.log.logEndOffset);
  expect(content(follower)).toBe(content(leader));
});

test('a follower that knows an epoch its leader never had asks again with an earlier one', () => {
  const follower = replica();
  write(follower, [[0, 2], [1, 2], [3, 2]], 'x');
  // The leader's largest epoch up to 3 is 2, which the follower lacks: it falls back to the end of its own epoch 1.
  expect(truncationOffset(follower.log, { epoch: 2, endOffset: 9n })).toBe(4n);
});

test('an epoch in which a follower led without appending is forgotten when another leader took over there', () => {
  const leader = replica();
  const follower = replica();
  write(leader, [[0, 2]], 'common');
  while (fetchOnce(leader, follower) === 'appended') expect(follower.log.logEndOffset).toBeGreaterThan(0n);
  assignEpochStart(follower.disk, follower.log, 1, 2n);
  write(leader, [[2, 1]], 'kept');
  expect(fetchOnce(leader, follower)).toBe('truncated');
  expect(follower.log.epochs).toEqual([{ epoch: 0, startOffset: 0n }]);
  expect(fetchOnce(leader, follower)).toBe('appended');
  expect(content(follower)).toBe(content(leader));
});

test('a truncation never lengthens a log', () => {
  const follower = replica();
  write(follower, [[0, 3]], 'x');
  expect(truncationOffset(follower.log, { epoch: 0, endOffset: 100n })).toBe(3n);
});

function ascending(counts: [number, number][], offset: number): [number, number][] {
  return [...new Map(counts)].toSorted(([a], [b]) => a - b).map(([epoch, count]) => [epoch * 2 + offset, count]);
}

test('whatever two replicas wrote in disjoint epochs, fetching makes the follower equal to its leader', () => {
  const epochCounts = array(tuple(integer({ min: 0, max: 12 }), integer({ min: 0, max: 4 })), { maxLength: 6 });
  assertProperty(
    property(integer({ min: 0, max: 6 }), epochCounts, epochCounts, (shared, ofLeader, ofFollower) => {
      const leader = replica();
      const follower = replica();
      write(leader, shared === 0 ? [] : [[0, shared]], 'common');
      while (fetchOnce(leader, follower) === 'appended') expect(follower.log.logEndOffset).toBeGreaterThan(0n);
      // A leader epoch has one leader: the leader's own are odd, the follower's even.
      write(follower, ascending(ofFollower, 2), 'follower');
      write(leader, [...ascending(ofLeader, 1), [99, 1]], 'leader');
      for (let fetches = 0; fetchOnce(leader, follower) !== 'caughtUp'; fetches++) expect(fetches).toBeLessThan(200);
      expect(content(follower)).toBe(content(leader));
      expect(follower.log.epochs).toEqual(leader.log.epochs);
    }),
    { seed: 20_260_101, numRuns: 200 },
  );
});

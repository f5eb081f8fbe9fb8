import { describe, expect, test } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { appendAsLeader, openLog } from '#engine/core/log/log.ts';
import { maybeIncrementHighWatermark, type ReplicaRules } from '#engine/core/replication/high-watermark.ts';
import { maybeProposeExpand, maybeProposeShrink, outOfSyncReplicas, rollBackProposal, verdictOnError, type IsrContext } from '#engine/core/replication/isr.ts';
import { commitIsr, makeFollower, makeLeader, newPartition } from '#engine/core/replication/partition.ts';
import { updateFetchState } from '#engine/core/replication/remote-replica.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import { resolveBrokerSettings, resolveTopicSettings } from '#engine/core/settings/resolve-settings.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';

const startMs = 1_767_225_600_000;
const lagTimeMaxMs = 30_000;
const brokerEpochs = new Map([[1, 101n], [2, 102n], [3, 103n]]);

function batch(count: number): Uint8Array {
  const records = Array.from({ length: count }, () => ({ timestamp: BigInt(startMs), key: null, value: new Uint8Array(8), headers: [] }));
  return encodeBatch({ baseOffset: 0n, leaderEpoch: 0, records, producerId: -1n, producerEpoch: -1, baseSequence: -1, isControl: false, isTransactional: false });
}

class Leader {
  readonly disk = new MemoryDisk();
  readonly partition: PartitionState;
  nowMs = startMs;
  eligible = new Map(brokerEpochs);

  constructor(isr = [1, 2, 3], topicConfig: Record<string, string> = {}) {
    const settings = resolveTopicSettings(resolveBrokerSettings({}, 'kafka'), topicConfig);
    this.partition = newPartition('t', 'AAAAAAAAAAAAAAAAAAAAAQ', 0, openLog(this.disk, 't-0', settings, startMs));
    makeLeader(this.disk, this.partition, 1, { replicas: [1, 2, 3], isr, leader: 1, leaderEpoch: 0, partitionEpoch: 0 }, startMs);
  }
  get rules(): ReplicaRules {
    return { nowMs: this.nowMs, lagTimeMaxMs, eligible: this.eligible };
  }
  get isrContext(): IsrContext {
    return { brokerId: 1, brokerEpoch: 101n, rules: this.rules };
  }
  append(count: number): void {
    appendAsLeader(this.disk, this.partition.log, [batch(count)], this.partition.leaderEpoch, this.nowMs, 'client');
    this.raise();
  }
  fetch(brokerId: number, fetchOffset: bigint): boolean {
    const replica = this.partition.remotes.get(brokerId)!;
    const brokerEpoch = brokerEpochs.get(brokerId)!;
    const accepted = updateFetchState(replica, { fetchOffset, logStartOffset: 0n, brokerEpoch, nowMs: this.nowMs, leaderLogEndOffset: this.partition.log.logEndOffset });
    this.raise();
    return accepted;
  }
  raise(): boolean {
    return maybeIncrementHighWatermark(this.partition, this.rules);
  }
}

describe('the high watermark of a leader', () => {
  test('is the smallest log end offset of the ISR', () => {
    const leader = new Leader();
    leader.append(10);
    expect(leader.partition.log.highWatermark).toBe(0n);
    leader.fetch(2, 10n);
    expect(leader.partition.log.highWatermark).toBe(0n);
    leader.fetch(3, 4n);
    expect(leader.partition.log.highWatermark).toBe(4n);
    leader.fetch(3, 10n);
    expect(leader.partition.log.highWatermark).toBe(10n);
  });

  test('waits for a member that is proposed to leave until its leaving is committed', () => {
    const leader = new Leader();
    leader.append(5);
    leader.fetch(2, 5n);
    leader.nowMs += lagTimeMaxMs + 1;
    leader.fetch(2, 5n);
    expect(maybeProposeShrink(leader.partition, leader.isrContext)).toEqual([3]);
    leader.raise();
    expect(leader.partition.log.highWatermark).toBe(0n);
    commitIsr(leader.partition, [1, 2], 1);
    leader.raise();
    expect(leader.partition.log.highWatermark).toBe(5n);
  });

  test('waits for a member that is proposed to join although the controller has not agreed yet', () => {
    const leader = new Leader([1, 2]);
    leader.append(3);
    leader.fetch(2, 3n);
    leader.fetch(3, 3n);
    expect(maybeProposeExpand(leader.partition, leader.partition.remotes.get(3)!, leader.isrContext)).toBe(true);
    leader.append(2);
    leader.fetch(2, 5n);
    expect(leader.partition.log.highWatermark).toBe(3n);
    leader.fetch(3, 5n);
    expect(leader.partition.log.highWatermark).toBe(5n);
  });

  test('stands still while the ISR is smaller than min.insync.replicas (KIP-966)', () => {
    const leader = new Leader([1], { 'min.insync.replicas': '2' });
    leader.append(4);
    expect(leader.partition.log.highWatermark).toBe(0n);
    commitIsr(leader.partition, [1, 2], 1);
    leader.fetch(2, 4n);
    expect(leader.partition.log.highWatermark).toBe(4n);
  });

  test('never falls while the leader epoch stays, though a follower comes back with less', () => {
    const leader = new Leader();
    leader.append(6);
    leader.fetch(2, 6n);
    leader.fetch(3, 6n);
    leader.fetch(3, 2n);
    expect(leader.raise()).toBe(false);
    expect(leader.partition.log.highWatermark).toBe(6n);
  });

  test('rises at once when the leader is alone and min.insync.replicas is 1', () => {
    const leader = new Leader([1]);
    leader.append(7);
    expect(leader.partition.log.highWatermark).toBe(7n);
  });
});

describe('joining the ISR', () => {
  test('takes reaching both the high watermark and the start of the leader epoch', () => {
    const leader = new Leader([1]);
    leader.append(8);
    makeLeader(leader.disk, leader.partition, 1, { replicas: [1, 2, 3], isr: [1], leader: 1, leaderEpoch: 1, partitionEpoch: 1 }, leader.nowMs);
    expect(leader.partition.leaderEpochStartOffset).toBe(8n);
    leader.fetch(2, 7n);
    expect(maybeProposeExpand(leader.partition, leader.partition.remotes.get(2)!, leader.isrContext)).toBe(false);
    leader.fetch(2, 8n);
    expect(maybeProposeExpand(leader.partition, leader.partition.remotes.get(2)!, leader.isrContext)).toBe(true);
    expect(leader.partition.proposal).toMatchObject({ kind: 'expand', isr: [1, 2], brokerEpochs: [101n, 102n] });
  });

  test('is not proposed for a broker that the metadata has fenced', () => {
    const leader = new Leader([1, 2]);
    leader.fetch(3, 0n);
    leader.eligible.delete(3);
    expect(maybeProposeExpand(leader.partition, leader.partition.remotes.get(3)!, leader.isrContext)).toBe(false);
  });

  test('is not proposed when the fetches are of another process than the one that is registered (KIP-903)', () => {
    const leader = new Leader([1, 2]);
    leader.fetch(3, 0n);
    leader.eligible.set(3, 999n);
    expect(maybeProposeExpand(leader.partition, leader.partition.remotes.get(3)!, leader.isrContext)).toBe(false);
  });

  test('happens one proposal at a time', () => {
    const leader = new Leader([1]);
    leader.fetch(2, 0n);
    leader.fetch(3, 0n);
    expect(maybeProposeExpand(leader.partition, leader.partition.remotes.get(2)!, leader.isrContext)).toBe(true);
    expect(maybeProposeExpand(leader.partition, leader.partition.remotes.get(3)!, leader.isrContext)).toBe(false);
  });
});

describe('leaving the ISR', () => {
  test('comes after replica.lag.time.max.ms without having been caught up', () => {
    const leader = new Leader();
    leader.append(1);
    leader.nowMs += lagTimeMaxMs;
    expect(outOfSyncReplicas(leader.partition, 1, leader.rules)).toEqual([]);
    leader.nowMs += 1;
    expect(outOfSyncReplicas(leader.partition, 1, leader.rules)).toEqual([2, 3]);
  });

  test('never comes for a follower that has everything, however long ago it fetched', () => {
    const leader = new Leader();
    leader.append(1);
    leader.fetch(2, 1n);
    leader.fetch(3, 1n);
    leader.nowMs += 10 * lagTimeMaxMs;
    expect(outOfSyncReplicas(leader.partition, 1, leader.rules)).toEqual([]);
  });

  test('does not come for one that always reaches what the leader had at its fetch before', () => {
    const leader = new Leader();
    for (let round = 0; round < 10; round++) {
      leader.fetch(2, leader.partition.log.logEndOffset);
      leader.fetch(3, leader.partition.log.logEndOffset);
      leader.append(5);
      leader.nowMs += lagTimeMaxMs / 2;
    }
    expect(outOfSyncReplicas(leader.partition, 1, leader.rules)).toEqual([]);
  });

  test('is taken back when the controller refuses the proposal', () => {
    const leader = new Leader();
    leader.append(1);
    leader.nowMs += lagTimeMaxMs + 1;
    maybeProposeShrink(leader.partition, leader.isrContext);
    expect(verdictOnError(ErrorCode.INELIGIBLE_REPLICA)).toBe('rollBack');
    rollBackProposal(leader.partition);
    expect(leader.partition).toMatchObject({ proposal: null, isr: [1, 2, 3], maximalIsr: [1, 2, 3] });
  });

  test('waits for the metadata when the controller knows a newer epoch, and tries again after anything else', () => {
    expect(verdictOnError(ErrorCode.FENCED_LEADER_EPOCH)).toBe('await');
    expect(verdictOnError(ErrorCode.INVALID_UPDATE_VERSION)).toBe('await');
    expect(verdictOnError(ErrorCode.UNKNOWN_SERVER_ERROR)).toBe('retry');
  });
});

describe('a replica that changes its role', () => {
  test('ignores metadata that is older than an answer it has had already', () => {
    const leader = new Leader();
    commitIsr(leader.partition, [1, 2], 5);
    const change = makeLeader(leader.disk, leader.partition, 1, { replicas: [1, 2, 3], isr: [1, 2, 3], leader: 1, leaderEpoch: 0, partitionEpoch: 4 }, startMs);
    expect(change.applied).toBe(false);
    expect(leader.partition.isr).toEqual([1, 2]);
  });

  test('knows nothing of its followers when a new epoch makes it the leader', () => {
    const leader = new Leader();
    leader.append(2);
    leader.fetch(2, 2n);
    makeFollower(leader.partition, { replicas: [1, 2, 3], isr: [2, 3], leader: 2, leaderEpoch: 1, partitionEpoch: 1 });
    expect(leader.partition.remotes.size).toBe(0);
    makeLeader(leader.disk, leader.partition, 1, { replicas: [1, 2, 3], isr: [1, 2, 3], leader: 1, leaderEpoch: 2, partitionEpoch: 2 }, startMs);
    expect(leader.partition.remotes.get(2)?.logEndOffset).toBe(-1n);
    expect(leader.partition.log.epochs.at(-1)).toEqual({ epoch: 2, startOffset: 2n });
  });

  test('refuses a fetch of a process of the follower that is older than the one it knows', () => {
    const leader = new Leader();
    leader.fetch(2, 0n);
    const replica = leader.partition.remotes.get(2)!;
    const accepted = updateFetchState(replica, { fetchOffset: 0n, logStartOffset: 0n, brokerEpoch: 50n, nowMs: startMs, leaderLogEndOffset: 0n });
    expect(accepted).toBe(false);
    expect(replica.brokerEpoch).toBe(102n);
  });
});

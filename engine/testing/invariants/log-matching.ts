/**
 * Below their high watermarks, all replicas of a partition hold the same batches at the same offsets, and what once stood there
 * never changes (but for what retention takes from the front). The same for the quorum's metadata log.
 *
 * Each replica is read once: from where it was verified last up to its high watermark. The first to reach an offset says what is
 * there. Partitions that were elected uncleanly start anew.
 */
import { readLog } from '#engine/core/log/log.ts';
import type { PartitionState } from '#engine/core/replication/state.ts';
import { brokerIds, brokerStateOf } from '#engine/core/world/inspect.ts';
import type { World } from '#engine/core/world/world-state.ts';
import { baseOffset, batchSizeBytes, crc, lastOffset, leaderEpoch } from '#engine/protocol/record-batch.ts';
import type { FactPayloads } from '#engine/core/facts.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

interface Memory {
  /** Per partition (with its topic id): "crc of the records, leader epoch" by base offset. */
  histories: Map<string, Map<bigint, string>>;
  /** Per replica and life of its broker: verified up to here. */
  verified: Map<string, bigint>;
}

const readMaxBytes = 1 << 20;

export const logMatching: Invariant = {
  name: 'LogMatching',
  begin(world) {
    const memory: Memory = { histories: new Map(), verified: new Map() };
    return {
      onEvent({ facts }) {
        for (const { kind, payload } of facts) {
          if (kind === 'partition.leaderElected' && (payload as FactPayloads['partition.leaderElected']).unclean) {
            memory.histories.clear();
            memory.verified.clear();
          }
        }
        return undefined;
      },
      check() {
        for (const brokerId of brokerIds(world)) {
          for (const partition of brokerStateOf(world, brokerId)?.partitions.values() ?? []) {
            const broken = verifyReplica(world, memory, brokerId, partition);
            if (broken !== undefined) return broken;
          }
        }
        return undefined;
      },
    };
  },
};

function verifyReplica(world: World, memory: Memory, brokerId: number, { key, topicId, log }: PartitionState): string | undefined {
  const incarnation = world.state.nodes.get(`broker/${brokerId}`)?.incarnation ?? 0;
  const replica = `${topicId} ${key} ${brokerId} ${incarnation}`;
  const subject = `${topicId} ${key}`;
  let history = memory.histories.get(subject);
  if (history === undefined) memory.histories.set(subject, (history = new Map()));
  let from = memory.verified.get(replica) ?? 0n;
  // A follower that was cut back to its high watermark and below is verified again.
  if (from > log.logEndOffset || from < log.logStartOffset) from = log.logStartOffset;
  while (from < log.highWatermark) {
    const { batches } = readLog(world.disks.get(brokerId)!.inner, log, from, readMaxBytes, log.highWatermark, true);
    if (batches.length === 0) break;
    for (const run of batches) {
      for (let at = 0; at < run.length; at += batchSizeBytes(run, at)) {
        const offset = baseOffset(run, at);
        const found = `crc ${crc(run, at)}, epoch ${leaderEpoch(run, at)}`;
        const known = history.get(offset);
        if (known !== undefined && known !== found) return `${key} on broker ${brokerId} has ${found} at offset ${offset}; it was ${known}`;
        history.set(offset, found);
        from = lastOffset(run, at) + 1n;
      }
    }
  }
  memory.verified.set(replica, from);
  return undefined;
}

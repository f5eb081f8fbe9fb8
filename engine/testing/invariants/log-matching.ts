/**
 * Below their high watermarks, all replicas of a partition hold the same batches at the same offsets, and what once stood there
 * never changes (but for what retention takes from the front, and below where any replica was compacted: each is, by itself). The same for the quorum's metadata log.
 *
 * Each replica is read once: from where it was verified last up to its high watermark. The first to reach an offset says what is
 * there. A partition that was elected uncleanly starts anew, with the replicas that have come to that epoch.
 */
import { latestEpoch, readLog } from '#engine/core/log/log.ts';
import type { LogState } from '#engine/core/log/log.ts';
import { brokerNodeId } from '#engine/core/node.ts';
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
  /** Per partition: below it a replica was compacted, and those that fetch from it have what it has left. */
  compacted: Map<string, bigint>;
  /** Per topic and partition: the epoch of its last unclean election. */
  uncleanEpochs: Map<string, number>;
}

const readMaxBytes = 1 << 20;

export const logMatching: Invariant = {
  name: 'LogMatching',
  begin(world) {
    const memory: Memory = { histories: new Map(), verified: new Map(), compacted: new Map(), uncleanEpochs: new Map() };
    return {
      onEvent({ facts }) {
        for (const { kind, payload } of facts) {
          const { topic, partition, leaderEpoch: epoch, unclean } = payload as FactPayloads['partition.leaderElected'];
          if (kind === 'partition.leaderElected' && unclean) beginAnew(memory, `${topic}-${partition}`, epoch);
        }
        return undefined;
      },
      check() {
        noteCompacted(world, memory);
        for (const brokerId of brokerIds(world)) {
          const state = brokerStateOf(world, brokerId);
          if (state === undefined) continue;
          const { log, highWatermark } = state.controllerNode.quorum;
          const broken = verifyReplica(world, memory, brokerId, { subject: log.directory, log, upTo: highWatermark < log.logEndOffset ? highWatermark : log.logEndOffset });
          if (broken !== undefined) return broken;
          for (const { key, topicId, log: replica } of state.partitions.values()) {
            if (latestEpoch(replica) < (memory.uncleanEpochs.get(key) ?? 0)) continue;
            const brokenReplica = verifyReplica(world, memory, brokerId, { subject: `${key} (${topicId})`, log: replica, upTo: replica.highWatermark });
            if (brokenReplica !== undefined) return brokenReplica;
          }
        }
        return undefined;
      },
    };
  },
};

function beginAnew(memory: Memory, key: string, epoch: number): void {
  memory.uncleanEpochs.set(key, epoch);
  for (const map of [memory.histories, memory.verified]) {
    for (const subject of map.keys()) if (subject.startsWith(`${key} (`)) map.delete(subject);
  }
}

function noteCompacted(world: World, { compacted }: Memory): void {
  for (const brokerId of brokerIds(world)) {
    for (const { key, topicId, log } of brokerStateOf(world, brokerId)?.partitions.values() ?? []) {
      const subject = `${key} (${topicId})`;
      if (log.cleanedOffset > (compacted.get(subject) ?? 0n)) compacted.set(subject, log.cleanedOffset);
    }
  }
}

interface Replica {
  subject: string;
  log: LogState;
  /** Its high watermark. */
  upTo: bigint;
}

function verifyReplica(world: World, memory: Memory, brokerId: number, { subject, log, upTo }: Replica): string | undefined {
  const incarnation = world.state.nodes.get(brokerNodeId(brokerId))?.incarnation ?? 0;
  const replica = `${subject} ${brokerId} ${incarnation}`;
  let history = memory.histories.get(subject);
  if (history === undefined) memory.histories.set(subject, (history = new Map()));
  let from = memory.verified.get(replica) ?? 0n;
  // A follower that was cut back is verified again from the start.
  if (from > log.logEndOffset || from < log.logStartOffset) from = log.logStartOffset;
  const compacted = memory.compacted.get(subject) ?? 0n;
  if (from < compacted) from = compacted;
  while (from < upTo) {
    const { batches } = readLog(world.disks.get(brokerId)!.inner, log, from, readMaxBytes, upTo, true);
    if (batches.length === 0) break;
    for (const run of batches) {
      for (let at = 0; at < run.length; at += batchSizeBytes(run, at)) {
        const offset = baseOffset(run, at);
        const found = `crc ${crc(run, at)}, epoch ${leaderEpoch(run, at)}`;
        const known = history.get(offset);
        if (known !== undefined && known !== found) return `${subject} on broker ${brokerId} has ${found} at offset ${offset}; it was ${known}`;
        history.set(offset, found);
        from = lastOffset(run, at) + 1n;
      }
    }
  }
  memory.verified.set(replica, from);
  return undefined;
}

/**
 * In every replica: log start ≤ high watermark ≤ log end, last stable offset ≤ high watermark; and a leader's high watermark never
 * falls within its epoch.
 */
import { lastStableOffset } from '#engine/core/log/log.ts';
import { brokerIds, brokerStateOf } from '#engine/core/world/inspect.ts';
import type { Invariant } from '#engine/testing/invariants/invariant.ts';

export const offsetsOrdered: Invariant = {
  name: 'OffsetsOrdered',
  begin(world) {
    const leaderHighWatermarks = new Map<string, bigint>();
    return {
      check() {
        for (const brokerId of brokerIds(world)) {
          for (const partition of brokerStateOf(world, brokerId)?.partitions.values() ?? []) {
            const { log, key, role, leaderEpoch, topicId } = partition;
            const name = `${key} on broker ${brokerId}`;
            if (log.logStartOffset > log.highWatermark) return `${name}: log start ${log.logStartOffset} is beyond the high watermark ${log.highWatermark}`;
            if (log.highWatermark > log.logEndOffset) return `${name}: high watermark ${log.highWatermark} is beyond the log end ${log.logEndOffset}`;
            if (lastStableOffset(log) > log.highWatermark) return `${name}: last stable offset is beyond the high watermark`;
            if (role !== 'leader') continue;
            const epoch = `${topicId} ${key} ${leaderEpoch} ${brokerId}`;
            const before = leaderHighWatermarks.get(epoch);
            if (before !== undefined && log.highWatermark < before) return `${name}: the leader's high watermark fell from ${before} to ${log.highWatermark} in epoch ${leaderEpoch}`;
            leaderHighWatermarks.set(epoch, log.highWatermark);
          }
        }
        return undefined;
      },
    };
  },
};

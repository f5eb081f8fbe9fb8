/**
 * Where a follower's log parts from its leader's (Kafka: AbstractFetcherThread.getOffsetTruncationState; KIP-101, KIP-279,
 * KIP-595).
 *
 * The leader named the largest epoch it knows up to the follower's last one, and where that ends. Knows the follower that
 * epoch too, both agree up to the smaller end; else the follower cuts to the end of its own largest earlier epoch and asks
 * again. Invariant: a truncation never lengthens a log.
 */
import { endOffsetForEpoch } from '#engine/core/log/log.ts';
import type { LogState } from '#engine/core/log/log.ts';

export function truncationOffset(log: LogState, diverging: { epoch: number; endOffset: bigint }): bigint {
  const own = endOffsetForEpoch(log, diverging.epoch);
  if (own.endOffset === -1n) return smaller(diverging.endOffset, log.logEndOffset);
  if (own.leaderEpoch !== diverging.epoch) return smaller(own.endOffset, log.logEndOffset);
  return smaller(smaller(own.endOffset, diverging.endOffset), log.logEndOffset);
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

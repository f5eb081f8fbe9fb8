/**
 * When a record of the metadata log is committed, and handing committed records on (Kafka: LeaderState.maybeUpdateHighWatermark,
 * KafkaRaftClient.updateListenersProgress).
 *
 * The leader's high watermark is the largest offset that a majority of voters has, but only once that lies beyond the start of
 * its own epoch: an earlier leader's record that a majority holds can still be lost. A follower learns it from its fetches.
 */
import { batchSizeBytes, decodeRecords, isControl, leaderEpoch } from '#engine/protocol/record-batch.ts';
import { isMutated } from '#engine/core/mutations.ts';
import type { NodeContext } from '#engine/core/node.ts';
import { readLog, setHighWatermark } from '#engine/core/log/log.ts';
import { decodeMetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { majorityOf, type LeaderRole, type QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';

const readChunkBytes = 1_048_576;

export function raiseLeaderHighWatermark(state: QuorumState, role: LeaderRole, context: NodeContext): void {
  const endOffsets = [...role.voters.values()].map((voter) => voter.endOffset).toSorted((a, b) => (a > b ? -1 : a < b ? 1 : 0));
  const heldByMajority = endOffsets[isMutated('quorum-commits-alone') ? 0 : majorityOf(state) - 1] ?? -1n;
  if (heldByMajority > role.epochStartOffset) raiseHighWatermark(state, heldByMajority, context);
}

/** What a follower was told, as far as its own log goes. */
export function raiseFollowerHighWatermark(state: QuorumState, leaderHighWatermark: bigint, context: NodeContext): void {
  const end = state.log.logEndOffset;
  raiseHighWatermark(state, leaderHighWatermark < end ? leaderHighWatermark : end, context);
}

function raiseHighWatermark(state: QuorumState, highWatermark: bigint, context: NodeContext): void {
  if (highWatermark <= state.highWatermark) return;
  state.highWatermark = highWatermark;
  setHighWatermark(state.log, highWatermark);
  context.publish('metadata.committed', { broker: state.nodeId, highWatermark });
  readCommitted(state, context);
}

/** Reads what has become committed off the log, the same way after a restart as in the middle of a life. */
function readCommitted(state: QuorumState, context: NodeContext): void {
  while (state.nextCommittedOffset < state.highWatermark) {
    const { batches } = readLog(context.disk, state.log, state.nextCommittedOffset, readChunkBytes, state.highWatermark, true);
    // A batch is committed as a whole: the high watermark never lies inside one, because followers fetch whole batches.
    if (batches.length === 0) return;
    for (const run of batches) {
      for (let at = 0; at < run.length; at += batchSizeBytes(run, at)) takeBatch(state, run, at);
    }
  }
}

function takeBatch(state: QuorumState, run: Uint8Array, at: number): void {
  const epoch = leaderEpoch(run, at);
  const isData = !isControl(run, at);
  for (const { offset, value } of decodeRecords(run, at)) {
    if (isData && value !== null && offset >= state.nextCommittedOffset) state.committed.push({ offset, epoch, record: decodeMetadataRecord(value) });
    state.nextCommittedOffset = offset + 1n;
  }
}

/**
 * The leader's way to the metadata log (Kafka: BatchAccumulator, KafkaRaftClient.maybeAppendBatches, LeaderState's control
 * records).
 *
 * What the active controller decides together is one record batch and so one atomic step of the log. Batches linger for
 * controller.quorum.append.linger.ms, are written together and flushed; only then do they count as the leader's own copy.
 */
import { assert } from '#engine/ports/assert.ts';
import { encodeBody } from '#engine/protocol/codec.ts';
import { encodeBatch, lastOffsetDelta } from '#engine/protocol/record-batch.ts';
import { LeaderChangeMessage } from '#engine/protocol/records/control-records.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { NodeContext } from '#engine/core/node.ts';
import { appendAsLeader, flushLog } from '#engine/core/log/log.ts';
import { encodeMetadataRecord, type MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { raiseLeaderHighWatermark } from '#engine/core/controller/quorum/commit.ts';
import { completeParkedFetches } from '#engine/core/controller/quorum/leader-fetch.ts';
import type { LeaderRole, QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';

export const lingerTimer = 'quorum.linger';

/** Keys of control records: version 0 and the type. */
const leaderChangeKey = Uint8Array.of(0, 0, 0, 2);
const leaderChangeVersion = 0;

/** A leader's first record of its epoch: once it is committed, so is everything before it. */
export function appendLeaderChange(state: QuorumState, role: LeaderRole, granting: readonly number[], context: NodeContext): void {
  const message: LeaderChangeMessage = { version: leaderChangeVersion, leaderId: state.nodeId, voters: state.voters.map(voterEntry), grantingVoters: granting.map(voterEntry) };
  const value = encodeBody(LeaderChangeMessage, leaderChangeVersion, message);
  const bytes = encodeBatch({ records: [{ timestamp: BigInt(context.nowMs), key: leaderChangeKey, value }], isControl: true });
  writeToLog(state, role, [{ bytes, recordNames: ['LeaderChangeMessage'] }], context);
}

function voterEntry(voterId: number) {
  return { voterId, voterDirectoryId: zeroUuid };
}

/** Takes in what the controller decided, as one batch; answers the offset of its first record. Only for a leader. */
export function accumulate(state: QuorumState, records: readonly MetadataRecord[], context: NodeContext): bigint {
  assert(state.role.name === 'leader', `a node that is ${state.role.name} cannot append to the metadata log`);
  assert(records.length > 0, 'an empty batch of metadata records');
  const timestamp = BigInt(context.nowMs);
  const bytes = encodeBatch({ records: records.map((record) => ({ timestamp, key: null, value: encodeMetadataRecord(record) })) });
  const firstOffset = state.nextAppendOffset;
  state.accumulated.push({ bytes, recordNames: records.map((record) => record.kind) });
  state.nextAppendOffset = firstOffset + BigInt(lastOffsetDelta(bytes, 0)) + 1n;
  if (context.armedAtUs(lingerTimer, '') === undefined) context.arm(lingerTimer, '', state.timings.appendLingerMs);
  return firstOffset;
}

/** The linger is over: everything that gathered is written. */
export function drainAccumulated(state: QuorumState, context: NodeContext): void {
  if (state.role.name !== 'leader' || state.accumulated.length === 0) return;
  const batches = state.accumulated;
  state.accumulated = [];
  writeToLog(state, state.role, batches, context);
}

function writeToLog(state: QuorumState, role: LeaderRole, batches: readonly { bytes: Uint8Array; recordNames: string[] }[], context: NodeContext): void {
  const result = appendAsLeader(context.disk, state.log, batches.map((batch) => batch.bytes), state.epoch, context.nowMs, 'raft');
  flushLog(context.disk, state.log, context.nowMs);
  state.nextAppendOffset = state.log.logEndOffset;
  const records = batches.flatMap((batch) => batch.recordNames);
  context.publish('metadata.appended', { broker: state.nodeId, fromOffset: result.firstOffset, toOffset: result.lastOffset, records });
  const own = role.voters.get(state.nodeId);
  if (own !== undefined) own.endOffset = state.log.logEndOffset;
  raiseLeaderHighWatermark(state, role, context);
  completeParkedFetches(state, context);
}

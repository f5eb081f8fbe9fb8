/**
 * Becoming and ceasing to be the coordinator of a partition of `__consumer_offsets`. Kafka: CoordinatorLoaderImpl,
 * GroupMetadataManager.onLoaded and onUnloaded.
 *
 * Loading reads the local log from its start, some batches per event (timer "group.load", by partition), so that a client can
 * meet COORDINATOR_LOAD_IN_PROGRESS. Invariants: what is loaded is what the log holds, up to its end; offsets above the high
 * watermark become the committed ones when it passes them; members get a whole session from the end of loading on; when
 * leadership is lost everybody who waits is told NOT_COORDINATOR and nothing of the partition is kept.
 */
import type { NodeContext } from '#engine/core/node.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { awaitLog } from '#engine/core/group/append.ts';
import { armExpiry } from '#engine/core/group/expiry.ts';
import { prepareRebalance } from '#engine/core/group/rebalance.ts';
import { commitOffset, replayRecord } from '#engine/core/group/records.ts';
import { completeJoin, completeSync, endSession, restartSession } from '#engine/core/group/responses.ts';
import type { ClassicGroup, OffsetChange, OffsetsPartitionState } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { decodeRecords, forEachBatch, isControl, lastOffset } from '#engine/protocol/record-batch.ts';

/** As much as one event loads. */
const LOAD_BYTES = 262_144;

export function beginLoading({ state, host, context }: Coordination, partition: number, leaderEpoch: number): void {
  const log = host.logOffsets(partition);
  state.partitions.set(partition, {
    partition,
    leaderEpoch,
    status: log === undefined ? 'failed' : 'loading',
    loadOffset: log?.logStartOffset ?? 0n,
    uncommitted: [],
    groups: new Map(),
    offsets: new Map(),
  });
  if (log !== undefined) context.arm('group.load', String(partition), 0);
}

/** One stretch of the log; arms the next, or goes into use. */
export function continueLoading(coordination: Coordination, partition: OffsetsPartitionState): void {
  const { host, context } = coordination;
  const log = host.logOffsets(partition.partition);
  if (log === undefined) {
    partition.status = 'failed';
    return;
  }
  for (const run of host.readBatches(partition.partition, partition.loadOffset, LOAD_BYTES)) {
    forEachBatch(run, (bytes, at) => loadBatch(partition, bytes, at, log.highWatermark, context));
  }
  if (partition.loadOffset < log.logEndOffset) context.arm('group.load', String(partition.partition), 0);
  else finishLoading(coordination, partition, log.logEndOffset);
}

function loadBatch(partition: OffsetsPartitionState, bytes: Uint8Array, at: number, highWatermark: bigint, { nowMs, compression }: Pick<NodeContext, 'nowMs' | 'compression'>): void {
  const next = lastOffset(bytes, at) + 1n;
  if (!isControl(bytes, at)) {
    for (const { key, value } of decodeRecords(bytes, at, (type, packed) => compression.decompress(type, packed))) {
      if (key === null) continue;
      const change = replayRecord(partition, { key, value }, nowMs);
      if (change === undefined) continue;
      if (next <= highWatermark) commitOffset(partition, change);
      else partition.uncommitted.push(change);
    }
  }
  partition.loadOffset = next;
}

function finishLoading(coordination: Coordination, partition: OffsetsPartitionState, logEndOffset: bigint): void {
  partition.status = 'active';
  const uncommitted: OffsetChange[] = partition.uncommitted;
  partition.uncommitted = [];
  if (uncommitted.length > 0) awaitLog(coordination, partition, logEndOffset, uncommitted, { kind: 'loaded' });
  for (const group of partition.groups.values()) welcomeGroup(coordination, partition, group);
  armExpiry(coordination, partition.partition);
}

function welcomeGroup(coordination: Coordination, partition: OffsetsPartitionState, group: ClassicGroup): void {
  for (const member of group.members.values()) restartSession(coordination, group, member);
  if (group.members.size > coordination.host.settings['group.max.size']) prepareRebalance(coordination, partition, group, 'group-over-capacity');
}

export function unload(coordination: Coordination, partition: OffsetsPartitionState): void {
  const { state, context } = coordination;
  for (const group of partition.groups.values()) dismissGroup(coordination, group);
  for (const pending of state.pendingAppends.values()) {
    if (pending.partition !== partition.partition) continue;
    state.pendingAppends.delete(pending.token);
    context.disarm('group.append', pending.token);
  }
  context.disarm('group.load', String(partition.partition));
  context.disarm('group.expire', String(partition.partition));
  state.partitions.delete(partition.partition);
}

function dismissGroup(coordination: Coordination, group: ClassicGroup): void {
  const { context } = coordination;
  for (const member of group.members.values()) {
    completeJoin(coordination, member, { memberId: member.memberId, errorCode: ErrorCode.NOT_COORDINATOR });
    completeSync(coordination, member, { errorCode: ErrorCode.NOT_COORDINATOR });
    endSession(coordination, group.groupId, member.memberId);
  }
  for (const memberId of group.pendingJoinMembers) endSession(coordination, group.groupId, memberId);
  context.disarm('group.join', group.groupId);
  context.disarm('group.sync', group.groupId);
}

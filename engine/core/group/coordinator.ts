/**
 * The group coordinator's door: a broker hands it the requests of groups, its timers, elections of `__consumer_offsets`
 * partitions and committed appends. Kafka: GroupCoordinatorService over GroupCoordinatorShard.
 *
 * Invariant: every request that comes in is answered exactly once, now or by a completion, timer or resignation; the one
 * exception is a parked join that the same member's next join replaces, which Kafka leaves to its client's time-out.
 */
import { assert } from '#engine/ports/assert.ts';
import type { NodeContext, RequestMessage } from '#engine/core/node.ts';
import { completeOffsetCommit, offsetCommit } from '#engine/core/group/08-offset-commit.ts';
import { completeOffsetFetch, offsetFetch } from '#engine/core/group/09-offset-fetch.ts';
import { findCoordinator } from '#engine/core/group/10-find-coordinator.ts';
import { forgetNewGroup, joinGroup } from '#engine/core/group/11-join-group.ts';
import { heartbeat } from '#engine/core/group/12-heartbeat.ts';
import { leaveGroup } from '#engine/core/group/13-leave-group.ts';
import { completeAssignment, syncGroup } from '#engine/core/group/14-sync-group.ts';
import { txnOffsetCommit } from '#engine/core/group/28-txn-offset-commit.ts';
import { describeGroups } from '#engine/core/group/15-describe-groups.ts';
import { listGroups } from '#engine/core/group/16-list-groups.ts';
import { completeDeleteGroups, deleteGroups } from '#engine/core/group/42-delete-groups.ts';
import { completeOffsetDelete, offsetDelete } from '#engine/core/group/47-offset-delete.ts';
import { errorForGroupClients, takeCommitted } from '#engine/core/group/append.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { parseMemberKey, placeOfGroup } from '#engine/core/group/coordination.ts';
import { armExpiry, expireOffsets, forgetTopics } from '#engine/core/group/expiry.ts';
import type { CoordinatorHost } from '#engine/core/group/host.ts';
import { beginLoading, continueLoading, unload } from '#engine/core/group/load.ts';
import { onJoinTimer, onSessionTimer, onSyncTimer } from '#engine/core/group/rebalance.ts';
import type { GroupCoordinatorState, PendingAppend } from '#engine/core/group/state.ts';
import { completeStaticMember } from '#engine/core/group/static-member.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';

const handlers: ReadonlyMap<number, (coordination: Coordination, request: RequestMessage) => void> = new Map([
  [ApiKey.OffsetCommit, offsetCommit],
  [ApiKey.OffsetFetch, offsetFetch],
  [ApiKey.FindCoordinator, findCoordinator],
  [ApiKey.JoinGroup, joinGroup],
  [ApiKey.Heartbeat, heartbeat],
  [ApiKey.LeaveGroup, leaveGroup],
  [ApiKey.SyncGroup, syncGroup],
  [ApiKey.DescribeGroups, describeGroups],
  [ApiKey.ListGroups, listGroups],
  [ApiKey.TxnOffsetCommit, txnOffsetCommit],
  [ApiKey.DeleteGroups, deleteGroups],
  [ApiKey.OffsetDelete, offsetDelete],
]);

/** The API keys that `onGroupRequest` answers. */
export const groupApiKeys: readonly number[] = [...handlers.keys()];

export function startGroupCoordinator(): GroupCoordinatorState {
  return { partitions: new Map(), pendingAppends: new Map(), gatherings: new Map(), nextToken: 1 };
}

export function onGroupRequest(state: GroupCoordinatorState, request: RequestMessage, host: CoordinatorHost, context: NodeContext): void {
  const handler = handlers.get(request.apiKey);
  assert(handler !== undefined, `API key ${request.apiKey} is not the group coordinator's`);
  handler({ state, host, context }, request);
}

/** This broker leads a partition of `__consumer_offsets` from now on; also when only the epoch is new. */
export function onOffsetsPartitionElected(state: GroupCoordinatorState, partition: number, leaderEpoch: number, host: CoordinatorHost, context: NodeContext): void {
  const known = state.partitions.get(partition);
  // Without a break in leadership the log is the same, and so is what was loaded from it.
  if (known !== undefined && known.status !== 'failed') known.leaderEpoch = leaderEpoch;
  else beginLoading({ state, host, context }, partition, leaderEpoch);
}

/** It leads the partition no more, or the partition is gone. */
export function onOffsetsPartitionResigned(state: GroupCoordinatorState, partition: number, host: CoordinatorHost, context: NodeContext): void {
  const coordination = { state, host, context };
  const known = state.partitions.get(partition);
  if (known === undefined) return;
  const pendings = [...state.pendingAppends.values()].filter((pending) => pending.partition === partition && !pending.timedOut);
  unload(coordination, known);
  for (const pending of pendings) complete(coordination, pending, ErrorCode.NOT_COORDINATOR);
}

export function onAppendCompleted(state: GroupCoordinatorState, token: string, errorCode: number, host: CoordinatorHost, context: NodeContext): void {
  const coordination = { state, host, context };
  if (errorCode === ErrorCode.NONE) {
    const pending = takeCommitted(coordination, token);
    if (pending !== undefined) complete(coordination, pending, ErrorCode.NONE);
    return;
  }
  const pending = state.pendingAppends.get(token);
  if (pending === undefined) return;
  state.pendingAppends.delete(token);
  context.disarm('group.append', token);
  if (!pending.timedOut) complete(coordination, pending, errorForGroupClients(errorCode));
}

/** Their offsets are forgotten in every group. */
export function onTopicsDeleted(state: GroupCoordinatorState, topics: ReadonlySet<string>, host: CoordinatorHost, context: NodeContext): void {
  forgetTopics({ state, host, context }, topics);
}

export function onGroupTimer(state: GroupCoordinatorState, kind: string, key: string, host: CoordinatorHost, context: NodeContext): void {
  const coordination = { state, host, context };
  switch (kind) {
    case 'group.load':
    case 'group.expire':
      return onPartitionTimer(coordination, kind, Number(key));
    case 'group.append':
      return onAppendTimer(coordination, key);
    case 'group.session': {
      const { groupId, memberId } = parseMemberKey(key);
      return onTimerOfGroup(coordination, kind, groupId, memberId);
    }
    case 'group.join':
    case 'group.sync':
      return onTimerOfGroup(coordination, kind, key, '');
    default:
      assert(false, `the group coordinator has no timer "${kind}"`);
  }
}

function onPartitionTimer(coordination: Coordination, kind: 'group.load' | 'group.expire', index: number): void {
  const partition = coordination.state.partitions.get(index);
  if (partition === undefined) return;
  if (kind === 'group.load') {
    if (partition.status === 'loading') continueLoading(coordination, partition);
    return;
  }
  if (partition.status === 'active') expireOffsets(coordination, partition);
  armExpiry(coordination, index);
}

function onTimerOfGroup(coordination: Coordination, kind: 'group.session' | 'group.join' | 'group.sync', groupId: string, memberId: string): void {
  const place = placeOfGroup(coordination, groupId);
  if (typeof place === 'number' || place.group === undefined) return;
  if (kind === 'group.session') onSessionTimer(coordination, place.partition, place.group, memberId);
  else if (kind === 'group.join') onJoinTimer(coordination, place.partition, place.group);
  else onSyncTimer(coordination, place.partition, place.group);
}

/** offsets.commit.timeout.ms is over: the record may commit later all the same, so only the waiting ends. */
function onAppendTimer(coordination: Coordination, token: string): void {
  const pending = coordination.state.pendingAppends.get(token);
  if (pending === undefined || pending.timedOut) return;
  pending.timedOut = true;
  complete(coordination, pending, errorForGroupClients(ErrorCode.REQUEST_TIMED_OUT));
}

function complete(coordination: Coordination, pending: PendingAppend, errorCode: number): void {
  const { completion } = pending;
  const partition = coordination.state.partitions.get(pending.partition);
  switch (completion.kind) {
    case 'offsetCommit':
      return completeOffsetCommit(coordination, completion.request, completion.body, errorCode);
    case 'offsetDelete':
      return completeOffsetDelete(coordination, completion.request, completion.body, errorCode);
    case 'offsetFetch':
      return completeOffsetFetch(coordination, partition, completion.requestId, completion.part, errorCode);
    case 'deleteGroups':
      return completeDeleteGroups(coordination, completion.requestId, completion.groups, errorCode);
    case 'assignment':
      if (partition !== undefined) completeAssignment(coordination, partition, completion, errorCode);
      return;
    case 'staticMember':
      if (partition !== undefined) completeStaticMember(coordination, partition, completion, errorCode);
      return;
    case 'emptyGroup': {
      const group = partition?.groups.get(completion.groupId);
      if (completion.created && errorCode !== ErrorCode.NONE && partition !== undefined && group !== undefined) forgetNewGroup(coordination, partition, group, errorCode);
      return;
    }
    case 'cleanup':
    case 'loaded':
      return;
  }
}

/**
 * A consumer's place in its classic group. Kafka: AbstractCoordinator and ConsumerCoordinator (eager protocol).
 *
 * Invariants: everything but heartbeats happens while the application is inside poll(); before it joins, a member gives up
 * all its partitions, after committing them; an assignment is used only in the generation it was made for. A member whose
 * application does not come back to poll() within max.poll.interval.ms leaves by itself (heartbeat.ts).
 * Timer "membership": the next attempt.
 * Left out: cooperative rebalancing, assignors other than range, subscriptions by pattern.
 */
import type { NodeContext, PendingRequest } from '#engine/core/node.ts';
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from '#engine/core/clients/consumer-protocol.ts';
import { commitPositions } from '#engine/core/clients/commit.ts';
import {
  backOff,
  coordinatorUnknown,
  FIND_KIND,
  findCoordinator,
  HEARTBEAT_KIND,
  HEARTBEAT_TIMER,
  JOIN_KIND,
  LEAVE_KIND,
  MEMBERSHIP_TIMER,
  onCoordinatorFound,
  requestRejoin,
  sendToCoordinator,
  SYNC_KIND,
} from '#engine/core/clients/group-coordinator.ts';
import { requestMetadataUpdate } from '#engine/core/clients/metadata.ts';
import { adoptAssignment, giveUpAssignment } from '#engine/core/clients/assignment.ts';
import { assignRange } from '#engine/core/clients/range-assignor.ts';
import type { ConsumerState, Membership } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode, errorName, isRetriable } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import type { FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import { JoinGroupRequest, type JoinGroupResponse } from '#engine/protocol/messages/11-join-group.ts';
import { LeaveGroupRequest } from '#engine/protocol/messages/13-leave-group.ts';
import { SyncGroupRequest, type SyncGroupResponse } from '#engine/protocol/messages/14-sync-group.ts';

const PROTOCOL_TYPE = 'consumer';
const ASSIGNOR = 'range';
/** A join may take as long as the rebalance; the request waits a little longer (AbstractCoordinator). */
const JOIN_TIMEOUT_LAPSE_MS = 5000;

export function createMembership(): Membership {
  return {
    phase: 'findingCoordinator',
    coordinator: -1,
    memberId: '',
    generation: -1,
    protocolName: null,
    isLeader: false,
    inFlight: -1,
    heartbeatInFlight: -1,
    rejoinNeeded: true,
    rejoinReason: 'subscribed',
    lastHeartbeatMs: 0,
    attempts: 0,
    retryAtMs: 0,
    commitBeforeJoin: false,
    prepareDeadlineMs: 0,
    joined: [],
    assignedCounts: null,
  };
}

/** One step towards being a member in the current generation, if one can be made now. */
export function advanceMembership(state: ConsumerState, context: NodeContext): void {
  const { membership } = state;
  if (membership.phase === 'left' || membership.phase === 'leaving' || membership.inFlight !== -1) return;
  if (context.nowMs < membership.retryAtMs) {
    context.arm(MEMBERSHIP_TIMER, '', membership.retryAtMs - context.nowMs);
    return;
  }
  if (membership.coordinator === -1) return findCoordinator(state, context);
  if (membership.phase === 'assigning') return assignAsLeader(state, context);
  if (membership.phase === 'stable' && !membership.rejoinNeeded) return;
  if (membership.phase !== 'preparing') beginRejoin(state, context);
  if (membership.phase === 'preparing' && !isCommittedBeforeJoin(state, context)) return;
  join(state, context);
}

function beginRejoin(state: ConsumerState, context: NodeContext): void {
  const { membership, settings } = state;
  membership.phase = 'preparing';
  membership.prepareDeadlineMs = context.nowMs + settings['max.poll.interval.ms'];
  membership.commitBeforeJoin = settings['enable.auto.commit'] && membership.generation >= 0 && state.assignment.size > 0;
}

/** The commit before the join is over, or there was nothing to commit; then everything is given up (eager protocol). */
function isCommittedBeforeJoin(state: ConsumerState, context: NodeContext): boolean {
  const { membership } = state;
  if (membership.commitBeforeJoin && context.nowMs < membership.prepareDeadlineMs) {
    if (state.commitInFlight !== -1 || commitPositions(state, context)) return false;
  }
  membership.commitBeforeJoin = false;
  giveUpAssignment(state, context);
  return true;
}

function join(state: ConsumerState, context: NodeContext): void {
  const { membership, settings, config } = state;
  membership.phase = 'joining';
  membership.rejoinNeeded = false;
  context.disarm(HEARTBEAT_TIMER, '');
  const metadata = encodeSubscription({
    topics: config.topics.toSorted(),
    userData: null,
    ownedPartitions: [],
    generationId: membership.generation,
    rackId: settings['client.rack'] === '' ? null : settings['client.rack'],
  });
  const body = create(JoinGroupRequest, {
    groupId: config.group,
    sessionTimeoutMs: settings['session.timeout.ms'],
    rebalanceTimeoutMs: settings['max.poll.interval.ms'],
    memberId: membership.memberId,
    groupInstanceId: settings['group.instance.id'],
    protocolType: PROTOCOL_TYPE,
    protocols: [{ name: ASSIGNOR, metadata }],
    reason: membership.rejoinReason,
  });
  const timeoutMs = Math.max(settings['request.timeout.ms'], settings['max.poll.interval.ms'] + JOIN_TIMEOUT_LAPSE_MS);
  membership.inFlight = sendToCoordinator(state, context, ApiKey.JoinGroup, 9, JOIN_KIND, body, timeoutMs);
}

export function onJoined(state: ConsumerState, body: JoinGroupResponse, context: NodeContext): void {
  const { membership } = state;
  membership.inFlight = -1;
  if (body.errorCode !== ErrorCode.NONE) return onJoinRefused(state, body, context);
  membership.attempts = 0;
  membership.memberId = body.memberId;
  membership.generation = body.generationId;
  membership.protocolName = body.protocolName;
  membership.isLeader = body.leader === body.memberId;
  membership.lastHeartbeatMs = context.nowMs;
  context.arm(HEARTBEAT_TIMER, '', state.settings['heartbeat.interval.ms']);
  membership.joined = membership.isLeader && !body.skipAssignment
    ? body.members.map(({ memberId, groupInstanceId, metadata }) => ({ memberId, instanceId: groupInstanceId, topics: decodeSubscription(metadata).topics }))
    : [];
  if (membership.joined.length === 0) return sync(state, [], context);
  membership.phase = 'assigning';
  lookAtTopicsOfGroup(state, context);
}

function onJoinRefused(state: ConsumerState, { errorCode, memberId }: JoinGroupResponse, context: NodeContext): void {
  const { membership } = state;
  membership.phase = 'unjoined';
  switch (errorCode) {
    case ErrorCode.MEMBER_ID_REQUIRED:
      membership.memberId = memberId;
      return;
    case ErrorCode.UNKNOWN_MEMBER_ID:
    case ErrorCode.ILLEGAL_GENERATION:
      return resetMembership(state, errorCode, context);
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
    case ErrorCode.NOT_COORDINATOR:
      coordinatorUnknown(state, context);
      return backOff(state, context);
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
    case ErrorCode.REBALANCE_IN_PROGRESS:
      return backOff(state, context);
    default:
      return fail(state, errorCode, context);
  }
}

/** The leader needs the partition counts of every topic that any member consumes. */
function lookAtTopicsOfGroup(state: ConsumerState, context: NodeContext): void {
  const { metadata, membership } = state;
  const missing = new Set(membership.joined.flatMap(({ topics }) => topics).filter((topic) => !metadata.interest.includes(topic)));
  if (missing.size === 0) return;
  metadata.interest.push(...missing);
  requestMetadataUpdate(metadata, state.settings, context);
}

function assignAsLeader(state: ConsumerState, context: NodeContext): void {
  const { metadata, membership } = state;
  const topics = new Set(membership.joined.flatMap((member) => member.topics));
  if ([...topics].some((topic) => !metadata.topics.has(topic))) {
    if (metadata.inFlight === -1) requestMetadataUpdate(metadata, state.settings, context);
    return;
  }
  const counts = new Map([...topics].map((topic) => [topic, metadata.topics.get(topic)?.partitions.length ?? 0]));
  membership.assignedCounts = counts;
  const assignments = [...assignRange(membership.joined, counts)].map(([memberId, partitions]) => ({ memberId, assignment: encodeAssignment(partitions) }));
  membership.joined = [];
  sync(state, assignments, context);
}

function sync(state: ConsumerState, assignments: { memberId: string; assignment: Uint8Array }[], context: NodeContext): void {
  const { membership, config, settings } = state;
  membership.phase = 'syncing';
  const body = create(SyncGroupRequest, {
    groupId: config.group,
    generationId: membership.generation,
    memberId: membership.memberId,
    groupInstanceId: settings['group.instance.id'],
    protocolType: PROTOCOL_TYPE,
    protocolName: membership.protocolName,
    assignments,
  });
  membership.inFlight = sendToCoordinator(state, context, ApiKey.SyncGroup, 5, SYNC_KIND, body);
}

export function onSynced(state: ConsumerState, body: SyncGroupResponse, context: NodeContext): void {
  const { membership } = state;
  membership.inFlight = -1;
  if (body.errorCode === ErrorCode.NONE) {
    membership.phase = 'stable';
    membership.attempts = 0;
    membership.lastHeartbeatMs = context.nowMs;
    adoptAssignment(state, decodeAssignment(body.assignment), context);
    return;
  }
  membership.phase = 'unjoined';
  requestRejoin(state, `SyncGroup was answered with ${errorName(body.errorCode)}`);
  onMembershipError(state, body.errorCode, context);
}

/** What any of the group's answers can say of a membership: shared by sync, heartbeat and commit. */
export function onMembershipError(state: ConsumerState, errorCode: number, context: NodeContext): void {
  switch (errorCode) {
    case ErrorCode.UNKNOWN_MEMBER_ID:
    case ErrorCode.ILLEGAL_GENERATION:
      return resetMembership(state, errorCode, context);
    case ErrorCode.REBALANCE_IN_PROGRESS:
      return requestRejoin(state, 'the group is rebalancing');
    case ErrorCode.COORDINATOR_NOT_AVAILABLE:
    case ErrorCode.NOT_COORDINATOR:
    case ErrorCode.REQUEST_TIMED_OUT:
      coordinatorUnknown(state, context);
      return backOff(state, context);
    case ErrorCode.COORDINATOR_LOAD_IN_PROGRESS:
      return backOff(state, context);
    default:
      return fail(state, errorCode, context);
  }
}

/** Whatever this member had is lost: others may have it by now, so nothing can be committed any more. */
function resetMembership(state: ConsumerState, errorCode: number, context: NodeContext): void {
  const { membership } = state;
  if (errorCode !== ErrorCode.ILLEGAL_GENERATION) membership.memberId = '';
  membership.generation = -1;
  membership.commitBeforeJoin = false;
  if (membership.phase === 'stable') membership.phase = 'unjoined';
  requestRejoin(state, `membership was lost: ${errorName(errorCode)}`);
  giveUpAssignment(state, context);
}

/** Static members do not leave: their place is kept until their session ends. */
export function sendLeave(state: ConsumerState, reason: string, context: NodeContext): number {
  const { membership, settings, config } = state;
  if (membership.coordinator === -1 || membership.memberId === '' || settings['group.instance.id'] !== null) return -1;
  const body = create(LeaveGroupRequest, { groupId: config.group, members: [{ memberId: membership.memberId, groupInstanceId: null, reason }] });
  return sendToCoordinator(state, context, ApiKey.LeaveGroup, 5, LEAVE_KIND, body);
}

/** The consumer is being closed: its last commit is over, now it leaves. */
export function leaveForGood(state: ConsumerState, context: NodeContext): void {
  const { membership } = state;
  giveUpAssignment(state, context);
  context.disarm(HEARTBEAT_TIMER, '');
  context.disarm(MEMBERSHIP_TIMER, '');
  if (membership.inFlight !== -1) context.forget(membership.inFlight);
  if (membership.heartbeatInFlight !== -1) context.forget(membership.heartbeatInFlight);
  membership.inFlight = sendLeave(state, 'the consumer is being closed', context);
  membership.phase = 'left';
  membership.generation = -1;
}

/** The coordinator was found, or cannot be; an error that no retry mends ends the consumer. */
export function onFindAnswer(state: ConsumerState, body: FindCoordinatorResponse, context: NodeContext): void {
  onCoordinatorFound(state, body, context);
  const errorCode = body.coordinators[0]?.errorCode ?? ErrorCode.NONE;
  if (errorCode !== ErrorCode.NONE && !isRetriable(errorCode)) fail(state, errorCode, context);
}

/** What poll() would throw: the application ends, and with it the consumer. */
export function fail(state: ConsumerState, errorCode: number, context: NodeContext): void {
  state.failure = errorName(errorCode);
  state.status = 'stopped';
  leaveForGood(state, context);
}

/** The request to the coordinator was lost with its connection. */
export function onMembershipFailure(state: ConsumerState, pending: PendingRequest, context: NodeContext): void {
  const { membership } = state;
  if (pending.kind === FIND_KIND) return onCoordinatorFound(state, undefined, context);
  if (pending.kind === LEAVE_KIND) return;
  if (pending.kind === HEARTBEAT_KIND) membership.heartbeatInFlight = -1;
  else {
    membership.inFlight = -1;
    membership.phase = 'unjoined';
    requestRejoin(state, `${pending.kind} was not answered`);
  }
  coordinatorUnknown(state, context);
  backOff(state, context);
}

/** As the leader: does the assignment still cover the topics as they are? */
export function checkPartitionCounts(state: ConsumerState): void {
  const { membership, metadata } = state;
  if (!membership.isLeader || membership.phase !== 'stable' || membership.assignedCounts === null) return;
  for (const [topic, count] of membership.assignedCounts) {
    if ((metadata.topics.get(topic)?.partitions.length ?? 0) !== count) return requestRejoin(state, `topic ${topic} has another number of partitions`);
  }
}

/**
 * The heartbeats of a member, which go on while its application works. Kafka: AbstractCoordinator.HeartbeatThread, Heartbeat.
 * Invariants: one heartbeat at a time; silence of the coordinator for session.timeout.ms makes the member look for another; an
 * application that does not come back to poll() within max.poll.interval.ms makes the member leave. Timer "heartbeat".
 */
import type { NodeContext, PendingRequest } from '#engine/core/node.ts';
import { giveUpAssignment } from '#engine/core/clients/assignment.ts';
import { coordinatorUnknown, findCoordinator, HEARTBEAT_KIND, HEARTBEAT_TIMER, requestRejoin, sendToCoordinator } from '#engine/core/clients/group-coordinator.ts';
import { onMembershipError, sendLeave } from '#engine/core/clients/membership.ts';
import type { ConsumerState } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { HeartbeatRequest, type HeartbeatResponse } from '#engine/protocol/messages/12-heartbeat.ts';

/** The timer of the heartbeat thread: it beats, and it watches both sides' patience. */
export function onHeartbeatTimer(state: ConsumerState, context: NodeContext): void {
  const { membership, settings } = state;
  if (membership.generation < 0 || state.status === 'stopped') return;
  context.arm(HEARTBEAT_TIMER, '', settings['heartbeat.interval.ms']);
  if (state.processing > 0 && context.nowMs - state.lastPollMs > settings['max.poll.interval.ms']) return leaveForSlowPoll(state, context);
  if (membership.coordinator === -1) {
    if (membership.inFlight === -1 && context.nowMs >= membership.retryAtMs) findCoordinator(state, context);
    return;
  }
  if (context.nowMs - membership.lastHeartbeatMs > settings['session.timeout.ms']) return coordinatorUnknown(state, context);
  if (membership.heartbeatInFlight !== -1) return;
  const body = create(HeartbeatRequest, {
    groupId: state.config.group,
    generationId: membership.generation,
    memberId: membership.memberId,
    groupInstanceId: settings['group.instance.id'],
  });
  membership.heartbeatInFlight = sendToCoordinator(state, context, ApiKey.Heartbeat, 4, HEARTBEAT_KIND, body);
}

export function onHeartbeat(state: ConsumerState, pending: PendingRequest, body: HeartbeatResponse, context: NodeContext): void {
  const { membership } = state;
  membership.heartbeatInFlight = -1;
  const { generationId } = pending.body as HeartbeatRequest;
  if (generationId !== membership.generation || membership.phase === 'joining') return;
  if (body.errorCode === ErrorCode.NONE) membership.lastHeartbeatMs = context.nowMs;
  else if (body.errorCode === ErrorCode.REBALANCE_IN_PROGRESS) {
    membership.lastHeartbeatMs = context.nowMs;
    if (membership.phase === 'stable') requestRejoin(state, 'the group is rebalancing');
  } else onMembershipError(state, body.errorCode, context);
}

function leaveForSlowPoll(state: ConsumerState, context: NodeContext): void {
  sendLeave(state, 'the application did not poll within max.poll.interval.ms', context);
  const { membership } = state;
  membership.memberId = '';
  membership.generation = -1;
  membership.phase = 'unjoined';
  context.disarm(HEARTBEAT_TIMER, '');
  requestRejoin(state, 'the application polls again after max.poll.interval.ms');
  giveUpAssignment(state, context);
}

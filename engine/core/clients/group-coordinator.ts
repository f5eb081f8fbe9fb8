/**
 * Finding the group's coordinator and talking to it. Kafka: AbstractCoordinator.lookupCoordinator, sendFindCoordinatorRequest.
 * Invariant: a request of the group goes to the coordinator known now, on a connection of its own; when an answer says that it
 * is not the coordinator, or none comes, it is looked up again.
 */
import type { NodeContext } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { retryBackoffMs } from '#engine/core/clients/backoff.ts';
import { anyBroker, requestMetadataUpdate } from '#engine/core/clients/metadata.ts';
import type { ConsumerState } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { FindCoordinatorRequest, type FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';

export const MEMBERSHIP_TIMER = 'membership';
export const HEARTBEAT_TIMER = 'heartbeat';
export const FIND_KIND = 'findCoordinator';
export const JOIN_KIND = 'joinGroup';
export const SYNC_KIND = 'syncGroup';
export const HEARTBEAT_KIND = 'heartbeat';
export const LEAVE_KIND = 'leaveGroup';
/** The coordinator has a connection of its own, so that a fetch that waits does not hold up a heartbeat. */
export const COORDINATOR_CHANNEL = 'coordinator';

/** Stands back for a while after a failed attempt. */
export function backOff(state: ConsumerState, context: NodeContext): void {
  const { membership } = state;
  membership.attempts += 1;
  membership.retryAtMs = context.nowMs + retryBackoffMs(state.settings, membership.attempts, context.random);
}

export function sendToCoordinator(state: ConsumerState, context: NodeContext, apiKey: number, apiVersion: number, kind: string, body: unknown, timeoutMs = state.settings['request.timeout.ms']): number {
  return context.request({
    to: brokerNodeId(state.membership.coordinator),
    listener: 'PLAINTEXT',
    apiKey,
    apiVersion,
    body,
    kind,
    key: '',
    timeoutMs,
    channel: COORDINATOR_CHANNEL,
  });
}

export function findCoordinator(state: ConsumerState, context: NodeContext): void {
  const { membership } = state;
  membership.inFlight = context.request({
    to: brokerNodeId(anyBroker(state.metadata, context)),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.FindCoordinator,
    apiVersion: 6,
    body: create(FindCoordinatorRequest, { keyType: 0, coordinatorKeys: [state.config.group] }),
    kind: FIND_KIND,
    key: '',
    timeoutMs: state.settings['request.timeout.ms'],
  });
}

/** Undefined body: the answer was lost. What is wrong beyond repair is the caller's to act on. */
export function onCoordinatorFound(state: ConsumerState, body: FindCoordinatorResponse | undefined, context: NodeContext): void {
  const { membership } = state;
  membership.inFlight = -1;
  const found = body?.coordinators[0];
  if (found === undefined || found.errorCode !== ErrorCode.NONE) {
    requestMetadataUpdate(state.metadata, state.settings, context);
    backOff(state, context);
    return;
  }
  membership.coordinator = found.nodeId;
  membership.attempts = 0;
  membership.lastHeartbeatMs = context.nowMs;
  if (membership.phase === 'findingCoordinator') membership.phase = 'unjoined';
}

/** Another broker may be coordinator by now; membership itself is not lost by that. */
export function coordinatorUnknown(state: ConsumerState, context: NodeContext): void {
  const { membership } = state;
  membership.coordinator = -1;
  if (membership.heartbeatInFlight !== -1) context.forget(membership.heartbeatInFlight);
  membership.heartbeatInFlight = -1;
}

export function requestRejoin(state: ConsumerState, reason: string): void {
  state.membership.rejoinNeeded = true;
  state.membership.rejoinReason = reason;
}

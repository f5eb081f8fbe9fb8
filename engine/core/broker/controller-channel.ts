/**
 * Requests to the active controller (Kafka: NodeToControllerChannelManager). Who that is, the quorum's own node in this
 * process knows; the request travels even when it is this very process.
 */
import { quorumLeader } from '#engine/core/controller/controller-node.ts';
import { brokerNodeId, type NodeContext } from '#engine/core/node.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { assert } from '#engine/ports/assert.ts';
import { apiOf } from '#engine/protocol/api-keys.ts';

export interface ControllerRequest {
  apiKey: number;
  /** Absent: the newest one. */
  apiVersion?: number;
  body: unknown;
  kind: string;
  key: string;
  timeoutMs: number;
}

/** Answers the correlation id, or -1 when no controller is known. */
export function requestController(state: BrokerState, request: ControllerRequest, context: NodeContext): number {
  const { leaderId } = quorumLeader(state.controllerNode);
  if (leaderId === -1) return -1;
  return context.request({
    to: brokerNodeId(leaderId),
    listener: 'CONTROLLER',
    apiKey: request.apiKey,
    apiVersion: request.apiVersion ?? newestVersion(request.apiKey),
    body: request.body,
    kind: request.kind,
    key: request.key,
    timeoutMs: request.timeoutMs,
  });
}

function newestVersion(apiKey: number): number {
  const api = apiOf(apiKey);
  assert(api !== undefined, `no API has the key ${apiKey}`);
  return api.versions.max;
}

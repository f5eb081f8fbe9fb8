/**
 * Requests that only the active controller can answer (Kafka: ForwardingManager, KIP-590): the broker hands them on under
 * their own version and answers with what comes back.
 *
 * While no controller is known, or the one that was asked is none any more, it tries again until request.timeout.ms is over;
 * then the client's connection is closed, for there is no answer of every kind that could say so.
 * Simplified: the request travels as it is, not in an Envelope, since there is no principal to carry.
 */
import { requestController } from '#engine/core/broker/controller-channel.ts';
import { saysNotController } from '#engine/core/broker/not-controller.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, ForwardedRequest } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';

export const forwardKind = 'forward';
export const forwardTimer = 'broker.forward';
const retryMs = 50;

export function forward(state: BrokerState, request: RequestMessage, context: BrokerContext): void {
  const row: ForwardedRequest = { request, deadlineMs: context.nowMs + state.settings['request.timeout.ms'], inFlight: -1 };
  state.forwarded.set(request.id, row);
  send(state, row, context);
}

function send(state: BrokerState, row: ForwardedRequest, context: BrokerContext): void {
  const { request } = row;
  const leftMs = row.deadlineMs - context.nowMs;
  if (leftMs <= 0) {
    state.forwarded.delete(request.id);
    context.refuse(request);
    return;
  }
  const { apiKey, apiVersion, body } = request;
  row.inFlight = requestController(state, { apiKey, apiVersion, body, kind: forwardKind, key: String(request.id), timeoutMs: leftMs }, context);
  if (row.inFlight === -1) context.arm(forwardTimer, String(request.id), retryMs);
}

export function onForwardTimer(state: BrokerState, key: string, context: BrokerContext): void {
  const row = state.forwarded.get(Number(key));
  if (row !== undefined && row.inFlight === -1) send(state, row, context);
}

/** `answer` undefined: no answer came. */
export function onForwardAnswer(state: BrokerState, key: string, correlationId: number, answer: unknown, context: BrokerContext): void {
  const row = state.forwarded.get(Number(key));
  if (row === undefined || row.inFlight !== correlationId) return;
  row.inFlight = -1;
  if (answer === undefined || saysNotController(answer)) {
    context.arm(forwardTimer, key, retryMs);
    return;
  }
  state.forwarded.delete(row.request.id);
  context.respond(row.request, answer);
}

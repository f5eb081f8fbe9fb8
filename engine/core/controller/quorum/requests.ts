/**
 * The quorum's requests to other nodes: at most one of a kind is unanswered per peer, and a peer that does not answer is
 * tried again after a pause that doubles (Kafka: RequestManager, and the reconnect back-off of its NetworkClient).
 */
import type { NodeContext, PendingRequest } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import type { QuorumState } from '#engine/core/controller/quorum/quorum-state.ts';

export type QuorumRequestKind = 'quorum.vote' | 'quorum.beginEpoch' | 'quorum.endEpoch' | 'quorum.fetch';

/** Kafka's quorum channel waits 50 ms before it connects again, at most half a second. */
const reconnectBackoffMs = 50;
const reconnectBackoffMaxMs = 500;

export function isInFlight(state: QuorumState, kind: QuorumRequestKind, peer: number): boolean {
  return state.inFlight.has(`${kind}/${peer}`);
}

export function sendToPeer(
  state: QuorumState,
  kind: QuorumRequestKind,
  peer: number,
  apiKey: number,
  apiVersion: number,
  body: unknown,
  context: NodeContext,
): void {
  const correlationId = context.request({
    to: brokerNodeId(peer),
    listener: 'CONTROLLER',
    apiKey,
    apiVersion,
    body,
    kind,
    key: String(peer),
    timeoutMs: state.timings.requestTimeoutMs,
  });
  state.inFlight.set(`${kind}/${peer}`, correlationId);
}

/** An answer or a failure came: the peer may be asked again. */
export function noteAnswer(state: QuorumState, pending: PendingRequest, answered: boolean): void {
  state.inFlight.delete(`${pending.kind}/${pending.key}`);
  const peer = Number(pending.key);
  if (answered) state.failures.delete(peer);
  else state.failures.set(peer, (state.failures.get(peer) ?? 0) + 1);
}

/** How long to wait before a peer is tried again. */
export function backoffMs(state: QuorumState, peer: number): number {
  const failures = state.failures.get(peer) ?? 0;
  if (failures === 0) return state.timings.retryBackoffMs;
  return Math.min(reconnectBackoffMaxMs, reconnectBackoffMs * 2 ** Math.min(10, failures - 1));
}

/** Answers to what an earlier role asked mean nothing to the next one. */
export function forgetRequests(state: QuorumState, context: NodeContext): void {
  for (const [key, correlationId] of state.inFlight) {
    context.forget(correlationId);
    const kind = key.slice(0, key.indexOf('/'));
    context.disarm(retryTimerOf(kind), key.slice(kind.length + 1));
  }
  for (const peer of state.voters) {
    context.disarm(retryTimerOf('quorum.vote'), String(peer));
    context.disarm(retryTimerOf('quorum.endEpoch'), String(peer));
  }
  state.inFlight.clear();
}

/** The timer that sends a request of this kind to a peer again. */
export function retryTimerOf(kind: string): string {
  return `${kind}.retry`;
}

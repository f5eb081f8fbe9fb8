/**
 * The network model: one-way latency and jitter per message, per directed link what differs (cut, latency, jitter, loss,
 * duplicate, bandwidth), and TCP's promise per connection: a later message never overtakes an earlier one, and after a lost one nothing
 * passes until the sender gives the connection up.
 *
 * Kafka's counterpart is NetworkClient: an unanswered request that times out closes its connection, which fails every other
 * request in flight on it; the next send connects anew. A message that meets a cut link, when it leaves or when it arrives, is
 * lost. Between a broker and a client outside (real loopback) there is no latency, and only a cut is felt.
 * Left out: the handshake's extra round trip, retransmission (a loss is final for its connection), packets.
 */
import { isMutated, timesAskedInProcess } from '#engine/core/mutations.ts';
import type { Message, NodeId } from '#engine/core/node.ts';
import { nextFraction } from '#engine/core/world/random.ts';
import type { LinkRow, LinkShape, NodeRow, WorldState } from '#engine/core/world/world-state.ts';

export function isExternal(node: NodeId): boolean {
  return node.startsWith('external/');
}

/** The rows that may concern a message from `from` to `to`, the most particular first. */
function linkKeys(from: NodeId, to: NodeId): [string, string, string] {
  return [`${from}>${to}`, `${from}>*`, `*>${to}`];
}

function appliesTo(row: LinkRow, key: string, from: NodeId, to: NodeId): boolean {
  if (row.except.length === 0) return true;
  return !row.except.includes(key.endsWith('>*') ? to : from);
}

/** A client outside is "external/N"; a link row may name all of them as "external/*". */
function withoutNumber(node: NodeId): NodeId {
  return isExternal(node) ? 'external/*' : node;
}

export function isCut(state: WorldState, from: NodeId, to: NodeId): boolean {
  if (state.links.size === 0) return false;
  const source = withoutNumber(from);
  const target = withoutNumber(to);
  return linkKeys(source, target).some((key) => {
    const row = state.links.get(key);
    return row !== undefined && row.cut && appliesTo(row, key, source, target);
  });
}

export function shapeOf(state: WorldState, from: NodeId, to: NodeId): LinkShape | null {
  if (state.links.size === 0) return null;
  for (const key of linkKeys(from, to)) {
    const row = state.links.get(key);
    if (row?.shape && appliesTo(row, key, from, to)) return row.shape;
  }
  return null;
}

export interface Flight {
  arriveUs: number;
  /** Why it is lost, or empty. */
  lost: string;
  duplicate: boolean;
}

/** What happens to a message that leaves at `departUs`. `sizeBytes` is asked for only where a bandwidth counts. */
export function planFlight(state: WorldState, sender: NodeRow, message: Message, departUs: number, sizeBytes: () => number): Flight {
  const { from, to } = message;
  const flight: Flight = { arriveUs: departUs, lost: '', duplicate: false };
  if (isCut(state, from, to)) flight.lost = 'link cut';
  if (isExternal(from) || isExternal(to)) return flight;
  const shape = shapeOf(state, from, to);
  const latencyMs = shape?.latencyMs ?? state.spec.network.latencyMs;
  const jitterMs = shape?.jitterMs ?? state.spec.network.jitterMs;
  let leaveUs = departUs;
  if (shape?.bandwidth !== undefined) {
    const key = `${from}>${to}`;
    const startUs = Math.max(departUs, state.linkBusyUntilUs.get(key) ?? 0);
    leaveUs = startUs + Math.ceil((sizeBytes() * 1_000_000) / shape.bandwidth);
    state.linkBusyUntilUs.set(key, leaveUs);
  }
  const jitterUs = jitterMs === 0 ? 0 : Math.floor(nextFraction(sender.networkRandom) * jitterMs * 1000);
  const outsideUs = isMutated('chance-from-outside') ? timesAskedInProcess() % 10 : 0;
  flight.arriveUs = leaveUs + Math.round(latencyMs * 1000) + jitterUs + outsideUs;
  if (shape?.loss !== undefined && shape.loss > 0 && nextFraction(sender.networkRandom) < shape.loss && flight.lost === '') flight.lost = 'lost';
  if (shape?.duplicate !== undefined && shape.duplicate > 0 && nextFraction(sender.networkRandom) < shape.duplicate) flight.duplicate = true;
  return flight;
}

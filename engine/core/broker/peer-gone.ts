/** A connection ended at its other side: what it had waiting is let go; what its requests did stays done. */
import { unparkFetch } from '#engine/core/broker/delayed-fetch.ts';
import { unparkTimer, unwatch } from '#engine/core/broker/purgatory.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';

export function forgetPeer(state: BrokerState, connectionId: number, context: BrokerContext): void {
  state.authentications.delete(connectionId);
  const row = state.connections.get(connectionId);
  if (row === undefined) return;
  state.connections.delete(connectionId);
  state.refusedParts.delete(row.inProcess);
  if (row.inProcess !== -1) unpark(state, row.inProcess, context);
}

/** Requests that the group coordinator holds it answers in its own time; nobody hears it. */
function unpark(state: BrokerState, requestId: number, context: BrokerContext): void {
  const { produce, fetch, deleteRecords } = state.purgatory;
  const fetching = fetch.get(requestId);
  if (fetching !== undefined) unparkFetch(state, fetching, context);
  const waiting = produce.get(requestId)?.waiting ?? deleteRecords.get(requestId)?.waiting;
  if (waiting !== undefined) {
    unwatch(state, requestId, waiting.map(({ key }) => key));
    unparkTimer(context, requestId);
  }
  produce.delete(requestId);
  deleteRecords.delete(requestId);
  const forwarded = state.forwarded.get(requestId);
  if (forwarded === undefined) return;
  if (forwarded.inFlight !== -1) context.forget(forwarded.inFlight);
  state.forwarded.delete(requestId);
}

/** When running timers of nodes are due, for the rings on the stage: read from the rows of the world's queue. */
import type { PendingRequest } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import type { NodeRow, World } from '#engine/core/world/world-state.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { ReplicaFetcher } from '#engine/core/replication/state.ts';
import { sessionTimer } from '#engine/core/controller/cluster-control.ts';
import { fetcherTimer } from '#engine/core/replication/fetcher.ts';
import { brokerStateOf } from '#engine/core/world/inspect.ts';
import { activeControllerId } from '#engine/runtime/view/quorum-view.ts';

/** Virtual time at which a timer of a node fires; -1: it is not armed. */
export function timerDueUs(row: NodeRow | undefined, kind: string, key: string): number {
  return row?.timers.get(kind)?.get(key)?.dueUs ?? -1;
}

/** When a follower's fetcher sends its next fetch, or has its answer at the latest if the leader has nothing new. */
export function fetchDueUs(row: NodeRow | undefined, state: BrokerState, fetcher: ReplicaFetcher): number {
  if (fetcher.inFlight === -1) return timerDueUs(row, fetcherTimer, String(fetcher.leaderId));
  const pending: PendingRequest | undefined = row?.pending.get(fetcher.inFlight);
  return pending === undefined ? -1 : pending.sentUs + state.settings['replica.fetch.wait.max.ms'] * 1000;
}

/** When the active controller will fence a broker unless it hears from it; -1: nobody counts. */
export function brokerSessionDueUs(world: World, brokerId: number): number {
  const controller = activeControllerId(world);
  const state = controller === -1 ? undefined : brokerStateOf(world, controller);
  return timerDueUs(state && world.state.nodes.get(brokerNodeId(controller)), sessionTimer, String(brokerId));
}

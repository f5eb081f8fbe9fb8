/**
 * Looks into the nodes of a world from outside: for boot, for commands that name a topic, for whoever draws it. Nothing here
 * changes anything, and no node ever learns of it.
 */
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { ClusterImage } from '#engine/core/metadata/image.ts';
import { brokerIdOf, brokerNodeId } from '#engine/core/node.ts';
import type { EventRecord, World } from '#engine/core/world/world-state.ts';
import type { Message } from '#engine/core/node.ts';

/** What a broker's process knows; undefined when none runs. */
export function brokerStateOf(world: World, brokerId: number): BrokerState | undefined {
  const row = world.state.nodes.get(brokerNodeId(brokerId));
  const state = row?.state as BrokerState | null | undefined;
  return state?.kind === 'broker' ? state : undefined;
}

export function brokerIds(world: World): number[] {
  const ids: number[] = [];
  for (const row of world.state.nodes.values()) {
    if (row.kind === 'broker') ids.push(brokerIdOf(row.id));
  }
  return ids;
}

/** The running broker that has applied most of the metadata log; undefined when none runs. */
export function bestInformed(world: World): BrokerState | undefined {
  let best: BrokerState | undefined;
  for (const id of brokerIds(world)) {
    const state = brokerStateOf(world, id);
    if (state !== undefined && (best === undefined || state.imageOffset > best.imageOffset)) best = state;
  }
  return best;
}

/** The metadata of the running broker that has applied most of it. */
export function latestImage(world: World): ClusterImage | undefined {
  return bestInformed(world)?.image;
}

/** Names of the topics there are; undefined when no broker knows. */
export function knownTopics(world: World): string[] | undefined {
  const image = latestImage(world);
  return image === undefined ? undefined : [...image.topicIds.keys()];
}

export interface FlyingMessage {
  message: Message;
  departUs: number;
  arriveUs: number;
}

/** Everything that is on its way now, in no particular order. */
export function messagesInFlight(world: World): FlyingMessage[] {
  const flying: FlyingMessage[] = [];
  for (const { message, departUs, dueUs } of world.state.queue.events) {
    if (message !== null) flying.push({ message, departUs, arriveUs: dueUs });
  }
  return flying;
}

export type Observe = (record: EventRecord) => void;

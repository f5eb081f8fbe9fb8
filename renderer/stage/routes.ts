/**
 * The way of a message across the stage. Three kinds of traffic never share a channel: clients run along the trays, replication
 * inside the core, the control plane down the spine. Routes are polylines; a message's place is a share of their length.
 */
import { clientIndexBase, FlightFlag, noPartition } from '#engine/contract/frame.ts';
import type { Flight } from '#renderer/model/flights.ts';
import { laneX, readX } from '#renderer/stage/draw/core.ts';
import { spineY, trayPlaces } from '#renderer/stage/draw/glass.ts';
import type { Core, Shelf, StageLayout } from '#renderer/stage/layout/stage-layout.ts';

export type Point = readonly [number, number];
export type Channel = 'produce' | 'replication' | 'consume' | 'control' | 'coordination';

export interface Route {
  points: readonly Point[];
  lengths: readonly number[];
  length: number;
  channel: Channel;
}

export interface Places {
  layout: StageLayout;
  shelf(broker: number): Shelf | undefined;
  core(partition: number): Core | undefined;
  /** Where a client's messages leave its card, by its index; undefined: it has no card. */
  clientPort(client: number, flags: number): { x: number; y: number; isConsumer: boolean } | undefined;
}

export function channelOf(flight: Flight, isConsumer: boolean): Channel {
  if ((flight.flags & FlightFlag.control) !== 0) return 'control';
  if ((flight.flags & FlightFlag.replication) !== 0) return 'replication';
  if ((flight.flags & FlightFlag.produce) !== 0) return 'produce';
  if ((flight.flags & FlightFlag.consume) !== 0) return 'consume';
  return isConsumer ? 'coordination' : flight.from < clientIndexBase && flight.to < clientIndexBase ? 'control' : 'produce';
}

export function routeOf(places: Places, flight: Flight): Route | undefined {
  const fromClient = flight.from >= clientIndexBase;
  const toClient = flight.to >= clientIndexBase;
  if (!fromClient && !toClient) return betweenBrokers(places, flight);
  const client = (fromClient ? flight.from : flight.to) - clientIndexBase;
  const shelf = places.shelf(fromClient ? flight.to : flight.from);
  const port = places.clientPort(client, flight.flags);
  if (shelf === undefined || port === undefined) return undefined;
  if (flight.partition !== noPartition && places.core(flight.partition) === undefined) return undefined;
  const channel = channelOf(flight, port.isConsumer);
  const points = port.isConsumer ? alongFetchTray(places, flight, shelf, port) : alongProduceTray(places, flight, shelf, port);
  return finish(fromClient ? points : points.toReversed(), channel);
}

function betweenBrokers(places: Places, flight: Flight): Route | undefined {
  if (flight.from === flight.to) return undefined;
  const from = places.shelf(flight.from);
  const to = places.shelf(flight.to);
  if (from === undefined || to === undefined) return undefined;
  const { layout } = places;
  const channel = channelOf(flight, false);
  if (channel === 'control') {
    const y = spineY(layout);
    return finish([[layout.spineX, from.y + y], [layout.spineX, to.y + y]], channel);
  }
  const core = flight.partition === noPartition ? undefined : places.core(flight.partition);
  // Of a topic that is hidden: so is its traffic.
  if (core === undefined && flight.partition !== noPartition) return undefined;
  // A fetch that asks for nothing new names no partition: it runs beside the labels.
  const x = core === undefined ? layout.viewX0 - 7 : laneX(layout, core);
  const middle = layout.depth === 'log' ? layout.metrics.stripTop + layout.metrics.stripHeight / 2 : layout.shelfHeight / 2;
  return finish([[x, from.y + middle], [x, to.y + middle]], channel);
}

function alongProduceTray(places: Places, flight: Flight, shelf: Shelf, port: { x: number; y: number }): Point[] {
  const { layout } = places;
  const y = shelf.y + trayPlaces(layout).produceTray;
  const start: Point[] = [[port.x, port.y], [layout.produceX, port.y], [layout.produceX, y]];
  const core = flight.partition === noPartition ? undefined : places.core(flight.partition);
  if (core === undefined) return [...start, [layout.viewX0 - 14, y]];
  const x = layout.depth === 'log' ? core.x + layout.coreWidth - 10 : core.x + layout.coreWidth / 2;
  if (isOutside(layout, x)) return [...start, [x < layout.viewX0 ? layout.viewX0 - 4 : layout.viewX1 + 4, y]];
  const end = layout.depth === 'log' ? shelf.y + layout.metrics.stripTop - 3 : shelf.y + layout.shelfHeight / 2;
  return [...start, [x, y], [x, end]];
}

function alongFetchTray(places: Places, flight: Flight, shelf: Shelf, port: { x: number; y: number }): Point[] {
  const { layout } = places;
  const y = shelf.y + trayPlaces(layout).fetchTray;
  const start: Point[] = [[port.x, port.y], [layout.consumeX, port.y], [layout.consumeX, y]];
  const core = flight.partition === noPartition ? undefined : places.core(flight.partition);
  if (core === undefined) return [...start, [layout.shelfX1 - 14, y]];
  const x = layout.depth === 'log' ? readX(layout, core) : core.x + layout.coreWidth / 2;
  if (isOutside(layout, x)) return [...start, [x < layout.viewX0 ? layout.viewX0 - 4 : layout.viewX1 + 4, y]];
  const end = layout.depth === 'log' ? shelf.y + layout.metrics.plateTop : shelf.y + layout.shelfHeight / 2;
  return [...start, [x, y], [x, end]];
}

/** Scrolled away: the message is seen as far as the window's edge. */
function isOutside(layout: StageLayout, x: number): boolean {
  return x < layout.viewX0 - 4 || x > layout.viewX1 + 4;
}

function finish(points: readonly Point[], channel: Channel): Route {
  const lengths: number[] = [];
  let length = 0;
  for (let at = 1; at < points.length; at++) {
    const from = points[at - 1] ?? [0, 0];
    const to = points[at] ?? from;
    const size = Math.hypot(to[0] - from[0], to[1] - from[1]);
    lengths.push(size);
    length += size;
  }
  return { points, lengths, length, channel };
}

/** The place at a share of the way, and the direction of travel there. */
export function pointAt(route: Route, share: number): { x: number; y: number; dx: number; dy: number } {
  let left = Math.min(1, Math.max(0, share)) * route.length;
  for (let at = 0; at < route.lengths.length; at++) {
    const size = route.lengths[at] ?? 0;
    const from = route.points[at] ?? [0, 0];
    const to = route.points[at + 1] ?? from;
    if (left <= size || at === route.lengths.length - 1) {
      const part = size === 0 ? 0 : left / size;
      return { x: from[0] + (to[0] - from[0]) * part, y: from[1] + (to[1] - from[1]) * part, dx: size === 0 ? 0 : (to[0] - from[0]) / size, dy: size === 0 ? 0 : (to[1] - from[1]) / size };
    }
    left -= size;
  }
  const only = route.points[0] ?? [0, 0];
  return { x: only[0], y: only[1], dx: 0, dy: 0 };
}

/** What moves with time: rings of timers, messages in flight; and what follows the pointer and the keyboard. */
import { clientIndexBase, FlightFlag } from '#engine/contract/frame.ts';
import { landFlights, progressAt } from '#renderer/model/flights.ts';
import type { Flight, Flights } from '#renderer/model/flights.ts';
import type { Target } from '#renderer/model/target.ts';
import { brokerOf, consumerOf, memberOf } from '#renderer/model/view-model.ts';
import { brokerStanding, sessionRingPlace } from '#renderer/stage/draw/broker-label.ts';
import { fetchRingPlace } from '#renderer/stage/draw/figures.ts';
import { drawScaledFlight } from '#renderer/stage/draw/flights.ts';
import { clipToShelves, clipToView, shelvesTop } from '#renderer/stage/draw/glass.ts';
import { heartbeatRingPlace } from '#renderer/stage/draw/group-box.ts';
import { circle, disc, faint, fillBox, ring, strokeBox, text } from '#renderer/stage/draw/pen.ts';
import type { Pen } from '#renderer/stage/draw/pen.ts';
import type { Depth } from '#renderer/stage/layout/sizes.ts';
import { visibleCores, visibleShelves } from '#renderer/stage/layout/stage-layout.ts';
import { boxOf, nodeTarget } from '#renderer/stage/places.ts';
import { pointAt, routeOf } from '#renderer/stage/routes.ts';
import type { Places, Route } from '#renderer/stage/routes.ts';
import { groupHue, pictureIn, topicHue } from '#renderer/stage/scene.ts';
import type { Scene } from '#renderer/stage/scene.ts';
import { timerShare } from '#renderer/stage/timers.ts';
import type { Timers } from '#renderer/stage/timers.ts';

export interface Marks {
  hovered: Target | undefined;
  selected: Target | undefined;
  focused: Target | undefined;
  legal: 'brokers' | 'clients' | 'members' | null;
}

/** Where each message was last drawn: what the pointer can catch. */
export interface FlightPlace {
  flight: Flight;
  x: number;
  y: number;
}

export function paintTimers(pen: Pen, scene: Scene, timers: Timers, nowUs: number): void {
  const { layout } = scene;
  if (layout.depth !== 'log') return;
  clipToShelves(pen, layout, () => paintSessions(pen, scene, timers, nowUs));
  clipToView(pen, layout, () => clipToShelves(pen, layout, () => paintFetchRings(pen, scene, timers, nowUs)));
  paintHeartbeats(pen, scene, timers, nowUs);
}

function paintSessions(pen: Pen, scene: Scene, timers: Timers, nowUs: number): void {
  const { layout, model } = scene;
  const { palette } = pen;
  for (const shelf of visibleShelves(layout)) {
    const row = brokerOf(model, shelf.broker);
    if (row === undefined) continue;
    const place = sessionRingPlace(layout, shelf);
    const standing = brokerStanding(row.flags);
    const share = timerShare(timers, `session ${shelf.broker}`, row.sessionDueUs, nowUs);
    const bad = !standing.isRunning || standing.isPaused;
    disc(pen, place.x, place.y, 8, palette.bg1);
    ring(pen, place.x, place.y, 5.5, share ?? 0, bad ? palette.fault : palette.control);
    if (share === undefined) {
      text(pen, layout.labelX, place.y + 4, standing.isFenced ? 'fenced' : 'no session', { color: standing.isFenced ? palette.fault : palette.text3, font: standing.isFenced ? 'bold' : 'text' });
      continue;
    }
    const left = `${(Math.max(0, row.sessionDueUs - nowUs) / 1e6).toFixed(1)} s`;
    text(pen, layout.labelX, place.y + 4, left, { font: 'figure', color: bad ? palette.fault : palette.text2 });
    text(pen, layout.labelX + left.length * 7.3 + 5, place.y + 4, 'left', { color: palette.text3, width: layout.viewX0 - layout.labelX - left.length * 7.3 - 9 });
  }
}

function paintFetchRings(pen: Pen, scene: Scene, timers: Timers, nowUs: number): void {
  const { layout } = scene;
  const shelfYs = new Map(layout.shelves.map((shelf) => [shelf.broker, shelf.y]));
  for (const core of visibleCores(layout)) {
    const picture = pictureIn(scene, core.partition);
    if (picture === undefined) continue;
    for (const replica of picture.replicas) {
      const y = shelfYs.get(replica.broker);
      if (y === undefined || replica.standing !== 'follower' || picture.leader < 0) continue;
      const place = fetchRingPlace(pen, { x0: core.x, x1: core.x + layout.coreWidth, y, metrics: layout.metrics }, replica);
      if (place === undefined) continue;
      const share = timerShare(timers, `fetch ${core.partition} ${replica.broker}`, replica.fetchDueUs, nowUs);
      ring(pen, place.x, place.y, 5, share ?? 0, pen.palette.text2);
    }
  }
}

function paintHeartbeats(pen: Pen, scene: Scene, timers: Timers, nowUs: number): void {
  for (const box of scene.layout.groups) {
    for (const card of box.members) {
      const place = heartbeatRingPlace(box, card);
      const client = [...scene.memberOfClient].find(([, member]) => member === card.member)?.[0];
      const beat = client === undefined ? undefined : consumerOf(scene.model, client)?.heartbeatDueUs;
      const dueUs = beat !== undefined && beat >= 0 ? beat : (memberOf(scene.model, card.member)?.sessionDueUs ?? -1);
      const share = timerShare(timers, `beat ${card.member}`, dueUs, nowUs);
      ring(pen, place.x, place.y, 5.5, share ?? 0, groupHue(pen.palette, box.group));
      if (!card.hasNotes || share === undefined) continue;
      const left = `${(Math.max(0, dueUs - nowUs) / 1e6).toFixed(1)} s`;
      text(pen, box.x + 14, card.y + card.height - 10, `${beat !== undefined && beat >= 0 ? 'beat in' : 'session'} ${left}`, { color: pen.palette.text3, width: box.width - 28 });
    }
  }
}

export function paintFlights(pen: Pen, scene: Scene, places: Places, flights: Flights, routes: Map<Flight, Route>, nowUs: number, rate: number): FlightPlace[] {
  landFlights(flights, nowUs, rate);
  const every = sampledEvery(flights, scene.layout.depth);
  const { layout } = scene;
  const drawn: FlightPlace[] = [];
  const scale = layout.depth === 'log' ? 1 : layout.depth === 'broker' ? 0.85 : 0.6;
  for (const flight of flights.list) {
    if (flight.sentUs > nowUs || (every > 1 && flight.id % every !== 0 && !isNeverSampledOut(flight))) continue;
    const route = cachedRoute(places, routes, flight);
    if (route === undefined) continue;
    const at = pointAt(route, progressAt(flight, nowUs, rate));
    const inCores = route.channel === 'replication' || (at.x > layout.viewX0 && at.x < layout.shelfX1);
    if (inCores && (at.x < layout.viewX0 - 10 || at.x > layout.viewX1 + 4)) continue;
    if (at.y < Math.max(20, shelvesTop(layout)) || at.y > layout.viewY1 + 6) continue;
    drawScaledFlight(pen, flight, { ...at, channel: route.channel, hue: flightHue(pen, scene, flight, route) }, scale);
    drawn.push({ flight, x: at.x, y: at.y });
  }
  return drawn;
}

/** More dots than can be told apart are drawn as one for so many; the legend prints it. */
export function sampledEvery(flights: Flights, depth: Depth): number {
  return Math.max(1, Math.ceil(flights.list.length / (depth === 'log' ? 500 : 240)));
}

function isNeverSampledOut(flight: Flight): boolean {
  return flight.stands || (flight.flags & (FlightFlag.error | FlightFlag.dropped)) !== 0;
}

function cachedRoute(places: Places, routes: Map<Flight, Route>, flight: Flight): Route | undefined {
  const known = routes.get(flight);
  if (known !== undefined) return known;
  const made = routeOf(places, flight);
  if (made !== undefined) routes.set(flight, made);
  return made;
}

function flightHue(pen: Pen, scene: Scene, flight: Flight, route: Route): string {
  if (route.channel === 'consume' || route.channel === 'coordination') {
    const client = (flight.from >= clientIndexBase ? flight.from : flight.to) - clientIndexBase;
    const member = scene.memberOfClient.get(client) ?? scene.outsideMember.get(client);
    return groupHue(pen.palette, member === undefined ? 0 : scene.catalog.members[member]?.group);
  }
  const topic = scene.catalog.partitions[flight.partition]?.topic;
  return topic === undefined ? pen.palette.text2 : topicHue(scene, pen.palette, topic);
}

export function paintMarks(pen: Pen, scene: Scene, marks: Marks, places: readonly FlightPlace[]): void {
  const { palette } = pen;
  paintLegalTargets(pen, scene, marks.legal);
  if (marks.hovered !== undefined) paintHover(pen, scene, marks.hovered, places);
  const frame = (target: Target | undefined, color: string, width: number, dash?: readonly number[]): void => {
    if (target === undefined) return;
    if (target.kind === 'message') {
      for (const place of places) if (place.flight.id === target.id) circle(pen, place.x, place.y, 9, color, width);
      return;
    }
    const box = boxOf(scene, target);
    if (box === undefined) return;
    const radius = target.kind === 'broker' ? 13 : 9;
    const draw = (): void => strokeBox(pen, box.x, box.y, box.width, box.height, radius, color, width, dash);
    if (target.kind === 'replica' || target.kind === 'partition' || target.kind === 'topic') clipToView(pen, scene.layout, draw);
    else draw();
  };
  frame(marks.selected, palette.focus, 1.6);
  if (marks.focused !== undefined) frame(marks.focused, palette.focus, 2.4, [2, 3]);
}

/** The thing and everything bound to it brighten; the rest is left as it is. */
function paintHover(pen: Pen, scene: Scene, target: Target, places: readonly FlightPlace[]): void {
  const { palette } = pen;
  const brighten = (bound: Target | undefined): void => {
    const box = bound === undefined ? undefined : boxOf(scene, bound);
    if (box === undefined) return;
    const draw = (): void => {
      fillBox(pen, box.x, box.y, box.width, box.height, 9, faint(palette.meniscus, 0.03));
      strokeBox(pen, box.x, box.y, box.width, box.height, 9, faint(palette.meniscus, 0.4), 1);
    };
    if (bound?.kind === 'client' || bound?.kind === 'group' || bound?.kind === 'member' || bound?.kind === 'broker') draw();
    else clipToView(pen, scene.layout, draw);
  };
  if (target.kind === 'message') {
    const place = places.find((candidate) => candidate.flight.id === target.id);
    if (place === undefined) return;
    circle(pen, place.x, place.y, 9, palette.meniscus, 1.4);
    brighten(nodeTarget(scene, place.flight.from));
    brighten(nodeTarget(scene, place.flight.to));
    return;
  }
  brighten(target);
  if (target.kind === 'replica') {
    const named = scene.catalog.partitions.find((candidate) => candidate.partition === target.partition && scene.catalog.topics[candidate.topic]?.name === target.topic);
    for (const broker of named?.replicas ?? []) if (broker !== target.broker) brighten({ ...target, broker });
  }
  if (target.kind === 'member') paintOwned(scene, target.memberId, brighten);
}

function paintOwned(scene: Scene, memberId: string, brighten: (target: Target) => void): void {
  const member = scene.catalog.members.findIndex((candidate) => candidate.memberId === memberId);
  const table = scene.model.tables.assignments;
  for (let row = 0; row < table.rowCount; row++) {
    if (table.columns.member[row] !== member) continue;
    const named = scene.catalog.partitions[table.columns.partition[row] ?? -1];
    const topic = named === undefined ? undefined : scene.catalog.topics[named.topic]?.name;
    if (named !== undefined && topic !== undefined) brighten({ kind: 'partition', topic, partition: named.partition });
  }
}

function paintLegalTargets(pen: Pen, scene: Scene, legal: Marks['legal']): void {
  if (legal === null) return;
  const { layout } = scene;
  const frame = (box: { x: number; y: number; width: number; height: number }, radius: number): void => strokeBox(pen, box.x - 2, box.y - 2, box.width + 4, box.height + 4, radius, pen.palette.fault, 2);
  if (legal === 'brokers') for (const shelf of layout.shelves) frame({ x: layout.shelfX0, y: shelf.y, width: layout.shelfX1 - layout.shelfX0, height: layout.shelfHeight }, 14);
  if (legal === 'clients') for (const card of layout.clients) frame(card, 10);
  if (legal === 'members') for (const box of layout.groups) for (const card of box.members) frame({ x: box.x + 6, y: card.y, width: box.width - 12, height: card.height }, 9);
}

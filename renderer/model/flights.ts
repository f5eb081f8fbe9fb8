/**
 * Messages under way, in columns. A message is where (sent, due, now) says: nothing is stepped, so that any moment can be
 * drawn. At high rates a flight is shorter than a glance; it is then drawn for at least `visibleMsMin` of real time, and the
 * legend says so.
 */
import type { Frame } from '#engine/contract/frame-codec.ts';
import { FlightEnd, FlightFlag } from '#engine/contract/frame.ts';

export interface Flight {
  id: number;
  from: number;
  to: number;
  sentUs: number;
  dueUs: number;
  apiKey: number;
  flags: number;
  partition: number;
  records: number;
  fetchOffset: bigint;
  /** When it was cut short, or undefined. */
  endedUs: number | undefined;
  /** It stands where it is: held, or later than it was to come. */
  stands: boolean;
}

export interface Flights {
  list: Flight[];
  byId: Map<number, Flight[]>;
  /** How many were not taken in, because there were too many at once. */
  omitted: number;
}

export const flightsMax = 4_000;
export const visibleMsMin = 260;
/** A message that failed stays where it stopped for this long, so that it can be seen. */
export const wreckMs = 900;

export function createFlights(): Flights {
  return { list: [], byId: new Map(), omitted: 0 };
}

export function addFlights(flights: Flights, frame: Frame): void {
  if (frame.full) clearFlights(flights);
  const section = frame.sections.flights;
  if (section !== undefined) {
    const c = section.columns;
    for (let row = 0; row < section.rowCount; row++) {
      if (flights.list.length >= flightsMax) {
        flights.omitted++;
        continue;
      }
      const flight: Flight = {
        id: c.id[row] ?? 0, from: c.from[row] ?? 0, to: c.to[row] ?? 0, sentUs: c.sentUs[row] ?? 0, dueUs: c.dueUs[row] ?? 0, apiKey: c.apiKey[row] ?? 0,
        flags: c.flags[row] ?? 0, partition: c.partition[row] ?? 0, records: c.records[row] ?? 0, fetchOffset: c.fetchOffset[row] ?? 0n, endedUs: undefined, stands: false,
      };
      flights.list.push(flight);
      const same = flights.byId.get(flight.id);
      if (same === undefined) flights.byId.set(flight.id, [flight]);
      else same.push(flight);
    }
  }
  const ends = frame.sections.flightEnds;
  if (ends === undefined) return;
  for (let row = 0; row < ends.rowCount; row++) {
    for (const flight of flights.byId.get(ends.columns.id[row] ?? -1) ?? []) {
      endFlight(flight, ends.columns.atUs[row] ?? flight.dueUs, ends.columns.reason[row] ?? 0);
    }
  }
}

function endFlight(flight: Flight, atUs: number, reason: number): void {
  if (reason === FlightEnd.wentOn) {
    flight.stands = false;
    flight.endedUs = undefined;
    flight.dueUs = atUs;
  } else {
    flight.endedUs = atUs;
    flight.stands = reason === FlightEnd.stands;
    if (!flight.stands) flight.flags |= FlightFlag.dropped;
  }
}

export function clearFlights(flights: Flights): void {
  flights.list = [];
  flights.byId.clear();
  flights.omitted = 0;
}

/** When a flight stops being drawn, at a rate of virtual per real time. */
export function shownUntilUs(flight: Flight, rate: number): number {
  if (flight.stands) return Number.POSITIVE_INFINITY;
  if (flight.endedUs !== undefined) return flight.endedUs + wreckMs * 1_000 * Math.max(rate, 1e-4);
  return Math.max(flight.dueUs, flight.sentUs + visibleMsMin * 1_000 * rate);
}

/** How much of its way a flight has made at a time: 0 to 1; a cut one stays where it was cut. */
export function progressAt(flight: Flight, nowUs: number, rate: number): number {
  const at = flight.endedUs === undefined ? nowUs : Math.min(nowUs, flight.endedUs);
  const end = Math.max(flight.dueUs, flight.sentUs + visibleMsMin * 1_000 * rate);
  const length = end - flight.sentUs;
  if (length <= 0) return 1;
  return Math.min(1, Math.max(0, (at - flight.sentUs) / length));
}

/** Forgets what has arrived. */
export function landFlights(flights: Flights, nowUs: number, rate: number): void {
  let kept = 0;
  for (const flight of flights.list) {
    if (shownUntilUs(flight, rate) >= nowUs) flights.list[kept++] = flight;
    else flights.byId.delete(flight.id);
  }
  flights.list.length = kept;
}

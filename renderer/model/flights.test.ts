import { describe, expect, it } from 'vitest';
import { encodeFrame } from '#engine/contract/frame-codec.ts';
import { decodeFrame } from '#engine/contract/frame-codec.ts';
import { rowsOf } from '#engine/contract/frame-writer.ts';
import { FlightEnd, FlightFlag } from '#engine/contract/frame.ts';
import type { SectionRow } from '#engine/contract/frame.ts';
import { addFlights, createFlights, flightsMax, landFlights, progressAt, visibleMsMin, wreckMs } from '#renderer/model/flights.ts';

function row(id: number, sentUs: number, dueUs: number): SectionRow<'flights'> {
  return { id, from: 1, to: 2, sentUs, dueUs, apiKey: 1, flags: FlightFlag.replication, partition: 0, records: 0, fetchOffset: 7n };
}

function frame(flights: SectionRow<'flights'>[], ends: SectionRow<'flightEnds'>[] = [], full = false) {
  const header = { full, catalogId: 1, timeUs: 0, eventId: 1, frameNumber: 1 };
  return decodeFrame(encodeFrame(header, [rowsOf('flights', flights), rowsOf('flightEnds', ends)]));
}

describe('a message in flight', () => {
  const slow = 0.001;

  it('is where its two times and the present say, however often it is drawn', () => {
    const flights = createFlights();
    addFlights(flights, frame([row(1, 1_000, 5_000)]));
    const [flight] = flights.list;
    expect([1_000, 2_000, 3_000, 5_000, 9_000, 2_000].map((nowUs) => progressAt(flight!, nowUs, slow))).toEqual([0, 0.25, 0.5, 1, 1, 0.25]);
  });

  it('is drawn for a quarter of a second when it is over in less, and exactly while the clock stands', () => {
    const flights = createFlights();
    addFlights(flights, frame([row(1, 0, 250)]));
    const [flight] = flights.list;
    expect(progressAt(flight!, 250, 1)).toBeCloseTo(250 / (visibleMsMin * 1_000));
    expect(progressAt(flight!, visibleMsMin * 1_000, 1)).toBe(1);
    expect(progressAt(flight!, 125, 0)).toBe(0.5);
  });

  it('that is held stands where it was taken, for as long as it is held, and arrives when it goes on', () => {
    const flights = createFlights();
    addFlights(flights, frame([row(1, 1_000, 5_000)], [{ id: 1, atUs: 2_000, reason: FlightEnd.stands }]));
    const [flight] = flights.list;
    expect([1_500, 2_000, 90_000].map((nowUs) => progressAt(flight!, nowUs, slow))).toEqual([0.125, 0.25, 0.25]);
    landFlights(flights, 60_000_000, slow);
    expect(flights.list).toHaveLength(1);
    expect(flight!.flags & FlightFlag.dropped).toBe(0);
    addFlights(flights, frame([], [{ id: 1, atUs: 61_000_000, reason: FlightEnd.wentOn }]));
    landFlights(flights, 62_000_000, slow);
    expect(flights.list).toEqual([]);
  });

  it('is forgotten once it has arrived, and not before', () => {
    const flights = createFlights();
    addFlights(flights, frame([row(1, 0, 5_000), row(2, 0, 9_000_000)]));
    landFlights(flights, 5_000, slow);
    expect(flights.list.map((flight) => flight.id)).toEqual([1, 2]);
    landFlights(flights, 6_000, slow);
    expect(flights.list.map((flight) => flight.id)).toEqual([2]);
  });

  it('stops where it was lost, stays for a moment as a wreck, and carries the mark of it', () => {
    const flights = createFlights();
    addFlights(flights, frame([row(1, 0, 4_000)]));
    addFlights(flights, frame([], [{ id: 1, atUs: 1_000, reason: 1 }]));
    const [flight] = flights.list;
    expect(flight!.flags & FlightFlag.dropped).toBe(FlightFlag.dropped);
    expect(progressAt(flight!, 4_000, slow)).toBe(0.25);
    landFlights(flights, 1_000 + wreckMs * 1_000 * slow, slow);
    expect(flights.list).toHaveLength(1);
    landFlights(flights, 1_001 + wreckMs * 1_000 * slow, slow);
    expect(flights.list).toHaveLength(0);
  });

  it('is one mark for each partition that it carries, all cut at once', () => {
    const flights = createFlights();
    addFlights(flights, frame([row(1, 0, 4_000), { ...row(1, 0, 4_000), partition: 1 }]));
    addFlights(flights, frame([], [{ id: 1, atUs: 2_000, reason: 1 }]));
    expect(flights.list.map((flight) => flight.endedUs)).toEqual([2_000, 2_000]);
  });

  it('is counted, not drawn, when there are too many', () => {
    const flights = createFlights();
    addFlights(flights, frame(Array.from({ length: flightsMax + 5 }, (_, at) => row(at, 0, 9_000_000))));
    expect(flights.list).toHaveLength(flightsMax);
    expect(flights.omitted).toBe(5);
  });

  it('gives way to what a full frame says is under way', () => {
    const flights = createFlights();
    addFlights(flights, frame([row(1, 0, 9_000_000)]));
    addFlights(flights, frame([row(2, 0, 9_000_000)], [], true));
    expect(flights.list.map((flight) => flight.id)).toEqual([2]);
  });
});

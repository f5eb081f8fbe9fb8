/**
 * Messages that left since the screens were last told, for all screens together. Bounded: when more messages fly than can be
 * drawn, plain ones are left out and counted, but errors, drops and control messages never.
 */
import type { EventRecord } from '#engine/core/world/world-state.ts';
import type { SectionRow } from '#engine/contract/frame.ts';
import { FlightEnd, FlightFlag } from '#engine/contract/frame.ts';
import type { CatalogIndex } from '#engine/runtime/view/catalog.ts';
import { flightRows } from '#engine/runtime/view/flight-rows.ts';
import type { FlightRow } from '#engine/runtime/view/flight-rows.ts';

/** Plain messages that are kept from one pass to the next. */
const plainPerPassMax = 512;
const keptMax = 4096;

export type FlightEndRow = SectionRow<'flightEnds'>;

interface Numbered<Row> {
  sequence: number;
  row: Row;
}

const endReasons: Record<string, number> = { 'link cut': 1, lost: 2, 'connection stalled': 3, 'no power': 4, dropped: 5 };

export class FlightLog {
  /** Rows with their sequence numbers, oldest first. */
  private flights: Numbered<FlightRow>[] = [];
  private ends: Numbered<FlightEndRow>[] = [];
  private nextSequence = 1;
  /** Messages that screens draw standing still: held, or later than they were to come. */
  private readonly standing = new Set<number>();
  private plainThisPass = 0;
  /** Messages left out so far. */
  omitted = 0;

  get lastSequence(): number {
    return this.nextSequence - 1;
  }

  note(record: EventRecord, index: CatalogIndex): void {
    for (const { message, departUs, arriveUs, lost, held } of record.sent) {
      const mustShow = lost !== '';
      if (!mustShow && this.plainThisPass >= plainPerPassMax && message.kind !== 'disconnect') {
        // Without looking into it: what cannot be drawn must not cost anything either.
        this.omitted++;
        continue;
      }
      for (const row of flightRows({ message, departUs, arriveUs, lost: mustShow }, index)) {
        if ((row.flags & (FlightFlag.error | FlightFlag.dropped | FlightFlag.control)) === 0) this.plainThisPass++;
        this.flights.push({ sequence: this.nextSequence++, row });
      }
      if (held === true) this.stand(message.id, (departUs + arriveUs) / 2);
    }
    this.noteStanding(record);
    // A screen that takes no frames ends no pass: what must not be left out is bounded too, the oldest goes.
    if (this.flights.length > 2 * keptMax) this.omitted += forgetOldest(this.flights);
    if (this.ends.length > 2 * keptMax) forgetOldest(this.ends);
    if (record.input.type === 'message' && record.facts[0]?.kind === 'message.dropped') {
      const { reason } = record.facts[0].payload as { reason: string };
      this.ends.push({ sequence: this.nextSequence++, row: { id: record.input.message.id, atUs: record.timeUs, reason: endReasons[reason] ?? 0 } });
    }
  }

  /** What a person did to a message on its way, and the end of its standing. */
  private noteStanding({ input, timeUs }: EventRecord): void {
    if (input.type === 'command') {
      const { kind, message } = input.command;
      if (kind === 'message.hold' || kind === 'message.delay') this.stand(message as number, timeUs);
      else if (kind === 'message.drop') this.endFlight(message as number, timeUs, endReasons['dropped']!);
    } else if (input.type === 'message' && this.standing.delete(input.message.id)) {
      this.endFlight(input.message.id, timeUs, FlightEnd.wentOn);
    }
  }

  private stand(id: number, atUs: number): void {
    if (this.standing.size >= keptMax) this.standing.clear();
    this.standing.add(id);
    this.endFlight(id, atUs, FlightEnd.stands);
  }

  private endFlight(id: number, atUs: number, reason: number): void {
    this.ends.push({ sequence: this.nextSequence++, row: { id, atUs, reason } });
  }

  /** A pass is over: the next one may keep as many again. */
  endPass(): void {
    this.plainThisPass = 0;
  }

  /** Indexes of another catalog mean nothing in this one. */
  clear(): void {
    this.flights = [];
    this.ends = [];
    this.plainThisPass = 0;
  }

  since(sequence: number): { flights: FlightRow[]; ends: FlightEndRow[] } {
    return { flights: after(this.flights, sequence), ends: after(this.ends, sequence) };
  }
}

/** Half of them, so that the array is not shifted for every row. */
function forgetOldest(rows: unknown[]): number {
  return rows.splice(0, rows.length - keptMax).length;
}

function after<Row>(rows: readonly Numbered<Row>[], sequence: number): Row[] {
  let start = rows.length;
  while (start > 0 && (rows[start - 1] as Numbered<Row>).sequence > sequence) start--;
  return rows.slice(start).map(({ row }) => row);
}

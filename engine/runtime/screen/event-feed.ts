/**
 * The events that one screen is still to be told. Notable ones (elections, ISR changes, rebalances, faults) are always told;
 * of the rest, only as many as a person could look at. Bounded while the screen does not read; the oldest give way.
 */
import type { EventView } from '#engine/contract/envelope.ts';
import { isNotable } from '#engine/runtime/history/event-log.ts';

/** Ordinary events per message. */
const ordinaryMax = 150;
const notableMax = 2000;

export class EventFeed {
  private notable: EventView[] = [];
  private ordinary: EventView[] = [];
  private omitted = 0;

  add(event: EventView): void {
    if (isNotable(event)) {
      this.notable.push(event);
      if (this.notable.length > notableMax) {
        this.omitted += this.notable.length - notableMax / 2;
        this.notable = this.notable.slice(-notableMax / 2);
      }
    } else if (event.facts.length === 0 || this.ordinary.length >= ordinaryMax) {
      this.omitted++;
    } else {
      this.ordinary.push(event);
    }
  }

  /** In order; undefined when there is nothing to tell. */
  take(): { events: EventView[]; omitted: number } | undefined {
    if (this.notable.length === 0 && this.ordinary.length === 0) return undefined;
    const events = [...this.notable, ...this.ordinary].toSorted((a, b) => a.eventId - b.eventId);
    const { omitted } = this;
    this.notable = [];
    this.ordinary = [];
    this.omitted = 0;
    return { events, omitted };
  }
}

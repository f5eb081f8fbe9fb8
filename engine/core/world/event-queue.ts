/**
 * The world's one queue: deliveries, timers, request timeouts and starts, ordered by (dueUs, sequence).
 *
 * A binary heap over a plain array. Each event knows its place, so that a timer that is moved or disarmed leaves the heap at
 * once: a broker arms a timeout for every request it parks, and nearly all of them are disarmed long before they are due.
 * Invariants: `events[i].place === i`; an event outside the queue has place -1; sequence numbers are never used twice.
 */
import type { Message, NodeId } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';

export type QueuedKind = 'start' | 'message' | 'timer' | 'timeout' | 'trigger';

/** One shape for every kind, so that the hot loop stays on one hidden class. */
export interface QueuedEvent {
  dueUs: number;
  sequence: number;
  place: number;
  kind: QueuedKind;
  node: NodeId;
  /** The event whose handling sent the message or armed the timer. */
  causeId: number;
  message: Message | null;
  /** When a message leaves its sender: later than it was sent where a slow disk holds it back. */
  departUs: number;
  /** A timer's kind and key; a trigger's name as the key; empty otherwise. */
  timerKind: string;
  timerKey: string;
  /** A timeout's request, or -1. */
  correlationId: number;
}

export interface EventQueue {
  events: QueuedEvent[];
  nextSequence: number;
}

export function createEventQueue(): EventQueue {
  return { events: [], nextSequence: 1 };
}

/** Puts the event in, after all others with the same due time. */
export function enqueue(queue: EventQueue, event: QueuedEvent): void {
  assert(event.place === -1, 'an event can be in the queue only once');
  event.sequence = queue.nextSequence++;
  event.place = queue.events.length;
  queue.events.push(event);
  siftUp(queue.events, event.place);
}

export function dequeue(queue: EventQueue): QueuedEvent | undefined {
  const first = queue.events[0];
  if (first !== undefined) removeEvent(queue, first);
  return first;
}

/** Takes an event out before its time; one that is not in the queue is left alone. */
export function removeEvent(queue: EventQueue, event: QueuedEvent): void {
  const place = event.place;
  if (place === -1) return;
  const events = queue.events;
  assert(events[place] === event, 'the event is not where it says it is');
  const last = events.pop()!;
  event.place = -1;
  if (last === event) return;
  events[place] = last;
  last.place = place;
  siftDown(events, place);
  siftUp(events, last.place);
}

function isBefore(a: QueuedEvent, b: QueuedEvent): boolean {
  return a.dueUs < b.dueUs || (a.dueUs === b.dueUs && a.sequence < b.sequence);
}

function siftUp(events: QueuedEvent[], from: number): void {
  const event = events[from]!;
  let place = from;
  while (place > 0) {
    const parentPlace = (place - 1) >> 1;
    const parent = events[parentPlace]!;
    if (!isBefore(event, parent)) break;
    events[place] = parent;
    parent.place = place;
    place = parentPlace;
  }
  events[place] = event;
  event.place = place;
}

function siftDown(events: QueuedEvent[], from: number): void {
  const event = events[from]!;
  const count = events.length;
  let place = from;
  for (;;) {
    let childPlace = 2 * place + 1;
    if (childPlace >= count) break;
    let child = events[childPlace]!;
    const right = childPlace + 1 < count ? events[childPlace + 1]! : child;
    if (right !== child && isBefore(right, child)) {
      child = right;
      childPlace++;
    }
    if (!isBefore(child, event)) break;
    events[place] = child;
    child.place = place;
    place = childPlace;
  }
  events[place] = event;
  event.place = place;
}

import { expect, test } from 'vitest';
import { array, assert as check, integer, nat, property } from 'fast-check';
import { createEventQueue, dequeue, enqueue, removeEvent } from '#engine/core/world/event-queue.ts';
import type { QueuedEvent } from '#engine/core/world/event-queue.ts';

function event(dueUs: number): QueuedEvent {
  return { dueUs, sequence: 0, place: -1, kind: 'timer', node: 'n', causeId: 0, message: null, departUs: 0, timerKind: '', timerKey: '', correlationId: -1 };
}

test('events come out by due time, and in the order of their arrival when they are due together', () => {
  check(
    property(array(integer({ min: 0, max: 20 }), { minLength: 1, maxLength: 200 }), array(nat(199), { maxLength: 60 }), (dues, removals) => {
      const queue = createEventQueue();
      const events = dues.map(event);
      for (const item of events) enqueue(queue, item);
      for (const index of removals) if (events[index] !== undefined) removeEvent(queue, events[index]);
      const expected = events
        .filter((_, index) => !removals.includes(index))
        .toSorted((a, b) => a.dueUs - b.dueUs || a.sequence - b.sequence);
      const actual: QueuedEvent[] = [];
      for (let next = dequeue(queue); next !== undefined; next = dequeue(queue)) actual.push(next);
      expect(actual.map(({ sequence }) => sequence)).toEqual(expected.map(({ sequence }) => sequence));
    }),
    { seed: 1, numRuns: 300 },
  );
});

test('an event that was removed can be queued again and is then the last of its time', () => {
  const queue = createEventQueue();
  const [a, b] = [event(5), event(5)];
  enqueue(queue, a);
  enqueue(queue, b);
  removeEvent(queue, a);
  enqueue(queue, a);
  expect([dequeue(queue), dequeue(queue), dequeue(queue)]).toEqual([b, a, undefined]);
});

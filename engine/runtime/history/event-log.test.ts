import { describe, expect, it } from 'vitest';
import { causesOf, createEventLog, findEvent, recordEvent } from '#engine/runtime/history/event-log.ts';
import { historyOf } from '#engine/runtime/history/subject.ts';
import type { Fact } from '#engine/core/facts.ts';
import type { EventRecord } from '#engine/core/world/world-state.ts';

function event(id: number, causeId: number, facts: Fact[] = [], node = 'broker/1'): EventRecord {
  return { id, timeUs: id * 10, node, input: { type: 'timer', kind: 'replica.fetch', key: '2' }, causeId, facts, sent: [], held: false };
}
const elected: Fact = {
  kind: 'partition.leaderElected',
  payload: { topic: 'orders', partition: 1, leader: 2, leaderEpoch: 4, previousLeader: 1, isr: [2, 3], unclean: false },
  why: { rule: 'first live ISR member', settings: { 'broker.session.timeout.ms': 9000 } },
};
const appended: Fact = { kind: 'replica.appended', payload: { topic: 'orders', partition: 1, broker: 2, asLeader: true, fromOffset: 0n, toOffset: 4n, leaderEpoch: 4 } };

describe('the event log', () => {
  it('walks from an event up its causes to what came from outside', () => {
    const log = createEventLog(16, 16);
    for (const [id, causeId] of [[1, 0], [2, 1], [3, 0], [4, 2]] as const) recordEvent(log, event(id, causeId));
    const chain = causesOf(log, 4, 16);
    expect(chain.events.map(({ eventId }) => eventId)).toEqual([4, 2, 1]);
    expect(chain.end).toBe('outside');
  });

  it('says when a chain was cut at the asked depth, and when its beginning is forgotten', () => {
    const log = createEventLog(8, 16);
    for (let id = 1; id <= 20; id++) recordEvent(log, event(id, id - 1));
    expect(causesOf(log, 20, 3)).toMatchObject({ end: 'depth' });
    const chain = causesOf(log, 20, 64);
    expect(chain.end).toBe('forgotten');
    expect(chain.events).toHaveLength(8);
    expect(causesOf(log, 5, 4)).toEqual({ events: [], end: 'forgotten' });
  });

  it('keeps an election and its causes when later traffic has pushed everything else out', () => {
    const log = createEventLog(8, 64);
    recordEvent(log, event(1, 0));
    recordEvent(log, event(2, 1));
    recordEvent(log, event(3, 2, [elected]));
    for (let id = 4; id <= 100; id++) recordEvent(log, event(id, 0, [appended], 'broker/2'));
    expect(causesOf(log, 3, 16).events.map(({ eventId }) => eventId)).toEqual([3, 2, 1]);
    expect(findEvent(log, 3)?.facts[0]).toMatchObject({ rule: 'first live ISR member', settings: { 'broker.session.timeout.ms': 9000 } });
  });

  it('is bounded, also for what it keeps longer', () => {
    const log = createEventLog(8, 10);
    for (let id = 1; id <= 1000; id++) recordEvent(log, event(id, id - 1, [elected]));
    expect(log.notable.size).toBe(10);
    expect(log.recent).toHaveLength(8);
  });

  it('tells the latest events that concern a subject, newest first', () => {
    const log = createEventLog(8, 64);
    recordEvent(log, event(1, 0, [elected]));
    for (let id = 2; id <= 30; id++) recordEvent(log, event(id, 0, id % 5 === 0 ? [appended] : [], 'broker/3'));
    expect(historyOf(log, 'replica/orders/1/2', 10).map(({ eventId }) => eventId)).toEqual([30, 25, 1]);
    expect(historyOf(log, 'partition/orders/1', 2).map(({ eventId }) => eventId)).toEqual([30, 25]);
    expect(historyOf(log, 'partition/orders/2', 10)).toEqual([]);
    expect(historyOf(log, 'broker/2', 10).map(({ eventId }) => eventId)).toEqual([30, 25, 1]);
    expect(historyOf(log, 'group/billing', 10)).toEqual([]);
    expect(historyOf(log, 'partition/orders/1', 1, ['partition.leaderElected']).map(({ eventId }) => eventId)).toEqual([1]);
  });
});

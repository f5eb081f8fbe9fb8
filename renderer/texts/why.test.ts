import { describe, expect, it } from 'vitest';
import type { EventView } from '#engine/contract/envelope.ts';
import { stepsOf, withFault } from '#renderer/texts/why.ts';
import { partitionQuestion } from '#renderer/texts/questions.ts';

const base = { node: 'broker/3', causeId: 0 };
const timer = (eventId: number, kind: string): EventView => ({ ...base, eventId, timeUs: eventId, input: { type: 'timer', kind, key: '' }, facts: [] });
const message = (eventId: number, facts: EventView['facts'] = []): EventView => ({ ...base, eventId, timeUs: eventId, input: { type: 'message', messageId: 1, from: 'broker/1', apiKey: 1, response: false }, facts });
const shrunk = (partition: number) => ({
  kind: 'partition.isrChanged',
  payload: { topic: 'orders', partition, from: [1, 2, 3], to: [1, 2], leaderEpoch: 1, partitionEpoch: 4 },
  rule: 'broker.sessionTimedOut',
  settings: { 'broker.session.timeout.ms': 9000 },
});

describe('the answer to "why?"', () => {
  it('tells the fact that was asked about, with its rule and the settings that decided', () => {
    const steps = stepsOf([timer(1, 'broker.lifecycle'), message(2), { ...message(3), facts: [shrunk(0), shrunk(1)] }], (fact) => fact.payload['partition'] === 1);
    expect(steps.map((step) => step.sentence)).toEqual(['The controller commits ISR 1, 2 for orders-1, before 1, 2, 3; partition epoch 4']);
    expect(steps[0]).toMatchObject({ shape: 'control', rule: [expect.stringContaining('Nothing was heard of it'), 'broker.\u200bsession.\u200btimeout.\u200bms = 9000'] });
  });

  it('begins with the last fault of the same broker, and with no other', () => {
    const steps = stepsOf([timer(10, 'broker.lifecycle'), message(90, [shrunk(0)])], () => true);
    const faults = [
      { eventId: 5, timeUs: 5, label: 'crash broker 3' },
      { eventId: 40, timeUs: 40, label: 'crash broker 3' },
      { eventId: 50, timeUs: 50, label: 'pause broker 1' },
    ];
    expect(withFault(steps, faults, [3]).map((step) => step.eventId)).toEqual([40, 90]);
    expect(withFault(steps, faults, [2])).toEqual(steps);
  });

  it('tells a command by what it was given for, and leaves out traffic that goes on all the time', () => {
    const command: EventView = { ...base, eventId: 1, timeUs: 1, input: { type: 'command', command: '{"kind":"consumer.start","consumer":{"id":"billing-4"}}' }, facts: [] };
    const routine = message(2, [{ kind: 'metadata.appended', payload: { broker: 1, records: ['NoOpRecord'] }, rule: null, settings: null }]);
    const appended = message(3, [{ kind: 'replica.appended', payload: { topic: '__consumer_offsets', partition: 0, broker: 2, fromOffset: 0n, toOffset: 1n }, rule: null, settings: null }]);
    const state = message(4, [{ kind: 'group.state', payload: { group: 'billing', from: 'Stable', to: 'PreparingRebalance', generation: 3 }, rule: 'member-joined', settings: null }]);
    expect(stepsOf([command, routine, appended, state], (fact) => fact.kind === 'group.state').map((step) => step.sentence)).toEqual(['You gave the command: start consumer billing-4', 'Group billing goes from Stable to PreparingRebalance, generation 3']);
  });

  it('never invents a sentence: a fact of a new kind is told by its name', () => {
    const [step] = stepsOf([message(1, [{ kind: 'share.acknowledged', payload: {}, rule: null, settings: null }])], () => true);
    expect(step?.sentence).toBe('share.acknowledged');
  });
});

describe('the question', () => {
  const replica = { broker: 3, online: true, role: 'follower' as const, leaderEpoch: 1, logStartOffset: 0n, logEndOffset: 9n, highWatermark: 9n, lastStableOffset: 9n, inSync: false, epochs: [], sizeBytes: 0 };
  const part = { partition: 0, leader: 1, leaderEpoch: 1, partitionEpoch: 4, isr: [1, 2], elr: [], lastKnownElr: [], replicas: [replica] };

  it('asks why a replica is out of the ISR, and takes only the change that took out this one, of this partition', () => {
    const question = partitionQuestion('orders', part, replica);
    expect(question.text).toBe('Why is it out of the ISR?');
    expect(question.answers(shrunk(0))).toBe(true);
    expect(question.answers(shrunk(1))).toBe(false);
    expect(question.answers({ ...shrunk(0), payload: { ...shrunk(0).payload, from: [1, 2], to: [1, 2, 3] } })).toBe(false);
  });
});

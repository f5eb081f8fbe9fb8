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
    expect(steps.map((step) => step.sentence)).toEqual(['Broker 3 sends the heartbeat that was its last to arrive', 'The controller commits ISR 1, 2 for orders-1, before 1, 2, 3; partition epoch 4']);
    expect(steps[1]!.rule).toEqual([expect.stringContaining('Nothing was heard of it'), 'broker.session.timeout.ms = 9000']);
    expect(steps.map((step) => step.shape)).toEqual(['timer', 'control']);
  });

  it('names the fault of the same broker between the last sign of life and what followed', () => {
    const steps = stepsOf([timer(10, 'broker.lifecycle'), message(90, [shrunk(0)])], () => true);
    const faults = [
      { eventId: 5, timeUs: 5, label: 'crash broker 3' },
      { eventId: 40, timeUs: 40, label: 'crash broker 3' },
      { eventId: 50, timeUs: 50, label: 'pause broker 1' },
    ];
    expect(withFault(steps, faults, [3]).map((step) => step.eventId)).toEqual([10, 40, 90]);
    expect(withFault(steps, faults, [2])).toEqual(steps);
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

import { describe, expect, it } from 'vitest';
import type { EventView } from '#engine/contract/envelope.ts';
import { addEvents, addSample, commandWords, createTimeline } from '#renderer/state/timeline-store.ts';

function event(timeUs: number, facts: { kind: string; payload: Record<string, unknown> }[], command?: string): EventView {
  return { eventId: timeUs, timeUs, node: 'broker/1', causeId: 0, input: command === undefined ? { type: 'timer', kind: 'x', key: '' } : { type: 'command', command }, facts: facts.map((fact) => ({ ...fact, rule: null, settings: null })) };
}
const isr = (partition: number, from: number[], to: number[]) => ({ kind: 'partition.isrChanged', payload: { topic: 'orders', partition, from, to } });

const elected = (leader: number, previousLeader: number) => ({ kind: 'partition.leaderElected', payload: { topic: 'orders', partition: 0, leader, previousLeader, leaderEpoch: 4 } });
const state = (to: string, generation: number) => ({ kind: 'group.state', payload: { group: 'billing', from: '', to, generation } });

describe('the lanes of the timeline', () => {
  it('show the time that a broker was out of an ISR, and tell several partitions of one moment as one', () => {
    const timeline = createTimeline();
    addEvents(timeline, [event(1_000, [isr(0, [1, 2, 3], [1, 2]), isr(1, [1, 2, 3], [1, 2])])]);
    expect(timeline.isr).toMatchObject([{ fromUs: 1_000, toUs: undefined, label: 'broker 3 out of 2 ISRs' }]);
    addEvents(timeline, [event(5_000, [isr(0, [1, 2], [1, 2, 3])])]);
    expect(timeline.isr[0]!.toUs).toBeUndefined();
    addEvents(timeline, [event(9_000, [isr(1, [1, 2], [1, 2, 3])])]);
    expect(timeline.isr[0]!.toUs).toBe(9_000);
  });

  it('mark an election only when the leader is another one', () => {
    const timeline = createTimeline();
    addEvents(timeline, [event(1, [elected(2, 2)]), event(2, [elected(3, 2)])]);
    expect(timeline.epochs).toMatchObject([{ timeUs: 2, label: 'orders-0 e4' }]);
  });

  it('keep a rebalance open until the group is stable again', () => {
    const timeline = createTimeline();
    addEvents(timeline, [event(1, [state('PreparingRebalance', 4)]), event(2, [state('CompletingRebalance', 5)]), event(3, [state('Stable', 5)])]);
    expect(timeline.rebalances).toMatchObject([{ fromUs: 1, toUs: 3, label: 'billing g5' }]);
  });

  it('name faults as they were given and leave pacing and additions out', () => {
    const timeline = createTimeline();
    addEvents(timeline, [event(1, [], '{"kind":"broker.crash","broker":2}'), event(2, [], '{"kind":"topic.create","topic":{}}')]);
    expect(timeline.faults.map((fault) => fault.label)).toEqual(['crash broker 2']);
    expect(commandWords('{"kind":"link.shape","from":2,"latencyMs":4000}').words).toBe('latency 4000 ms on 2');
    expect(commandWords('{"kind":"link.cut","from":1,"to":"broker/3"}').words).toBe('cut 1 to 3');
  });

  it('are bounded, and begin anew when the run does', () => {
    const timeline = createTimeline();
    for (let at = 0; at < 5_000; at++) addSample(timeline, at * 60_000, 1);
    expect(timeline.throughput.length).toBeLessThanOrEqual(4_000);
    addSample(timeline, 0, 1);
    expect(timeline.throughput).toHaveLength(1);
  });
});

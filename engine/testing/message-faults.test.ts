/** Single messages taken out of the traffic, and commands that wait for a fact: by hand, deterministic, each with its way back. */
import { describe, expect, it, test } from 'vitest';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import type { EventRecord } from '#engine/core/world/world-state.ts';
import { stateHash } from '#engine/core/world/state-hash.ts';
import { restoreWorld, snapshotWorld } from '#engine/core/world/snapshot.ts';
import { runUntil } from '#engine/core/world/step.ts';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { kafkaBehaviours } from '#engine/core/world/behaviours.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { cluster } from '#engine/testing/cluster.ts';
import type { ClusterOptions, TestCluster } from '#engine/testing/cluster.ts';

const options: ClusterOptions = {
  settings: { 'min.insync.replicas': '2' },
  topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }],
  producers: [{ id: 'p', topic: 'orders', recordsPerSecond: 20 }],
};

function started(extra: ClusterOptions = {}): TestCluster & { records: EventRecord[]; leader: () => number } {
  const records: EventRecord[] = [];
  const run = cluster({ ...options, ...extra, observe: (record) => void records.push(record) });
  run.run(2000);
  return { ...run, records, leader: () => run.state().topics.find(({ name }) => name === 'orders')!.partitions[0]!.leader };
}

function arrivals(records: EventRecord[], apiKey: number, kind: 'request' | 'response', from?: string): EventRecord[] {
  return records.filter(({ input }) => input.type === 'message' && input.message.kind === kind && input.message.apiKey === apiKey && (from === undefined || input.message.from === from));
}

function acknowledged(run: TestCluster): number {
  return run.state().producers[0]!.acknowledged;
}

describe('the next message that fits', () => {
  it('is held, and what follows it on its connection waits behind it, until it is released', () => {
    const run = started();
    run.command({ kind: 'message.intercept', action: 'hold', from: 'producer/p', api: 'Produce', direction: 'request' });
    run.runUntil('a produce request is held', () => run.world.state.held.length > 0, 2000);
    const id = run.world.state.held[0]!.event.message!.id;
    expect(run.state().faults.map(({ text }) => text)).toEqual([`message ${id} from producer/p to broker/${run.leader()} is held`]);
    const before = acknowledged(run);
    const arrived = arrivals(run.records, ApiKey.Produce, 'request').length;
    run.run(1000);
    expect(acknowledged(run)).toBe(before);
    expect(arrivals(run.records, ApiKey.Produce, 'request')).toHaveLength(arrived);
    expect(run.world.state.held.slice(1).every(({ behind }) => behind)).toBe(true);
    expect(run.world.state.held.length).toBeGreaterThan(1);
    run.command({ kind: 'message.release', message: id });
    run.run(1000);
    expect(acknowledged(run)).toBeGreaterThan(before + 15);
    expect(run.state().faults).toEqual([]);
    const ids = arrivals(run.records, ApiKey.Produce, 'request', 'producer/p').map(({ input }) => (input.type === 'message' ? input.message.id : 0));
    expect(ids).toEqual(ids.toSorted((left, right) => left - right));
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('is dropped: the request times out, its connection is given up, and an idempotent producer sends the batch once more without a duplicate', () => {
    const run = started({ producers: [{ id: 'p', topic: 'orders', recordsPerSecond: 20, config: { 'request.timeout.ms': '2000', 'delivery.timeout.ms': '30000' } }] });
    run.command({ kind: 'message.intercept', action: 'drop', to: 'producer/p', api: 'Produce', direction: 'response' });
    run.run(10_000);
    expect(run.factsOf('message.dropped').map(({ payload }) => payload)[0]).toMatchObject({ to: 'producer/p', apiKey: ApiKey.Produce, reason: 'dropped' });
    expect(run.state().producers[0]!.retries).toBeGreaterThan(0);
    run.command({ kind: 'producer.stop', producer: 'p' });
    run.run(3000);
    const producer = run.state().producers[0]!;
    expect(Number(run.state().topics.find(({ name }) => name === 'orders')!.partitions[0]!.replicas[0]!.logEndOffset)).toBe(producer.acknowledged);
  });

  it('is delayed by so much, and nothing overtakes it', () => {
    const run = started();
    run.command({ kind: 'message.intercept', action: 'delay', delayMs: 700, from: 'producer/p', api: 'Produce', direction: 'request' });
    const sinceUs = run.world.state.timeUs;
    const known = arrivals(run.records, ApiKey.Produce, 'request').length;
    run.runUntil('it arrives', () => arrivals(run.records, ApiKey.Produce, 'request').length > known, 3000);
    expect(run.world.state.timeUs - sinceUs).toBeGreaterThanOrEqual(700_000);
    run.run(1000);
    expect(run.state().producers[0]).toMatchObject({ failed: 0 });
  });

  it('arrives twice, and the log holds its batch once (idempotence)', () => {
    const run = started();
    run.command({ kind: 'message.intercept', action: 'duplicate', count: 5, from: 'producer/p', api: 'Produce', direction: 'request' });
    run.run(3000);
    run.command({ kind: 'producer.stop', producer: 'p' });
    run.run(2000);
    const ids = arrivals(run.records, ApiKey.Produce, 'request').map(({ input }) => (input.type === 'message' ? input.message.id : 0));
    expect(ids.length - new Set(ids).size).toBe(5);
    expect(Number(run.state().topics.find(({ name }) => name === 'orders')!.partitions[0]!.replicas[0]!.logEndOffset)).toBe(acknowledged(run));
  });

  it('is put behind the one that follows it, which TCP would not do', () => {
    const run = started();
    run.command({ kind: 'message.intercept', action: 'reorder', from: 'producer/p', api: 'Produce', direction: 'request' });
    run.run(3000);
    const ids = arrivals(run.records, ApiKey.Produce, 'request', 'producer/p').map(({ input }) => (input.type === 'message' ? input.message.id : 0));
    expect(ids.filter((id, index) => index > 0 && id < ids[index - 1]!)).toHaveLength(1);
    expect(run.state().faults).toEqual([]);
  });

  it('is taken with the probability that was asked for, by the seed', () => {
    const dropsOf = (seed: number) => {
      const run = started({ seed });
      run.command({ kind: 'message.intercept', action: 'duplicate', count: 1000, probability: 0.5, api: 'Fetch', direction: 'request' });
      run.run(5000);
      return 1000 - run.world.state.interceptions[0]!.left;
    };
    expect(dropsOf(1)).toBe(dropsOf(1));
    expect(dropsOf(1)).toBeGreaterThan(5);
    expect(new Set([1, 2, 3, 4].map(dropsOf)).size).toBeGreaterThan(1);
  });
});

describe('a message on its way', () => {
  function onItsWay(run: TestCluster): number {
    run.runUntil('a fetch is under way', () => run.world.state.queue.events.some(({ message }) => message?.kind === 'request' && message.apiKey === ApiKey.Fetch), 2000);
    return run.world.state.queue.events.find(({ message }) => message?.kind === 'request' && message.apiKey === ApiKey.Fetch)!.message!.id;
  }

  it('is held by its number and released by the inverse of the fault', () => {
    const run = started();
    const id = onItsWay(run);
    run.command({ kind: 'message.hold', message: id });
    run.run(500);
    expect(run.world.state.held.map(({ event }) => event.message!.id)).toContain(id);
    const [fault] = run.state().faults;
    run.command(JSON.parse(fault!.inverse) as WorldCommand);
    run.run(100);
    expect(run.world.state.held).toEqual([]);
    expect(run.records.some(({ input }) => input.type === 'message' && input.message.id === id)).toBe(true);
  });

  it.each([
    ['dropped, and never arrives', { kind: 'message.drop' }, []],
    ['delayed, and comes so much later', { kind: 'message.delay', delayMs: 400 }, ['late']],
    ['doubled, and arrives twice', { kind: 'message.duplicate' }, ['at its time', 'at its time']],
  ] as const)('is %s', (_what, command, expected) => {
    const run = started();
    const id = onItsWay(run);
    const dueUs = run.world.state.queue.events.find(({ message }) => message?.id === id)!.dueUs;
    run.command({ ...command, message: id });
    run.run(2000);
    const arrived = run.records.filter(({ input, facts }) => input.type === 'message' && input.message.id === id && facts.every((fact) => fact.kind !== 'message.dropped'));
    expect(arrived.map(({ timeUs }) => (timeUs === dueUs ? 'at its time' : timeUs === dueUs + 400_000 ? 'late' : `at ${timeUs}`))).toEqual(expected);
  });

  it('that has arrived, or never was, is refused', () => {
    const run = started();
    expect(() => run.command({ kind: 'message.hold', message: 999_999_999 })).toThrow('message 999999999 is not on its way now');
    expect(() => run.command({ kind: 'message.release', message: 5 })).toThrow('message 5 is not held; none is');
    expect(() => run.command({ kind: 'message.intercept', action: 'hold', api: 'Fetsh' })).toThrow('there is no API "Fetsh"; did you mean "Fetch"?');
  });
});

describe('a trigger', () => {
  it('crashes the new leader the next time that one is elected', () => {
    const run = started();
    run.command({ kind: 'trigger.set', when: { fact: 'replica.becameLeader', where: { topic: 'orders' } }, do: [{ kind: 'broker.crash', broker: 'leader of orders-0' }] });
    expect(run.state().faults.map(({ text }) => text)).toEqual(['the next time of replica.becameLeader (topic orders): broker.crash']);
    const first = run.leader();
    run.command({ kind: 'broker.crash', broker: first });
    run.runUntil('the second is dead', () => run.state().brokers.filter(({ status }) => status === 'crashed').length === 2, 60_000);
    expect(run.state().faults.some(({ text }) => text.includes('the next time'))).toBe(false);
    expect(run.factsOf('trigger.refused')).toEqual([]);
  });

  it('comes again by the clock, as often as it was asked', () => {
    const run = started();
    run.command({ kind: 'trigger.set', trigger: 'nap', everyMs: 1000, times: 3, do: [{ kind: 'disk.slow', broker: 2, latencyMs: 3 }] });
    run.run(2500);
    expect(run.records.filter(({ input }) => input.type === 'command' && input.command.kind === 'disk.slow')).toHaveLength(2);
    run.run(5000);
    expect(run.records.filter(({ input }) => input.type === 'command' && input.command.kind === 'disk.slow')).toHaveLength(3);
    expect(run.world.state.triggers).toEqual([]);
  });

  it('that was cleared does nothing, and one whose command cannot be done says so', () => {
    const run = started();
    run.command({ kind: 'trigger.set', trigger: 'later', afterMs: 500, do: [{ kind: 'broker.crash', broker: 1 }] });
    run.command({ kind: 'trigger.clear', trigger: 'later' });
    run.run(1000);
    expect(run.state().brokers.every(({ status }) => status === 'running')).toBe(true);
    run.command({ kind: 'trigger.set', trigger: 'again', afterMs: 10, do: [{ kind: 'broker.restart', broker: 1 }, { kind: 'disk.slow', broker: 1, latencyMs: 2 }] });
    run.run(100);
    expect(run.factsOf('trigger.refused').map(({ payload }) => [payload.trigger, payload.command])).toEqual([['again', 'broker.restart']]);
    expect(run.state().faults.map(({ text }) => text)).toEqual(['the disk of broker 1 takes 2 ms for each write']);
    expect(() => run.command({ kind: 'trigger.clear', trigger: 'gone' })).toThrow('there is no trigger "gone"');
    expect(() => run.command({ kind: 'trigger.set', do: [{ kind: 'broker.crash', broker: 1 }] })).toThrow('a trigger has either "when"');
  });
});

test('a world with held messages and triggers goes on from a snapshot exactly as it would have', () => {
  const run = started();
  run.command({ kind: 'message.intercept', action: 'hold', from: 'producer/p', api: 'Produce' });
  run.command({ kind: 'trigger.set', everyMs: 300, times: 10, probability: 0.5, do: [{ kind: 'message.intercept', action: 'duplicate', count: 2 }] });
  run.run(700);
  const copy = restoreWorld(snapshotWorld(run.world), { diskFor: () => new MemoryDisk(), behaviours: kafkaBehaviours, compression: nodeCompression });
  const untilUs = run.world.state.timeUs + 5_000_000;
  runUntil(copy, untilUs);
  run.run(5000);
  expect(run.world.state.held.length).toBeGreaterThan(0);
  expect(stateHash(copy)).toBe(stateHash(run.world));
});

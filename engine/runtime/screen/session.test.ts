import { describe, expect, it } from 'vitest';
import { BrokerFlag, clientIndexBase, FlightFlag, groupStates, noPartition, ReplicaFlag } from '#engine/contract/frame.ts';
import type { FrameSection } from '#engine/contract/frame-codec.ts';
import type { SectionRow } from '#engine/contract/frame.ts';
import type { ClusterState } from '#engine/contract/state.ts';
import { startTestRuntime, testSpec } from '#engine/runtime/runtime-fixture.ts';
import { TestScreen } from '#engine/runtime/screen/screen-fixture.ts';

const livelySpec = testSpec({
  producers: [{ id: 'checkout', topic: 'orders', recordsPerSecond: 40 }],
  consumers: [
    { id: 'billing-1', group: 'billing', topics: ['orders'] },
    { id: 'billing-2', group: 'billing', topics: ['orders'] },
  ],
});

/** What the drawing says, in the words of the engine's own state. */
function drawn(screen: TestScreen) {
  const { catalog } = screen;
  const nameOf = (partition: number) => `${catalog?.topics[catalog.partitions[partition]?.topic ?? -1]?.name}-${catalog?.partitions[partition]?.partition}`;
  return {
    partitions: screen.rows('partitions').map(({ partition, leader, leaderEpoch, partitionEpoch, isrSize }) => `${nameOf(partition)} leader ${leader} epoch ${leaderEpoch} version ${partitionEpoch} isr ${isrSize}`).toSorted(),
    replicas: screen
      .rows('replicas')
      .map((row) => `${nameOf(row.partition)} on ${row.broker}: ${row.logStartOffset} ${row.highWatermark} ${row.lastStableOffset} ${row.logEndOffset} epoch ${row.leaderEpoch} in sync ${(row.flags & ReplicaFlag.inSync) !== 0} online ${(row.flags & ReplicaFlag.online) !== 0}`)
      .toSorted(),
    epochs: screen.rows('epochs').filter(({ gone }) => gone === 0).map(({ partition, broker, epoch, startOffset }) => `${nameOf(partition)} on ${broker}: ${epoch} from ${startOffset}`).toSorted(),
    committed: screen.rows('assignments').filter(({ committed }) => committed !== -1n).map(({ partition, committed }) => `${nameOf(partition)} ${committed}`).toSorted(),
    owners: screen.rows('assignments').filter(({ member }) => member !== -1).map(({ partition, member }) => `${nameOf(partition)} ${catalog?.members[member]?.memberId}`).toSorted(),
  };
}

function actual(state: ClusterState): ReturnType<typeof drawn> {
  const partitions = state.topics.flatMap(({ name, partitions: list }) => list.map((partition) => ({ name: `${name}-${partition.partition}`, ...partition })));
  return {
    partitions: partitions.map(({ name, leader, leaderEpoch, partitionEpoch, isr }) => `${name} leader ${leader} epoch ${leaderEpoch} version ${partitionEpoch} isr ${isr.length}`).toSorted(),
    replicas: partitions
      .flatMap(({ name, replicas }) =>
        replicas.map((replica) => `${name} on ${replica.broker}: ${replica.logStartOffset} ${replica.highWatermark} ${replica.lastStableOffset} ${replica.logEndOffset} epoch ${replica.leaderEpoch} in sync ${replica.inSync} online ${replica.online}`),
      )
      .toSorted(),
    epochs: partitions.flatMap(({ name, replicas }) => replicas.flatMap(({ broker, epochs }) => epochs.slice(-4).map(({ epoch, startOffset }) => `${name} on ${broker}: ${epoch} from ${startOffset}`))).toSorted(),
    committed: state.groups.flatMap(({ offsets }) => offsets.map(({ topic, partition, offset }) => `${topic}-${partition} ${offset}`)).toSorted(),
    owners: state.groups.flatMap(({ members }) => members.flatMap(({ memberId, assignment }) => assignment.map((name) => `${name} ${memberId}`))).toSorted(),
  };
}

function rowsOf(section: FrameSection<'flights'> | undefined): SectionRow<'flights'>[] {
  return Array.from({ length: section?.rowCount ?? 0 }, (_, row) => {
    const entries = Object.entries(section?.columns ?? {}).map(([column, values]) => [column, values[row]]);
    return Object.fromEntries(entries) as SectionRow<'flights'>;
  });
}

describe('a screen', () => {
  it('is welcomed, told the names, and then shown one full frame', () => {
    const test = startTestRuntime({ spec: livelySpec, bootstrap: '127.0.0.1:9092', dataDirectory: '/data' });
    const screen = new TestScreen(test).hello();
    screen.advance(16);
    expect(screen.messages.map(({ type }) => type).slice(0, 3)).toEqual(['welcome', 'clock', 'catalog']);
    expect(screen.all('welcome')[0]).toMatchObject({ contractVersion: 1, seed: 7, bootstrap: '127.0.0.1:9092', dataDirectory: '/data', restarts: 0, preset: 'kafka' });
    expect(screen.catalog).toMatchObject({ brokers: [{ id: 1 }, { id: 2 }, { id: 3 }], topics: [{ name: 'orders', minInsyncReplicas: 1, replicationFactor: 3 }] });
    expect(screen.frames[0]?.full).toBe(true);
    expect(screen.frames.slice(1).every(({ full, catalogId }) => !full || catalogId > 1)).toBe(true);
    expect(screen.rows('brokers').map(({ flags }) => (flags & BrokerFlag.running) !== 0)).toEqual([true, true, true]);
  });

  it('draws what the engine holds, at every sampled moment of a run with crashes', async () => {
    const test = startTestRuntime({ spec: livelySpec });
    const { runtime, clock } = test;
    const screen = new TestScreen(test).hello().say({ type: 'frames', perSecond: 60 });
    const faults = ['broker.crash', 'broker.restart', 'broker.powerLoss', 'broker.restart', 'broker.pause', 'broker.resume'] as const;
    let compared = 0;
    for (let moment = 0; moment < 60; moment++) {
      screen.advance(200 + ((moment * 37) % 400));
      const broker = 1 + (Math.floor(moment / 2) % 3);
      if (moment % 5 === 0) await runtime.submitCommand({ kind: faults[(moment / 5) % faults.length], broker: 1 + (Math.floor(moment / 10) % 3) });
      if (moment % 7 === 0) await runtime.submitCommand({ kind: 'link.shape', from: broker, latencyMs: 3 });
      await runtime.submitCommand({ kind: 'clock.pause' });
      screen.advance(40);
      expect(screen.frames.at(-1)?.eventId).toBe(runtime.position.eventId);
      expect(drawn(screen)).toEqual(actual(runtime.state()));
      expect(drawn(screen).replicas.length).toBeGreaterThanOrEqual(6);
      compared++;
      await runtime.submitCommand({ kind: 'clock.resume' });
      clock.advance(1);
    }
    expect(compared).toBe(60);
    // The run was one worth comparing: leaders changed and a group was there.
    const state = runtime.state();
    expect(state.topics.find(({ name }) => name === 'orders')?.partitions.some(({ leaderEpoch }) => leaderEpoch > 0)).toBe(true);
    expect(state.groups.map(({ group }) => group)).toEqual(['billing']);
  });

  it('is sent deltas that are small beside the full frame', () => {
    const test = startTestRuntime({ spec: testSpec({ topics: [{ name: 'orders', partitions: 60, replicationFactor: 3 }] }) });
    const screen = new TestScreen(test).hello();
    screen.advance(1000);
    const [full, ...deltas] = screen.frameBytes;
    expect(deltas.length).toBeGreaterThan(20);
    expect(deltas.toSorted((a, b) => a - b)[Math.floor(deltas.length / 2)]).toBeLessThan((full ?? 0) / 3);
  });

  it('that gives no credit is sent nothing, and the newest state when it does', () => {
    const test = startTestRuntime({ spec: livelySpec });
    const screen = new TestScreen(test, 0).hello();
    screen.advance(3000);
    expect(screen.frames).toEqual([]);
    expect(screen.all('events')).toEqual([]);
    screen.transport.grant(1);
    screen.advance(40);
    expect(screen.frames[0]?.full).toBe(true);
    expect((screen.frames[0]?.timeUs ?? 0) / 1000).toBeGreaterThan(test.runtime.position.timeUs / 1000 - 100);
  });

  it('sees messages fly: out, back, between the right ends, for the right partition', () => {
    const test = startTestRuntime({ spec: livelySpec });
    const screen = new TestScreen(test).hello().say({ type: 'frames', perSecond: 60 });
    screen.advance(7000);
    const flights = screen.frames.flatMap(({ sections, catalogId }) => rowsOf(sections.flights).map((row) => ({ ...row, catalogId })));
    const having = (flag: number) => flights.filter(({ flags }) => (flags & flag) !== 0);
    for (const flag of [FlightFlag.produce, FlightFlag.replication, FlightFlag.consume, FlightFlag.control, FlightFlag.response]) expect(having(flag).length).toBeGreaterThan(0);
    const produced = having(FlightFlag.produce).filter(({ flags }) => (flags & FlightFlag.response) === 0);
    const inThisCatalog = produced.filter(({ catalogId }) => catalogId === screen.catalog?.catalogId);
    expect(new Set(inThisCatalog.map(({ from }) => screen.catalog?.clients[from - clientIndexBase]?.label))).toEqual(new Set(['checkout']));
    expect(produced.every(({ records, partition, sentUs, dueUs }) => records > 0 && partition !== noPartition && dueUs > sentUs)).toBe(true);
    expect(having(FlightFlag.replication).every(({ from, to }) => from <= 3 && to <= 3 && from !== to)).toBe(true);
  });

  it('is told of elections and rebalances, with the rule and the cause of each', async () => {
    const test = startTestRuntime({ spec: livelySpec });
    const screen = new TestScreen(test).hello();
    screen.advance(5000);
    await test.runtime.submitCommand({ kind: 'broker.crash', broker: 2 });
    screen.advance(15_000);
    const facts = screen.all('events').flatMap(({ events }) => events.flatMap((event) => event.facts.map((fact) => ({ ...fact, event }))));
    const election = facts.find(({ kind }) => kind === 'partition.leaderElected');
    expect(election?.rule).toBeTypeOf('string');
    expect(facts.some(({ kind }) => kind === 'group.state')).toBe(true);
    screen.say({ type: 'query', requestId: 1, query: { kind: 'why', eventId: election?.event.eventId ?? 0 } });
    const reply = screen.reply(1);
    expect(reply).toMatchObject({ ok: true, value: { end: expect.stringMatching(/outside|depth/) } });
    expect((reply as { value: { events: unknown[] } }).value.events.length).toBeGreaterThan(1);
  });

  it('gets each answer under its own number, refusals included, and keeps its connection', async () => {
    const test = startTestRuntime();
    const screen = new TestScreen(test).hello();
    screen.say({ type: 'command', requestId: 5, command: { kind: 'broker.crash', broker: 2 } });
    screen.say({ type: 'command', requestId: 6, command: { kind: 'broker.crahs' } });
    screen.say({ type: 'query', requestId: 7, query: { kind: 'stat' } });
    screen.say({ type: 'query', requestId: 8, query: { kind: 'state', more: 1 } });
    screen.say({ type: 'heartbeat', n: 77 });
    screen.transport.send({ type: 'frames', perSecond: 'many' });
    screen.advance(20);
    await screen.settle();
    expect(screen.reply(5)).toMatchObject({ ok: true, value: { eventId: expect.any(Number) } });
    expect(screen.reply(6)).toMatchObject({ ok: false, error: expect.stringContaining('did you mean "broker.crash"?') });
    expect(screen.reply(7)).toMatchObject({ ok: false, error: expect.stringContaining('did you mean "state"?') });
    expect(screen.reply(8)).toMatchObject({ ok: false, error: expect.stringContaining('unknown field "more"') });
    expect(screen.reply(-1)).toMatchObject({ ok: false, error: expect.stringContaining('field perSecond') });
    expect(screen.all('heartbeat')).toEqual([{ type: 'heartbeat', n: 77 }]);
    expect(screen.closedBecause).toBeUndefined();
  });

  it('of another version is turned away with the reason, and so is one that says nothing', () => {
    const test = startTestRuntime();
    const old = new TestScreen(test).say({ type: 'hello', contractVersion: 99 });
    expect(old.all('fatal')[0]?.error).toMatch(/speaks version 1 of the contract, the screen speaks 99/);
    expect(old.closedBecause).toBe('another version of the contract');
    const silent = new TestScreen(test);
    silent.advance(10_100);
    expect(silent.closedBecause).toBe('no hello within 10 seconds');
  });

  it('is told at once when the run is paused or its rate changes', async () => {
    const test = startTestRuntime();
    const screen = new TestScreen(test).hello();
    screen.advance(100);
    screen.say({ type: 'command', requestId: 1, command: { kind: 'clock.pause' } });
    await screen.settle();
    expect(screen.all('clock').at(-1)?.clock).toMatchObject({ paused: true, rate: 1, position: 'LIVE' });
    screen.say({ type: 'command', requestId: 2, command: { kind: 'clock.rate', rate: 'max' } });
    await screen.settle();
    expect(screen.all('clock').at(-1)?.clock).toMatchObject({ paused: true, rate: -1 });
  });

  it('is told when the engine fails, and that it has ended', () => {
    const test = startTestRuntime();
    const screen = new TestScreen(test).hello();
    test.runtime.stop();
    screen.advance(16);
    expect(screen.closedBecause).toBe('the engine has ended');
  });

  it('shows groups with their state and the members that own partitions', () => {
    const test = startTestRuntime({ spec: livelySpec });
    const screen = new TestScreen(test).hello();
    screen.advance(8000);
    expect(screen.rows('groups').map(({ state }) => groupStates[state])).toEqual(['Stable']);
    expect(screen.catalog?.members.map(({ node }) => node).toSorted()).toEqual(['consumer/billing-1', 'consumer/billing-2']);
    expect(new Set(screen.rows('assignments').map(({ member }) => member)).size).toBe(2);
  });
});

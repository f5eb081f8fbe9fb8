import { describe, expect, it } from 'vitest';
import { startTestRuntime, testSpec } from '#engine/runtime/runtime-fixture.ts';
import type { TestRuntime } from '#engine/runtime/runtime-fixture.ts';
import { TestScreen } from '#engine/runtime/screen/screen-fixture.ts';

function totalsOf(screen: TestScreen) {
  const totals = screen.rows('totals')[0];
  if (totals === undefined) throw new Error('no totals yet');
  return totals;
}

function watched(test: TestRuntime): TestScreen {
  return new TestScreen(test).hello().say({ type: 'frames', perSecond: 60 });
}

const producer = { id: 'checkout', topic: 'orders', recordsPerSecond: 100, recordsMax: 300 };

describe('the equation of acknowledged records', () => {
  it('says durable of what acks=all acknowledged with all replicas alive, and unread until a group commits', async () => {
    const test = startTestRuntime({ spec: testSpec({ producers: [producer], consumers: [{ id: 'billing-1', group: 'billing', topics: ['orders'] }] }) });
    const screen = watched(test);
    screen.advance(15_000);
    await test.runtime.submitCommand({ kind: 'clock.pause' });
    screen.advance(50);
    expect(totalsOf(screen)).toMatchObject({ acknowledged: 300, durable: 300, atRisk: 0, lost: 0, awaiting: 0, unread: 0 });
  });

  it('says at risk of every record when there is one replica only', async () => {
    const test = startTestRuntime({ spec: testSpec({ topics: [{ name: 'orders', partitions: 1, replicationFactor: 1 }], producers: [producer] }) });
    const screen = watched(test);
    screen.advance(5000);
    await test.runtime.submitCommand({ kind: 'clock.pause' });
    screen.advance(50);
    expect(totalsOf(screen)).toMatchObject({ acknowledged: 300, durable: 0, atRisk: 300, lost: 0 });
  });

  it('says at risk when all replicas but one are down, and balances at every moment', async () => {
    const test = startTestRuntime({ spec: testSpec({ topics: [{ name: 'orders', partitions: 1, replicationFactor: 3 }], producers: [producer] }) });
    const screen = watched(test);
    screen.advance(5000);
    const leader = test.runtime.state().topics.find(({ name }) => name === 'orders')?.partitions[0]?.leader ?? -1;
    for (const broker of [1, 2, 3].filter((id) => id !== leader)) await test.runtime.submitCommand({ kind: 'broker.crash', broker });
    await test.runtime.submitCommand({ kind: 'clock.pause' });
    screen.advance(50);
    expect(totalsOf(screen)).toMatchObject({ acknowledged: 300, durable: 0, atRisk: 300, lost: 0 });
    for (const frame of screen.frames) {
      const { acknowledged, durable, atRisk, lost } = frame.sections.totals?.columns ?? {};
      expect(acknowledged?.[0]).toBe((durable?.[0] ?? 0) + (atRisk?.[0] ?? 0) + (lost?.[0] ?? 0));
    }
  });

  it('says lost of records that only a dead leader had when another was elected', async () => {
    const spec = testSpec({
      preset: 'classroom',
      topics: [{ name: 'orders', partitions: 1, replicationFactor: 3, config: { 'unclean.leader.election.enable': 'true' } }],
      producers: [{ ...producer, config: { acks: '1', 'enable.idempotence': 'false' }, recordsMax: 100_000 }],
    });
    const test = startTestRuntime({ spec });
    const screen = watched(test);
    screen.advance(3000);
    const leader = test.runtime.state().topics.find(({ name }) => name === 'orders')?.partitions[0]?.leader ?? -1;
    const others = [1, 2, 3].filter((id) => id !== leader);
    for (const broker of others) await test.runtime.submitCommand({ kind: 'link.cut', from: leader, to: broker });
    screen.advance(2500);
    const atRisk = totalsOf(screen).atRisk;
    expect(atRisk).toBeGreaterThan(20);
    await test.runtime.submitCommand({ kind: 'broker.crash', broker: leader });
    await test.runtime.submitCommand({ kind: 'link.heal' });
    screen.advance(40_000);
    const { lost, acknowledged, durable, atRisk: risk } = totalsOf(screen);
    expect(lost).toBeGreaterThan(20);
    expect(durable + risk + lost).toBe(acknowledged);
  });
});

import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { readScenario } from '#engine/runtime/scenario/read-scenario.ts';
import { stepsAsTrigger } from '#engine/runtime/scenario/steps-as-triggers.ts';
import { startTestRuntime } from '#engine/runtime/runtime-fixture.ts';

const file = new URL('../../../assets/scenarios/leader-crash-acks-all.yaml', import.meta.url);

it('a scenario that is opened plays its steps in the run: the leader dies, and comes back when another is elected', async () => {
  const scenario = readScenario(readFileSync(file, 'utf8'), 'leader-crash-acks-all.yaml');
  const test = startTestRuntime({ spec: scenario.cluster, seed: scenario.seed });
  const { runtime, clock } = test;
  const first = stepsAsTrigger(scenario.steps, runtime.position.timeUs / 1000);
  expect(await runtime.submitCommand(first)).toMatchObject({ ok: true });
  expect(runtime.state().faults.map(({ id }) => id)).toEqual(['trigger step-1']);
  clock.advance(6000);
  const crashed = runtime.state().brokers.filter(({ status }) => status === 'crashed').map(({ id }) => id);
  expect(crashed).toHaveLength(1);
  expect(runtime.state().faults.map(({ id }) => id)).toContain('trigger step-2');
  clock.advance(12_000);
  expect(runtime.state().brokers.every(({ status }) => status === 'running')).toBe(true);
  expect(runtime.state().topics.find(({ name }) => name === 'orders')?.partitions[0]?.leader).not.toBe(crashed[0]);
});

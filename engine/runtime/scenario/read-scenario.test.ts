import { expect, test } from 'vitest';
import { readScenario } from '#engine/runtime/scenario/read-scenario.ts';

const good = `
name: A leader dies
seed: 7
cluster:
  brokers: 3
  topics:
    - {name: orders, partitions: 1, replicationFactor: 3}
steps:
  - at: 5s
    do: {kind: broker.crash, broker: 1}
  - when: {fact: partition.leaderElected, where: {topic: orders}}
    do:
      - {kind: broker.restart, broker: 1}
until: 1m
expect:
  - {partition: orders-0, leader: {not: -1}}
  - {acknowledgedLost: 0}
`;

test('a scenario is read with durations in milliseconds and defaults filled in', () => {
  const scenario = readScenario(good, 'good.yaml');
  expect(scenario.until).toBe(60_000);
  expect(scenario.steps[0]).toMatchObject({ at: 5000, do: [{ kind: 'broker.crash', broker: 1 }] });
  expect(scenario.steps[1]!.when).toMatchObject({ count: 1 });
  expect(scenario.cluster.brokers.map(({ id }) => id)).toEqual([1, 2, 3]);
  expect(scenario.expectations.map(({ kind }) => kind)).toEqual(['partition', 'acknowledgedLost']);
});

test.each<[string, string, string, string]>([
  ['broken YAML', 'cluster:', 'cluster: [', 'bad.yaml:'],
  ['a misspelt field', 'seed: 7', 'sede: 7', 'bad.yaml:3: sede: unknown field "sede"; did you mean "seed"?'],
  ['a misspelt field deep down', 'partitions: 1', 'partitons: 1', 'did you mean "partitions"?'],
  ['a misspelt command', 'broker.crash', 'broker.crush', 'bad.yaml:10: steps[0].do: unknown command "broker.crush"; did you mean "broker.crash"?'],
  ['a duration nobody knows', 'at: 5s', 'at: 5 parsecs', 'bad.yaml:9: steps[0].at:'],
  ['two times in one step', 'at: 5s', 'at: 5s\n    after: 1s', 'bad.yaml:9: steps[0]: a step has exactly one of "at", "after" and "when"'],
  ['an expectation without a subject', 'partition: orders-0, leader', 'partiton: orders-0, leader', 'bad.yaml:16: expect[0].partiton: an expectation names its subject; did you mean "partition"?'],
  ['an expectation with a misspelt field', 'leader: {not', 'leder: {not', 'bad.yaml:16: expect[0].leder: unknown field "leder"; did you mean "leader"?'],
  ['a missing field', 'until: 1m\n', '', 'bad.yaml:1: until:'],
])('%s is refused with its line and path', (_what, from, to, message) => {
  expect(good).toContain(from);
  expect(() => readScenario(good.replace(from, to), 'bad.yaml')).toThrow(message);
});

test('a text that multiplies itself by aliases is refused', () => {
  const bomb = `name: &a [x,x,x,x,x,x,x,x,x,x]\nb: &b [${'*a,'.repeat(30)}]\nc: &c [${'*b,'.repeat(30)}]\nd: [${'*c,'.repeat(30)}]\n`;
  expect(() => readScenario(bomb, 'bomb.yaml')).toThrow('bomb.yaml: Excessive alias count');
});

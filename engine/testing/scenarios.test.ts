/** Every scenario file in assets/scenarios runs, and what it expects is so: the files are documentation that is checked. */
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import { readScenario } from '#engine/runtime/scenario/read-scenario.ts';
import { runScenario } from '#engine/runtime/scenario/run-scenario.ts';

const directory = new URL('../../assets/scenarios/', import.meta.url);
const files = readdirSync(directory).filter((name) => name.endsWith('.yaml'));

test.each(files)('%s does what it says', (name) => {
  const scenario = readScenario(readFileSync(new URL(name, directory), 'utf8'), name);
  const result = runScenario(scenario, { diskFor: () => new MemoryDisk() });
  expect(result.verdicts.filter(({ ok }) => !ok)).toEqual([]);
  expect(result.verdicts.length).toBeGreaterThan(0);
});

test('there are scenarios', () => {
  expect(files.length).toBeGreaterThanOrEqual(4);
});

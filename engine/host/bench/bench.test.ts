import { expect, it } from 'vitest';
import { rowsOf, type Figure } from '#engine/host/bench/bench.ts';

function round(ready: number, memory: number): Figure[] {
  return [{ name: 'ready', unit: 'ms', value: ready }, { name: 'memory', unit: 'MB', value: memory }];
}

it('answers min, median and max of each figure over its rounds', () => {
  expect(rowsOf('start', [round(30, 9), round(10, 7), round(20, 8)])).toEqual([
    { benchmark: 'start', figure: 'ready', unit: 'ms', min: 10, median: 20, max: 30 },
    { benchmark: 'start', figure: 'memory', unit: 'MB', min: 7, median: 8, max: 9 },
  ]);
});

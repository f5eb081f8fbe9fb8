/**
 * `npm run test:hostile`: hostile frames against a real `serve` process. Ends with 1 when the process died or did not end in order, when the
 * client beside saw an error, when an answer was no frame, when something that was made could not be taken away, or when memory at the end is
 * more than 20 MB above its start.
 */
import { parseArgs } from 'node:util';
import { siege, told } from './siege.ts';

const memoryGrowthMaxMB = 20;

const { values } = parseArgs({
  options: { frames: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' }, enemies: { type: 'string', default: '160' }, quiet: { type: 'boolean', default: false } },
  strict: true,
});
const number = (name: 'frames' | 'seed' | 'enemies'): number => {
  const value = Number(values[name]);
  if (!Number.isInteger(value) || value < 1) {
    process.stderr.write(`test:hostile: --${name} ${values[name]}: a whole number from 1 is wanted\n`);
    process.exit(2);
  }
  return value;
};

const result = await siege({
  frames: number('frames'), seed: number('seed'), enemies: number('enemies'), warmUpFrames: 20_000, calmMs: 5000, restMs: 20_000,
  say: (line) => {
    if (!values.quiet) process.stderr.write(`  ${line}\n`);
  },
});
for (const line of told(result)) process.stdout.write(`${line}\n`);
const { counts, underFire, memoryMB, left, whole } = result;
const problems = [
  ...(whole ? [] : ['a broker did not run at the end, or the process did not end in order']),
  ...(underFire.errors.length === 0 ? [] : [`the client beside saw ${underFire.errors.length} errors`]),
  ...(counts.unreadable === 0 ? [] : [`${counts.unreadable} answers were no frames`]),
  ...(left === 0 ? [] : [`${left} topics or groups could not be taken away`]),
  ...(memoryMB.end - memoryMB.start <= memoryGrowthMaxMB ? [] : [`memory grew by ${(memoryMB.end - memoryMB.start).toFixed(1)} MB, more than ${memoryGrowthMaxMB}`]),
];
for (const problem of problems) process.stdout.write(`failed: ${problem}\n`);
process.exit(problems.length === 0 ? 0 : 1);

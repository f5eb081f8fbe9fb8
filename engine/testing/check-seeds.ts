/**
 * A process that simulates seeds, one after the other, and tells of each as one line of JSON on stdout; what the verb `check`
 * starts. Arguments: first seed, last seed, virtual milliseconds under faults, which share of the seeds is its own (i/n), the folder
 * for what fails, and a bug that is on in all of them. The first seed that fails is thinned out to what matters and written there as a
 * scenario; with a bug on it is not, for a scenario cannot have one.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { mutationOf } from '#engine/core/mutations.ts';
import { noticedBy } from '#engine/testing/find-mutation.ts';
import { scheduleAsScenario, SimulationError } from '#engine/testing/scheduled-run.ts';
import type { Schedule } from '#engine/testing/scheduled-run.ts';
import { shrink } from '#engine/testing/shrink.ts';
import { simulate } from '#engine/testing/simulate.ts';

const [first, last, faultsMs, share = '0/1', folder = '', mutation] = process.argv.slice(2);
const mutations = mutation === undefined ? undefined : [mutationOf(mutation)];
const [own, of] = share.split('/').map(Number);
let hasShrunk = false;
for (let seed = Number(first) + own!; seed <= Number(last); seed += of!) {
  const startMs = performance.now();
  process.stdout.write(`${JSON.stringify({ seed, ...outcomeOf(seed), realMs: Math.round(performance.now() - startMs) })}\n`);
}

function outcomeOf(seed: number): Record<string, unknown> {
  const notice = mutations === undefined ? undefined : noticedBy(seed, mutations, Number(faultsMs));
  if (notice !== undefined) return { ok: false, failure: notice.by, error: notice.text };
  try {
    const { events, virtualMs, acknowledged, stateHash, schedule } = simulate({ seed, faultsMs: Number(faultsMs), mutations });
    return { ok: true, events, virtualMs: Math.round(virtualMs), acknowledged, faults: schedule.commands.length, stateHash };
  } catch (error) {
    if (error instanceof SimulationError) return { ok: false, failure: error.failure, error: error.message, ...shrunkOnce(error) };
    return { ok: false, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

function shrunkOnce(error: SimulationError): Record<string, unknown> {
  if (hasShrunk || folder === '') return {};
  hasShrunk = true;
  const { error: smallest, runs, isMinimal } = shrink(error, repeat);
  mkdirSync(folder, { recursive: true });
  const file = join(folder, `seed-${error.schedule.seed}.yaml`);
  writeFileSync(file, scheduleAsScenario(smallest));
  return { shrunk: { file, commands: smallest.schedule.commands.length, from: error.schedule.commands.length, runs, isMinimal } };
}

function repeat(schedule: Schedule): SimulationError | undefined {
  try {
    simulate({ seed: schedule.seed, faultsMs: schedule.faultsMs, repeat: schedule });
    return undefined;
  } catch (error) {
    if (error instanceof SimulationError) return error;
    throw error;
  }
}

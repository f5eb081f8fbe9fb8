/**
 * A process that simulates seeds, one after the other, and tells of each as one line of JSON on stdout; what the verb `check`
 * starts. Arguments: first seed, last seed, virtual milliseconds under faults, and which share of the seeds is its own (i/n).
 */
import { simulate } from '#engine/testing/simulate.ts';

const [first, last, faultsMs, share = '0/1'] = process.argv.slice(2);
const [own, of] = share.split('/').map(Number);
for (let seed = Number(first) + own!; seed <= Number(last); seed += of!) {
  const startMs = performance.now();
  process.stdout.write(`${JSON.stringify({ seed, ...outcomeOf(seed), realMs: Math.round(performance.now() - startMs) })}\n`);
}

function outcomeOf(seed: number): Record<string, unknown> {
  try {
    const { events, virtualMs, acknowledged, stateHash, schedule } = simulate({ seed, faultsMs: Number(faultsMs) });
    return { ok: true, events, virtualMs: Math.round(virtualMs), acknowledged, faults: schedule.length, stateHash };
  } catch (error) {
    return { ok: false, error: error instanceof Error ? `${error.name}: ${error.message}` : String(error) };
  }
}

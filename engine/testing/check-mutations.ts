/**
 * A process that switches bugs on, one after the other, and tells of each as one line of JSON on stdout which seed notices it; what
 * `check --mutations` starts. Arguments: first seed, last seed, virtual milliseconds under faults, which share of the bugs is its own (i/n).
 */
import { mutationNames } from '#engine/core/mutations.ts';
import { findMutation } from '#engine/testing/find-mutation.ts';

const [first, last, faultsMs, share = '0/1'] = process.argv.slice(2);
const [own, of] = share.split('/').map(Number);
for (const [index, name] of mutationNames.entries()) {
  if (index % of! !== own) continue;
  const startMs = performance.now();
  const finding = findMutation(name, Number(first), Number(last), Number(faultsMs));
  process.stdout.write(`${JSON.stringify({ ...finding, realMs: Math.round(performance.now() - startMs) })}\n`);
}

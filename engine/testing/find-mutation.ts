/** Which seed of the simulator notices a bug that is on, and what notices it. */
import { mutations, type MutationName } from '#engine/core/mutations.ts';
import { SimulationError } from '#engine/testing/scheduled-run.ts';
import { simulate } from '#engine/testing/simulate.ts';

/** What a run with these bugs was stopped by: an invariant's name, or that of another error; undefined: nothing noticed anything. */
export function noticedBy(seed: number, on: readonly MutationName[], faultsMs?: number): { by: string; text: string } | undefined {
  const options = { seed, mutations: on, ...(faultsMs === undefined ? {} : { faultsMs }) };
  try {
    const { stateHash } = simulate(options);
    // One seed is one run: a bug may be that it is not.
    const again = on.includes('chance-from-outside') ? simulate(options).stateHash : stateHash;
    return again === stateHash ? undefined : { by: 'OneSeedOneRun', text: `state ${stateHash} the first time, ${again} the second` };
  } catch (error) {
    if (error instanceof SimulationError) return { by: error.failure, text: error.message };
    throw error;
  }
}

export interface Finding {
  mutation: MutationName;
  breaks: string;
  foundBy: string;
  /** The first seed in which it is noticed by what must notice it; undefined: in none of those that were tried. */
  seed: number | undefined;
  seedsTried: number;
  /** What else noticed it before, and in how many seeds. */
  before: Record<string, number>;
  text: string;
}

export function findMutation(mutation: MutationName, first: number, last: number, faultsMs?: number): Finding {
  const { breaks, foundBy } = mutations[mutation];
  const before: Record<string, number> = {};
  for (let seed = first; seed <= last; seed++) {
    const notice = noticedBy(seed, [mutation], faultsMs);
    if (notice?.by === foundBy) return { mutation, breaks, foundBy, seed, seedsTried: seed - first + 1, before, text: notice.text };
    if (notice !== undefined) before[notice.by] = (before[notice.by] ?? 0) + 1;
  }
  return { mutation, breaks, foundBy, seed: undefined, seedsTried: last - first + 1, before, text: '' };
}

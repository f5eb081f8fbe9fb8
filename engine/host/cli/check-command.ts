/**
 * `terrarium check`: seeds are simulated in processes of their own (the simulator belongs to the tests, not to the host), and
 * whatever one finds is told with the command that shows it again.
 */
import { availableParallelism } from 'node:os';
import { InvalidArgumentError, Option, type Command } from 'commander';
import { mutationNames } from '#engine/core/mutations.ts';
import { checkMutations } from '#engine/host/cli/mutation-check.ts';
import { integerBetween } from '#engine/host/cli/option-values.ts';
import { runSimulator } from '#engine/host/cli/simulator-process.ts';
import { RunFailed, UsageError } from '#engine/host/cli/usage-error.ts';

interface Seeds {
  first: number;
  last: number;
}

interface CheckFlags {
  seeds: Seeds;
  faultsMs: number;
  jobs: number;
  save: string;
  mutation?: string;
  mutations?: boolean;
  write?: string;
  json?: boolean;
}

interface SeedLine {
  seed: number;
  ok: boolean;
  error?: string;
  /** Of the first failing seed of each process: the file with what is left of its faults. */
  shrunk?: { file: string; commands: number; from: number; runs: number; isMinimal: boolean };
  events?: number;
  virtualMs?: number;
  acknowledged?: number;
  realMs: number;
}

/** Each bug is noticed within these. */
const mutationSeeds: Seeds = { first: 1, last: 60 };

export function addCheck(program: Command): void {
  program
    .command('check')
    .description('simulation: many seeds, faults on, invariants checked')
    .option('--seeds <first..last>', 'one seed or a range', seedsOf, { first: 1, last: 20 })
    .option('--faults-ms <n>', 'virtual milliseconds under faults, for each seed', integerBetween(1, 86_400_000), 60_000)
    .option('--jobs <n>', 'processes at a time', integerBetween(1, 256), Math.max(1, availableParallelism() - 1))
    .option('--save <dir>', 'where the faults of a failing seed are written as a scenario, thinned out', 'check-failures')
    .addOption(new Option('--mutation <name>', 'with this bug on, which the simulator must notice (engine/core/mutations.ts)').choices(mutationNames))
    .option('--mutations', 'every bug, one at a time: which seed notices it, from --seeds 1..60 on')
    .option('--write <file>', 'with --mutations: write the table into this page, between its marks')
    .option('--json', 'print JSON Lines: one for each seed, then one for all')
    .action((flags: CheckFlags, command: Command) => {
      if (flags.mutations !== true && flags.write !== undefined) throw new UsageError('--write goes with --mutations');
      if (flags.mutations !== true) return check(flags);
      if (flags.mutation !== undefined) throw new UsageError('--mutation NAME is one bug, --mutations is all of them: give one of the two');
      return checkMutations({ ...flags, seeds: command.getOptionValueSource('seeds') === 'default' ? mutationSeeds : flags.seeds });
    });
}

export function seedsOf(text: string): Seeds {
  const match = /^(\d{1,15})(?:\.\.(\d{1,15}))?$/.exec(text);
  const first = Number(match?.[1]);
  const last = Number(match?.[2] ?? match?.[1]);
  if (match === null || last < first) throw new InvalidArgumentError('give a seed or a range, for example 7 or 1..1000.');
  return { first, last };
}

async function check({ seeds, faultsMs, jobs, save, mutation, json }: CheckFlags): Promise<void> {
  const lines: SeedLine[] = [];
  const startMs = performance.now();
  const count = Math.min(jobs, seeds.last - seeds.first + 1);
  const note = (line: SeedLine): void => {
    lines.push(line);
    if (json) process.stdout.write(`${JSON.stringify(line)}\n`);
    else if (!line.ok) process.stdout.write(failureText(line, faultsMs, mutation));
  };
  await Promise.all(Array.from({ length: count }, (_, job) => runSimulator('check-seeds', [String(seeds.first), String(seeds.last), String(faultsMs), `${job}/${count}`, save, ...(mutation === undefined ? [] : [mutation])], (line) => note(line as SeedLine))));
  const failed = lines.filter(({ ok }) => !ok).map(({ seed }) => seed).toSorted((a, b) => a - b);
  const sum = (field: 'events' | 'virtualMs' | 'acknowledged'): number => lines.reduce((total, line) => total + (line[field] ?? 0), 0);
  const summary = { seeds: lines.length, failed, events: sum('events'), virtualMs: sum('virtualMs'), acknowledged: sum('acknowledged'), realMs: Math.round(performance.now() - startMs) };
  process.stdout.write(json ? `${JSON.stringify(summary)}\n` : `${lines.length} seeds, ${failed.length} failed; ${summary.events} events, ${summary.virtualMs / 1000} s virtual in ${summary.realMs / 1000} s\n`);
  if (failed.length > 0) throw new RunFailed(`${failed.length} of ${lines.length} seeds failed: ${failed.slice(0, 10).join(', ')}`);
}

function failureText({ seed, error, shrunk }: SeedLine, faultsMs: number, mutation: string | undefined): string {
  const again = `FAIL  seed ${seed}: ${error}\n      again: terrarium check --seeds ${seed} --faults-ms ${faultsMs}${mutation === undefined ? '' : ` --mutation ${mutation}`}\n`;
  if (shrunk === undefined) return again;
  const { file, commands, from, runs, isMinimal } = shrunk;
  return `${again}      ${commands} of its ${from} commands are enough${isMinimal ? '' : ' (perhaps fewer)'}, found in ${runs} runs: terrarium open ${file}\n`;
}

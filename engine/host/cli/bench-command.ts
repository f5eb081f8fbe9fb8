/** `terrarium bench [NAME]` */
import type { Command } from 'commander';
import { integerBetween } from '#engine/host/cli/option-values.ts';

interface BenchFlags {
  rounds: number;
  json?: boolean;
}

export function addBench(program: Command): void {
  program
    .command('bench')
    .description('the benchmarks; a table with the machine, and each figure\'s min, median, max')
    .argument('[name]', 'one of them; without it, all')
    .option('--rounds <n>', 'how often each is measured', integerBetween(1, 100), 3)
    .option('--json', 'print JSON Lines, one figure a line')
    .action(async (name: string | undefined, flags: BenchFlags) => {
      const { bench } = await import('#engine/host/bench/bench.ts');
      await bench(name, flags.rounds, flags.json ?? false);
    });
}

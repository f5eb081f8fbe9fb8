/** `terrarium run SCENARIO.yaml` */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { integerBetween } from '#engine/host/cli/option-values.ts';
import { RunFailed } from '#engine/host/cli/usage-error.ts';

interface RunFlags {
  seed?: number;
  data?: string;
  json?: boolean;
}

export function addRun(program: Command): void {
  program
    .command('run')
    .description('a scenario headless, as fast as the machine can; prints the verdict and the state hash')
    .argument('<scenario>', 'a scenario file (YAML)')
    .option('--seed <n>', 'instead of the file\'s seed', integerBetween(0, Number.MAX_SAFE_INTEGER))
    .option('--data <dir>', 'keep the brokers\' disks in this empty folder; without it, in memory')
    .option('--json', 'print JSON Lines: one for each expectation, then one for the run')
    .action(async (file: string, flags: RunFlags) => {
      const [{ readScenario }, { runScenario }, { runDisks }] = await Promise.all([
        import('#engine/runtime/scenario/read-scenario.ts'),
        import('#engine/runtime/scenario/run-scenario.ts'),
        import('#engine/host/cli/disk-factory.ts'),
      ]);
      const scenario = readScenario(readFileSync(file, 'utf8'), file);
      const disks = await runDisks(flags.data);
      const startMs = performance.now();
      try {
        const result = runScenario(scenario, { diskFor: (brokerId) => disks.diskFor(brokerId), seed: flags.seed });
        const { name, seed, ok, verdicts, stateHash, events } = result;
        const summary = { name, seed, ok, events, virtualMs: Math.round((result.endUs - result.bootUs) / 1000), realMs: Math.round(performance.now() - startMs), stateHash };
        process.stdout.write(flags.json ? jsonOf(verdicts, summary) : textOf(verdicts, summary));
        if (!ok) throw new RunFailed(`${file}: ${verdicts.filter((verdict) => !verdict.ok).length} of ${verdicts.length} expectations failed`);
      } finally {
        disks.close();
      }
    });
}

interface VerdictLine {
  text: string;
  ok: boolean;
  actual: string;
  eventId: number;
  timeUs: number;
}

interface Summary {
  name: string;
  seed: number;
  ok: boolean;
  events: number;
  virtualMs: number;
  realMs: number;
  stateHash: string;
}

function jsonOf(verdicts: readonly VerdictLine[], summary: Summary): string {
  return [...verdicts.map((verdict) => ({ expectation: verdict.text, ok: verdict.ok, actual: verdict.actual, eventId: verdict.eventId, timeUs: verdict.timeUs })), summary].map((line) => `${JSON.stringify(line)}\n`).join('');
}

function textOf(verdicts: readonly VerdictLine[], { name, seed, ok, events, virtualMs, realMs, stateHash }: Summary): string {
  const lines = verdicts.map((verdict) => `${verdict.ok ? 'ok  ' : 'FAIL'}  ${verdict.text}${verdict.ok ? '' : `; found: ${verdict.actual} (event ${verdict.eventId}, ${(verdict.timeUs / 1000).toFixed(3)} ms)`}`);
  return `${[...lines, `${name}: ${ok ? 'well' : 'failed'}, seed ${seed}, ${events} events, ${virtualMs} ms virtual in ${realMs} ms`, `state hash ${stateHash}`].join('\n')}\n`;
}

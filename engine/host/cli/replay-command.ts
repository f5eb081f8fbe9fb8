/** `terrarium replay RUN` */
import type { Command } from 'commander';
import { RunFailed } from '#engine/host/cli/usage-error.ts';

interface ReplayFlags {
  data?: string;
  json?: boolean;
}

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description('a recorded run again: the same state hash, or exit code 1')
    .argument('<run>', 'a file that serve --record has written')
    .option('--data <dir>', 'keep the brokers\' disks in this empty folder; without it, in memory')
    .option('--json', 'print JSON')
    .action(async (file: string, flags: ReplayFlags) => {
      const [{ replayRun }, { runDisks }] = await Promise.all([import('#engine/runtime/journal/replay-run.ts'), import('#engine/host/cli/disk-factory.ts')]);
      const disks = await runDisks(flags.data);
      try {
        const { eventId, timeUs, inputs, stateHash, recorded, same } = replayRun(file, { diskFor: (brokerId) => disks.diskFor(brokerId) });
        const result = { run: file, same, inputs, events: eventId, virtualMs: Math.round(timeUs / 1000), stateHash, recordedHash: recorded?.stateHash ?? null };
        process.stdout.write(flags.json ? `${JSON.stringify(result)}\n` : `${file}: ${inputs} inputs, ${eventId} events, state hash ${stateHash}\n`);
        if (recorded === undefined) throw new RunFailed(`${file}: the recording was cut off before its end, there is no hash to compare with`);
        if (!same) throw new RunFailed(`${file}: the run ended with state hash ${stateHash} and was recorded with ${recorded.stateHash}`);
      } finally {
        disks.close();
      }
    });
}

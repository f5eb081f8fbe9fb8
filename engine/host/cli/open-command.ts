/** `terrarium open [FILE]` */
import { join } from 'node:path';
import type { Command } from 'commander';
import { integerBetween } from '#engine/host/cli/option-values.ts';

interface OpenFlags {
  data?: string;
  port: number;
  screenPort: number;
  seed?: number;
  address?: boolean;
  json?: boolean;
}

export function addOpen(program: Command): void {
  program
    .command('open', { isDefault: false })
    .description('the app: Electron where it can be shown, else the same screen in the browser')
    .argument('[file]', 'a scenario whose cluster is opened; without one, your own cluster')
    .option('--data <dir>', 'the folder of the cluster; without it, your own in the user\'s data folder')
    .option('--port <port>', 'where clients outside connect with broker 1; 0 takes free ports', integerBetween(0, 65_535), 0)
    .option('--screen-port <port>', 'where the browser finds the screen; 0 takes a free one', integerBetween(0, 65_535), 0)
    .option('--seed <n>', 'seed of a fresh cluster', integerBetween(0, Number.MAX_SAFE_INTEGER))
    .option('--address', 'start neither Electron nor a browser, print the address only')
    .option('--json', 'print the address as JSON')
    .action(async (file: string | undefined, flags: OpenFlags) => {
      const { openApp } = await import('#engine/host/open-app.ts');
      process.exitCode = await openApp({
        root: rootFolder(),
        file,
        dataDirectory: flags.data,
        port: flags.port,
        screenPort: flags.screenPort,
        seed: flags.seed,
        addressOnly: flags.address ?? false,
        json: flags.json ?? false,
        startedAtMs: Number(process.env['TERRARIUM_STARTED_AT'] ?? Date.now() - performance.now()),
      });
    });
}

/** The folder that holds dist/: two above the built command line, three above its source. */
function rootFolder(): string {
  const here = import.meta.dirname;
  return here.endsWith('cli') ? join(here, '../../..') : join(here, '../..');
}

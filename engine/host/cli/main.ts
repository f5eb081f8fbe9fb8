/**
 * The command `terrarium`: verbs, their options and their help. What a verb does is in a file of its own, loaded when it is
 * asked for. Results go to stdout, everything else to stderr; an error is one line that says what to do.
 */
import { enableCompileCache } from 'node:module';
import { Command, CommanderError } from 'commander';
import { engineVersion } from '#engine/runtime/engine-version.ts';
import { exitCodeOf, isForeseen, lineOf } from '#engine/host/cli/exit-code.ts';
import { addBench } from '#engine/host/cli/bench-command.ts';
import { addCheck } from '#engine/host/cli/check-command.ts';
import { addDescribe } from '#engine/host/cli/describe-command.ts';
import { addInject } from '#engine/host/cli/inject-command.ts';
import { addOpen } from '#engine/host/cli/open-command.ts';
import { addReplay } from '#engine/host/cli/replay-command.ts';
import { addRun } from '#engine/host/cli/run-command.ts';
import { addServe } from '#engine/host/cli/serve-command.ts';

const exitCodes = 'Exit codes: 0 well, 1 the run or an expectation failed, 2 wrong usage or a malformed file, 3 the machine says no.';

function createProgram(): Command {
  const program = new Command('terrarium')
    .description('A real Kafka cluster behind glass: run it, break it, turn back its clock, and see why.')
    .version(engineVersion)
    .helpCommand('help [verb]', 'how a verb is used')
    .addHelpText('after', `\n${exitCodes}`)
    .exitOverride()
    .configureOutput({ outputError: (text, write) => write(`terrarium: ${text.replace(/^error: /, '').trim().replaceAll(/\s*\n\s*/g, ' ')}\n`) });
  for (const add of [addOpen, addServe, addRun, addCheck, addReplay, addInject, addDescribe, addBench]) add(program);
  // Errors of a verb's own options are answered like those of the program.
  for (const verb of program.commands) verb.copyInheritedSettings(program).addHelpText('after', `\n${exitCodes}`);
  return program;
}

async function main(): Promise<void> {
  // What a verb loads is compiled once a build, not at each start.
  enableCompileCache();
  // A reader that has seen enough closes the pipe; that is not an error.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 3));
  try {
    await createProgram().parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    process.stderr.write(`terrarium: ${isForeseen(error) ? lineOf(error) : stackOf(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

await main();

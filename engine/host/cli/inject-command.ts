/** `terrarium inject COMMAND` */
import type { Command } from 'commander';
import { UsageError } from '#engine/host/cli/usage-error.ts';

interface InjectFlags {
  control?: string;
  token?: string;
  json?: boolean;
}

export function addInject(program: Command): void {
  program
    .command('inject')
    .description('one command or fault into a running cluster')
    .argument('<command>', 'as JSON, or a kind followed by field=value; - reads JSON from standard input')
    .argument('[fields...]', 'field=value, for example broker=2')
    .option('--control <address>', 'as serve printed it; else TERRARIUM_CONTROL')
    .option('--token <token>', 'as serve printed it; else TERRARIUM_TOKEN')
    .option('--json', 'print the answer as JSON')
    .addHelpText('after', '\nExamples:\n  terrarium inject broker.crash broker=2\n  terrarium inject \'{"kind":"link.cut","from":1,"to":3}\'')
    .action(async (command: string, fields: string[], flags: InjectFlags) => {
      const { askControl, controlAddress, errorOf } = await import('#engine/host/control/control-client.ts');
      const address = controlAddress(flags);
      const answer = await askControl(address, 'POST', '/command', command === '-' ? await readInput() : commandText(command, fields));
      if (answer.status !== 200) throw new UsageError(errorOf(answer));
      const { eventId, note } = JSON.parse(answer.text) as { eventId: number; note?: string };
      process.stdout.write(flags.json ? answer.text : `done, event ${eventId}${note === undefined ? '' : ` (${note})`}\n`);
    });
}

/** JSON is passed on as it is: the engine says what is wrong with it. */
export function commandText(command: string, fields: readonly string[]): string {
  if (command.trimStart().startsWith('{')) {
    if (fields.length > 0) throw new UsageError(`after a command as JSON nothing may follow, found "${fields[0]}"`);
    return command;
  }
  const entries = fields.map((field): [string, unknown] => {
    const equals = field.indexOf('=');
    if (equals < 1) throw new UsageError(`"${field}" is not field=value, for example broker=2`);
    return [field.slice(0, equals), valueOf(field.slice(equals + 1))];
  });
  return JSON.stringify({ kind: command, ...Object.fromEntries(entries) });
}

/** What reads as JSON is that (2, true, {"id":4}); anything else is a text. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

async function readInput(): Promise<string> {
  const pieces: Buffer[] = [];
  for await (const piece of process.stdin as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces).toString('utf8');
}

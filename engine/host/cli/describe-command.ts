/** `terrarium describe topics | groups | quorum | brokers` */
import { Argument, type Command } from 'commander';
import { UsageError } from '#engine/host/cli/usage-error.ts';

interface DescribeFlags {
  control?: string;
  token?: string;
  json?: boolean;
}

type What = 'topics' | 'groups' | 'quorum' | 'brokers';

export function addDescribe(program: Command): void {
  program
    .command('describe')
    .description('the state of a running cluster, as Kafka\'s own tools print it')
    .addArgument(new Argument('<what>', 'what to describe').choices(['topics', 'groups', 'quorum', 'brokers']))
    .argument('[name]', 'one topic or group')
    .option('--control <address>', 'as serve printed it; else TERRARIUM_CONTROL')
    .option('--token <token>', 'as serve printed it; else TERRARIUM_TOKEN')
    .option('--json', 'print JSON Lines, one object a line')
    .action(async (what: What, name: string | undefined, flags: DescribeFlags) => {
      const { askControl, controlAddress, errorOf } = await import('#engine/host/control/control-client.ts');
      const address = controlAddress(flags);
      const query = new URLSearchParams({ what, ...(name === undefined ? {} : { name }) });
      const answer = await askControl(address, 'GET', flags.json ? '/state' : `/describe?${query}`);
      if (answer.status !== 200) throw new UsageError(errorOf(answer));
      process.stdout.write(flags.json ? await linesOf(answer.text, what, name) : answer.text);
    });
}

/** One line for each topic, group or broker; the quorum is one. */
export async function linesOf(stateText: string, what: What, name: string | undefined): Promise<string> {
  const { fromJson, toJson } = await import('#engine/contract/json.ts');
  const state = fromJson(stateText) as Record<What, unknown>;
  const part = state[what];
  const items = (Array.isArray(part) ? part : [part]) as Record<string, unknown>[];
  const wanted = name === undefined ? items : items.filter((item) => String(item['name'] ?? item['group'] ?? item['id']) === name);
  if (name !== undefined && wanted.length === 0) throw new UsageError(`there is no ${what.replace(/s$/, '')} "${name}"`);
  return wanted.map((item) => `${toJson(item)}\n`).join('');
}

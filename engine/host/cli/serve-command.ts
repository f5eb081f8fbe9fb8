/** `terrarium serve`: its options. What it does is in serve.ts. */
import { Option, type Command } from 'commander';
import { integerBetween, rateOf, settingOf, topicOf, type TopicOption } from '#engine/host/cli/option-values.ts';

export interface ServeFlags {
  brokers?: number;
  port: number;
  host: string;
  data?: string;
  memory?: boolean;
  durability: 'process' | 'power';
  preset?: 'kafka' | 'classroom';
  set: Record<string, string>;
  seed?: number;
  topic: TopicOption[];
  rate?: number;
  record?: string;
  controlPort: number;
}

export function addServe(program: Command): void {
  program
    .command('serve')
    .description('a cluster for clients outside, no screen; prints one line of JSON when it is ready')
    .option('--brokers <n>', 'how many brokers, numbered from 1 (default: 3, or those of the folder)', integerBetween(1, 1000))
    .option('--port <port>', 'broker i listens on port + i - 1; 0 takes free ones', integerBetween(0, 65_535), 9092)
    .option('--host <address>', 'address to listen on; any but loopback is open to whoever reaches this machine', '127.0.0.1')
    .addOption(new Option('--data <dir>', 'the folder of the cluster; without it, a fresh one under the user\'s data folder').conflicts('memory'))
    .option('--memory', 'keep nothing')
    .addOption(new Option('--durability <what>', 'what a commit survives: the death of the process, or also a power cut').choices(['process', 'power']).default('process'))
    .addOption(new Option('--preset <name>', 'Kafka\'s defaults, or sped-up ones').choices(['kafka', 'classroom']))
    .option('--set <name=value>', 'a broker setting by Kafka\'s name; repeatable', settingOf, {})
    .option('--seed <n>', 'seed of a fresh cluster', integerBetween(0, Number.MAX_SAFE_INTEGER))
    .option('--topic <name:partitions:replicationFactor>', 'a topic, made if it is not there; repeatable', topicOf, [])
    .option('--rate <n>', 'virtual seconds per real second, or max', rateOf)
    .option('--record <run>', 'record the run to a new file, for replay')
    .option('--control-port <port>', 'where inject and describe connect; 0 takes a free one', integerBetween(0, 65_535), 0)
    .option('--json', 'the ready line is JSON with or without it')
    .action(async (flags: ServeFlags) => {
      const { serve } = await import('#engine/host/cli/serve.ts');
      await serve(flags);
    });
}

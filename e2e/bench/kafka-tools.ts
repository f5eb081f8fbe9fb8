/** Kafka's own load tools, run as Java processes against a cluster, and the figures that they print. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export const recordBytes = 1024;
const tools = 'org.apache.kafka.tools';
/** As Kafka's own scripts start these tools, on a machine of two cores. */
const java = ['-Xms256m', '-Xmx512m', '-XX:+UseG1GC'];
const toolMsMax = 300_000;

export interface Latency {
  p50Ms: number;
  p99Ms: number;
}

export class KafkaTools {
  readonly #classPath: string;
  readonly #bootstrap: string;

  constructor(classPath: string, bootstrap: string) {
    this.#classPath = classPath;
    this.#bootstrap = bootstrap;
  }

  async createTopic(name: string, partitions: number): Promise<void> {
    await this.#run(`${tools}.TopicCommand`, ['--create', '--topic', name, '--partitions', String(partitions), '--replication-factor', '3', '--config', 'min.insync.replicas=2']);
  }

  /** Answers MiB a second, as the tool reckons, from its start to the last acknowledgement. */
  async produce(topic: string, records: number, settings: readonly string[]): Promise<number> {
    const args = ['--topic', topic, '--num-records', String(records), '--throughput', '-1', '--record-size', String(recordBytes), '--command-property', 'acks=all', ...settings];
    const output = await this.#run(`${tools}.ProducerPerformance`, args);
    const summary = output.split('\n').findLast((line) => line.startsWith(`${records} records sent`));
    return figureIn(/\(([\d.]+) MB\/sec\)/.exec(summary ?? ''), output);
  }

  /** Answers MiB a second while fetching: without the time that the group takes to come together. */
  async consume(topic: string, records: number): Promise<number> {
    const output = await this.#run(`${tools}.ConsumerPerformance`, ['--topic', topic, '--num-records', String(records), '--timeout', '20000']);
    const lines = output.trim().split('\n');
    const columns = lines.findLast((line) => line.includes('fetch.MB.sec'))?.split(',').map((name) => name.trim()) ?? [];
    const values = lines.at(-1)?.split(',').map((value) => value.trim()) ?? [];
    if (Number(values[columns.indexOf('data.consumed.in.nMsg')]) < records) throw new Error(`not all ${records} records of ${topic} were read:\n${output}`);
    return figureIn(/^([\d.]+)$/.exec(values[columns.indexOf('fetch.MB.sec')] ?? ''), output);
  }

  /** One record at a time, produced and consumed. */
  async endToEnd(topic: string, records: number): Promise<Latency> {
    const output = await this.#run(`${tools}.EndToEndLatency`, ['--topic', topic, '--num-records', String(records), '--producer-acks', 'all', '--record-size', String(recordBytes)]);
    const found = /50th = (\d+), 99th = (\d+)/.exec(output);
    if (found === null) throw new Error(`no percentiles in:\n${output}`);
    return { p50Ms: Number(found[1]), p99Ms: Number(found[2]) };
  }

  async #run(mainClass: string, args: readonly string[]): Promise<string> {
    const child = spawn('java', [...java, '-cp', this.#classPath, mainClass, '--bootstrap-server', this.#bootstrap, ...args], { stdio: ['ignore', 'pipe', 'pipe'], timeout: toolMsMax });
    let output = '';
    let errors = '';
    child.stdout.on('data', (data: Buffer) => (output += data.toString()));
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`${mainClass} ${args.join(' ')} ended with ${String(code)}:\n${output}${errors}`);
    return output;
  }
}

function figureIn(found: RegExpExecArray | null, output: string): number {
  if (found === null) throw new Error(`no figure in:\n${output}`);
  return Number(found[1]);
}

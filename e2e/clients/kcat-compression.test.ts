/**
 * kcat (librdkafka) writes in every codec into topics of every compression.type and reads it back: librdkafka opens what our brokers
 * compress, and they open what it sends.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ServedCluster } from './served-cluster.ts';

const codecs = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];
const topicTypes = ['producer', 'uncompressed', 'gzip', 'snappy', 'lz4', 'zstd'];
const linesOfEach = 500;

function linesOf(codec: string): string[] {
  return Array.from({ length: linesOfEach }, (_, index) => `${codec} ${index} ${'all the same '.repeat(index % 40)}${(index * 2_654_435_761) % 4_294_967_296}`);
}

async function kcat(args: string[], input = ''): Promise<string> {
  const child = spawn('kcat', args, { stdio: ['pipe', 'pipe', 'pipe'] });
  let [text, complaints] = ['', ''];
  child.stdout.on('data', (data: Buffer) => (text += data.toString()));
  child.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
  child.stdin.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`kcat ${args.join(' ')} ended with ${String(code)}: ${complaints}`);
  return text;
}

describe('kcat and compression', () => {
  let cluster: ServedCluster;
  beforeAll(async () => {
    cluster = await ServedCluster.start(['--brokers', '1', '--port', '0', '--memory']);
    for (const type of topicTypes) await cluster.inject({ kind: 'topic.create', topic: { name: `as-${type}`, partitions: 1, replicationFactor: 1, config: { 'compression.type': type } } });
    await cluster.until('leaders of all topics', ({ topics }) => topicTypes.every((type) => topics.some(({ name, partitions }) => name === `as-${type}` && partitions[0]?.leader === 1)));
  });
  afterAll(() => cluster.kill());

  it.each(topicTypes)('reads what it wrote in every codec from a topic with compression.type=%s', async (type) => {
    const topic = `as-${type}`;
    for (const codec of codecs) await kcat(['-P', '-b', cluster.ready.bootstrap, '-t', topic, '-X', `compression.codec=${codec}`, '-X', 'linger.ms=5'], `${linesOf(codec).join('\n')}\n`);
    const read = await kcat(['-C', '-b', cluster.ready.bootstrap, '-t', topic, '-o', 'beginning', '-e', '-q', '-X', 'check.crcs=true']);
    expect(read.trimEnd().split('\n')).toEqual(codecs.flatMap(linesOf));
  });
});

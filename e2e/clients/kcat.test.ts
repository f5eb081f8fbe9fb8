/**
 * kcat (librdkafka) writes with acks=all while the leader of a partition is crashed and comes back: every acknowledged record is read once, in
 * order, byte for byte.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { crashLeaderAndBringItBack, records, serveArguments } from './leader-crash.ts';
import { problemsOf, valueOf, type ReadRecord } from './records.ts';
import { ServedCluster } from './served-cluster.ts';

describe('kcat while a leader is crashed', () => {
  let cluster: ServedCluster;
  beforeAll(async () => {
    cluster = await ServedCluster.start(serveArguments('crashed-under-kcat'));
  });
  afterAll(() => cluster.kill());

  it(`keeps each of ${records} acknowledged records, once an offset and in order`, async () => {
    const topic = 'crashed-under-kcat';
    const writer = spawn('kcat', ['-P', '-b', cluster.ready.bootstrap, '-t', topic, '-X', 'acks=all', '-X', 'enable.idempotence=true', '-X', 'message.timeout.ms=120000'], { stdio: ['pipe', 'ignore', 'pipe'] });
    let complaints = '';
    writer.stderr.on('data', (data: Buffer) => (complaints += data.toString()));
    const written = once(writer, 'close');
    const feed = async (from: number, to: number) => {
      for (let index = from; index < to; index += 1) if (!writer.stdin.write(`${valueOf(index)}\n`)) await once(writer.stdin, 'drain');
    };
    await feed(0, records / 2);
    await Promise.all([crashLeaderAndBringItBack(cluster, topic), feed(records / 2, records)]);
    writer.stdin.end();
    const [code] = await written;
    expect(complaints.split('\n').filter((line) => /Delivery failed/.test(line))).toEqual([]);
    expect(code).toBe(0);

    const reader = spawn('kcat', ['-C', '-b', cluster.ready.bootstrap, '-t', topic, '-o', 'beginning', '-e', '-q', '-f', '%p %o %s\n'], { stdio: ['ignore', 'pipe', 'ignore'] });
    let text = '';
    reader.stdout.on('data', (data: Buffer) => (text += data.toString()));
    await once(reader, 'close');
    const read: ReadRecord[] = text.trimEnd().split('\n').map((line) => {
      const [partition = '', offset = ''] = line.split(' ', 2);
      return { partition: Number(partition), offset: BigInt(offset), value: line.slice(partition.length + offset.length + 2) };
    });
    expect(problemsOf(read, new Map())).toEqual([]);
    const values = new Set(read.map((record) => record.value));
    expect(values.size).toBe(records);
    expect(read.length).toBe(records);
  }, 240_000);
});

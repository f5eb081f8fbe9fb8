/** `kill -9` of the serving process in mid-write, again and again, on the same disks: nothing acknowledged with acks=all goes missing. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { endOffsets, kafkaOf, readAll, sendRange, type Acknowledged } from './kafkajs-client.ts';
import { problemsOf } from './records.ts';
import { ServedCluster } from './served-cluster.ts';

const kills = 20;
const topic = 'survivor';
const partitions = 3;

describe('A serving process that is killed in mid-write', () => {
  const data = mkdtempSync(join(tmpdir(), 'terrarium-sigkill-'));
  afterAll(() => rmSync(data, { recursive: true, force: true }));
  const serve = () => ServedCluster.start(['--brokers', '3', '--port', '0', '--data', data, '--topic', `${topic}:${partitions}:3`, '--set', 'min.insync.replicas=2']);

  it(`has lost no acknowledged record after ${kills} kills`, async () => {
    const acknowledged: Acknowledged = new Map();
    let next = 0;
    for (let round = 0; round < kills; round += 1) {
      const cluster = await serve();
      // Few retries: it is to notice that the cluster is gone.
      const producer = kafkaOf(cluster.brokers, `writer-${round}`, { retries: 3, initialRetryTime: 20, maxRetryTime: 100 }).producer();
      await producer.connect();
      const before = acknowledged.size;
      const writing = new AbortController();
      const writer = (async () => {
        while (!writing.signal.aborted) {
          const from = next;
          next += 10;
          // What fails was not acknowledged, and may be there or not.
          await sendRange(producer, topic, from, from + 10, { partitions, batch: 10, acknowledged }).catch(() => undefined);
        }
      })();
      // A different point of the write each time, by count and not by time.
      const until = before + 20 + ((round * 37) % 200);
      while (acknowledged.size < until) await new Promise((resolve) => setImmediate(resolve));
      await cluster.kill();
      writing.abort();
      await writer;
      await producer.disconnect().catch(() => undefined);
    }
    const cluster = await serve();
    const kafka = kafkaOf(cluster.brokers, 'reader');
    const read = await readAll(kafka, topic, 'after-the-kills', await endOffsets(kafka, topic));
    expect(acknowledged.size).toBeGreaterThan(kills * 20);
    expect(problemsOf(read, acknowledged)).toEqual([]);
    expect(await cluster.stop()).toBe(0);
  }, 300_000);
});

/** A recorded run with a real client in it is the same run when it is replayed: same hash, or exit 1. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { endOffsets, kafkaOf, readAll, sendRange, type Acknowledged } from './kafkajs-client.ts';
import { runCli, ServedCluster } from './served-cluster.ts';

describe('A recorded run', () => {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-record-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const run = join(folder, 'with-kafkajs.run');

  it('replays to the hash it ended with, a real client, a crash and a group included', async () => {
    const cluster = await ServedCluster.start(['--brokers', '3', '--port', '0', '--memory', '--seed', '7', '--topic', 'recorded:3:3', '--record', run]);
    const kafka = kafkaOf(cluster.brokers, 'client');
    const producer = kafka.producer();
    await producer.connect();
    const acknowledged: Acknowledged = new Map();
    await sendRange(producer, 'recorded', 0, 300, { partitions: 3, batch: 10, acknowledged });
    await cluster.inject({ kind: 'broker.crash', broker: 2 });
    await cluster.inject({ kind: 'broker.restart', broker: 2 });
    await sendRange(producer, 'recorded', 300, 600, { partitions: 3, batch: 10, acknowledged });
    await producer.disconnect();
    const read = await readAll(kafka, 'recorded', 'recorded-group', await endOffsets(kafka, 'recorded'));
    expect(read.length).toBeGreaterThanOrEqual(600);
    expect(await cluster.stop()).toBe(0);

    const first = await runCli(['replay', run, '--json']);
    expect(first.stderr + first.stdout).toMatch(/stateHash/);
    expect(first.code).toBe(0);
    const second = await runCli(['replay', run, '--json']);
    expect(second.stdout.match(/[0-9a-f]{16,}/)?.[0]).toBe(first.stdout.match(/[0-9a-f]{16,}/)?.[0]);
  }, 120_000);

  it('is refused with the place of the damage when a byte of it was changed', async () => {
    const bytes = readFileSync(run);
    const damaged = join(folder, 'damaged.run');
    const copy = Buffer.from(bytes);
    copy[Math.floor(copy.length / 2)] = (copy[Math.floor(copy.length / 2)] ?? 0) ^ 0x55;
    writeFileSync(damaged, copy);
    const answer = await runCli(['replay', damaged]);
    expect([1, 2]).toContain(answer.code);
    expect(answer.stderr).toMatch(/damaged\.run/);
  }, 60_000);
});

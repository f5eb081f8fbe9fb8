/**
 * The codec alone; then throughput over real sockets against a `serve` of its own: records of 1 KiB into six partitions, RF 3, acks=all,
 * batches of 16 KiB, five requests under way with each broker, then all of it read again, once in memory and once on disk; then,
 * where there is one, beside a real Kafka.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Figure } from '#engine/host/bench/bench.ts';
import { codecFigures } from '#engine/host/bench/codec-figures.ts';
import { kafkaComparison } from '#engine/host/bench/kafka-comparison.ts';
import { LoadClient } from '#engine/host/bench/load-client.ts';
import { serveProcess } from '#engine/host/bench/served-process.ts';

const recordBytes = 1024;
const recordsPerBatch = 15;
const batches = 4000;

export async function wireBench(): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-bench-'));
  try {
    const own = [...codecFigures(), ...(await measure('memory', ['--memory'])), ...(await measure('disk', ['--data', join(folder, 'data')]))];
    return [...own, ...((await kafkaComparison()) ?? [])];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function measure(where: string, args: string[]): Promise<Figure[]> {
  const served = await serveProcess(['--brokers', '3', '--topic', 't:6:3', '--set', 'min.insync.replicas=2', ...args]);
  const client = await LoadClient.connect(served.bootstrap, 't');
  try {
    const megabytes = (batches * recordsPerBatch * recordBytes) / 1e6;
    const { seconds: produceSeconds, latenciesMs } = await client.produce(batches, recordsPerBatch, recordBytes);
    const consumeSeconds = await client.consume(batches * recordsPerBatch);
    return [
      { name: `produce, acks=all, ${where}`, unit: 'MB/s', value: megabytes / produceSeconds },
      { name: `produce, p99 of an answer, ${where}`, unit: 'ms', value: latenciesMs[Math.floor(latenciesMs.length * 0.99)] ?? Number.NaN },
      { name: `consume, ${where}`, unit: 'MB/s', value: megabytes / consumeSeconds },
      { name: `resident memory after it, ${where}`, unit: 'MB', value: served.residentMb() },
    ];
  } finally {
    client.close();
    await served.close();
  }
}

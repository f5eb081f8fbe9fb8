/** From the command to a cluster of three brokers that answers, and what it weighs when nobody uses it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Figure } from '#engine/host/bench/bench.ts';
import { serveProcess } from '#engine/host/bench/served-process.ts';

const idleMs = 2000;

export async function startBench(): Promise<Figure[]> {
  const served = await serveProcess(['--brokers', '3', '--memory', '--topic', 't:6:3']);
  await sleep(idleMs);
  const memory = served.residentMb();
  await served.close();
  return [
    { name: 'serve, 3 brokers, 18 replicas: ready', unit: 'ms', value: served.startMs },
    { name: `resident memory, idle for ${idleMs / 1000} s`, unit: 'MB', value: memory },
  ];
}

/**
 * A cluster under fire, from `serve` to its end: so many hostile frames over sockets from many connections at once, a well-behaved client
 * beside, an administrator who takes away what was made, and the process's memory all along.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';
import { ServedCluster } from '../clients/served-cluster.ts';
import { hostileGroups, hostileTopics, type Target } from '../../engine/testing/hostile/bodies.ts';
import { zeroUuid } from '../../engine/protocol/uuid.ts';
import { Chance } from '../../engine/testing/hostile/chance.ts';
import { attack, noCounts, type AttackCounts } from './attack.ts';
import { Bystander, type BystanderFigures } from './bystander.ts';
import { Janitor } from './janitor.ts';

export interface SiegeOptions {
  frames: number;
  seed: number;
  /** Enemies at once, each with one connection. */
  enemies: number;
  /** Frames before those that count: afterwards the engine's code is compiled and its histories, which are bounded, are full. */
  warmUpFrames: number;
  /** How long the well-behaved client is alone before, and the cluster at rest after it. */
  calmMs: number;
  restMs: number;
  say(line: string): void;
}

export interface SiegeResult {
  counts: AttackCounts;
  seconds: number;
  calm: BystanderFigures;
  underFire: BystanderFigures;
  /** Resident memory of the process in MB: when it was ready, at rest after the frames that warmed it up, at its peak, at rest after the end. */
  memoryMB: { ready: number; start: number; peak: number; end: number };
  topicsDeleted: number;
  groupsDeleted: number;
  /** Topics and groups that could not be taken away. */
  left: number;
  /** Whether every broker runs and the process ended in order with exit code 0. */
  whole: boolean;
  logLines: number;
}

const steadyTopic = 'steady';
const cleanEveryMs = 2000;
const memoryEveryMs = 500;
const cleanWithinMs = 60_000;

export async function siege(options: SiegeOptions): Promise<SiegeResult> {
  const data = mkdtempSync(join(tmpdir(), 'terrarium-hostile-'));
  const cluster = await ServedCluster.start(['--brokers', '3', '--port', '0', '--data', data, '--topic', `${steadyTopic}:3:3`]);
  try {
    return await besiege(cluster, options);
  } finally {
    await cluster.kill();
    rmSync(data, { recursive: true, force: true });
  }
}

async function besiege(cluster: ServedCluster, options: SiegeOptions): Promise<SiegeResult> {
  const { frames, warmUpFrames, calmMs, restMs } = options;
  const ports = cluster.brokers.map((broker) => Number(broker.slice(broker.lastIndexOf(':') + 1)));
  const memory = new MemoryWatch(cluster.process.pid!);
  const ready = await memory.look();
  const janitor = await Janitor.start(ports, [steadyTopic]);
  const attackers = { ...options, cluster, ports, memory, janitor };
  await fire({ ...attackers, frames: warmUpFrames, seed: options.seed + 1 });
  await cleaned(janitor);
  await pause(restMs);
  const start = await memory.look();

  const bystander = await Bystander.start(ports, steadyTopic);
  await pause(calmMs);
  const calm = await bystander.figures();
  const began = performance.now();
  const counts = await Promise.race([fire({ ...attackers, frames }), bystander.ended]);
  const seconds = (performance.now() - began) / 1000;
  const underFire = await bystander.figures();
  const left = await cleaned(janitor);
  underFire.errors.push(...(await bystander.figures()).errors);
  await bystander.stop();
  await pause(restMs);
  const end = await memory.look();
  const state = await cluster.state();
  const running = state.brokers.every(({ status, registration }) => status === 'running' && registration === 'unfenced');
  janitor.close();
  const exitCode = await cluster.stop();
  const { topicsDeleted, groupsDeleted } = janitor;
  return { counts, seconds, calm, underFire, memoryMB: { ready, start, peak: memory.peak, end }, topicsDeleted, groupsDeleted, left, whole: running && exitCode === 0, logLines: cluster.errors.length };
}

interface Fire extends SiegeOptions {
  cluster: ServedCluster;
  ports: readonly number[];
  memory: MemoryWatch;
  janitor: Janitor;
}

/** All enemies at once, until every frame is sent. */
async function fire({ frames, seed, enemies, say, cluster, ports, memory, janitor }: Fire): Promise<AttackCounts> {
  const counts = noCounts();
  const target: { -readonly [Name in keyof Target]: Target[Name] } = { topics: hostileTopics, topicIds: [zeroUuid] };
  const watching = setInterval(() => void memory.look(), memoryEveryMs);
  const cleaning = setInterval(() => {
    say(`${counts.frames} frames, ${counts.answers} answers, ${counts.closed} closed, ${memory.last.toFixed(0)} MB`);
    void janitor.clean().then(({ topicIds }) => {
      if (topicIds.length > 0) target.topicIds = topicIds;
    });
  }, cleanEveryMs);
  const takeFrame = (): boolean => counts.frames < frames;
  const all = Array.from({ length: enemies }, (_, index) => attack({ ports, target, chance: new Chance(seed * 1000 + index), counts, takeFrame }));
  try {
    await Promise.race([Promise.all(all), died(cluster)]);
  } finally {
    clearInterval(watching);
    clearInterval(cleaning);
  }
  return counts;
}

/** Members of groups leave when their sessions are over, so this takes some rounds. */
async function cleaned(janitor: Janitor): Promise<number> {
  const giveUp = performance.now() + cleanWithinMs;
  for (;;) {
    const { topicIds, groups } = await janitor.clean();
    const left = topicIds.length + groups;
    if (left === 0 || performance.now() > giveUp) return left;
    await pause(500);
  }
}

async function died(cluster: ServedCluster): Promise<never> {
  const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
    cluster.process.once('exit', (...how) => resolve(how));
  });
  throw new Error(`the cluster's process ended: code ${code}, signal ${signal}\n${cluster.errors.slice(-20).join('\n')}`);
}

class MemoryWatch {
  last = 0;
  peak = 0;
  readonly #pid: number;

  constructor(pid: number) {
    this.#pid = pid;
  }

  async look(): Promise<number> {
    const { stdout } = await promisify(execFile)('ps', ['-o', 'rss=', '-p', String(this.#pid)]);
    this.last = Number(stdout) / 1024;
    this.peak = Math.max(this.peak, this.last);
    return this.last;
  }
}

function mb(value: number): string {
  return value.toFixed(1);
}

function latency({ produceMs, fetchMs }: BystanderFigures): string {
  return `produce p50 ${produceMs.median.toFixed(2)}, p99 ${produceMs.p99.toFixed(2)}, max ${produceMs.max.toFixed(1)}; fetch p50 ${fetchMs.median.toFixed(2)}, p99 ${fetchMs.p99.toFixed(2)}, max ${fetchMs.max.toFixed(1)}`;
}

/** What the run is about, in lines. */
export function told({ counts, seconds, calm, underFire, memoryMB, topicsDeleted, groupsDeleted, left, logLines }: SiegeResult): string[] {
  return [
    `frames sent           ${counts.frames} (${(counts.bytes / 1e6).toFixed(1)} MB) in ${seconds.toFixed(1)} s over ${counts.connections} connections, ${Math.round(counts.frames / seconds)} a second`,
    `by kind               ${Object.entries(counts.byKind).toSorted(([, a], [, b]) => b - a).map(([kind, count]) => `${kind} ${count}`).join(', ')}`,
    `answers               ${counts.answers}, unreadable ${counts.unreadable}`,
    `closed by brokers     ${counts.closed}; bursts in which nothing more came ${counts.waiting}; lines in the log ${logLines}`,
    `resident memory, MB   ready ${mb(memoryMB.ready)}, start, warmed up ${mb(memoryMB.start)}, peak ${mb(memoryMB.peak)}, end ${mb(memoryMB.end)} (${memoryMB.end >= memoryMB.start ? '+' : ''}${mb(memoryMB.end - memoryMB.start)})`,
    `waited for in vain    ${Object.entries(counts.waitingFor).toSorted(([, a], [, b]) => b - a).slice(0, 8).map(([api, count]) => `${api} ${count}`).join(', ')}`,
    `taken away            ${topicsDeleted} topics, ${groupsDeleted} groups; left ${left} (names from ${hostileTopics.length} topics and ${hostileGroups.length} groups, and what damage made of them)`,
    `client beside, alone  ${calm.rounds} rounds, errors ${calm.errors.length}; ms: ${latency(calm)}`,
    `client beside, fire   ${underFire.rounds} rounds, errors ${underFire.errors.length}; ms: ${latency(underFire)}`,
    ...underFire.errors.map((error) => `  error: ${error}`),
  ];
}

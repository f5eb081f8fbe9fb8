/**
 * The same Java client against a real Apache Kafka and against `serve`, one after the other: three brokers, replication factor 3,
 * min.insync.replicas 2, acks=all, records of 1 KiB, six partitions, on disk. Prints one line of JSON, the figures of one round.
 *
 * Figures are ratios first: both sides have the same machine in the same minute, and what else runs on it. A ratio above 1 is Terrarium's
 * favour. Ends with 3 when Java or Maven are missing: nothing was compared then. Run by `bench wire`.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServedCluster } from '../clients/served-cluster.ts';
import { checkJava, ensureKafkaJars, MissingTool } from '../oracle/kafka-jars.ts';
import { RealCluster } from '../oracle/real-cluster.ts';
import { KafkaTools, type Latency } from './kafka-tools.ts';
import { idleCores, processorSeconds, residentMb } from './process-figures.ts';

const exitMissingTool = 3;
const defaultRecords = Number(process.env['TERRARIUM_BENCH_RECORDS'] ?? 300_000);
const largeRecords = 2 * defaultRecords;
const latencyRecords = 5000;
const idleMs = 5000;
const largeBatches = ['batch.size=131072', 'linger.ms=10'];
/** What Kafka's own scripts give a broker. */
const brokerJava = ['-Xms1g', '-Xmx1g', '-server', '-XX:+UseG1GC', '-XX:MaxGCPauseMillis=20', '-XX:InitiatingHeapOccupancyPercent=35', '-XX:+ExplicitGCInvokesConcurrent'];

interface Figure {
  name: string;
  unit: string;
  value: number;
}

interface Measured {
  idleCores: number;
  idleMb: number;
  produce: number;
  produceLarge: number;
  consume: number;
  consumeLarge: number;
  latency: Latency;
  loadedMb: number;
  /** Milliseconds of processor that the brokers took for a MiB produced. */
  produceMs: number;
  produceLargeMs: number;
}

async function measure(classPath: string, bootstrap: string, processIds: readonly number[]): Promise<Measured> {
  const client = new KafkaTools(classPath, bootstrap);
  await client.createTopic('defaults', 6);
  await client.createTopic('large', 6);
  await client.createTopic('latency', 1);
  const costly = async (records: number, work: () => Promise<number>): Promise<[figure: number, msPerMib: number]> => {
    const before = processorSeconds(processIds);
    const figure = await work();
    return [figure, ((processorSeconds(processIds) - before) * 1000) / (records / 1024)];
  };
  const idle = { idleCores: await idleCores(processIds, idleMs), idleMb: residentMb(processIds) };
  const [produce, produceMs] = await costly(defaultRecords, () => client.produce('defaults', defaultRecords, []));
  const [produceLarge, produceLargeMs] = await costly(largeRecords, () => client.produce('large', largeRecords, largeBatches));
  const consume = await client.consume('defaults', defaultRecords);
  const consumeLarge = await client.consume('large', largeRecords);
  const latency = await client.endToEnd('latency', latencyRecords);
  return { ...idle, produce, produceMs, produceLarge, produceLargeMs, consume, consumeLarge, latency, loadedMb: residentMb(processIds) };
}

async function measureKafka(classPath: string): Promise<Measured> {
  const cluster = await RealCluster.start({ java: brokerJava, settings: { 'offsets.topic.replication.factor': '3' } });
  try {
    return await measure(classPath, cluster.bootstrap, cluster.processIds);
  } finally {
    await cluster.stop();
  }
}

async function measureTerrarium(classPath: string): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'terrarium-bench-'));
  const served = await ServedCluster.start(['--brokers', '3', '--port', '0', '--data', join(folder, 'data')]);
  try {
    return await measure(classPath, served.ready.bootstrap, [served.process.pid ?? -1]);
  } finally {
    await served.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Terrarium to Kafka where more is better, and where less is. */
const more = (kafka: number, terrarium: number): number => terrarium / kafka;
const less = (kafka: number, terrarium: number): number => kafka / terrarium;

function figuresOf(kafka: Measured, terrarium: Measured): Figure[] {
  const figures: Figure[] = [];
  const compare = (what: string, unit: string, of: (measured: Measured) => number, ratio: (kafka: number, terrarium: number) => number): void => {
    const [left, right] = [of(kafka), of(terrarium)];
    figures.push({ name: `${what}: Terrarium to Kafka`, unit: '×', value: ratio(left, right) });
    figures.push({ name: `${what}: Kafka`, unit, value: left }, { name: `${what}: Terrarium`, unit, value: right });
  };
  compare('produce, defaults', 'MiB/s', ({ produce }) => produce, more);
  compare('produce, batches of 128 KiB', 'MiB/s', ({ produceLarge }) => produceLarge, more);
  compare('consume, batches of 16 KiB', 'MiB/s', ({ consume }) => consume, more);
  compare('consume, batches of 128 KiB', 'MiB/s', ({ consumeLarge }) => consumeLarge, more);
  compare('end to end, p50', 'ms', ({ latency }) => Math.max(1, latency.p50Ms), less);
  compare('end to end, p99', 'ms', ({ latency }) => Math.max(1, latency.p99Ms), less);
  compare('produce, defaults, processor of the brokers', 'ms/MiB', ({ produceMs }) => produceMs, less);
  compare('produce, 128 KiB, processor of the brokers', 'ms/MiB', ({ produceLargeMs }) => produceLargeMs, less);
  compare('idle', 'cores', (measured) => measured.idleCores, less);
  compare('resident memory, idle', 'MB', ({ idleMb }) => idleMb, less);
  compare('resident memory, after the load', 'MB', ({ loadedMb }) => loadedMb, less);
  return figures;
}

try {
  checkJava();
  const classPath = ensureKafkaJars();
  const kafka = await measureKafka(classPath);
  const terrarium = await measureTerrarium(classPath);
  process.stdout.write(`${JSON.stringify(figuresOf(kafka, terrarium))}\n`);
} catch (error) {
  if (!(error instanceof MissingTool)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = exitMissingTool;
}

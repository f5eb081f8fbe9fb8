/** A real Apache Kafka cluster on loopback: three nodes, each broker and controller, on free ports, in a folder of its own. */
import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureKafkaJars } from './kafka-jars.ts';
import { endsWithUs, goesWithUs } from './left-behind.ts';
import { sameSettings, unfinalisedFeatures } from './same-settings.ts';

const startWithinMs = 90_000;
const stopWithinMs = 20_000;
/** For a start in little time; who measures a cluster gives what Kafka's own scripts give. */
const quickJava = ['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];

export interface RealClusterOptions {
  /** Options of each node's Java. */
  java?: readonly string[];
  /** Server settings besides those of place. */
  settings?: Readonly<Record<string, string>>;
}

export class RealCluster {
  readonly folder: string;
  readonly clientPorts: number[];
  readonly #nodes: ChildProcess[] = [];

  private constructor(folder: string, clientPorts: number[]) {
    this.folder = folder;
    this.clientPorts = clientPorts;
  }

  static async start({ java = quickJava, settings = sameSettings }: RealClusterOptions = {}): Promise<RealCluster> {
    const classPath = ensureKafkaJars();
    const ports = await freePorts(6);
    const cluster = new RealCluster(goesWithUs(mkdtempSync(join(tmpdir(), 'terrarium-oracle-'))), ports.slice(0, 3));
    try {
      await cluster.#launch(classPath, ports.slice(3), java, settings);
    } catch (error) {
      await cluster.stop();
      throw error;
    }
    return cluster;
  }

  get bootstrap(): string {
    return this.clientPorts.map((port) => `127.0.0.1:${port}`).join(',');
  }

  get processIds(): number[] {
    return this.#nodes.map(({ pid }) => pid ?? -1);
  }

  async #launch(classPath: string, controllerPorts: number[], java: readonly string[], settings: Readonly<Record<string, string>>): Promise<void> {
    // One that begins with '-' would be taken for an option.
    const clusterId = `A${randomBytes(16).toString('base64url').slice(1)}`;
    const configs = this.clientPorts.map((clientPort, index) => writeConfig(this.folder, index + 1, clientPort, controllerPorts, settings));
    const features = Object.entries(unfinalisedFeatures).flatMap(([name, level]) => ['--feature', `${name}=${level}`]);
    await Promise.all(configs.map((config) => runJava(classPath, ['kafka.tools.StorageTool', 'format', '--cluster-id', clusterId, '--config', config, ...features])));
    const deadline = AbortSignal.timeout(startWithinMs);
    await Promise.all(configs.map((config, index) => this.#startNode(classPath, config, index + 1, java, deadline)));
  }

  async #startNode(classPath: string, config: string, id: number, java: readonly string[], deadline: AbortSignal): Promise<void> {
    const logPath = join(this.folder, `node-${id}.log`);
    const node = endsWithUs(spawn('java', [...java, `-Dlog4j2.configurationFile=${join(import.meta.dirname, 'log4j2.yaml')}`, '-cp', classPath, 'kafka.Kafka', config], { stdio: ['ignore', 'pipe', 'pipe'] }));
    this.#nodes.push(node);
    const log = createWriteStream(logPath);
    node.stderr.pipe(log, { end: false });
    node.stdout.pipe(log, { end: false });
    await new Promise<void>((resolve, reject) => {
      let tail = '';
      let isStarted = false;
      const fail = (why: string) => isStarted || reject(new Error(`Kafka's node ${id} ${why}\n${readFileSync(logPath, 'utf8').split('\n').slice(-15).join('\n')}`));
      node.stdout.on('data', (data: Buffer) => {
        tail = (tail + data.toString()).slice(-4000);
        if (!tail.includes('Kafka Server started')) return;
        isStarted = true;
        resolve();
      });
      node.once('exit', (code) => fail(`ended with ${String(code)} while it was starting`));
      node.once('error', reject);
      deadline.addEventListener('abort', () => fail(`was not ready within ${startWithinMs} ms`));
    });
  }

  /** Ends every node, in order when it will, and removes the folder. */
  async stop(): Promise<void> {
    await Promise.all(this.#nodes.map(endProcess));
    rmSync(this.folder, { recursive: true, force: true });
  }
}

async function endProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const gone = once(child, 'exit');
  child.kill('SIGTERM');
  const harder = setTimeout(() => child.kill('SIGKILL'), stopWithinMs);
  await gone;
  clearTimeout(harder);
}

function writeConfig(folder: string, id: number, clientPort: number, controllerPorts: number[], settings: Readonly<Record<string, string>>): string {
  const node = join(folder, `node-${id}`);
  mkdirSync(join(node, 'data'), { recursive: true });
  const properties = {
    'process.roles': 'broker,controller',
    'node.id': String(id),
    'controller.quorum.voters': controllerPorts.map((port, index) => `${index + 1}@127.0.0.1:${port}`).join(','),
    listeners: `PLAINTEXT://127.0.0.1:${clientPort},CONTROLLER://127.0.0.1:${controllerPorts[id - 1]}`,
    'advertised.listeners': `PLAINTEXT://127.0.0.1:${clientPort}`,
    'controller.listener.names': 'CONTROLLER',
    'inter.broker.listener.name': 'PLAINTEXT',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    'log.dirs': join(node, 'data'),
    ...settings,
  };
  const path = join(node, 'server.properties');
  writeFileSync(path, Object.entries(properties).map(([name, value]) => `${name}=${value}\n`).join(''));
  return path;
}

async function runJava(classPath: string, args: string[]): Promise<void> {
  const child = endsWithUs(spawn('java', ['-Xmx128m', '-XX:TieredStopAtLevel=1', '-cp', classPath, ...args], { stdio: ['ignore', 'pipe', 'pipe'] }));
  let output = '';
  child.stdout.on('data', (data: Buffer) => (output += data.toString()));
  child.stderr.on('data', (data: Buffer) => (output += data.toString()));
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`java ${args.join(' ')} ended with ${String(code)}:\n${output}`);
}

/** Ports that were free a moment ago, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as { port: number }).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

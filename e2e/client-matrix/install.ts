/**
 * Brings the clients that others wrote onto this machine: each language's packages, pinned, by its own package manager, into the project's
 * cache. A stamp beside them says from which list they were made; what fits is not asked for again.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { checkJava, ensureKafkaJars } from '../oracle/kafka-jars.ts';

/** The machine lacks the language, or its packages cannot be had now: the client is not run, which is no failure of its own. */
export class NotInstalled extends Error {}

export const root = resolve(import.meta.dirname, '../..');
const drivers = join(import.meta.dirname, 'drivers');
const cache = join(root, '.cache/clients');
const installWithinMs = 120_000;

export interface Command {
  command: string;
  args: string[];
  env: Record<string, string>;
}

/** Where a program is, or undefined; Go is often installed beside the path. */
function programPath(name: string, alsoIn: string[] = []): string | undefined {
  return [...(process.env['PATH'] ?? '').split(delimiter), ...alsoIn].map((folder) => join(folder, name)).find((path) => existsSync(path));
}

function needed(name: string, alsoIn: string[] = []): string {
  const path = programPath(name, alsoIn);
  if (path === undefined) throw new NotInstalled(`${name} is not on this machine`);
  return path;
}

async function run(command: string, args: string[], cwd: string): Promise<void> {
  const child = spawn(command, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'], timeout: installWithinMs, killSignal: 'SIGKILL' });
  let said = '';
  const take = (data: Buffer) => (said = (said + data.toString()).slice(-4000));
  child.stdout.on('data', take);
  child.stderr.on('data', take);
  const code = await new Promise<number | string>((done) => {
    child.on('error', (error) => done(error.message));
    child.on('close', (exit, signal) => done(exit ?? signal ?? 'nothing'));
  });
  if (code !== 0) throw new Error(`${command} ${args.slice(0, 3).join(' ')} ended with ${code}: ${said.trim().split('\n').slice(-6).join(' / ')}`);
}

/** What a registry or its client refuses is no failure; it is told. */
async function fetched(what: string, step: () => Promise<void>): Promise<void> {
  try {
    process.stderr.write(`  Installing ${what} (once) …\n`);
    await step();
  } catch (error) {
    throw new NotInstalled(`${what} cannot be installed here`, { cause: error });
  }
}

/** Runs `make` when the folder in the cache was not made from these texts; nothing half made is left to be taken for whole. */
async function madeFrom(folder: string, texts: string[], make: (path: string) => Promise<void>): Promise<string> {
  const path = join(cache, folder);
  const stamp = join(path, '.made-from');
  const digest = createHash('sha1').update(texts.join('\0')).digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === digest) return path;
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  await make(path);
  writeFileSync(stamp, digest);
  return path;
}

function textsBelow(folder: string, ending: RegExp): string[] {
  return readdirSync(folder).filter((name) => ending.test(name)).toSorted().map((name) => readFileSync(join(folder, name), 'utf8'));
}

/** Two clients may need the same packages: they are installed once. */
const installs = new Map<string, Promise<string>>();

function once(name: string, install: () => Promise<string>): Promise<string> {
  const running = installs.get(name) ?? install();
  installs.set(name, running);
  return running;
}

export async function pythonDriver(file: string): Promise<Command> {
  const path = await once('python', () => madeFrom('python', textsBelow(join(drivers, 'python'), /^requirements\.txt$/), async (folder) => {
    const python = needed('python3');
    await fetched('the Python clients', async () => {
      await run(python, ['-m', 'venv', folder], root);
      await run(join(folder, 'bin/pip'), ['install', '-q', '--disable-pip-version-check', '-r', join(drivers, 'python/requirements.txt')], root);
    });
  }));
  return { command: join(path, 'bin/python'), args: [join(drivers, 'python', file)], env: { PYTHONDONTWRITEBYTECODE: '1' } };
}

function nodePackages(): Promise<string> {
  return once('node', () => madeFrom('node', textsBelow(join(drivers, 'node'), /^package(-lock)?\.json$/), async (folder) => {
    for (const name of ['package.json', 'package-lock.json']) cpSync(join(drivers, 'node', name), join(folder, name));
    await fetched('the Node clients', () => run(needed('npm'), ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error', '--fetch-retries=1'], folder));
  }));
}

/** `packages` says whether the driver does without those in the cache: kafkajs is one of the project's own. */
export async function nodeDriver(file: string, packages: 'needed' | 'useful'): Promise<Command> {
  let folder = '';
  try {
    folder = await nodePackages();
  } catch (error) {
    if (packages === 'needed' || !(error instanceof NotInstalled)) throw error;
  }
  return { command: process.execPath, args: [join(drivers, 'node', file)], env: { TERRARIUM_CLIENTS: folder } };
}

export async function kcatDriver(): Promise<Command> {
  needed('kcat');
  return { command: process.execPath, args: [join(drivers, 'node/kcat.mjs')], env: {} };
}

export async function goDriver(client: string): Promise<Command> {
  const source = join(drivers, 'go');
  const path = await once('go', async () => {
    const go = needed('go', ['/usr/local/go/bin']);
    return madeFrom('go', textsBelow(source, /\.(go|mod|sum)$/), async (folder) => {
      await fetched('the Go clients', () => run(go, ['mod', 'download'], source));
      await run(go, ['build', '-buildvcs=false', '-o', join(folder, 'driver'), '.'], source);
    });
  });
  return { command: join(path, 'driver'), args: [client], env: {} };
}

export async function javaDriver(mainClass: string): Promise<Command> {
  const source = join(drivers, 'java');
  let classPath = '';
  const path = await once('java', async () => {
    const javac = needed('javac');
    try {
      checkJava();
      ensureKafkaJars();
    } catch (error) {
      throw new NotInstalled('Apache Kafka, or a Java to run it with, cannot be had here', { cause: error });
    }
    return madeFrom('java', textsBelow(source, /\.java$/), async (folder) => {
      const files = readdirSync(source).filter((name) => name.endsWith('.java')).map((name) => join(source, name));
      await run(javac, ['-nowarn', '-d', folder, '-cp', ensureKafkaJars(), ...files], source);
    });
  });
  classPath = [path, ensureKafkaJars()].join(delimiter);
  const args = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto', '-Dfile.encoding=UTF-8', `-Dlog4j2.configurationFile=${join(root, 'e2e/oracle/log4j2-tools.yaml')}`, '-cp', classPath, mainClass];
  return { command: needed('java'), args, env: {} };
}

/** Kafka's command-line tools, run in one JVM that starts when the first is wanted (ToolRunner.java). A tool that hangs costs the JVM. */
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import { endsWithUs } from '../left-behind.ts';
import { cacheFolder, ensureKafkaJars, MissingTool } from '../kafka-jars.ts';

export interface ToolRun {
  code: number;
  stdout: string;
  stderr: string;
}

const toolWithinMs = 30_000;
const heap = ['-Xmx256m', '-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-Xshare:auto'];
const source = join(import.meta.dirname, 'ToolRunner.java');

export class ToolRunner {
  #child: ChildProcess | undefined;
  #lines: Interface | undefined;
  #end: Promise<never> | undefined;
  /** Runs follow one another: the last one's end. */
  #turn: Promise<unknown> = Promise.resolve();

  /** Runs the class with its arguments; both sides' runs wait for each other. */
  run(className: string, args: readonly string[], input = ''): Promise<ToolRun> {
    const run = this.#turn.then(() => this.#runNow(className, args, input));
    this.#turn = run.catch(() => undefined);
    return run;
  }

  async #runNow(className: string, args: readonly string[], input: string): Promise<ToolRun> {
    const [child, lines] = this.#started();
    const answered = once(lines, 'line');
    child.stdin!.write(`${[input, className, ...args].map((part) => Buffer.from(part).toString('base64')).join('\t')}\n`);
    const line = await Promise.race([answered.then(([text]) => String(text)), this.#end!, lateAfter(toolWithinMs)]);
    if (line === undefined) {
      this.stop();
      return { code: -1, stdout: '', stderr: `the tool did not end within ${toolWithinMs} ms` };
    }
    const [code, stdout, stderr] = line.split('\t');
    return { code: Number(code), stdout: textOf(stdout), stderr: textOf(stderr) };
  }

  #started(): [ChildProcess, Interface] {
    if (this.#child === undefined || this.#lines === undefined || this.#child.exitCode !== null) {
      const classPath = `${compiledRunner()}:${ensureKafkaJars()}`;
      const log = join(import.meta.dirname, '../log4j2-tools.yaml');
      this.#child = endsWithUs(spawn('java', [...heap, `-Dlog4j2.configurationFile=${log}`, '-cp', classPath, 'ToolRunner'], { stdio: ['pipe', 'pipe', 'ignore'] }));
      this.#lines = createInterface({ input: this.#child.stdout! });
      this.#end = endOf(this.#child);
      // Told to whoever waits for a line; when nobody does it is no news.
      this.#end.catch(() => undefined);
    }
    return [this.#child, this.#lines];
  }

  stop(): void {
    this.#child?.kill('SIGKILL');
    this.#lines?.close();
    this.#child = undefined;
    this.#lines = undefined;
  }
}

async function endOf(child: ChildProcess): Promise<never> {
  const [code, signal] = await once(child, 'exit');
  throw new Error(`the JVM of Kafka's tools ended with ${String(code ?? signal)}`);
}

function textOf(encoded: string | undefined): string {
  return Buffer.from(encoded ?? '', 'base64').toString('utf8');
}

function lateAfter(ms: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => resolve(undefined), ms).unref();
  });
}

/** The folder of the compiled runner; compiles when its source has changed. */
function compiledRunner(): string {
  const digest = createHash('sha1').update(readFileSync(source)).digest('hex').slice(0, 12);
  const folder = join(cacheFolder(), `tool-runner-${digest}`);
  if (existsSync(join(folder, 'ToolRunner.class'))) return folder;
  mkdirSync(cacheFolder(), { recursive: true });
  const work = mkdtempSync(join(cacheFolder(), 'compile-'));
  const answer = spawnSync('javac', ['-cp', ensureKafkaJars(), '-d', work, source], { encoding: 'utf8', timeout: 60_000 });
  if (answer.status !== 0) {
    rmSync(work, { recursive: true, force: true });
    throw new Error(`javac could not compile ${source}:\n${answer.stderr}`);
  }
  try {
    renameSync(work, folder);
  } catch {
    // Another run was first.
    rmSync(work, { recursive: true, force: true });
  }
  return folder;
}

/** A Java that only runs programs cannot compile the runner. */
export function checkCompiler(): void {
  if (spawnSync('javac', ['-version'], { stdio: 'ignore' }).status !== 0) throw new MissingTool('A JDK is needed to run Apache Kafka\'s command-line tools, and "javac" is not there.');
}

export const toolRunner = new ToolRunner();

/** Apache Kafka's jars, fetched once by Maven into the user's cache; and the Java to run them with. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';

export const kafkaVersion = '4.3.1';
const javaMajorMin = 17;

/** Java or Maven is not there, or Maven cannot fetch: the caller decides what that means. */
export class MissingTool extends Error {}

export function cacheFolder(): string {
  const base = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  return join(base, 'terrarium', `kafka-${kafkaVersion}`);
}

export function checkJava(): void {
  const answer = spawnSync('java', ['-version'], { encoding: 'utf8' });
  if (answer.error !== undefined || answer.status !== 0) throw new MissingTool(`Java ${javaMajorMin} or newer is needed to run Apache Kafka, and "java" is not there.`);
  const major = Number(/version "(\d+)/.exec(answer.stderr)?.[1] ?? 0);
  if (major < javaMajorMin) throw new MissingTool(`Java ${javaMajorMin} or newer is needed to run Apache Kafka ${kafkaVersion}, and "java" is ${major}.`);
}

/** The class path of Kafka's server and tools; fetches it when the cache has none. */
export function ensureKafkaJars(): string {
  const folder = cacheFolder();
  const libs = join(folder, 'libs');
  const complete = join(folder, 'complete');
  if (!existsSync(complete)) {
    fetchInto(libs);
    writeFileSync(complete, `${kafkaVersion}\n`);
  }
  return join(libs, '*');
}

function fetchInto(libs: string): void {
  if (spawnSync('mvn', ['-v'], { stdio: 'ignore' }).status !== 0) throw new MissingTool(`Maven is needed to fetch Apache Kafka ${kafkaVersion}, and "mvn" is not there.`);
  process.stderr.write(`  Fetching Apache Kafka ${kafkaVersion} by Maven (once) …\n`);
  const work = mkdtempSync(join(tmpdir(), 'terrarium-maven-'));
  try {
    cpSync(join(import.meta.dirname, 'pom.xml'), join(work, 'pom.xml'));
    const target = join(work, 'libs');
    const args = ['-q', '-B', '-f', join(work, 'pom.xml'), 'dependency:copy-dependencies', '-DincludeScope=runtime', `-DoutputDirectory=${target}`];
    const answer = spawnSync('mvn', args, { encoding: 'utf8', timeout: 240_000 });
    if (answer.status !== 0) throw new MissingTool(`Maven could not fetch Apache Kafka ${kafkaVersion}; can it reach its repository?\n${answer.stdout}${answer.stderr}`);
    rmSync(libs, { recursive: true, force: true });
    mkdirSync(join(libs, '..'), { recursive: true });
    moveFolder(target, libs);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function moveFolder(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch {
    // Another file system.
    cpSync(from, to, { recursive: true });
  }
}

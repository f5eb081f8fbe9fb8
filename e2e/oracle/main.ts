/**
 * The oracle: the same requests to a real Apache Kafka and to Terrarium, and every difference between their answers.
 *
 * Ends with 0 when each difference is in known-differences.tsv and each line there occurred, with 1 when not or when it took too
 * long, with 2 for options it does not know, and with 3 when Java or Maven are missing or Kafka cannot be fetched: then nothing was
 * compared, and the caller decides what that means.
 */
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ServedCluster } from '../clients/served-cluster.ts';
import { allStories } from './all-stories.ts';
import { differencesOf } from './compare.ts';
import { checkJava, ensureKafkaJars, MissingTool } from './kafka-jars.ts';
import { coveringLine, globOf, readKnownDifferences } from './known-differences.ts';
import { endEverything, endsWithUs } from './left-behind.ts';
import { normalised } from './normalise.ts';
import { RealCluster } from './real-cluster.ts';
import { figuresOf, textOf, writeReport, type Findings } from './report.ts';
import { sameSettings } from './same-settings.ts';
import { Session } from './session.ts';
import { ownTextStory } from './stories/own-texts.ts';
import type { Story } from './stories/story.ts';
import { checkCompiler } from './tools/tool-runner.ts';

const exitMissingTool = 3;
const root = resolve(import.meta.dirname, '../..');
const shownUnlistedMax = 60;
/** Without the fetching of Kafka, which happens once. */
const wholeRunWithinMs = 280_000;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function optionsOf(args: string[]): { only: RegExp[] | undefined; report: string } {
  const { values } = parseArgs({ args, options: { only: { type: 'string', multiple: true }, report: { type: 'string' } }, strict: true });
  return { only: values.only?.map(globOf), report: values.report ?? join(root, '.cache/test-reports/oracle.txt') };
}

/** Tells every wanted story to both sides at the same time. */
async function tellAll(stories: readonly Story[], kafka: Session, terrarium: Session, only: RegExp[] | undefined): Promise<string[]> {
  const failures: string[] = [];
  for (const story of stories) {
    if (story.name !== 'scene' && only?.some((pattern) => pattern.test(story.name)) === false) continue;
    const started = performance.now();
    await Promise.all([kafka, terrarium].map(async (session) => {
      session.story = story.name;
      await story.tell(session).catch((error: unknown) => failures.push(`${session.side} could not be told "${story.name}": ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`));
    }));
    const seconds = (performance.now() - started) / 1000;
    if (seconds > 3) process.stderr.write(`    ${story.name}: ${seconds.toFixed(1)} s\n`);
  }
  return failures;
}

function judge(kafka: Session, terrarium: Session, missing: string[], isWhole: boolean): Findings {
  const known = readKnownDifferences(join(import.meta.dirname, 'known-differences.tsv'));
  const findings: Findings = { compared: 0, equal: 0, listed: [], unlisted: [], stale: [], missing };
  for (const name of new Set([...kafka.transcript.keys(), ...terrarium.transcript.keys()])) {
    const [left, right] = [kafka.transcript.get(name), terrarium.transcript.get(name)];
    findings.compared += 1;
    const differences = differencesOf(name, left === undefined ? 'not asked' : normalised(left), right === undefined ? 'not asked' : normalised(right));
    if (differences.length === 0) findings.equal += 1;
    for (const difference of differences) {
      const line = coveringLine(known, difference);
      if (line === undefined) findings.unlisted.push(difference);
      else findings.listed.push({ difference, line });
    }
  }
  // A run of a part cannot say of a line that its difference is gone.
  if (isWhole) findings.stale = known.filter((line) => line.occurred === 0);
  return findings;
}

function tellFindings(findings: Findings, report: string): void {
  for (const { exchange, path, kafka, terrarium } of findings.unlisted.slice(0, shownUnlistedMax)) say(`  ${exchange}\t${path}\tkafka ${textOf(kafka).slice(0, 160)}\tterrarium ${textOf(terrarium).slice(0, 160)}`);
  if (findings.unlisted.length > shownUnlistedMax) say(`  … and ${findings.unlisted.length - shownUnlistedMax} more`);
  for (const line of findings.stale) say(`  known-differences.tsv:${line.line} did not occur; remove it: ${line.text}`);
  for (const failure of findings.missing) say(`  ${failure}`);
  say(`  both answers of each difference: ${report}`);
  say(figuresOf(findings));
}

async function run(): Promise<number> {
  const { only, report } = optionsOf(process.argv.slice(2));
  checkJava();
  checkCompiler();
  ensureKafkaJars();
  const started = performance.now();
  setTimeout(() => {
    say(`  The oracle did not end within ${wholeRunWithinMs / 1000} s.`);
    process.exit(1);
  }, wholeRunWithinMs).unref();
  const settings = Object.entries(sameSettings).flatMap(([name, value]) => ['--set', `${name}=${value}`]);
  const [realStart, servedStart] = await Promise.allSettled([RealCluster.start(), ServedCluster.start(['--brokers', '3', '--port', '0', '--memory', ...settings])]);
  const real = realStart.status === 'fulfilled' ? realStart.value : undefined;
  const served = servedStart.status === 'fulfilled' ? servedStart.value : undefined;
  if (served !== undefined) endsWithUs(served.process);
  try {
    if (real === undefined || served === undefined) throw new Error([realStart, servedStart].flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : [])).join('\n'));
    process.stderr.write(`  Both clusters are up after ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
    const kafka = new Session('kafka', new Map(real.clientPorts.map((port, index) => [index + 1, port])));
    const terrarium = new Session('terrarium', new Map(served.brokers.map((address, index) => [index + 1, Number(address.split(':')[1])])));
    const missing = await tellAll([...allStories, ownTextStory(served)], kafka, terrarium, only);
    await Promise.all([kafka.close(), terrarium.close()]);
    const findings = judge(kafka, terrarium, missing, only === undefined);
    writeReport(report, findings);
    tellFindings(findings, report);
    if (served.process.exitCode !== null) say(`  Terrarium ended in the middle:\n${served.errors.join('\n')}`);
    return findings.compared > 0 && findings.unlisted.length + findings.stale.length + missing.length === 0 ? 0 : 1;
  } finally {
    endEverything();
    process.stderr.write(`  The oracle took ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
  }
}

try {
  process.exitCode = await run();
} catch (error) {
  process.stderr.write(`oracle: ${error instanceof Error ? error.message : String(error)}\n`);
  const isUsage = error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS');
  process.exitCode = error instanceof MissingTool ? exitMissingTool : isUsage ? 2 : 1;
}

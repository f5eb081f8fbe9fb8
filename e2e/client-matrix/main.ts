/**
 * The client matrix: every client × every capability against one `serve`, and docs/clients.md from what was seen.
 *
 * Ends with 0 when nothing fails, 1 when something does, 2 for options it does not know. A client that cannot be installed is not run, and
 * said to be so; it is no failure. `--bootstrap HOST:PORT` tells the same stories to another cluster of three brokers, such as Apache
 * Kafka's, and writes no page; the crash is told to it when `--crash` and `--restart` are commands that do so to its broker 2.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ServedCluster } from '../clients/served-cluster.ts';
import { clients, type Client } from './clients.ts';
import { crashTogether, faultsByCommand, faultsOf, type Faults } from './crash.ts';
import { NotInstalled, root } from './install.ts';
import { outcomeOf, started, stories, tellAll, type Runner } from './runner.ts';
import { loadCapability, survivorCapability } from './stories/crash-story.ts';
import { countOf, pageOf, writeText, type Column, type Findings } from './table.ts';
import { Witness } from './witness.ts';

/** Clients that are told stories at the same time: most of a story is waiting. */
const atOnce = 5;
const serveArguments = ['--brokers', '3', '--port', '0', '--memory', '--set', 'min.insync.replicas=2', '--set', 'group.initial.rebalance.delay.ms=0'];

interface Options {
  client: string[];
  only: string | undefined;
  bootstrap: string | undefined;
  crash: string | undefined;
  restart: string | undefined;
  report: string | undefined;
  page: string | undefined;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}

function optionsOf(args: string[]): Options {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({ args, options: { client: { ...text, multiple: true }, only: text, bootstrap: text, crash: text, restart: text, report: text, page: text }, strict: true });
  const asked = values.client ?? [];
  const unknown = asked.filter((id) => clients.every((client) => client.id !== id));
  if (unknown.length > 0) throw new Error(`no client is called ${unknown.join(', ')}; there are ${clients.map((client) => client.id).join(', ')}`);
  // A part of the matrix, or another cluster's, is not what the page is about.
  const isWhole = asked.length === 0 && values.only === undefined && values.bootstrap === undefined;
  return { client: asked, only: values.only, bootstrap: values.bootstrap, crash: values.crash, restart: values.restart, report: values.report, page: values.page ?? (isWhole ? join(root, 'docs/clients.md') : undefined) };
}

async function runnerOf(client: Client, witness: Witness, findings: Findings): Promise<Runner | undefined> {
  try {
    const command = await client.install();
    const { driver, version, choosesPartition } = await started(command, witness.bootstrap);
    const column: Column = { title: client.title, version, outcomes: new Map() };
    return { command, column, stage: { driver, witness, choosesPartition, name: (suffix) => `${client.id}-${suffix}` } };
  } catch (error) {
    if (error instanceof NotInstalled) {
      findings.notRun.push({ title: client.title, why: error.message });
      say(`  ${client.title} IS NOT RUN: ${error.message}${error.cause instanceof Error ? `: ${error.cause.message}` : ''}`);
      return undefined;
    }
    findings.columns.push({ title: client.title, version: '', outcomes: new Map([['metadata', outcomeOf(error)]]) });
    say(`  ✗ ${client.title} does not start: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

async function tellMatrix(options: Options, witness: Witness, faults: Faults | undefined): Promise<Findings> {
  const findings: Findings = { capabilities: [...stories.map((story) => story.capability), ...(faults === undefined ? [] : [loadCapability, survivorCapability])], columns: [], notRun: [] };
  const runners: Runner[] = [];
  const waiting = clients.filter((client) => options.client.length === 0 || options.client.includes(client.id));
  // First all, then the stories: an install takes the machine's time, and Maven's holds up this program.
  await Promise.allSettled(waiting.map((client) => client.install()));
  const lane = async () => {
    // From the end of the list: the ones there take longest.
    for (let client = waiting.pop(); client !== undefined; client = waiting.pop()) {
      const runner = await runnerOf(client, witness, findings);
      if (runner === undefined) continue;
      runners.push(runner);
      await tellAll(runner, options.only, say);
    }
  };
  try {
    await Promise.all(Array.from({ length: atOnce }, lane));
    if (faults !== undefined && (options.only === undefined || loadCapability.includes(options.only) || survivorCapability.includes(options.only))) {
      await crashTogether(runners, witness, faults, say);
    }
  } finally {
    await Promise.all(runners.map((runner) => runner.stage.driver.stop()));
  }
  const order = clients.map((client) => client.title);
  findings.columns = [...findings.columns, ...runners.map((runner) => runner.column)].toSorted((left, right) => order.indexOf(left.title) - order.indexOf(right.title));
  return findings;
}

async function run(options: Options): Promise<number> {
  const served = options.bootstrap === undefined ? await ServedCluster.start(serveArguments) : undefined;
  // The drivers end by the end of their input; the cluster has none.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => {
      served?.process.kill('SIGTERM');
      process.exit(1);
    });
  }
  try {
    const witness = await Witness.of(options.bootstrap ?? served?.ready.bootstrap ?? '');
    try {
      const findings = await tellMatrix(options, witness, served === undefined ? faultsByCommand(options.crash, options.restart) : faultsOf(served));
      const [passed, failed] = [countOf(findings, 'works'), countOf(findings, 'fails')];
      if (options.page !== undefined) writeText(options.page, pageOf(findings));
      if (options.report !== undefined) writeText(options.report, `${JSON.stringify({ passed, failed, absent: countOf(findings, 'absent'), notRun: findings.notRun })}\n`);
      process.stdout.write(`${passed} passed, ${failed} failed\n`);
      return failed === 0 ? 0 : 1;
    } finally {
      await witness.close();
    }
  } finally {
    await served?.stop();
  }
}

function optionsOrUsage(args: string[]): Options | undefined {
  try {
    return optionsOf(args);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}

const options = optionsOrUsage(process.argv.slice(2));
if (options === undefined) {
  process.exitCode = 2;
} else {
  try {
    process.exitCode = await run(options);
  } catch (error) {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error));
    process.exitCode = 1;
  }
}

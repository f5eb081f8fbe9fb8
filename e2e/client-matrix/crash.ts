/** Crashes a broker under the load of all clients at once, brings it back, and judges what each client is left with. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { ServedCluster } from '../clients/served-cluster.ts';
import { outcomeOf, started, type Runner } from './runner.ts';
import { acknowledgedMore, crashPartitions, crashTopic, judgeLoad, judgeReader, loadCapability, startLoad, startReader, survivorCapability } from './stories/crash-story.ts';
import type { Stage } from './story.ts';
import { until } from './until.ts';
import type { Witness } from './witness.ts';

/** Not the one that the witness asks first. */
const crashed = 2;
const recoveredWithinMs = 120_000;

/** How the broker is crashed and brought back. */
export interface Faults {
  crash(): Promise<void>;
  restart(): Promise<void>;
}

export function faultsOf(served: ServedCluster): Faults {
  return { crash: () => served.inject({ kind: 'broker.crash', broker: crashed }), restart: () => served.inject({ kind: 'broker.restart', broker: crashed }) };
}

async function shell(command: string): Promise<void> {
  const [code] = await once(spawn(command, { shell: true, stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
  if (code !== 0) throw new Error(`${command} ended with ${String(code)}`);
}

/** Commands of the shell, for a cluster that was started elsewhere. */
export function faultsByCommand(crash: string | undefined, restart: string | undefined): Faults | undefined {
  if (crash === undefined || restart === undefined) return undefined;
  return { crash: () => shell(crash), restart: () => shell(restart) };
}

/** One of both capabilities of one client, as far as it has come. */
interface Attempt {
  runner: Runner;
  capability: string;
}

export async function crashTogether(runners: Runner[], witness: Witness, faults: Faults, say: (line: string) => void): Promise<void> {
  const began = performance.now();
  const lost = (attempt: Attempt, error: unknown) => {
    const outcome = outcomeOf(error);
    attempt.runner.column.outcomes.set(attempt.capability, outcome);
    if (outcome.kind === 'fails') say(`    ✗ ${attempt.runner.column.title}, ${attempt.capability}: ${outcome.why}`);
  };
  /** Takes one step with each attempt beside the others; answers those that are still in it. */
  const each = async (attempts: Attempt[], step: (stage: Stage) => Promise<void>): Promise<Attempt[]> => {
    const left = await Promise.all(attempts.map((attempt) => step(attempt.runner.stage).then(() => [attempt], (error: unknown) => (lost(attempt, error), []))));
    return left.flat();
  };
  await Promise.all(runners.map(async (runner) => {
    if (!runner.stage.driver.isAlive) runner.stage.driver = (await started(runner.command, witness.bootstrap)).driver;
    await witness.makeTopic(crashTopic(runner.stage), crashPartitions);
  }));
  let readers = await each(runners.map((runner) => ({ runner, capability: survivorCapability })), startReader);
  let loads = await each(runners.map((runner) => ({ runner, capability: loadCapability })), startLoad);
  await faults.crash();
  const topics = runners.map((runner) => crashTopic(runner.stage));
  for (const topic of topics) await until(`leaders of ${topic} that live`, () => witness.topic(topic), (found) => found?.every((one) => one.leader > 0 && one.leader !== crashed) === true, recoveredWithinMs);
  loads = await each(loads, acknowledgedMore);
  await faults.restart();
  for (const topic of topics) await until(`broker ${crashed} back in the ISR of ${topic}`, () => witness.topic(topic), (found) => found?.every((one) => one.isr.length === 3) === true, recoveredWithinMs);
  loads = await each(loads, acknowledgedMore);
  loads = await each(loads, judgeLoad);
  readers = await each(readers, judgeReader);
  for (const { runner, capability } of [...loads, ...readers]) runner.column.outcomes.set(capability, { kind: 'works' });
  say(`  broker ${crashed} crashed and restarted under ${runners.length} clients: judged in ${((performance.now() - began) / 1000).toFixed(0)} s`);
}

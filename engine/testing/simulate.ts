/**
 * One simulated run under random faults. The seed draws everything: topology, workload, which kinds of faults this run knows at all
 * (each seed its own mix), when they strike and when they are healed. All invariants watch. At the end everything is healed, and then the
 * cluster must recover whole: that is the liveness half.
 *
 * The faults stay inside the guarantee of acks=all with min.insync.replicas 2 of 3: processes crash at will, since their disks keep what they
 * were given. Power fails only while every broker runs and every partition has its full ISR, and then no other broker goes down before all
 * are full again: what was never flushed survives only on the other machines, and when all replicas go down uncleanly the controller cannot
 * tell which one has it (the last-known leader is elected, and Kafka loses data too). The internal topics ask for two copies as well.
 */
import type { ClusterSpecInput } from '#engine/contract/cluster-spec.ts';
import { brokerIdOf, brokerNodeId } from '#engine/core/node.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { brokerIds } from '#engine/core/world/inspect.ts';
import { nextFraction, nextInteger, seedStream } from '#engine/core/world/random.ts';
import type { StreamState } from '#engine/core/world/random.ts';
import { stateHash } from '#engine/core/world/state-hash.ts';
import type { EventRecord, World } from '#engine/core/world/world-state.ts';
import { missingBrokers, missingReplicas } from '#engine/core/world/boot.ts';
import { createHistory, noteInHistory } from '#engine/testing/history/client-history.ts';
import { finalLogs } from '#engine/testing/history/final-logs.ts';
import { judgeHistory } from '#engine/testing/history/judge-history.ts';
import type { Judgement } from '#engine/testing/history/judge-history.ts';
import { InvariantError } from '#engine/testing/invariants/watch.ts';
import { SimulationError } from '#engine/testing/scheduled-run.ts';
import type { Schedule } from '#engine/testing/scheduled-run.ts';
import { cluster } from '#engine/testing/cluster.ts';
import type { ClusterOptions, TestCluster } from '#engine/testing/cluster.ts';

export interface SimulationOptions extends Pick<ClusterOptions, 'diskFor' | 'wire' | 'observe' | 'truncation' | 'mutations'> {
  seed: number;
  /** Virtual time under faults. */
  faultsMs?: number;
  /** What a run did before, instead of what the seed would draw. */
  repeat?: Schedule;
}

export interface SimulationResult {
  seed: number;
  events: number;
  virtualMs: number;
  /** What was done, in order, and where. */
  schedule: Schedule;
  acknowledged: number;
  /** What the clients' own history says. */
  judgement: Judgement;
  stateHash: string;
}

export class LivenessError extends Error {
  override readonly name = 'LivenessError';
}

/** What the clients saw cannot have been. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}

const recoveryMaxMs = 240_000;

export function simulate(options: SimulationOptions): SimulationResult {
  const stream = seedStream(options.seed, 'simulation');
  const { faultsMs = 60_000, seed, diskFor, wire, observe, truncation, mutations } = options;
  const drawn = drawSpec(stream);
  const spec = { ...(options.repeat?.spec ?? drawn), ...(truncation && { truncation }) };
  const history = createHistory();
  const note = (record: EventRecord, world: World): void => {
    noteInHistory(history, world, record);
    observe?.(record, world);
  };
  const run = cluster({ ...spec, seed, mutations, observe: note, ...(diskFor && { diskFor }), ...(wire && { wire }) });
  const upUs = run.world.state.timeUs;
  const schedule: Schedule = { seed, spec, faultsMs, commands: [] };
  const kinds = drawKinds(stream);
  let judgement: Judgement;
  try {
    const note: NoteCommand = (command) => void schedule.commands.push({ sinceUpUs: run.world.state.timeUs - upUs, command });
    if (options.repeat === undefined) drawFaults(run, stream, kinds, upUs + faultsMs * 1000, note);
    else repeatFaults(run, options.repeat, upUs, note);
    recover(run);
    run.invariants.checkAll();
    judgement = judgeHistory(history, finalLogs(run.world), run.world.state.timeUs);
    const [first] = judgement.anomalies;
    if (first !== undefined) throw new HistoryError(`${judgement.anomalies.length} anomalies, the first a ${first.kind}: ${first.text}`);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new SimulationError(error instanceof InvariantError ? error.invariant : error.name, schedule, (run.world.state.timeUs - upUs) / 1000, error);
  }
  return {
    seed,
    events: run.world.state.eventId,
    virtualMs: run.world.state.timeUs / 1000,
    schedule,
    acknowledged: run.factsOf('client.acknowledged').reduce((sum, { payload }) => sum + payload.records, 0),
    judgement,
    stateHash: stateHash(run.world),
  };
}

/** Is told of each command that was done. */
type NoteCommand = (command: WorldCommand) => void;

/** Faults by lot, and their ends, until `endUs`. */
function drawFaults(run: TestCluster, stream: StreamState, kinds: string[], endUs: number, note: NoteCommand): void {
  let fragile = false;
  while (run.world.state.timeUs < endUs) {
    run.run(200 + nextInteger(stream, 4000));
    const command = nextFraction(stream) < 0.45 ? drawInverse(run.world, stream) : drawFault(run.world, stream, kinds);
    if (fragile && isWhole(run.world)) fragile = false;
    if (command === undefined || (fragile && endsBroker.has(command.kind))) continue;
    if (!attempt(run, command)) continue;
    note(command);
    if (command.kind === 'broker.powerLoss') fragile = true;
  }
}

/** The commands of an earlier run at their moments; one that cannot be done any more, since others were left out, is left out too. */
function repeatFaults(run: TestCluster, { commands, faultsMs }: Schedule, upUs: number, note: NoteCommand): void {
  for (const { sinceUpUs, command } of commands) {
    run.run((upUs + sinceUpUs - run.world.state.timeUs) / 1000);
    if (attempt(run, command)) note(command);
  }
  const leftMs = faultsMs - (run.world.state.timeUs - upUs) / 1000;
  if (leftMs > 0) run.run(leftMs);
}

/** Commands after which a broker's process may end, or be taken for dead. */
const endsBroker: ReadonlySet<string> = new Set(['trigger.set', 'broker.pause', 'broker.crash', 'broker.powerLoss', 'broker.shutdown', 'disk.full', 'disk.fail']);

/** What the world refuses just now (a broker that is down already) is not done. */
function attempt(run: TestCluster, command: WorldCommand): boolean {
  try {
    run.command(command);
    return true;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    return false;
  }
}

function drawSpec(stream: StreamState): ClusterSpecInput & { brokers: ClusterSpecInput['brokers'] } {
  const brokers = Array.from({ length: 3 + nextInteger(stream, 3) }, (_, index) => ({ id: index + 1, rack: `rack-${index % 3}` }));
  const topics = Array.from({ length: 1 + nextInteger(stream, 2) }, (_, index) => ({
    name: `topic-${index}`,
    partitions: 1 + nextInteger(stream, 4),
    replicationFactor: 3,
    config: { 'min.insync.replicas': '2' },
  }));
  const names = topics.map(({ name }) => name);
  return {
    brokers,
    topics,
    settings: { 'min.insync.replicas': '2' },
    preset: nextInteger(stream, 2) === 0 ? 'kafka' : 'classroom',
    network: { latencyMs: 0.1 + nextFraction(stream) * 5, jitterMs: nextFraction(stream) * 5 },
    producers: Array.from({ length: 1 + nextInteger(stream, 2) }, (_, index) => ({
      id: `p${index}`,
      topic: names[index % names.length]!,
      recordsPerSecond: 1 + nextInteger(stream, 30),
      keys: nextInteger(stream, 8),
      config: { acks: 'all' },
    })),
    consumers: Array.from({ length: nextInteger(stream, 4) }, (_, index) => ({ id: `c${index}`, group: 'readers', topics: names })),
  };
}

type FaultDraw = (world: World, stream: StreamState) => WorldCommand | undefined;

function anyBroker(world: World, stream: StreamState): number {
  const ids = brokerIds(world);
  return ids[nextInteger(stream, ids.length)]!;
}

function anyNode(world: World, stream: StreamState): string {
  const ids = [...world.state.nodes.keys()].filter((id) => !id.startsWith('admin/'));
  return ids[nextInteger(stream, ids.length)]!;
}

function isWhole(world: World): boolean {
  return missingBrokers(world).length === 0 && missingReplicas(world).length === 0;
}

/** Every process runs, and nothing waits to end one. */
function isQuiet(world: World): boolean {
  return world.state.triggers.length === 0 && brokerIds(world).every((id) => world.state.nodes.get(brokerNodeId(id))?.status === 'running');
}

const draws: Record<string, FaultDraw> = {
  crash: (world, stream) => ({ kind: 'broker.crash', broker: anyBroker(world, stream) }),
  powerLoss: (world, stream) => (isWhole(world) && isQuiet(world) ? { kind: 'broker.powerLoss', broker: anyBroker(world, stream) } : undefined),
  pause: (world, stream) => ({ kind: 'broker.pause', broker: anyBroker(world, stream) }),
  shutdown: (world, stream) => ({ kind: 'broker.shutdown', broker: anyBroker(world, stream) }),
  isolate: (world, stream) => ({ kind: 'link.cut', from: anyBroker(world, stream) }),
  cut: (world, stream) => cutBetween(anyNode(world, stream), anyBroker(world, stream), false),
  oneWay: (world, stream) => cutBetween(anyNode(world, stream), anyBroker(world, stream), true),
  lossy: (world, stream) => ({ kind: 'link.shape', from: anyBroker(world, stream), loss: nextFraction(stream) * 0.05 }),
  duplicating: (world, stream) => ({ kind: 'link.shape', from: anyBroker(world, stream), duplicate: nextFraction(stream) * 0.2 }),
  slowLink: (world, stream) => ({ kind: 'link.shape', from: anyBroker(world, stream), latencyMs: nextInteger(stream, 500), jitterMs: nextInteger(stream, 200) }),
  slowDisk: (world, stream) => ({ kind: 'disk.slow', broker: anyBroker(world, stream), latencyMs: 1 + nextInteger(stream, 400) }),
  fullDisk: (world, stream) => ({ kind: 'disk.full', broker: anyBroker(world, stream) }),
  failingDisk: (world, stream) => ({ kind: 'disk.fail', broker: anyBroker(world, stream) }),
  skew: (world, stream) => ({ kind: 'clock.skew', broker: anyBroker(world, stream), skewMs: nextInteger(stream, 20_000) - 10_000 }),
  held: (world, stream) => ({ kind: 'message.intercept', action: 'hold', from: anyNode(world, stream), count: 1 + nextInteger(stream, 3) }),
  dropped: (world, stream) => ({ kind: 'message.intercept', action: 'drop', from: anyNode(world, stream), count: 1 + nextInteger(stream, 5), probability: 0.1 }),
  delayed: (world, stream) => ({ kind: 'message.intercept', action: 'delay', from: anyNode(world, stream), delayMs: 1 + nextInteger(stream, 5000), count: 1 + nextInteger(stream, 20), probability: 0.2 }),
  doubled: (world, stream) => ({ kind: 'message.intercept', action: 'duplicate', from: anyNode(world, stream), count: 1 + nextInteger(stream, 50), probability: 0.3 }),
  reordered: (world, stream) => ({ kind: 'message.intercept', action: 'reorder', from: anyNode(world, stream), count: 1 + nextInteger(stream, 50), probability: 0.3 }),
  crashOfNewLeader: (_world, stream) => ({
    kind: 'trigger.set', when: { fact: 'replica.becameLeader', where: { topic: 'topic-0' } }, probability: 0.5, times: 1 + nextInteger(stream, 2), do: [{ kind: 'broker.crash', broker: 'leader of topic-0-0' }],
  }),
  consumerCrash: (world, stream) => {
    const consumers = world.state.spec.consumers;
    return consumers.length === 0 ? undefined : { kind: 'consumer.crash', consumer: consumers[nextInteger(stream, consumers.length)]!.id };
  },
};

function cutBetween(from: string, broker: number, oneWay: boolean): WorldCommand | undefined {
  return brokerIdOf(from) === broker ? undefined : { kind: 'link.cut', from, to: broker, oneWay };
}

/** About half of the kinds of faults, for this seed. */
function drawKinds(stream: StreamState): string[] {
  const kinds = Object.keys(draws).filter(() => nextInteger(stream, 2) === 0);
  return kinds.length === 0 ? ['crash'] : kinds;
}

function drawFault(world: World, stream: StreamState, kinds: string[]): WorldCommand | undefined {
  return draws[kinds[nextInteger(stream, kinds.length)]!]!(world, stream);
}

function drawInverse(world: World, stream: StreamState): WorldCommand | undefined {
  const { faults } = world.state;
  return faults.length === 0 ? undefined : (faults[nextInteger(stream, faults.length)]!.inverse as WorldCommand);
}

/** Undoes every fault; then the cluster has a bounded virtual time to be whole again. */
function recover(run: TestCluster): void {
  const { world } = run;
  for (let round = 0; world.state.faults.length > 0; round++) {
    if (round > 100) throw new LivenessError(`faults do not end: ${world.state.faults.map(({ id }) => id).join(', ')}`);
    for (const { inverse } of world.state.faults.slice()) attempt(run, inverse as WorldCommand);
    restartStopped(run);
    // A broker that still shuts down can be restarted only when it is done.
    run.run(5000);
  }
  const deadlineUs = world.state.timeUs + recoveryMaxMs * 1000;
  while (!isWhole(world)) {
    if (world.state.timeUs > deadlineUs) {
      throw new LivenessError(`${recoveryMaxMs} ms after the last fault: ${[...missingBrokers(world), ...missingReplicas(world)].join('; ')}`);
    }
    run.run(1000);
    restartStopped(run);
  }
  checkProgress(run);
}

/** A broker that could not register in time ended itself, as Kafka's does; whoever runs the cluster starts it again. */
function restartStopped(run: TestCluster): void {
  for (const id of brokerIds(run.world)) {
    if (run.world.state.nodes.get(brokerNodeId(id))?.status === 'stopped') attempt(run, { kind: 'broker.restart', broker: id });
  }
}

/** Producers are served again: each one is told of a record within two minutes. */
function checkProgress(run: TestCluster): void {
  const before = run.facts.length;
  const waiting = new Set(run.world.state.spec.producers.map(({ id }) => id));
  for (let seconds = 0; waiting.size > 0; seconds++) {
    if (seconds > 120) throw new LivenessError(`no acknowledgement for ${[...waiting].join(', ')} after recovery`);
    run.run(1000);
    for (const fact of run.facts.slice(before)) {
      if (fact.kind === 'client.acknowledged') waiting.delete(fact.node.slice('producer/'.length));
    }
  }
}

/**
 * A cluster for tests: brokers, topics and clients in one call, booted, on memory disks. Facts are kept, invariants are checked as it
 * runs, and time passes only when the test says so.
 */
import { clusterSpecSchema } from '#engine/contract/cluster-spec.ts';
import type { ClusterSpecInput } from '#engine/contract/cluster-spec.ts';
import type { ClusterState } from '#engine/contract/state.ts';
import { MemoryDisk } from '#engine/adapters/memory/memory-disk.ts';
import type { Disk } from '#engine/ports/disk.ts';
import type { Fact, FactKind } from '#engine/core/facts.ts';
import { nodeCompression } from '#engine/runtime/compression.ts';
import { nodeCryptography } from '#engine/runtime/cryptography.ts';
import { kafkaBehaviours } from '#engine/core/world/behaviours.ts';
import { bootCluster } from '#engine/core/world/boot.ts';
import type { MutationName } from '#engine/core/mutations.ts';
import type { WorldCommand } from '#engine/core/world/commands/command.ts';
import { executeCommand } from '#engine/core/world/commands/execute-command.ts';
import { commitDisks, createWorld } from '#engine/core/world/create-world.ts';
import { nextDueUs, runUntil, step } from '#engine/core/world/step.ts';
import type { EventRecord, WireMode, World } from '#engine/core/world/world-state.ts';
import { createAcknowledgements, noteAcknowledgements } from '#engine/runtime/scenario/acknowledgements.ts';
import type { Acknowledgements } from '#engine/runtime/scenario/acknowledgements.ts';
import { clusterStateOf } from '#engine/runtime/view/cluster-state.ts';
import { InvariantWatch } from '#engine/testing/invariants/watch.ts';

export interface ClusterOptions extends Omit<ClusterSpecInput, 'brokers'> {
  brokers?: number | ClusterSpecInput['brokers'];
  seed?: number;
  diskFor?: (brokerId: number) => Disk;
  wire?: WireMode;
  /** Bugs that are on (engine/core/mutations.ts). */
  mutations?: readonly MutationName[] | undefined;
  /** Absent: every invariant is checked. */
  withoutInvariants?: boolean;
  /** Sees every event, boot included. */
  observe?: (record: EventRecord, world: World) => void;
}

export interface KeptFact<K extends FactKind = FactKind> extends Fact<K> {
  eventId: number;
  timeUs: number;
  node: string;
}

export interface TestCluster {
  world: World;
  facts: KeptFact[];
  acknowledgements: Acknowledgements;
  invariants: InvariantWatch;
  /** Lets virtual time pass. */
  run(ms: number): void;
  /** Until the condition holds, looked at after every event; an error when it does not within so long. */
  runUntil(what: string, condition: () => boolean, withinMs?: number): void;
  command(...commands: WorldCommand[]): void;
  state(): ClusterState;
  factsOf<K extends FactKind>(kind: K): KeptFact<K>[];
}

const factsMax = 2_000_000;

export function cluster(options: ClusterOptions = {}): TestCluster {
  const { brokers = 3, seed = 1, diskFor = () => new MemoryDisk(), wire, withoutInvariants, observe: alsoObserve, mutations, ...rest } = options;
  const spec = clusterSpecSchema.parse({ ...rest, brokers: typeof brokers === 'number' ? Array.from({ length: brokers }, (_, index) => ({ id: index + 1 })) : brokers });
  const world = createWorld({ seed, spec: { ...spec, mutations }, diskFor, behaviours: kafkaBehaviours, compression: nodeCompression, cryptography: nodeCryptography, wire });
  const facts: KeptFact[] = [];
  const acknowledgements = createAcknowledgements();
  const invariants = new InvariantWatch(world, acknowledgements, withoutInvariants === true ? [] : undefined);
  const observe = (record: EventRecord): void => {
    alsoObserve?.(record, world);
    noteAcknowledgements(acknowledgements, world, record);
    for (const fact of record.facts) facts.push({ ...fact, eventId: record.id, timeUs: record.timeUs, node: record.node });
    if (facts.length > factsMax) throw new Error(`more than ${factsMax} facts: this run needs a watch of its own`);
    invariants.note(record);
  };
  const run = (ms: number): void => {
    const untilUs = world.state.timeUs + Math.round(ms * 1000);
    while (world.state.timeUs < untilUs) {
      runUntil(world, Math.min(untilUs, world.state.timeUs + 100_000), observe);
      commitDisks(world);
    }
  };
  bootCluster(world, { observe });
  return {
    world,
    facts,
    acknowledgements,
    invariants,
    run,
    runUntil(what, condition, withinMs = 120_000) {
      const deadlineUs = world.state.timeUs + withinMs * 1000;
      while (!condition()) {
        const dueUs = nextDueUs(world);
        if (dueUs === undefined || dueUs > deadlineUs) throw new Error(`not within ${withinMs} virtual ms: ${what}`);
        observe(step(world)!);
      }
      commitDisks(world);
    },
    command(...commands) {
      for (const command of commands) observe(executeCommand(world, command));
    },
    state: () => clusterStateOf(world),
    factsOf: <K extends FactKind>(kind: K) => facts.filter((fact): fact is KeptFact<K> => fact.kind === kind),
  };
}


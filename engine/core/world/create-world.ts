/**
 * Makes a world from a specification: one node per broker on its disk, each with its start in the queue. Topics and clients
 * come at boot (boot.ts), when there is a cluster that can have them.
 */
import type { Compression } from '#engine/ports/compression.ts';
import { noCompression } from '#engine/ports/compression.ts';
import type { Cryptography } from '#engine/ports/cryptography.ts';
import { noCryptography } from '#engine/ports/cryptography.ts';
import type { Disk } from '#engine/ports/disk.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { assert } from '#engine/ports/assert.ts';
import { createEventQueue } from '#engine/core/world/event-queue.ts';
import { GuardedDisk } from '#engine/core/world/guarded-disk.ts';
import { WorldNodeContext } from '#engine/core/world/node-context.ts';
import { addNode, queueStart } from '#engine/core/world/node-life.ts';
import { nextUuid, seedStream } from '#engine/core/world/random.ts';
import type { WorldBrokerSpec, WorldSpec } from '#engine/core/world/world-spec.ts';
import type { Behaviours, DiskRow, NodeRow, WireMode, World, WorldState } from '#engine/core/world/world-state.ts';

export interface WorldOptions {
  seed: number;
  spec: WorldSpec;
  /** Opens a broker's disk; asked once per broker. */
  diskFor: (brokerId: number) => Disk;
  behaviours: Behaviours;
  wire?: WireMode | undefined;
  /** Absent: compressed batches are never opened, and compaction leaves them whole. A run repeats only with the same. */
  compression?: Compression | undefined;
  /** Absent: nobody can authenticate by SCRAM, nor have credentials of it. */
  cryptography?: Cryptography | undefined;
  /** Of an existing cluster, when the disks hold one and the caller knows it. */
  clusterId?: string | undefined;
  /** Virtual time at which the run begins: where the run before on the same disks has ended. */
  timeUs?: number | undefined;
}

/** How many of the brokers, lowest ids first, are voters of the quorum (combined mode). */
const votersMax = 3;

export function createWorld(options: WorldOptions): World {
  const { seed, spec } = options;
  assert(Number.isSafeInteger(seed) && seed >= 0, `seed ${seed} is not an integer from 0 to 2^53 - 1`);
  const state: WorldState = {
    seed,
    spec: structuredClone(spec),
    clusterId: options.clusterId ?? '',
    timeUs: options.timeUs ?? 0,
    eventId: 0,
    nextMessageId: 1,
    nextConnectionId: 1,
    queue: createEventQueue(),
    nodes: new Map(),
    connections: new Map(),
    links: new Map(),
    linkBusyUntilUs: new Map(),
    disks: new Map(),
    faults: [],
    interceptions: [],
    held: [],
    nextInterceptionId: 1,
    interceptionRandom: seedStream(seed, 'interceptions'),
    triggers: [],
    nextTriggerId: 1,
    outbox: [],
  };
  const world = worldAround(state, options);
  for (const broker of state.spec.brokers) openDisk(world, broker.id).markAllFlushed();
  if (state.clusterId === '') state.clusterId = clusterIdOnDisks(world) ?? nextUuid(seedStream(seed, 'cluster id'));
  for (const broker of state.spec.brokers) queueStart(world, addBrokerNode(world, broker));
  return world;
}

/** The handle around a state: code, disks and scratch. */
export function worldAround(state: WorldState, options: Pick<WorldOptions, 'behaviours' | 'diskFor' | 'wire' | 'compression' | 'cryptography'>): World {
  const { behaviours, diskFor, wire, compression, cryptography } = options;
  return {
    state,
    behaviours,
    wire: wire ?? 'objects',
    disks: new Map(),
    diskFor,
    compression: compression ?? noCompression,
    cryptography: cryptography ?? noCryptography,
    context: new WorldNodeContext(),
  };
}

export function openDisk(world: World, brokerId: number): GuardedDisk {
  let row: DiskRow | undefined = world.state.disks.get(brokerId);
  if (row === undefined) {
    row = { brokerId, slowMs: 0, full: false, failing: false, busyUntilUs: 0, flushed: new Map() };
    world.state.disks.set(brokerId, row);
  }
  const disk = new GuardedDisk(world.diskFor(brokerId), row);
  world.disks.set(brokerId, disk);
  return disk;
}

export function addBrokerNode(world: World, broker: WorldBrokerSpec): NodeRow {
  const { spec, clusterId } = world.state;
  const ids = spec.brokers.map(({ id }) => id).toSorted((a, b) => a - b);
  return addNode(world, brokerNodeId(broker.id), 'broker', `broker-${broker.id}`, {
    brokerId: broker.id,
    rack: broker.rack ?? null,
    host: broker.host,
    port: broker.port,
    clusterId,
    voters: ids.slice(0, votersMax),
    brokers: ids,
    settings: { ...spec.settings },
    preset: spec.preset,
    truncation: spec.truncation ?? 'fetch',
  });
}

/** The cluster id that meta.properties on one of the disks names: a cluster that existed before goes on under its name. */
function clusterIdOnDisks(world: World): string | undefined {
  for (const disk of world.disks.values()) {
    const bytes = disk.inner.readSmallFile('meta.properties');
    const line = bytes && new TextDecoder().decode(bytes).split('\n').find((text) => text.startsWith('cluster.id='));
    const id = line?.slice('cluster.id='.length).trim();
    if (id !== undefined && id !== '') return id;
  }
  return undefined;
}

/** Group commit of every disk that was written to: what happened so far survives the death of this process. */
export function commitDisks(world: World): void {
  for (const disk of world.disks.values()) {
    if (disk.dirty) disk.commit();
  }
}

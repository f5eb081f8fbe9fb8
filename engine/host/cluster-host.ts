/**
 * A cluster that runs: disks, gateway and runtime put together. `serve`, the engine process of the screen and the benchmarks all
 * hold one of these. The gateway listens before the brokers start, because they advertise its ports; clients are let in when the
 * cluster is up. SQLite is loaded only by a cluster that keeps something.
 */
import { createSystemClock } from '#engine/adapters/system/system-clock.ts';
import type { ClusterSpec } from '#engine/contract/cluster-spec.ts';
import type { Command } from '#engine/contract/commands.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { Gateway, ListenError } from '#engine/gateway/gateway.ts';
import { openDataDirectory, type DataDirectory } from '#engine/host/data-directory.ts';
import { gatewayLimitsOf } from '#engine/host/gateway-limits.ts';
import type { Disk } from '#engine/ports/disk.ts';
import { continuedSpec, readClusterMeta, type ClusterMeta } from '#engine/runtime/cluster-meta.ts';
import { startRuntime, type Runtime } from '#engine/runtime/runtime.ts';

export interface ClusterHostOptions {
  spec: ClusterSpec;
  /** Of a fresh cluster; an existing one keeps its own. */
  seed: number;
  /** Folder of the cluster; undefined keeps everything in memory. */
  dataDirectory: string | undefined;
  /** What a commit survives: the death of the process, or also a power cut. */
  durability?: 'process' | 'power';
  /** Where clients outside connect: broker i listens on port + i - 1, or on a free one for port 0. */
  listen: { host: string; port: number };
  rate?: number;
  recordTo?: string | undefined;
  log(line: string): void;
  onFatal(error: unknown): void;
}

export interface ClusterHost {
  runtime: Runtime;
  gateway: Gateway;
  /** "127.0.0.1:9092,127.0.0.1:9093" */
  bootstrap: string;
  dataDirectory: string | null;
  seed: number;
  close(how?: 'in order' | 'abruptly'): Promise<void>;
}

/** Throws ListenError, DataDirectoryError, DiskError, ClusterMetaError or BootError, having left nothing open. */
export async function startClusterHost(options: ClusterHostOptions): Promise<ClusterHost> {
  const directory = options.dataDirectory === undefined ? undefined : openDataDirectory(options.dataDirectory);
  const previous = previousRun(directory);
  const clock = createSystemClock();
  // Clients outside stamp their records with the real time, so the cluster's clock begins there; the run keeps it in its specification.
  const asked = previous === undefined ? { ...options.spec, startEpochMs: clock.wallMs() } : continuedSpec(previous.spec, options.spec);
  const gateway = new Gateway({ clock, log: options.log, limits: gatewayLimitsOf(asked) });
  const disks: Disk[] = [];
  try {
    const spec = await withListeners(asked, gateway, options.listen);
    const diskFor = await diskFactory(directory, options.durability ?? 'process', previous === undefined, disks);
    const bootstrap = spec.brokers.map(({ host, port }) => `${host}:${port}`).join(',');
    const seed = previous?.seed ?? options.seed;
    const runtime: Runtime = startRuntime({
      spec,
      seed,
      clock,
      diskFor,
      metaStore: directory?.metaStore,
      previous: previous === undefined ? undefined : afterTheBreak(previous, clock.wallMs()),
      rate: options.rate,
      recordTo: options.recordTo,
      dataDirectory: directory?.path ?? null,
      bootstrap,
      prepare: (command) => withListener(command, runtime, gateway, options.listen),
      onCommand: (command) => tellGateway(command, gateway),
      onFatal: options.onFatal,
      log: options.log,
    });
    runtime.onAnswer((answer) => gateway.answer(answer));
    gateway.attach(runtime);
    return {
      runtime,
      gateway,
      bootstrap,
      seed,
      dataDirectory: directory?.path ?? null,
      async close(how = 'in order') {
        runtime.stop(how);
        await gateway.close();
      },
    };
  } catch (error) {
    for (const disk of disks) disk.close();
    await gateway.close();
    throw error;
  }
}

function previousRun(directory: DataDirectory | undefined): ClusterMeta | undefined {
  const text = directory?.metaStore.read();
  return text === undefined ? undefined : readClusterMeta(text);
}

/** Time went on while the cluster was down: its clock never stands behind the real one when it starts. */
function afterTheBreak(previous: ClusterMeta, wallMs: number): ClusterMeta {
  return { ...previous, reservedUntilUs: Math.max(previous.reservedUntilUs, (wallMs - previous.spec.startEpochMs) * 1000) };
}

/** The specification with the places where its brokers now listen. */
async function withListeners(spec: ClusterSpec, gateway: Gateway, { host, port }: { host: string; port: number }): Promise<ClusterSpec> {
  const brokers = [];
  for (const [index, broker] of spec.brokers.entries()) {
    const listening = port === 0 ? await listenAsBefore(gateway, broker.id, host, broker.port) : await gateway.listen(broker.id, host, port + index);
    brokers.push({ ...broker, host, port: listening });
  }
  return { ...spec, brokers };
}

/** Any free port will do; the one that the broker had before is best, for its clients know it. */
async function listenAsBefore(gateway: Gateway, brokerId: number, host: string, before: number): Promise<number> {
  try {
    return await gateway.listen(brokerId, host, before);
  } catch (error) {
    if (before === 0 || !(error instanceof ListenError)) throw error;
    return gateway.listen(brokerId, host, 0);
  }
}

/** A broker that is to be added listens first, as the others did. */
function withListener(command: Command, runtime: Runtime, gateway: Gateway, { host, port: firstPort }: { host: string; port: number }): Promise<Command> | undefined {
  if (command.kind !== 'broker.add' || runtime.world.state.nodes.has(brokerNodeId(command.broker.id))) return undefined;
  const { id, port } = command.broker;
  const wanted = port !== 0 || firstPort === 0 ? port : firstPort + id - 1;
  return gateway.listen(id, host, wanted).then((listening) => ({ ...command, broker: { ...command.broker, host, port: listening } }));
}

/** The sockets of a paused process stay open and unread, as its kernel would keep them. */
function tellGateway(command: Command, gateway: Gateway): void {
  if (command.kind === 'broker.pause') gateway.setBrokerPaused(command.broker, true);
  else if (command.kind === 'broker.resume' || command.kind === 'broker.crash' || command.kind === 'broker.powerLoss') gateway.setBrokerPaused(command.broker, false);
}

async function diskFactory(directory: DataDirectory | undefined, durability: 'process' | 'power', isFresh: boolean, opened: Disk[]): Promise<(brokerId: number) => Disk> {
  const remember = <Opened extends Disk>(disk: Opened): Opened => {
    opened.push(disk);
    return disk;
  };
  if (directory === undefined) {
    const { MemoryDisk } = await import('#engine/adapters/memory/memory-disk.ts');
    return () => remember(new MemoryDisk());
  }
  const { openSqliteDisk } = await import('#engine/adapters/sqlite/sqlite-disk.ts');
  const { checkpointWhenIdle, walBytesMaxOf } = await import('#engine/host/disk-checkpoints.ts');
  return (brokerId) => {
    const disk = remember(openSqliteDisk(directory.diskFile(brokerId), { durability, walBytesMax: walBytesMaxOf(brokerId) }));
    // A start that was killed before its cluster was there has left something that nobody was told of.
    if (isFresh) empty(disk);
    checkpointWhenIdle(disk);
    return disk;
  };
}

function empty(disk: Disk): void {
  for (const name of disk.listDirectories()) disk.deleteDirectory(name);
  for (const path of disk.listSmallFiles()) disk.deleteSmallFile(path);
}

/**
 * The replicas of each broker, for whoever draws or describes them: of a running one as it holds them, of one that is down as the
 * logs on its disk would be found.
 *
 * The state of a process that crashed is kept until the broker runs again, because what it had written is what the disk has; only
 * after a power loss or with a broken disk the logs are opened (without changing anything) to see what is there.
 */
import { openLog, readHighWatermarkCheckpoint } from '#engine/core/log/log.ts';
import type { LogState } from '#engine/core/log/log.ts';
import { metadataLogDirectory } from '#engine/core/controller/quorum/quorum-state.ts';
import { resolveBrokerSettings, resolveTopicSettings } from '#engine/core/settings/resolve-settings.ts';
import { brokerIds, brokerStateOf } from '#engine/core/world/inspect.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { NodeRow, World } from '#engine/core/world/world-state.ts';
import type { Disk } from '#engine/ports/disk.ts';
import { readOnlyDisk } from '#engine/runtime/view/read-only-disk.ts';

export interface ReplicaLogView {
  log: LogState;
  /** Of a broker that is down: what its checkpoint would give back. */
  highWatermark: bigint;
}

interface DownBroker {
  incarnation: number;
  logs: Map<string, ReplicaLogView>;
  metadataLog: LogState | undefined;
}

export class ReplicaViews {
  private readonly world: World;
  /** The last state of each broker's process. */
  private readonly lastStates = new Map<number, BrokerState>();
  private readonly down = new Map<number, DownBroker>();

  constructor(world: World) {
    this.world = world;
  }

  /** Remembers the processes that run now; to be called after every turn, before one can be gone. */
  noteRunning(): void {
    for (const id of brokerIds(this.world)) {
      const state = brokerStateOf(this.world, id);
      // Until it has taken its metadata into use it has not opened its logs: the disk still tells more than it does.
      if (state === undefined || !state.imagePublished || this.lastStates.get(id) === state) continue;
      this.lastStates.set(id, state);
      this.down.delete(id);
    }
  }

  /** One replica's log, or undefined when the broker has none. */
  logOf(brokerId: number, key: string): ReplicaLogView | undefined {
    const state = brokerStateOf(this.world, brokerId);
    const log = state?.partitions.get(key)?.log;
    if (log !== undefined) return { log, highWatermark: log.highWatermark };
    return state?.imagePublished === true ? undefined : this.downBroker(brokerId)?.logs.get(key);
  }

  metadataLogOf(brokerId: number): LogState | undefined {
    const state = brokerStateOf(this.world, brokerId);
    return state === undefined ? this.downBroker(brokerId)?.metadataLog : state.controllerNode.quorum.log;
  }

  private downBroker(brokerId: number): DownBroker | undefined {
    const row = this.world.state.nodes.get(brokerNodeId(brokerId));
    if (row === undefined) return undefined;
    let known = this.down.get(brokerId);
    if (known === undefined || known.incarnation !== row.incarnation) {
      known = this.readDown(brokerId, row);
      this.down.set(brokerId, known);
    }
    return known;
  }

  private readDown(brokerId: number, row: NodeRow): DownBroker {
    const guarded = this.world.disks.get(brokerId);
    if (guarded === undefined) return { incarnation: row.incarnation, logs: new Map(), metadataLog: undefined };
    const lastState = this.lastStates.get(brokerId);
    const memoryIsDisk = lastState !== undefined && row.powered && !guarded.row.full && !guarded.row.failing;
    const logs = memoryIsDisk ? logsOfProcess(lastState) : logsOnDisk(guarded.inner);
    const highWatermarks = readHighWatermarkCheckpoint(guarded.inner);
    const views = new Map<string, ReplicaLogView>();
    for (const [key, log] of logs) views.set(key, { log, highWatermark: clamp(highWatermarks.get(key) ?? log.logStartOffset, log) });
    return { incarnation: row.incarnation, logs: views, metadataLog: logs.get(metadataLogDirectory) };
  }
}

function logsOfProcess(state: BrokerState): Map<string, LogState> {
  const logs = new Map<string, LogState>();
  for (const [key, { log }] of state.partitions) logs.set(key, log);
  logs.set(metadataLogDirectory, state.controllerNode.quorum.log);
  return logs;
}

function logsOnDisk(disk: Disk): Map<string, LogState> {
  // Only how the index is built depends on settings, and that is not looked at.
  const settings = resolveTopicSettings(resolveBrokerSettings({}, 'kafka'), {});
  const view = readOnlyDisk(disk);
  const logs = new Map<string, LogState>();
  for (const directory of disk.listDirectories()) logs.set(directory, openLog(view, directory, settings, 0));
  return logs;
}

function clamp(offset: bigint, log: LogState): bigint {
  if (offset < log.logStartOffset) return log.logStartOffset;
  return offset > log.logEndOffset ? log.logEndOffset : offset;
}

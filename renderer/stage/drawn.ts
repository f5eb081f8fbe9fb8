/** What has been drawn, told replica by replica, so that a test can compare the screen with the engine's own state. */
import { pictureIn } from '#renderer/stage/scene.ts';
import type { Scene } from '#renderer/stage/scene.ts';

export interface DrawnReplica {
  topic: string;
  partition: number;
  broker: number;
  /** The controller's choice: what the chip says. */
  role: 'leader' | 'follower';
  /** What the replica believes; the chip of a stale leader says "Was leader". */
  believesLeader: boolean;
  inSync: boolean;
  online: boolean;
  leaderEpoch: number;
  logStartOffset: bigint;
  highWatermark: bigint;
  lastStableOffset: bigint;
  logEndOffset: bigint;
  /** On the stage now; false for topics that are hidden or scrolled away. */
  isVisible: boolean;
}

export function drawnReplicas(scene: Scene): DrawnReplica[] {
  const { layout, catalog } = scene;
  const shown = new Set(layout.cores.filter((core) => core.x + layout.coreWidth > layout.viewX0 && core.x < layout.viewX1).map((core) => core.partition));
  return catalog.partitions.flatMap((named, partition) =>
    (pictureIn(scene, partition)?.replicas ?? []).map((replica) => ({
      topic: catalog.topics[named.topic]?.name ?? '',
      partition: named.partition,
      broker: replica.broker,
      role: replica.isLeader ? ('leader' as const) : ('follower' as const),
      believesLeader: replica.believesLeader,
      inSync: replica.inSync,
      online: replica.online,
      leaderEpoch: replica.leaderEpoch,
      logStartOffset: replica.logStartOffset,
      highWatermark: replica.highWatermark,
      lastStableOffset: replica.lastStableOffset,
      logEndOffset: replica.logEndOffset,
      isVisible: shown.has(partition),
    })),
  );
}

/** Brokers and partitions as rows of frames: what the controller has committed, and what it has decided and not committed yet. */
import { BrokerFlag } from '#engine/contract/frame.ts';
import type { FrameTable } from '#engine/contract/frame-table.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import type { ClusterImage, PartitionImage } from '#engine/core/metadata/image.ts';
import { brokerIds, brokerStateOf } from '#engine/core/world/inspect.ts';
import type { NodeRow, World } from '#engine/core/world/world-state.ts';
import { isVoter } from '#engine/core/controller/quorum/quorum-state.ts';
import { activeControllerId, quorumOf } from '#engine/runtime/view/quorum-view.ts';
import { registrationOf } from '#engine/runtime/view/cluster-state.ts';
import { brokerSessionDueUs } from '#engine/runtime/view/timers.ts';
import type { ViewSource } from '#engine/runtime/view/view-source.ts';

export function projectBrokers(source: ViewSource, table: FrameTable<'brokers'>, leaders: ReadonlyMap<number, number>, pass: number): void {
  const { world, replicas } = source;
  const image = source.image();
  const controller = activeControllerId(world);
  for (const id of brokerIds(world)) {
    const row = world.state.nodes.get(brokerNodeId(id)) as NodeRow;
    const quorum = quorumOf(world, id);
    const registration = image?.brokers.get(id);
    table.put(
      {
        broker: id,
        flags: brokerFlags(row, registrationOf(registration), id === controller, quorum !== undefined && isVoter(quorum)),
        brokerEpoch: registration?.epoch ?? -1n,
        quorumEpoch: quorum?.epoch ?? -1,
        metadataLogEndOffset: replicas.metadataLogOf(id)?.logEndOffset ?? 0n,
        metadataHighWatermark: quorum?.highWatermark ?? -1n,
        sessionDueUs: brokerSessionDueUs(world, id),
        leaders: leaders.get(id) ?? 0,
      },
      pass,
    );
  }
}

function brokerFlags(row: NodeRow, registration: ReturnType<typeof registrationOf>, isController: boolean, isQuorumVoter: boolean): number {
  let flags = 0;
  if (row.status === 'running') flags |= BrokerFlag.running;
  if (row.status === 'paused') flags |= BrokerFlag.paused;
  if (row.status === 'crashed') flags |= BrokerFlag.crashed;
  if (registration === 'fenced' || registration === 'unregistered') flags |= BrokerFlag.fenced;
  if (registration === 'shuttingDown') flags |= BrokerFlag.shuttingDown;
  if (isController) flags |= BrokerFlag.controller;
  if (isQuorumVoter) flags |= BrokerFlag.voter;
  return flags;
}

export function leaderCounts(partitions: readonly (PartitionImage | undefined)[]): Map<number, number> {
  const counts = new Map<number, number>();
  for (const partition of partitions) if (partition !== undefined) counts.set(partition.leader, (counts.get(partition.leader) ?? 0) + 1);
  return counts;
}

/** What the active controller decides on: the committed metadata, and its own decisions that are not committed yet. */
export function decidedImage(world: World): ClusterImage | undefined {
  const controller = activeControllerId(world);
  return controller === -1 ? undefined : brokerStateOf(world, controller)?.controllerNode.active?.image;
}

/** `decided`: the same partition with the decisions that are not committed yet. */
export function projectPartition(table: FrameTable<'partitions'>, row: number, partition: PartitionImage, decided: PartitionImage | undefined, pass: number): void {
  table.put(
    {
      partition: row,
      leader: partition.leader,
      leaderEpoch: partition.leaderEpoch,
      partitionEpoch: partition.partitionEpoch,
      isrSize: partition.isr.length,
      elrSize: partition.elr.length,
      pendingLeader: decided === undefined || decided.leader === partition.leader ? -1 : decided.leader,
    },
    pass,
  );
}

/** The KRaft quorum as a person sees it: roles and progress as each node has them, the leader as most recently elected. */
import type { BrokerView, ClusterState } from '#engine/contract/state.ts';
import { isActiveController } from '#engine/core/controller/controller-node.ts';
import { isVoter } from '#engine/core/controller/quorum/quorum-state.ts';
import type { LeaderRole, QuorumState, ReplicaProgress } from '#engine/core/controller/quorum/quorum-state.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { brokerIds, brokerStateOf } from '#engine/core/world/inspect.ts';
import type { World } from '#engine/core/world/world-state.ts';

export function quorumOf(world: World, brokerId: number): QuorumState | undefined {
  return brokerStateOf(world, brokerId)?.controllerNode.quorum;
}

/** The running leader of the newest epoch; -1: none. */
export function quorumLeaderId(world: World): number {
  let leader = -1;
  let epoch = -1;
  for (const id of brokerIds(world)) {
    const quorum = quorumOf(world, id);
    if (quorum === undefined || quorum.role.name !== 'leader' || quorum.epoch <= epoch) continue;
    leader = id;
    epoch = quorum.epoch;
  }
  return leader;
}

/** The quorum leader once it has taken office: it decides for the cluster. */
export function activeControllerId(world: World): number {
  const leader = quorumLeaderId(world);
  const state = leader === -1 ? undefined : brokerStateOf(world, leader);
  return state !== undefined && isActiveController(state.controllerNode) ? leader : -1;
}

export function quorumRole(quorum: QuorumState | undefined): BrokerView['quorumRole'] {
  if (quorum === undefined) return 'unknown';
  const { role } = quorum;
  if (!isVoter(quorum)) return 'observer';
  return role.name === 'unattached' && role.votedFor !== -1 ? 'voted' : role.name;
}

export function quorumView(world: World): ClusterState['quorum'] {
  const leaderId = quorumLeaderId(world);
  const quorum = leaderId === -1 ? undefined : quorumOf(world, leaderId);
  if (quorum === undefined || quorum.role.name !== 'leader') {
    return { leaderId: -1, leaderEpoch: newestEpoch(world), highWatermark: -1n, voters: [], observers: [] };
  }
  const { role } = quorum;
  const nowMs = world.state.spec.startEpochMs + Math.floor(world.state.timeUs / 1000) + (world.state.nodes.get(brokerNodeId(leaderId))?.skewMs ?? 0);
  return {
    leaderId,
    leaderEpoch: quorum.epoch,
    highWatermark: quorum.highWatermark,
    voters: replicasOf(role.voters, quorum, nowMs),
    observers: replicasOf(role.observers, quorum, nowMs),
  };
}

function replicasOf(replicas: LeaderRole['voters'], quorum: QuorumState, nowMs: number): ClusterState['quorum']['voters'] {
  return [...replicas].map(([id, progress]) => ({
    id,
    logEndOffset: id === quorum.nodeId ? quorum.log.logEndOffset : progress.endOffset,
    lagMs: id === quorum.nodeId ? 0 : lagMs(progress, nowMs),
  }));
}

/** Milliseconds since it last had all of the leader's log; -1: never in this epoch. */
function lagMs(progress: ReplicaProgress, nowMs: number): number {
  return progress.lastCaughtUpMs <= 0 ? -1 : Math.max(0, nowMs - progress.lastCaughtUpMs);
}

function newestEpoch(world: World): number {
  return Math.max(-1, ...brokerIds(world).map((id) => quorumOf(world, id)?.epoch ?? -1));
}

/**
 * Names for brokers whose number only the run knows: "leader of orders-0", "first follower of orders-0", "controller", "coordinator of
 * billing", "the crashed broker", "the paused broker". Allowed in the commands of a scenario and of a trigger wherever a broker is named;
 * looked up when the step is due or the trigger fires.
 */
import { isActiveController } from '#engine/core/controller/controller-node.ts';
import { offsetsPartitionOf } from '#engine/core/group/partition-of.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { brokerIds, brokerStateOf, latestImage } from '#engine/core/world/inspect.ts';
import type { World } from '#engine/core/world/world-state.ts';

const fieldsThatNameBrokers = ['broker', 'from', 'to'];

/** The command with such names replaced by broker numbers. */
export function resolveReferences(world: World, command: { kind: string; [field: string]: unknown }): { kind: string; [field: string]: unknown } {
  const resolved = { ...command };
  for (const field of fieldsThatNameBrokers) {
    const value = resolved[field];
    if (typeof value === 'string') resolved[field] = brokerNamed(world, value) ?? value;
  }
  return resolved;
}

function brokerNamed(world: World, name: string): number | undefined {
  if (name === 'controller') return controllerOf(world);
  const replica = /^(leader|first follower|second follower) of (.+)-(\d+)$/.exec(name);
  if (replica) return replicaOf(world, replica[1] as ReplicaName, replica[2]!, Number(replica[3]));
  const coordinatorOf = /^coordinator of (.+)$/.exec(name);
  if (coordinatorOf) return coordinatorOfGroup(world, coordinatorOf[1]!);
  const withStatus = /^the (crashed|paused|stopped) broker$/.exec(name);
  if (withStatus) return brokerWithStatus(world, withStatus[1]!);
  return undefined;
}

function brokerWithStatus(world: World, status: string): number {
  const found = brokerIds(world).filter((id) => world.state.nodes.get(brokerNodeId(id))?.status === status);
  if (found.length !== 1) throw new CommandError(`${found.length} brokers are ${status} now, so "the ${status} broker" says too little`);
  return found[0]!;
}

function controllerOf(world: World): number {
  const id = brokerIds(world).find((candidate) => {
    const state = brokerStateOf(world, candidate);
    return state !== undefined && isActiveController(state.controllerNode);
  });
  if (id === undefined) throw new CommandError('there is no active controller now');
  return id;
}

type ReplicaName = 'leader' | 'first follower' | 'second follower';

/** The leader, or one of the other replicas in their order. */
function replicaOf(world: World, name: ReplicaName, topic: string, partition: number): number {
  const image = latestImage(world);
  const found = image && topicByName(image, topic)?.partitions[partition];
  if (found === undefined) throw new CommandError(`there is no partition ${topic}-${partition}`);
  if (found.leader === -1) throw new CommandError(`${topic}-${partition} has no leader now`);
  if (name === 'leader') return found.leader;
  const followers = found.replicas.filter((id) => id !== found.leader);
  const follower = followers[name === 'first follower' ? 0 : 1];
  if (follower === undefined) throw new CommandError(`${topic}-${partition} has no ${name}`);
  return follower;
}

function coordinatorOfGroup(world: World, group: string): number {
  const image = latestImage(world);
  const offsets = image && topicByName(image, '__consumer_offsets');
  if (offsets === undefined) throw new CommandError('there is no __consumer_offsets yet');
  return replicaOf(world, 'leader', '__consumer_offsets', offsetsPartitionOf(group, offsets.partitions.length));
}

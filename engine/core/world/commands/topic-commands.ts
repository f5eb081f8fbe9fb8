/**
 * Topics: the built-in admin client asks the cluster, as kafka-topics.sh would. What the cluster thinks of it is known later, as a
 * fact; here only what is certain beforehand is refused.
 */
import type { NodeCommand } from '#engine/core/node.ts';
import type { CommandEntry, CommandPlan } from '#engine/core/world/commands/command.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { unknownName } from '#engine/core/world/commands/names.ts';
import { adminNodeId } from '#engine/core/world/client-nodes.ts';
import { knownTopics } from '#engine/core/world/inspect.ts';
import { handle } from '#engine/core/world/handle.ts';
import type { World } from '#engine/core/world/world-state.ts';

function planAsking(world: World, command: NodeCommand): CommandPlan {
  const row = world.state.nodes.get(adminNodeId);
  if (row === undefined || row.state === null) throw new CommandError('the admin client does not run yet: the cluster has not booted');
  return {
    node: row.id,
    act: (record) => handle(world, row, record, () => world.behaviours.admin!.onCommand(row.state, command, world.context)),
  };
}

function checkTopic(world: World, topic: string): void {
  const topics = knownTopics(world);
  if (topics !== undefined && !topics.includes(topic)) throw unknownName('topic', topic, topics);
}

export const topicCreate: CommandEntry<'topic.create'> = {
  plan(world, { topic }) {
    if (knownTopics(world)?.includes(topic.name)) throw new CommandError(`there is a topic "${topic.name}" already`);
    const brokers = world.state.spec.brokers.length;
    if (topic.replicationFactor > brokers) throw new CommandError(`replication factor ${topic.replicationFactor} is more than the ${brokers} brokers there are`);
    return planAsking(world, { kind: 'topic.create', topic });
  },
};

export const topicDelete: CommandEntry<'topic.delete'> = {
  plan(world, { topic }) {
    checkTopic(world, topic);
    return planAsking(world, { kind: 'topic.delete', topic });
  },
};

export const topicAlter: CommandEntry<'topic.alter'> = {
  plan(world, command) {
    checkTopic(world, command.topic);
    if (command.partitions === undefined && command.config === undefined) throw new CommandError('topic.alter changes nothing: give "partitions" or "config"');
    return planAsking(world, { ...command });
  },
};

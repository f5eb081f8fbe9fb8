/** Built-in producers and consumers: started, stopped, crashed, paused. */
import type { NodeCommand } from '#engine/core/node.ts';
import type { CommandEntry, CommandPlan } from '#engine/core/world/commands/command.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { checkStatus, clientRow, unknownName } from '#engine/core/world/commands/names.ts';
import { consumerConfig, producerConfig } from '#engine/core/world/client-nodes.ts';
import { knownTopics } from '#engine/core/world/inspect.ts';
import { addNode, endProcess, startProcess } from '#engine/core/world/node-life.ts';
import { handle } from '#engine/core/world/handle.ts';
import type { FaultRow, NodeRow, World } from '#engine/core/world/world-state.ts';

type ClientKind = 'producer' | 'consumer';

function planStart(world: World, kind: ClientKind, id: string, topics: string[], config: { clientId: string }): CommandPlan {
  const nodeId = `${kind}/${id}`;
  const known = knownTopics(world);
  const unknown = known === undefined ? undefined : topics.find((topic) => !known.includes(topic));
  if (unknown !== undefined) throw unknownName('topic', unknown, known ?? []);
  const existing = world.state.nodes.get(nodeId);
  if (existing !== undefined && existing.state !== null) throw new CommandError(`there is a ${kind} "${id}" already, and it runs`);
  return {
    node: nodeId,
    ends: ({ id: fault }) => fault === `${kind}.down ${id}` || fault === `${kind}.pause ${id}`,
    act: (record) => {
      const row = existing ?? addNode(world, nodeId, kind, config.clientId, config);
      row.config = config;
      handle(world, row, record, () => startProcess(world, row));
    },
  };
}

function planTelling(world: World, row: NodeRow, command: NodeCommand): CommandPlan {
  return {
    node: row.id,
    act: (record) => handle(world, row, record, () => world.behaviours[row.kind]!.onCommand(row.state, command, world.context)),
  };
}

function runningClient(world: World, kind: ClientKind, id: string): NodeRow {
  const row = clientRow(world, kind, id);
  checkStatus(row, ['running'], `start ${kind} "${id}" first`);
  return row;
}

export const producerStart: CommandEntry<'producer.start'> = {
  plan(world, { producer }) {
    return planStart(world, 'producer', producer.id, [producer.topic], producerConfig(world, producer));
  },
};

export const producerStop: CommandEntry<'producer.stop'> = {
  plan(world, { producer }) {
    return planTelling(world, runningClient(world, 'producer', producer), { kind: 'producer.stop' });
  },
};

export const consumerStart: CommandEntry<'consumer.start'> = {
  plan(world, { consumer }) {
    return planStart(world, 'consumer', consumer.id, consumer.topics, consumerConfig(world, consumer));
  },
};

export const consumerStop: CommandEntry<'consumer.stop'> = {
  plan(world, { consumer }) {
    const row = runningClient(world, 'consumer', consumer);
    return { ...planTelling(world, row, { kind: 'consumer.stop' }), ends: (fault) => fault.id === `consumer.pause ${consumer}` };
  },
};

export const consumerCrash: CommandEntry<'consumer.crash'> = {
  plan(world, { consumer }) {
    const row = clientRow(world, 'consumer', consumer);
    checkStatus(row, ['running', 'paused'], 'only a process that runs can crash');
    return {
      node: row.id,
      ends: (fault: FaultRow) => fault.id === `consumer.pause ${consumer}`,
      fault: {
        id: `consumer.down ${consumer}`,
        inverse: { kind: 'consumer.start', consumer: specOf(row.config) },
        text: `consumer ${consumer} crashed`,
      },
      act: (record) => {
        record.sent = endProcess(world, row, 'crashed', false);
      },
    };
  },
};

/** The specification a consumer was started from, so that the same one can be started again. */
function specOf(config: unknown): Record<string, unknown> {
  const { id, group, topics, recordsPerSecond, settings } = config as ReturnType<typeof consumerConfig>;
  return { id, group, topics, config: settings, ...(recordsPerSecond === undefined ? {} : { recordsPerSecond }) };
}

export const consumerPause: CommandEntry<'consumer.pause'> = {
  plan(world, { consumer }) {
    const row = runningClient(world, 'consumer', consumer);
    return {
      ...planTelling(world, row, { kind: 'consumer.pause' }),
      fault: { id: `consumer.pause ${consumer}`, inverse: { kind: 'consumer.resume', consumer }, text: `consumer ${consumer} is paused` },
    };
  },
};

export const consumerResume: CommandEntry<'consumer.resume'> = {
  plan(world, { consumer }) {
    const row = runningClient(world, 'consumer', consumer);
    return { ...planTelling(world, row, { kind: 'consumer.resume' }), ends: (fault) => fault.id === `consumer.pause ${consumer}` };
  },
};

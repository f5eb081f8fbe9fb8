/** Life of a broker: crash, power loss, pause, shutdown and what undoes them; a new broker. */
import { brokerNodeId } from '#engine/core/node.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { CommandEntry, CommandPlan } from '#engine/core/world/commands/command.ts';
import { brokerRow, checkStatus } from '#engine/core/world/commands/names.ts';
import { addBrokerNode, openDisk } from '#engine/core/world/create-world.ts';
import { endProcess, pauseProcess, resetFormerConnections, resumeProcess, startProcess } from '#engine/core/world/node-life.ts';
import { handle } from '#engine/core/world/handle.ts';
import type { FaultRow, NodeRow, World } from '#engine/core/world/world-state.ts';

/** Every fault that says this broker does not run. */
function aboutLifeOf(broker: number): (fault: FaultRow) => boolean {
  return (fault) => fault.id === `broker.down ${broker}` || fault.id === `broker.pause ${broker}`;
}

function planEnd(world: World, broker: number, row: NodeRow, text: string, silent: boolean): CommandPlan {
  return {
    node: row.id,
    ends: aboutLifeOf(broker),
    fault: { id: `broker.down ${broker}`, inverse: { kind: 'broker.restart', broker }, text },
    act: (record) => {
      record.sent = endProcess(world, row, 'crashed', silent);
    },
  };
}

export const brokerCrash: CommandEntry<'broker.crash'> = {
  plan(world, { broker }) {
    const row = brokerRow(world, broker);
    checkStatus(row, ['running', 'paused'], 'only a process that runs can crash');
    return planEnd(world, broker, row, `broker ${broker} crashed`, false);
  },
};

export const brokerPowerLoss: CommandEntry<'broker.powerLoss'> = {
  plan(world, { broker }) {
    const row = brokerRow(world, broker);
    if (!row.powered) throw new CommandError(`${row.id} has no power already`);
    const plan = planEnd(world, broker, row, `the machine of broker ${broker} lost power`, true);
    return {
      ...plan,
      act: (record) => {
        plan.act(record);
        world.disks.get(broker)?.loseUnflushed();
      },
    };
  },
};

export const brokerRestart: CommandEntry<'broker.restart'> = {
  plan(world, { broker }) {
    const row = brokerRow(world, broker);
    checkStatus(row, ['crashed', 'stopped'], 'crash it or shut it down before a restart');
    return {
      node: row.id,
      ends: aboutLifeOf(broker),
      act: (record) => {
        const resets = resetFormerConnections(world, row);
        handle(world, row, record, () => startProcess(world, row));
        record.sent = [...resets, ...record.sent];
      },
    };
  },
};

export const brokerShutdown: CommandEntry<'broker.shutdown'> = {
  plan(world, { broker }) {
    const row = brokerRow(world, broker);
    checkStatus(row, ['running'], 'only a process that runs can shut down in order');
    return {
      node: row.id,
      fault: { id: `broker.down ${broker}`, inverse: { kind: 'broker.restart', broker }, text: `broker ${broker} was shut down` },
      act: (record) => handle(world, row, record, () => world.behaviours.broker!.onCommand(row.state, { kind: 'broker.shutdown' }, world.context)),
    };
  },
};

export const brokerPause: CommandEntry<'broker.pause'> = {
  plan(world, { broker }) {
    const row = brokerRow(world, broker);
    checkStatus(row, ['running'], 'only a process that runs can be paused');
    return {
      node: row.id,
      fault: { id: `broker.pause ${broker}`, inverse: { kind: 'broker.resume', broker }, text: `broker ${broker} is paused` },
      act: () => pauseProcess(row),
    };
  },
};

export const brokerResume: CommandEntry<'broker.resume'> = {
  plan(world, { broker }) {
    const row = brokerRow(world, broker);
    checkStatus(row, ['paused'], 'only a paused process can be resumed');
    return { node: row.id, ends: aboutLifeOf(broker), act: () => resumeProcess(world, row) };
  },
};

export const brokerAdd: CommandEntry<'broker.add'> = {
  plan(world, { broker }) {
    const id = brokerNodeId(broker.id);
    if (world.state.nodes.has(id)) throw new CommandError(`there is a broker ${broker.id} already`);
    return {
      node: id,
      act: (record) => {
        world.state.spec.brokers.push({ ...broker });
        openDisk(world, broker.id).markAllFlushed();
        const row = addBrokerNode(world, broker);
        handle(world, row, record, () => startProcess(world, row));
      },
    };
  },
};

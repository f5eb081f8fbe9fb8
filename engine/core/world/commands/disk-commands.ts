/** Disks and clocks of single brokers. */
import type { CommandEntry } from '#engine/core/world/commands/command.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { brokerRow } from '#engine/core/world/commands/names.ts';
import type { DiskRow, World } from '#engine/core/world/world-state.ts';

function diskRow(world: World, brokerId: number): { node: string; disk: DiskRow } {
  const node = brokerRow(world, brokerId).id;
  const disk = world.state.disks.get(brokerId);
  if (disk === undefined) throw new CommandError(`${node} has no disk`);
  return { node, disk };
}

export const diskSlow: CommandEntry<'disk.slow'> = {
  plan(world, { broker, latencyMs }) {
    const { node, disk } = diskRow(world, broker);
    const id = `disk.slow ${broker}`;
    const act = () => {
      disk.slowMs = latencyMs;
    };
    if (latencyMs === 0) return { node, ends: (fault) => fault.id === id, act };
    const inverse = { kind: 'disk.slow', broker, latencyMs: 0 };
    return { node, fault: { id, inverse, text: `the disk of broker ${broker} takes ${latencyMs} ms for each write` }, act };
  },
};

export const diskFull: CommandEntry<'disk.full'> = {
  plan(world, { broker }) {
    const { node, disk } = diskRow(world, broker);
    return {
      node,
      fault: { id: `disk.full ${broker}`, inverse: { kind: 'disk.heal', broker }, text: `the disk of broker ${broker} is full` },
      act: () => {
        disk.full = true;
      },
    };
  },
};

export const diskFail: CommandEntry<'disk.fail'> = {
  plan(world, { broker }) {
    const { node, disk } = diskRow(world, broker);
    return {
      node,
      fault: { id: `disk.fail ${broker}`, inverse: { kind: 'disk.heal', broker }, text: `the disk of broker ${broker} fails` },
      act: () => {
        disk.failing = true;
      },
    };
  },
};

export const diskHeal: CommandEntry<'disk.heal'> = {
  plan(world, { broker }) {
    const { node, disk } = diskRow(world, broker);
    return {
      node,
      ends: ({ id }) => id === `disk.slow ${broker}` || id === `disk.full ${broker}` || id === `disk.fail ${broker}`,
      act: () => {
        disk.slowMs = 0;
        disk.full = false;
        disk.failing = false;
      },
    };
  },
};

export const clockSkew: CommandEntry<'clock.skew'> = {
  plan(world, { broker, skewMs }) {
    const row = brokerRow(world, broker);
    const id = `clock.skew ${broker}`;
    const act = () => {
      row.skewMs = skewMs;
    };
    if (skewMs === 0) return { node: row.id, ends: (fault) => fault.id === id, act };
    const inverse = { kind: 'clock.skew', broker, skewMs: 0 };
    const text = `the clock of broker ${broker} is ${Math.abs(skewMs)} ms ${skewMs > 0 ? 'ahead' : 'behind'}`;
    return { node: row.id, fault: { id, inverse, text }, act };
  },
};

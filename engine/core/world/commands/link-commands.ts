/**
 * Links: cut, shaped, healed. A link is directed; a cut is made in both directions unless one way is asked for, a shape in the
 * direction that is named. Without `to`, the other end is everyone, also nodes that come later.
 */
import type { NodeId } from '#engine/core/node.ts';
import type { CommandEntry } from '#engine/core/world/commands/command.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import { nodeIdOf } from '#engine/core/world/commands/names.ts';
import type { FaultRow, LinkRow, LinkShape, World } from '#engine/core/world/world-state.ts';

const everyone = '*';

function endOf(world: World, to: number | string | undefined): NodeId {
  return to === undefined ? everyone : nodeIdOf(world, to);
}

function checkEnds(from: NodeId, to: NodeId): void {
  if (from === to) throw new CommandError(`${from} needs no network to reach itself`);
}

function rowAt(world: World, from: NodeId, to: NodeId): LinkRow {
  const key = `${from}>${to}`;
  let row = world.state.links.get(key);
  if (row === undefined) {
    row = { cut: false, except: [], shape: null };
    world.state.links.set(key, row);
  }
  return row;
}

function cut(world: World, from: NodeId, to: NodeId): void {
  const row = rowAt(world, from, to);
  row.cut = true;
  row.except = [];
}

function endName(node: NodeId): string {
  return node === everyone ? 'everyone' : node;
}

export const linkCut: CommandEntry<'link.cut'> = {
  plan(world, command) {
    const from = nodeIdOf(world, command.from);
    const to = endOf(world, command.to);
    checkEnds(from, to);
    const oneWay = command.oneWay === true;
    const inverse = to === everyone ? { kind: 'link.heal', from } : { kind: 'link.heal', from, to };
    return {
      node: from,
      fault: { id: `link.cut ${from} ${to}${oneWay ? ' one way' : ''}`, inverse, text: `the link from ${from} to ${endName(to)} is cut${oneWay ? ', one way' : ''}` },
      act: () => {
        cut(world, from, to);
        if (!oneWay) cut(world, to, from);
      },
    };
  },
};

export const linkShape: CommandEntry<'link.shape'> = {
  plan(world, command) {
    const from = nodeIdOf(world, command.from);
    const to = endOf(world, command.to);
    checkEnds(from, to);
    const { latencyMs, jitterMs, loss, duplicate, bandwidth } = command;
    const given = Object.entries({ latencyMs, jitterMs, loss, duplicate, bandwidth }).filter(([, value]) => value !== undefined);
    const shape: LinkShape | null = given.length === 0 ? null : Object.fromEntries(given);
    const id = `link.shape ${from} ${to}`;
    const plan = {
      node: from,
      act: () => {
        rowAt(world, from, to).shape = shape;
        dropIdle(world);
      },
    };
    // Without a single value the link is as every other one again.
    if (shape === null) return { ...plan, ends: (fault: FaultRow) => fault.id === id };
    const inverse = { kind: 'link.shape', from, ...(to === everyone ? {} : { to }) };
    const text = `the link from ${from} to ${endName(to)}: ${given.map(([name, value]) => `${name} ${value}`).join(', ')}`;
    return { ...plan, fault: { id, inverse, text } };
  },
};

export const linkHeal: CommandEntry<'link.heal'> = {
  plan(world, command) {
    if (command.from === undefined && command.to !== undefined) throw new CommandError('link.heal: "to" is given without "from"');
    const from = command.from === undefined ? undefined : nodeIdOf(world, command.from);
    const to = endOf(world, command.to);
    return {
      node: from ?? 'network',
      ends: (fault) => isAbout(fault, from, to),
      act: () => {
        if (from === undefined) world.state.links.clear();
        else if (to === everyone) healAllOf(world, from);
        else healPair(world, from, to);
        dropIdle(world);
      },
    };
  },
};

/** A fault's id reads "link.cut A B" or "link.shape A B". */
function isAbout(fault: FaultRow, from: NodeId | undefined, to: NodeId): boolean {
  const [kind, a, b] = fault.id.split(' ');
  if (kind !== 'link.cut' && kind !== 'link.shape') return false;
  if (from === undefined) return true;
  if (to === everyone) return a === from || b === from;
  return (a === from && b === to) || (a === to && b === from);
}

function healAllOf(world: World, node: NodeId): void {
  for (const [key, row] of world.state.links) {
    const [a, b] = key.split('>');
    if (a === node || b === node) world.state.links.delete(key);
    else if (a === everyone || b === everyone) row.except.push(node);
  }
}

/** Both directions between two nodes; a cut from one of them to everyone leaves the other out from now on. */
function healPair(world: World, a: NodeId, b: NodeId): void {
  for (const [from, to] of [[a, b], [b, a]] as const) {
    world.state.links.delete(`${from}>${to}`);
    const outgoing = world.state.links.get(`${from}>${everyone}`);
    if (outgoing !== undefined && !outgoing.except.includes(to)) outgoing.except.push(to);
    const incoming = world.state.links.get(`${everyone}>${to}`);
    if (incoming !== undefined && !incoming.except.includes(from)) incoming.except.push(from);
  }
}

/** Rows that say nothing go, so that a network without faults costs nothing. */
function dropIdle(world: World): void {
  for (const [key, row] of world.state.links) {
    if (!row.cut && row.shape === null) world.state.links.delete(key);
  }
}

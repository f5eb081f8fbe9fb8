/** Finds what a command names, or refuses it with the nearest valid name. */
import type { NodeId } from '#engine/core/node.ts';
import { brokerIdOf, brokerNodeId } from '#engine/core/node.ts';
import { nearestName } from '#engine/core/settings/nearest-name.ts';
import { CommandError } from '#engine/core/world/commands/command.ts';
import type { NodeRow, World } from '#engine/core/world/world-state.ts';

export function brokerRow(world: World, brokerId: number): NodeRow {
  const row = world.state.nodes.get(brokerNodeId(brokerId));
  if (row !== undefined) return row;
  const ids = [...world.state.nodes.values()].filter(({ kind }) => kind === 'broker').map(({ id }) => brokerIdOf(id));
  const nearest = ids.reduce((best, id) => (Math.abs(id - brokerId) < Math.abs(best - brokerId) ? id : best), ids[0] ?? 0);
  throw new CommandError(`there is no broker ${brokerId}; the nearest is ${nearest} (brokers: ${ids.join(', ')})`);
}

/** A broker's number, or a node's id; "external/*" stands for every client outside. */
export function nodeIdOf(world: World, node: number | string): NodeId {
  if (typeof node === 'number') return brokerRow(world, node).id;
  if (node === 'external/*' || world.state.nodes.has(node)) return node;
  throw unknownName('node', node, [...world.state.nodes.keys(), 'external/*']);
}

export function clientRow(world: World, kind: 'producer' | 'consumer', id: string): NodeRow {
  const row = world.state.nodes.get(`${kind}/${id}`);
  if (row !== undefined) return row;
  const known = [...world.state.nodes.values()].filter((node) => node.kind === kind).map((node) => node.id.slice(kind.length + 1));
  throw unknownName(kind, id, known);
}

export function unknownName(what: string, name: string, known: string[]): CommandError {
  const nearest = nearestName(name, known);
  if (nearest !== undefined) return new CommandError(`there is no ${what} "${name}"; did you mean "${nearest}"?`);
  return new CommandError(`there is no ${what} "${name}"; ${known.length === 0 ? `there is no ${what} at all` : `known: ${known.join(', ')}`}`);
}

export function checkStatus(row: NodeRow, allowed: NodeRow['status'][], refusal: string): void {
  if (!allowed.includes(row.status)) throw new CommandError(`${row.id} is ${row.status}: ${refusal}`);
}

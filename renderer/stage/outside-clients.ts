/**
 * Clients from outside. One client holds several connections, each of which the catalog lists: on the stage they are one card.
 * Which group member they belong to, the engine does not know; a client id that is unique among the members tells.
 */
import type { Catalog } from '#engine/contract/envelope.ts';

/** For each client's index the index that stands for it: its own, but for further connections of one outside client. */
export function representatives(catalog: Catalog): number[] {
  const first = new Map<string, number>();
  return catalog.clients.map((client, index) => {
    if (client.kind !== 'external') return index;
    const key = `${client.clientId} ${hostOf(client.address)}`;
    const known = first.get(key);
    if (known !== undefined) return known;
    first.set(key, index);
    return index;
  });
}

/** Addresses differ by their port from connection to connection. */
function hostOf(address: string | null): string {
  return address === null ? '' : address.replace(/:\d+$/, '');
}

/** The member of each outside client, by client index. */
export function outsideMembers(catalog: Catalog): Map<number, number> {
  const byClientId = new Map<string, number[]>();
  catalog.members.forEach((member, index) => {
    if (member.node === null && member.clientId !== '') byClientId.set(member.clientId, [...(byClientId.get(member.clientId) ?? []), index]);
  });
  const found = new Map<number, number>();
  catalog.clients.forEach((client, index) => {
    const members = client.kind === 'external' ? byClientId.get(client.clientId) : undefined;
    if (members?.length === 1 && members[0] !== undefined) found.set(index, members[0]);
  });
  return found;
}

/** How many connections a card stands for. */
export function connectionsOf(catalog: Catalog, client: number): number {
  return representatives(catalog).filter((representative) => representative === client).length;
}

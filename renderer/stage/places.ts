/** Where each thing lies on the stage, and what lies at a point: the hit index is the fixed grid itself. */
import { clientIndexBase, FlightFlag } from '#engine/contract/frame.ts';
import type { Target } from '#renderer/model/target.ts';
import type { Box } from '#renderer/stage/messages.ts';
import type { Places } from '#renderer/stage/routes.ts';
import { coreAt, shelfAt } from '#renderer/stage/layout/stage-layout.ts';
import type { Core, StageLayout } from '#renderer/stage/layout/stage-layout.ts';
import type { Scene } from '#renderer/stage/scene.ts';

export function placesOf(scene: Scene): Places {
  const { layout } = scene;
  const shelves = new Map(layout.shelves.map((shelf) => [shelf.broker, shelf]));
  const cores = new Map(layout.cores.map((core) => [core.partition, core]));
  const cards = new Map(layout.clients.map((card) => [card.client, card]));
  const members = new Map(layout.groups.flatMap((box) => box.members.map((card) => [card.member, { box, card }])));
  return {
    layout,
    shelf: (broker) => shelves.get(broker),
    core: (partition) => cores.get(partition),
    clientPort(connection, flags) {
      const client = scene.representative[connection] ?? connection;
      // A client from outside may produce and consume: what it consumes runs on the side of its group.
      const produces = (flags & FlightFlag.produce) !== 0;
      const member = scene.memberOfClient.get(client) ?? (produces ? undefined : scene.outsideMember.get(client));
      const seat = member === undefined ? undefined : members.get(member);
      if (seat !== undefined) return { x: seat.box.x + 6, y: seat.card.y + 16, isConsumer: true };
      const card = cards.get(client);
      if (card !== undefined) return { x: card.x + card.width, y: card.y + 15, isConsumer: false };
      const named = scene.catalog.clients[client];
      if (named?.kind === 'consumer') return { x: layout.consumeX, y: 60, isConsumer: true };
      return named === undefined ? undefined : { x: layout.produceX, y: layout.viewY1, isConsumer: false };
    },
  };
}

export function boxOf(scene: Scene, target: Target): Box | undefined {
  const { layout, catalog } = scene;
  switch (target.kind) {
    case 'broker': {
      const shelf = layout.shelves.find((candidate) => candidate.broker === target.broker);
      return shelf === undefined ? undefined : { x: layout.shelfX0, y: shelf.y, width: layout.shelfX1 - layout.shelfX0, height: layout.shelfHeight };
    }
    case 'topic': {
      const span = layout.topics.find((candidate) => catalog.topics[candidate.topic]?.name === target.topic);
      return span === undefined ? undefined : { x: span.x0 - 4, y: 2, width: span.x1 - span.x0 + 8, height: layout.viewY1 - 2 };
    }
    case 'partition': {
      const core = coreNamed(scene, target.topic, target.partition);
      return core === undefined ? undefined : coreBox(layout, core);
    }
    case 'replica': {
      const core = coreNamed(scene, target.topic, target.partition);
      const shelf = layout.shelves.find((candidate) => candidate.broker === target.broker);
      return core === undefined || shelf === undefined ? undefined : replicaBox(layout, core, shelf.y);
    }
    case 'client': {
      const client = catalog.clients.findIndex((candidate) => candidate.node === target.node);
      const card = layout.clients.find((candidate) => candidate.client === client);
      return card === undefined ? undefined : { x: card.x, y: card.y, width: card.width, height: card.height };
    }
    case 'group': {
      const box = layout.groups.find((candidate) => catalog.groups[candidate.group]?.group === target.group);
      return box === undefined ? undefined : { x: box.x, y: box.y, width: box.width, height: box.height };
    }
    case 'member': {
      for (const box of layout.groups) {
        const card = box.members.find((candidate) => catalog.members[candidate.member]?.memberId === target.memberId);
        if (card !== undefined) return { x: box.x + 6, y: card.y, width: box.width - 12, height: card.height };
      }
      return undefined;
    }
    case 'message':
      return undefined;
  }
}

export function coreNamed(scene: Scene, topic: string, partition: number): Core | undefined {
  return scene.layout.cores.find((core) => {
    const named = scene.catalog.partitions[core.partition];
    return named?.partition === partition && scene.catalog.topics[named.topic]?.name === topic;
  });
}

export function coreBox(layout: StageLayout, core: Core): Box {
  const first = layout.shelves[0]?.y ?? 58;
  const last = layout.shelves.at(-1)?.y ?? first;
  return { x: core.x - 3, y: first - 32, width: layout.coreWidth + 6, height: last + layout.shelfHeight + 8 - (first - 32) };
}

export function replicaBox(layout: StageLayout, core: Core, shelfY: number): Box {
  if (layout.depth !== 'log') return { x: core.x - 1.5, y: shelfY + 1.5, width: layout.coreWidth + 3, height: layout.shelfHeight - 3 };
  const { chipTop, fetchTray } = layout.metrics;
  return { x: core.x - 2.5, y: shelfY + chipTop - 12.5, width: layout.coreWidth + 5, height: fetchTray - 4 - (chipTop - 12.5) };
}

/** What lies at a point, but for messages: they move, and are asked for first. */
export function targetAt(scene: Scene, x: number, y: number): Target | undefined {
  const { layout, catalog } = scene;
  const card = layout.clients.find((candidate) => inside(candidate, x, y));
  if (card !== undefined) {
    const node = catalog.clients[card.client]?.node;
    return node === undefined ? undefined : { kind: 'client', node };
  }
  const box = layout.groups.find((candidate) => inside(candidate, x, y));
  if (box !== undefined) {
    const group = catalog.groups[box.group]?.group ?? '';
    const member = box.members.find((candidate) => y >= candidate.y && y <= candidate.y + candidate.height);
    const memberId = member === undefined ? undefined : catalog.members[member.member]?.memberId;
    return memberId === undefined ? { kind: 'group', group } : { kind: 'member', group, memberId };
  }
  return targetOnShelves(scene, x, y);
}

function targetOnShelves(scene: Scene, x: number, y: number): Target | undefined {
  const { layout, catalog } = scene;
  const core = coreAt(layout, x);
  const shelf = shelfAt(layout, y);
  if (core !== undefined && y < layout.viewY1 + 8) {
    const named = catalog.partitions[core.partition];
    const topic = named === undefined ? undefined : catalog.topics[named.topic]?.name;
    if (named === undefined || topic === undefined) return undefined;
    if (y < 28) return { kind: 'topic', topic };
    if (shelf !== undefined && named.replicas.includes(shelf.broker)) return { kind: 'replica', topic, partition: named.partition, broker: shelf.broker };
    return { kind: 'partition', topic, partition: named.partition };
  }
  return shelf !== undefined && x >= layout.shelfX0 && x <= layout.shelfX1 ? { kind: 'broker', broker: shelf.broker } : undefined;
}

function inside(box: Box, x: number, y: number): boolean {
  return x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height;
}

/** The two ends of a message, as targets. */
export function nodeTarget(scene: Scene, node: number): Target | undefined {
  if (node < clientIndexBase) return { kind: 'broker', broker: node };
  const client = scene.catalog.clients[node - clientIndexBase];
  if (client === undefined) return undefined;
  const member = scene.memberOfClient.get(node - clientIndexBase);
  const named = member === undefined ? undefined : scene.catalog.members[member];
  const group = named === undefined ? undefined : scene.catalog.groups[named.group]?.group;
  return named === undefined || group === undefined ? { kind: 'client', node: client.node } : { kind: 'member', group, memberId: named.memberId };
}

/** Where the keyboard goes on the stage: arrows among siblings, in and out of what contains them, to the leader, to the next follower. */
import type { Target } from '#renderer/model/target.ts';
import type { Move } from '#renderer/stage/messages.ts';
import { pictureIn } from '#renderer/stage/scene.ts';
import type { Scene } from '#renderer/stage/scene.ts';

export function moveFocus(scene: Scene, from: Target | undefined, move: Move): Target | undefined {
  const start = from ?? firstTarget(scene);
  if (from === undefined || start === undefined) return start;
  switch (start.kind) {
    case 'replica':
    case 'partition':
      return moveInCores(scene, start, move);
    case 'broker':
      return moveBroker(scene, start, move);
    case 'client':
      return moveInList(scene.layout.clients.map((card) => clientTarget(scene, card.client)), start, move) ?? (move === 'right' ? brokerAt(scene, 0) : undefined);
    case 'member':
    case 'group':
      return moveInGroups(scene, start, move);
    case 'topic':
      return move === 'in' || move === 'down' ? replicaAt(scene, scene.layout.cores.findIndex((core) => topicName(scene, core.topic) === start.topic), 0) : undefined;
    case 'message':
      return firstTarget(scene);
  }
}

export function firstTarget(scene: Scene): Target | undefined {
  return replicaAt(scene, 0, 0) ?? brokerAt(scene, 0);
}

function topicName(scene: Scene, topic: number): string | undefined {
  return scene.catalog.topics[topic]?.name;
}

function brokerAt(scene: Scene, row: number): Target | undefined {
  const shelf = scene.layout.shelves[row];
  return shelf === undefined ? undefined : { kind: 'broker', broker: shelf.broker };
}

/** The replica in a column nearest to a row, since not every broker has one. */
function replicaAt(scene: Scene, column: number, row: number, direction = 1): Target | undefined {
  const core = scene.layout.cores[column];
  const named = core === undefined ? undefined : scene.catalog.partitions[core.partition];
  const topic = core === undefined ? undefined : topicName(scene, core.topic);
  if (named === undefined || topic === undefined) return undefined;
  const rows = scene.layout.shelves.flatMap((shelf, index) => (named.replicas.includes(shelf.broker) ? [index] : []));
  const ahead = rows.filter((index) => (direction > 0 ? index >= row : index <= row));
  const nearest = direction > 0 ? ahead[0] : ahead.at(-1);
  const broker = scene.layout.shelves[nearest ?? rows[0] ?? -1]?.broker;
  return broker === undefined ? undefined : { kind: 'replica', topic, partition: named.partition, broker };
}

function moveInCores(scene: Scene, target: Extract<Target, { kind: 'replica' | 'partition' }>, move: Move): Target | undefined {
  const column = scene.layout.cores.findIndex((core) => scene.catalog.partitions[core.partition]?.partition === target.partition && topicName(scene, core.topic) === target.topic);
  const row = target.kind === 'replica' ? scene.layout.shelves.findIndex((shelf) => shelf.broker === target.broker) : 0;
  const core = scene.layout.cores[column];
  const picture = core === undefined ? undefined : pictureIn(scene, core.partition);
  const onBroker = (broker: number | undefined): Target | undefined => (broker === undefined || broker < 0 ? undefined : { kind: 'replica', topic: target.topic, partition: target.partition, broker });
  switch (move) {
    case 'left':
      return column > 0 ? replicaAt(scene, column - 1, row) : brokerAt(scene, row);
    case 'right':
      return replicaAt(scene, column + 1, row) ?? firstGroup(scene);
    case 'up':
      return row > 0 ? replicaAt(scene, column, row - 1, -1) : undefined;
    case 'down':
      return row < scene.layout.shelves.length - 1 ? replicaAt(scene, column, row + 1) : undefined;
    case 'leader':
      return onBroker(picture?.leader);
    case 'follower': {
      const followers = picture?.replicas.filter((replica) => !replica.isLeader).map((replica) => replica.broker) ?? [];
      const at = target.kind === 'replica' ? followers.indexOf(target.broker) : -1;
      return onBroker(followers[(at + 1) % Math.max(1, followers.length)]);
    }
    case 'in':
      return target.kind === 'partition' ? replicaAt(scene, column, 0) : undefined;
    case 'out':
      return target.kind === 'replica' ? { kind: 'partition', topic: target.topic, partition: target.partition } : { kind: 'topic', topic: target.topic };
  }
}

function moveBroker(scene: Scene, target: Extract<Target, { kind: 'broker' }>, move: Move): Target | undefined {
  const row = scene.layout.shelves.findIndex((shelf) => shelf.broker === target.broker);
  if (move === 'up') return brokerAt(scene, row - 1);
  if (move === 'down') return brokerAt(scene, row + 1);
  if (move === 'left') return clientTarget(scene, scene.layout.clients[Math.min(row, scene.layout.clients.length - 1)]?.client ?? -1);
  return move === 'right' || move === 'in' ? replicaAt(scene, 0, row) : undefined;
}

function clientTarget(scene: Scene, client: number): Target | undefined {
  const node = scene.catalog.clients[client]?.node;
  return node === undefined ? undefined : { kind: 'client', node };
}

function firstGroup(scene: Scene): Target | undefined {
  return groupTargets(scene)[0];
}

function groupTargets(scene: Scene): Target[] {
  return scene.layout.groups.flatMap((box) => {
    const group = scene.catalog.groups[box.group]?.group ?? '';
    const members = box.members.flatMap((card): Target[] => {
      const memberId = scene.catalog.members[card.member]?.memberId;
      return memberId === undefined ? [] : [{ kind: 'member', group, memberId }];
    });
    return [{ kind: 'group', group } as Target, ...members];
  });
}

function moveInGroups(scene: Scene, target: Target, move: Move): Target | undefined {
  if (move === 'left') return replicaAt(scene, scene.layout.cores.length - 1, 0) ?? brokerAt(scene, 0);
  if (move === 'out' && target.kind === 'member') return { kind: 'group', group: target.group };
  return moveInList(groupTargets(scene), target, move === 'in' ? 'down' : move);
}

function moveInList(list: readonly (Target | undefined)[], target: Target, move: Move): Target | undefined {
  const at = list.findIndex((candidate) => candidate !== undefined && JSON.stringify(candidate) === JSON.stringify(target));
  if (move === 'up') return list[at - 1];
  return move === 'down' ? list[at + 1] : undefined;
}

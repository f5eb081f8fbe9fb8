/**
 * What can be pointed at, selected, opened: named by the cluster's own names, so that a selection survives a reload, a restart
 * of the engine and a new catalog. The text form is also the subject of history queries.
 */
export type Target =
  | { kind: 'broker'; broker: number }
  | { kind: 'topic'; topic: string }
  | { kind: 'partition'; topic: string; partition: number }
  | { kind: 'replica'; topic: string; partition: number; broker: number }
  | { kind: 'client'; node: string }
  | { kind: 'group'; group: string }
  | { kind: 'member'; group: string; memberId: string }
  | { kind: 'message'; id: number };

export function targetKey(target: Target): string {
  switch (target.kind) {
    case 'broker':
      return `broker/${target.broker}`;
    case 'topic':
      return `topic/${target.topic}`;
    case 'partition':
      return `partition/${target.topic}/${target.partition}`;
    case 'replica':
      return `replica/${target.topic}/${target.partition}/${target.broker}`;
    case 'client':
      return `client/${target.node}`;
    case 'group':
      return `group/${target.group}`;
    case 'member':
      return `member/${target.group}/${target.memberId}`;
    case 'message':
      return `message/${target.id}`;
  }
}

/** Topic names have no slash; names of groups and members may: they are taken to the end. */
export function targetOf(key: string): Target | undefined {
  const [kind = '', ...rest] = key.split('/');
  const [first = '', second = '', third = ''] = rest;
  const tail = rest.slice(1).join('/');
  switch (kind) {
    case 'broker':
      return whole(first) ? { kind, broker: Number(first) } : undefined;
    case 'topic':
      return first === '' ? undefined : { kind, topic: first };
    case 'partition':
      return whole(second) ? { kind, topic: first, partition: Number(second) } : undefined;
    case 'replica':
      return whole(second) && whole(third) ? { kind, topic: first, partition: Number(second), broker: Number(third) } : undefined;
    case 'client':
      return first === '' ? undefined : { kind, node: rest.join('/') };
    case 'group':
      return first === '' ? undefined : { kind, group: rest.join('/') };
    case 'member':
      return tail === '' ? undefined : { kind, group: first, memberId: tail };
    case 'message':
      return whole(first) ? { kind, id: Number(first) } : undefined;
    default:
      return undefined;
  }
}

function whole(text: string): boolean {
  return /^\d{1,15}$/.test(text);
}

export function sameTarget(a: Target | undefined, b: Target | undefined): boolean {
  return a === undefined || b === undefined ? a === b : targetKey(a) === targetKey(b);
}

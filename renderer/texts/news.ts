/** What is worth saying aloud between two moments: brokers that fell or rose, leaders that moved, groups that rebalance. */
import type { EngineState } from '#renderer/state/engine-store.ts';

type Seen = Pick<EngineState, 'connection' | 'figures'>;
const newsMax = 3;

export function newsBetween(before: Seen, after: Seen): string {
  const news: string[] = [];
  if (before.connection !== after.connection && after.connection === 'lost') news.push('The engine was lost');
  if (before.connection === 'lost' && after.connection === 'open') news.push('The engine is back');
  const brokersBefore = new Map(before.figures?.brokers.map((broker) => [broker.broker, broker]));
  for (const broker of after.figures?.brokers ?? []) {
    const was = brokersBefore.get(broker.broker);
    if (was !== undefined && was.word !== broker.word && (was.isBad || broker.isBad)) news.push(`Broker ${broker.broker}: ${broker.word}`);
    if (was !== undefined && !was.isController && broker.isController) news.push(`Broker ${broker.broker} is the controller now`);
  }
  const moved = movedLeaders(before, after);
  if (moved.length > 2) news.push(`${moved.length} partitions have another leader`);
  else news.push(...moved);
  const groupsBefore = new Map(before.figures?.groups.map((group) => [group.group, group.state]));
  for (const group of after.figures?.groups ?? []) {
    const was = groupsBefore.get(group.group);
    if (was !== undefined && was !== group.state) news.push(`Group ${group.group}: ${group.state}`);
  }
  return news.slice(0, newsMax).join('. ');
}

function movedLeaders(before: Seen, after: Seen): string[] {
  const leaders = new Map<string, number>();
  for (const topic of before.figures?.topics ?? []) for (const partition of topic.partitions) leaders.set(`${topic.topic}-${partition.partition}`, partition.leader);
  const moved: string[] = [];
  for (const topic of after.figures?.topics ?? []) {
    for (const partition of topic.partitions) {
      const name = `${topic.topic}-${partition.partition}`;
      const was = leaders.get(name);
      if (was !== undefined && was !== partition.leader) moved.push(partition.leader < 0 ? `${name} has no leader` : `${name} is led by broker ${partition.leader}`);
    }
  }
  return moved;
}

/** What an event is about: "broker/3", "partition/orders/1", "replica/orders/1/3", "group/billing", "producer/checkout", "topic/orders". */
import type { EventView, FactView } from '#engine/contract/envelope.ts';
import { findEvent, oldestRecentEventId } from '#engine/runtime/history/event-log.ts';
import type { EventLog } from '#engine/runtime/history/event-log.ts';

export function concerns(event: EventView, subject: string): boolean {
  return event.node === subject || event.facts.some((fact) => factConcerns(fact, subject));
}

export function factConcerns(fact: FactView, subject: string): boolean {
  const { topic, partition, broker, group, client, member, leader } = fact.payload as Record<string, unknown>;
  const [kind, ...rest] = subject.split('/');
  switch (kind) {
    case 'broker':
      return String(broker) === rest[0] || (fact.kind === 'partition.leaderElected' && String(leader) === rest[0]);
    case 'topic':
      return topic === rest.join('/');
    case 'partition':
      return topic !== undefined && `${String(topic)}/${String(partition)}` === rest.join('/');
    case 'replica':
      return topic !== undefined && `${String(topic)}/${String(partition)}/${String(broker ?? leader)}` === rest.join('/');
    case 'group':
      return group === rest.join('/');
    case 'member':
      return member === rest.join('/');
    case 'producer':
    case 'consumer':
      return client === subject || client === rest.join('/');
    default:
      return false;
  }
}

/** The latest events that concern a subject, newest first; with `kinds`, only those with such a fact about it. */
export function historyOf(log: EventLog, subject: string, limit: number, kinds?: readonly string[]): EventView[] {
  const isWanted = (event: EventView): boolean =>
    kinds === undefined ? concerns(event, subject) : event.facts.some((fact) => kinds.includes(fact.kind) && (event.node === subject || factConcerns(fact, subject)));
  const found: EventView[] = [];
  const oldest = oldestRecentEventId(log);
  for (let id = log.lastEventId; id >= oldest && found.length < limit; id--) {
    const event = findEvent(log, id);
    if (event !== undefined && isWanted(event)) found.push(event);
  }
  if (found.length === limit) return found;
  const older = [...log.notable.values()].filter((event) => event.eventId < oldest && isWanted(event));
  older.sort((a, b) => b.eventId - a.eventId);
  return [...found, ...older.slice(0, limit - found.length)];
}

/**
 * The events that happened, for "why?", the history of a subject and the timeline.
 *
 * Two bounded stores: a ring of all recent events, and a longer one of notable events (elections, ISR changes, rebalances,
 * faults, errors) which keeps the nearest causes of each as well, so that the answer to "why is this one the leader?"
 * outlives the traffic that has passed since. Message bodies are not kept: what they did is in the facts.
 */
import type { EventView, FactView } from '#engine/contract/envelope.ts';
import type { Fact, FactKind } from '#engine/core/facts.ts';
import type { EventInput, EventRecord } from '#engine/core/world/world-state.ts';
import { assert } from '#engine/ports/assert.ts';

export interface EventLog {
  /** Ring: event `id` lies at `id % recent.length`. */
  recent: (EventView | undefined)[];
  lastEventId: number;
  /** In order of their ids, with their causes among them. */
  notable: Map<number, EventView>;
  notableMax: number;
}

/** How many causes of a notable event are kept with it. */
const causesKept = 12;

const notableFacts: ReadonlySet<FactKind> = new Set<FactKind>([
  'node.started', 'node.halted', 'broker.registered', 'broker.fenced', 'broker.unfenced', 'disk.failed',
  'quorum.candidate', 'quorum.leader', 'quorum.resigned', 'topic.created', 'topic.deleted',
  'partition.leaderElected', 'partition.isrChanged', 'replica.becameLeader', 'replica.becameFollower', 'replica.truncated', 'replica.logStart', 'replica.compacted',
  'replica.isrShrinkProposed', 'replica.isrExpandProposed',
  'group.state', 'group.memberJoined', 'group.memberLeft', 'group.assigned', 'client.failed', 'client.positionReset', 'client.revoked', 'client.assigned',
]);

export function createEventLog(recentMax = 16_384, notableMax = 8192): EventLog {
  return { recent: Array.from({ length: recentMax }, () => undefined), lastEventId: 0, notable: new Map(), notableMax };
}

export function recordEvent(log: EventLog, record: EventRecord): EventView {
  assert(record.id > log.lastEventId, `event ${record.id} comes after event ${log.lastEventId}`);
  const view = viewOf(record);
  log.recent[record.id % log.recent.length] = view;
  log.lastEventId = record.id;
  if (isNotable(view)) keepWithCauses(log, view);
  return view;
}

export function findEvent(log: EventLog, eventId: number): EventView | undefined {
  const recent = log.recent[eventId % log.recent.length];
  return recent?.eventId === eventId ? recent : log.notable.get(eventId);
}

export interface CauseChain {
  /** The event asked for, then its cause, and so on. */
  events: EventView[];
  /** Why the chain stops: at its beginning, at the asked depth, or at the edge of what is still known. */
  end: 'outside' | 'depth' | 'forgotten';
}

export function causesOf(log: EventLog, eventId: number, depth: number): CauseChain {
  const events: EventView[] = [];
  let id = eventId;
  while (events.length < depth) {
    if (id === 0) return { events, end: 'outside' };
    const event = findEvent(log, id);
    if (event === undefined) return { events, end: 'forgotten' };
    events.push(event);
    id = event.causeId;
  }
  return { events, end: id === 0 ? 'outside' : 'depth' };
}

/** The oldest event of which every later one is known as well. */
export function oldestRecentEventId(log: EventLog): number {
  return Math.max(1, log.lastEventId - log.recent.length + 1);
}

export function isNotable(view: EventView): boolean {
  return view.input.type === 'command' || view.facts.some((fact) => notableFacts.has(fact.kind as FactKind));
}

function keepWithCauses(log: EventLog, view: EventView): void {
  log.notable.set(view.eventId, view);
  let id = view.causeId;
  for (let depth = 0; depth < causesKept && id !== 0; depth++) {
    const cause = findEvent(log, id);
    if (cause === undefined) break;
    if (!log.notable.has(id)) log.notable.set(id, cause);
    id = cause.causeId;
  }
  for (const oldest of log.notable.keys()) {
    if (log.notable.size <= log.notableMax) break;
    log.notable.delete(oldest);
  }
}

function viewOf(record: EventRecord): EventView {
  return {
    eventId: record.id,
    timeUs: record.timeUs,
    node: record.node,
    input: inputView(record.input),
    causeId: record.causeId,
    facts: record.facts.length === 0 ? noFacts : record.facts.map(factView),
  };
}

const noFacts: FactView[] = [];

function factView(fact: Fact): FactView {
  return { kind: fact.kind, payload: fact.payload as unknown as Record<string, unknown>, rule: fact.why?.rule ?? null, settings: fact.why?.settings ?? null };
}

function inputView(input: EventInput): EventView['input'] {
  switch (input.type) {
    case 'start':
      return { type: 'start' };
    case 'command':
      return { type: 'command', command: JSON.stringify(input.command) };
    case 'message': {
      const { message } = input;
      if (message.kind === 'disconnect') return { type: 'failure', reason: `${message.from} closed the connection` };
      return { type: 'message', messageId: message.id, from: message.from, apiKey: message.apiKey, response: message.kind === 'response' };
    }
    case 'timer':
      return { type: 'timer', kind: input.kind, key: input.key };
    case 'failure':
      return { type: 'failure', reason: input.reason };
  }
}

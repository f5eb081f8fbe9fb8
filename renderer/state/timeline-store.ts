/**
 * What the lanes of the timeline show, gathered from events and figures; bounded, oldest out first. Not a store of React: the
 * canvas of the lanes reads it when it paints.
 */
import type { EventView, FactView } from '#engine/contract/envelope.ts';

export interface LaneMark {
  timeUs: number;
  eventId: number;
  label: string;
}
export interface LaneSpan {
  fromUs: number;
  toUs: number | undefined;
  key: string;
  label: string;
  /** What it stands for, when several things of one moment are told as one; closed when all have ended. */
  open?: Set<string>;
}
export interface Timeline {
  epochs: LaneMark[];
  isr: LaneSpan[];
  rebalances: LaneSpan[];
  faults: LaneMark[];
  throughput: { timeUs: number; perSecond: number }[];
  firstUs: number;
  lastUs: number;
  /** Counts changes, so that a painter knows whether there is anything new. */
  version: number;
}

const marksMax = 2_000;
const samplesMax = 4_000;
/** ISR changes of one broker within this long are one story. */
const sameMomentUs = 1_000_000;

export function createTimeline(): Timeline {
  return { epochs: [], isr: [], rebalances: [], faults: [], throughput: [], firstUs: Number.POSITIVE_INFINITY, lastUs: 0, version: 0 };
}

export function addEvents(timeline: Timeline, events: readonly EventView[]): void {
  for (const event of events) {
    if (event.input.type === 'command') addCommand(timeline, event);
    for (const fact of event.facts) addFact(timeline, event, fact);
  }
  if (events.length > 0) timeline.version++;
}

export function addSample(timeline: Timeline, timeUs: number, perSecond: number): void {
  if (timeUs < timeline.lastUs - 1_000_000) clearTimeline(timeline);
  const last = timeline.throughput.at(-1);
  timeline.firstUs = Math.min(timeline.firstUs, timeUs);
  timeline.lastUs = Math.max(timeline.lastUs, timeUs);
  if (last !== undefined && timeUs - last.timeUs < 50_000) return;
  push(timeline.throughput, { timeUs, perSecond }, samplesMax);
  timeline.version++;
}

export function clearTimeline(timeline: Timeline): void {
  Object.assign(timeline, createTimeline(), { version: timeline.version + 1 });
}

function push<T>(list: T[], item: T, most: number): void {
  list.push(item);
  if (list.length > most) list.splice(0, list.length - most);
}

function addCommand(timeline: Timeline, event: EventView): void {
  const command = event.input.type === 'command' ? event.input.command : '';
  const { kind, words } = commandWords(command);
  if (/^(broker\.(crash|powerLoss|pause|restart|resume|shutdown)|link\.|disk\.|clock\.skew|consumer\.(crash|pause))/.test(kind)) {
    push(timeline.faults, { timeUs: event.timeUs, eventId: event.eventId, label: words }, marksMax);
  }
}

/** "crash broker 2" out of {"kind":"broker.crash","broker":2}, or out of a bare kind. */
export function commandWords(command: string): { kind: string; words: string } {
  let kind = command;
  let subject = '';
  let shape: string | undefined;
  if (command.startsWith('{')) {
    try {
      const parsed = JSON.parse(command) as { kind?: string; broker?: number | { id?: number }; from?: string | number; to?: string | number; latencyMs?: number; loss?: number; consumer?: unknown; producer?: unknown; topic?: unknown };
      kind = parsed.kind ?? 'command';
      if (kind === 'link.shape' && (parsed.latencyMs ?? 0) > 0) shape = `latency ${parsed.latencyMs} ms on`;
      else if (kind === 'link.shape' && (parsed.loss ?? 0) > 0) shape = `loss ${Math.round((parsed.loss ?? 0) * 100)} % on`;
      if (typeof parsed.broker === 'number') subject = ` broker ${parsed.broker}`;
      else if (typeof parsed.broker === 'object') subject = ` broker ${parsed.broker.id ?? ''}`;
      else if (parsed.from !== undefined) subject = ` ${nodeWord(parsed.from)}${parsed.to === undefined ? '' : ` to ${nodeWord(parsed.to)}`}`;
      else subject = namedSubject(parsed.consumer ?? parsed.producer ?? parsed.topic);
    } catch {
      return { kind: command.slice(0, 40), words: command.slice(0, 40) };
    }
  }
  const verbs: Record<string, string> = {
    'broker.crash': 'crash', 'broker.powerLoss': 'power loss', 'broker.restart': 'restart', 'broker.shutdown': 'shut down', 'broker.pause': 'pause', 'broker.resume': 'resume', 'broker.add': 'add',
    'link.cut': 'cut', 'link.heal': 'heal', 'link.shape': 'restore link', 'disk.slow': 'slow disk', 'disk.full': 'full disk', 'disk.fail': 'failed disk', 'disk.heal': 'heal disk',
    'clock.skew': 'skew clock', 'topic.create': 'create topic', 'topic.delete': 'delete topic', 'topic.alter': 'alter topic',
    'producer.start': 'start producer', 'producer.stop': 'stop producer', 'consumer.start': 'start consumer', 'consumer.stop': 'stop consumer', 'consumer.crash': 'crash', 'consumer.pause': 'pause', 'consumer.resume': 'resume',
  };
  return { kind, words: `${shape ?? verbs[kind] ?? kind}${subject}` };
}

/** A client or topic, by its name or by the specification it was made from. */
function namedSubject(value: unknown): string {
  if (typeof value === 'string') return ` ${value}`;
  const spec = value as { id?: unknown; name?: unknown } | null | undefined;
  const name = spec?.id ?? spec?.name;
  return typeof name === 'string' ? ` ${name}` : '';
}

function nodeWord(node: string | number): string {
  return typeof node === 'number' ? String(node) : node.replace(/^[a-z]+\//, '');
}

function addFact(timeline: Timeline, event: EventView, fact: FactView): void {
  const p = fact.payload;
  const partition = `${String(p['topic'])}-${String(p['partition'])}`;
  if (fact.kind === 'partition.leaderElected' && Number(p['previousLeader']) !== Number(p['leader'])) {
    push(timeline.epochs, { timeUs: event.timeUs, eventId: event.eventId, label: `${partition} e${String(p['leaderEpoch'])}` }, marksMax);
  }
  if (fact.kind === 'quorum.leader') push(timeline.epochs, { timeUs: event.timeUs, eventId: event.eventId, label: `controller ${String(p['broker'])} e${String(p['epoch'])}` }, marksMax);
  if (fact.kind === 'partition.isrChanged') addIsrChange(timeline, event, partition, numbers(p['from']), numbers(p['to']));
  if (fact.kind === 'group.state') addGroupState(timeline, event, String(p['group']), String(p['to']), Number(p['generation']));
}

function numbers(value: unknown): number[] {
  return Array.isArray(value) ? value.map(Number) : [];
}

function addIsrChange(timeline: Timeline, event: EventView, partition: string, from: number[], to: number[]): void {
  for (const broker of from.filter((id) => !to.includes(id))) {
    const same = timeline.isr.find((span) => span.toUs === undefined && span.key === `${broker}` && event.timeUs - span.fromUs < sameMomentUs);
    if (same?.open !== undefined) {
      same.open.add(partition);
      same.label = `broker ${broker} out of ${same.open.size} ISRs`;
    } else push(timeline.isr, { fromUs: event.timeUs, toUs: undefined, key: `${broker}`, label: `${partition} lost ${broker}`, open: new Set([partition]) }, marksMax);
  }
  for (const broker of to.filter((id) => !from.includes(id))) closeIsrSpan(timeline, partition, broker, event.timeUs);
}

function closeIsrSpan(timeline: Timeline, partition: string, broker: number, timeUs: number): void {
  const span = timeline.isr.findLast((candidate) => candidate.toUs === undefined && candidate.key === `${broker}` && candidate.open?.has(partition) === true);
  span?.open?.delete(partition);
  if (span?.open?.size === 0) span.toUs = timeUs;
}

function addGroupState(timeline: Timeline, event: EventView, group: string, to: string, generation: number): void {
  if (to === 'PreparingRebalance' || to === 'Assigning' || to === 'Reconciling') {
    if (timeline.rebalances.some((span) => span.key === group && span.toUs === undefined)) return;
    push(timeline.rebalances, { fromUs: event.timeUs, toUs: undefined, key: group, label: group }, marksMax);
    return;
  }
  if (to !== 'Stable' && to !== 'Empty' && to !== 'Dead') return;
  const span = closeSpan(timeline.rebalances, group, event.timeUs);
  if (span !== undefined) span.label = `${group} g${generation}`;
}

function closeSpan(spans: LaneSpan[], key: string, timeUs: number): LaneSpan | undefined {
  for (let at = spans.length - 1; at >= 0; at--) {
    const span = spans[at];
    if (span === undefined || span.key !== key || span.toUs !== undefined) continue;
    span.toUs = timeUs;
    return span;
  }
  return undefined;
}

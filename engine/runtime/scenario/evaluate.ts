/**
 * Expectations against the end of a run: one function per subject. Each answers what was found, whether that is as expected, and
 * the event that decided it, so that a failed expectation can be looked at where it came about.
 */
import type { ClusterState, GroupView, PartitionView } from '#engine/contract/state.ts';
import type { World } from '#engine/core/world/world-state.ts';
import { lostBatches } from '#engine/runtime/scenario/acknowledgements.ts';
import type { Acknowledgements } from '#engine/runtime/scenario/acknowledgements.ts';
import { patternText } from '#engine/core/world/fact-pattern.ts';
import type { FactWatch, OrderWatch } from '#engine/runtime/scenario/fact-watch.ts';
import type { Amount, Expectation, ExpectationKind, ExpectationOf } from '#engine/runtime/scenario/scenario-schema.ts';

export interface Verdict {
  /** The expectation in words. */
  text: string;
  ok: boolean;
  /** What was found. */
  actual: string;
  /** The event that decided it, and its virtual time; the run's last event where no single one did. */
  eventId: number;
  timeUs: number;
}

export interface EndOfRun {
  world: World;
  state: ClusterState;
  acknowledgements: Acknowledgements;
  /** By the index of the expectation. */
  factWatches: Map<number, FactWatch>;
  orderWatches: Map<number, OrderWatch>;
  /** The last event that concerned a subject: "partition orders-0", "broker 1", "group billing", "controller". */
  lastEvents: Map<string, { eventId: number; timeUs: number }>;
}

interface Finding {
  /** Field by field: what was wanted, what was found. */
  checks: { name: string; wanted: string; found: string; ok: boolean }[];
  subject: string;
  decided?: { eventId: number; timeUs: number } | undefined;
}

type Evaluator<K extends ExpectationKind> = (value: ExpectationOf<K>, end: EndOfRun, index: number) => Finding;

const evaluators: { [K in ExpectationKind]: Evaluator<K> } = {
  partition: evaluatePartition,
  broker(value, { state, lastEvents }) {
    const broker = state.brokers.find(({ id }) => id === value.broker);
    const finding = begin(`broker ${value.broker}`, lastEvents);
    if (broker === undefined) return absent(finding);
    checkText(finding, 'status', value.status, broker.status);
    checkText(finding, 'registration', value.registration, broker.registration);
    return finding;
  },
  group: evaluateGroup,
  producer(value, { state, lastEvents }) {
    const producer = state.producers.find(({ id }) => id === value.producer);
    const finding = begin(`producer ${value.producer}`, lastEvents);
    if (producer === undefined) return absent(finding);
    for (const name of ['sent', 'acknowledged', 'failed', 'retries'] as const) checkAmount(finding, name, value[name], producer[name]);
    return finding;
  },
  consumer(value, { state, lastEvents }) {
    const consumer = state.consumers.find(({ id }) => id === value.consumer);
    const finding = begin(`consumer ${value.consumer}`, lastEvents);
    if (consumer === undefined) return absent(finding);
    checkAmount(finding, 'consumed', value.consumed, consumer.consumed);
    checkText(finding, 'status', value.status, consumer.status);
    checkAmount(finding, 'partitions', value.partitions, consumer.assignment.length);
    return finding;
  },
  controller(value, { state, lastEvents }) {
    const finding = begin('controller', lastEvents);
    checkAmount(finding, 'broker', value.controller, state.controller);
    return finding;
  },
  fact(value, { factWatches }, index) {
    const watch = factWatches.get(index)!;
    const finding: Finding = { subject: patternText(value), checks: [], decided: decidedBy(watch) };
    checkAmount(finding, 'count', value.count, watch.count);
    return finding;
  },
  order(value, { orderWatches }, index) {
    const watch = orderWatches.get(index)!;
    const wanted = value.order.map(patternText).join(', then ');
    const missing = value.order[watch.seen];
    const found = missing === undefined ? 'so it was' : `${watch.seen} of ${value.order.length}; not followed by ${patternText(missing)}`;
    return { subject: 'facts in order', checks: [{ name: '', wanted, found, ok: missing === undefined }], decided: decidedBy(watch) };
  },
  acknowledgedLost(value, { world, acknowledgements }) {
    const lost = lostBatches(acknowledgements, world, ({ client }) => value.producer === undefined || client === value.producer || client === `producer/${value.producer}`);
    const finding: Finding = { subject: `acknowledged records${value.producer === undefined ? '' : ` of ${value.producer}`}`, checks: [], decided: lost[0] };
    checkAmount(finding, 'lost', value.acknowledgedLost, lost.reduce((sum, { records }) => sum + records, 0));
    const [first] = lost;
    if (first !== undefined) finding.checks[0]!.found += `, the first at ${first.partition} offset ${first.baseOffset}`;
    return finding;
  },
  longestGapMs(value, { world, acknowledgements }) {
    const gap = acknowledgements.gaps.get(value.producer) ?? acknowledgements.gaps.get(`producer/${value.producer}`);
    const finding: Finding = { subject: `producer ${value.producer}`, checks: [], decided: gap && { eventId: gap.endEventId, timeUs: gap.lastUs } };
    if (gap === undefined) return absent(finding);
    // The time since the last acknowledgement is a gap that has not ended.
    checkAmount(finding, 'longest gap in ms', value.longestGapMs, Math.max(gap.longestUs, world.state.timeUs - gap.lastUs) / 1000);
    return finding;
  },
};

export function evaluate(expectation: Expectation, end: EndOfRun, index: number): Verdict {
  const evaluator = evaluators[expectation.kind] as Evaluator<ExpectationKind>;
  const { subject, checks, decided } = evaluator(expectation.value, end, index);
  const join = (pick: 'wanted' | 'found'): string => checks.map((check) => (check.name === '' ? check[pick] : `${check.name} ${check[pick]}`)).join(', ');
  const last = { eventId: end.state.eventId, timeUs: end.state.timeUs };
  const { eventId, timeUs } = decided ?? last;
  return { text: `${subject}: ${join('wanted')}`, ok: checks.length > 0 && checks.every(({ ok }) => ok), actual: checks.length === 0 ? 'nothing was asked' : join('found'), eventId, timeUs };
}

function evaluatePartition(value: ExpectationOf<'partition'>, { state, lastEvents }: EndOfRun): Finding {
  const finding = begin(`partition ${value.partition}`, lastEvents);
  const split = value.partition.lastIndexOf('-');
  const topic = state.topics.find(({ name }) => name === value.partition.slice(0, split));
  const partition = topic?.partitions.find((candidate) => candidate.partition === Number(value.partition.slice(split + 1)));
  if (partition === undefined) return absent(finding);
  const leaderReplica = partition.replicas.find(({ broker }) => broker === partition.leader);
  checkAmount(finding, 'leader', value.leader, partition.leader);
  checkAmount(finding, 'leaderEpoch', value.leaderEpoch, partition.leaderEpoch);
  if (value.isr !== undefined) checkText(finding, 'isr', sortedList(value.isr), sortedList(partition.isr));
  checkAmount(finding, 'isrSize', value.isrSize, partition.isr.length);
  checkAmount(finding, 'logEndOffset', value.logEndOffset, Number(leaderReplica?.logEndOffset ?? -1n));
  checkAmount(finding, 'highWatermark', value.highWatermark, Number(leaderReplica?.highWatermark ?? -1n));
  if (value.replicasEqual !== undefined) checkReplicas(finding, value.replicasEqual, partition);
  return finding;
}

function checkReplicas(finding: Finding, wanted: boolean, partition: PartitionView): void {
  const online = partition.replicas.filter(({ online: isOnline }) => isOnline);
  const ends = online.map(({ broker, logEndOffset }) => `${broker}: ${logEndOffset}`);
  const equal = new Set(online.map(({ logEndOffset }) => logEndOffset)).size <= 1;
  finding.checks.push({ name: 'replicasEqual', wanted: String(wanted), found: `${equal} (${ends.join(', ')})`, ok: equal === wanted });
}

function evaluateGroup(value: ExpectationOf<'group'>, { state, lastEvents }: EndOfRun): Finding {
  const finding = begin(`group ${value.group}`, lastEvents);
  const group = state.groups.find((candidate) => candidate.group === value.group);
  if (group === undefined) return absent(finding);
  checkText(finding, 'state', value.state, group.state);
  checkAmount(finding, 'members', value.members, group.members.length);
  checkAmount(finding, 'generation', value.generation, group.generation);
  checkAmount(finding, 'lag', value.lag, Number(group.offsets.reduce((sum, { lag }) => sum + (lag > 0n ? lag : 0n), 0n)));
  if (value.covers !== undefined) checkCover(finding, value.covers, group, state);
  return finding;
}

function checkCover(finding: Finding, topics: string[], group: GroupView, state: ClusterState): void {
  const wanted = topics.flatMap((name) => state.topics.find((topic) => topic.name === name)?.partitions.map(({ partition }) => `${name}-${partition}`) ?? [`${name}-?`]);
  const owned = group.members.flatMap(({ assignment }) => assignment);
  const wrong = wanted.filter((partition) => owned.filter((name) => name === partition).length !== 1);
  finding.checks.push({ name: 'covers', wanted: topics.join(', '), found: wrong.length === 0 ? topics.join(', ') : `not once: ${wrong.join(', ')}`, ok: wrong.length === 0 });
}

// Checks

function begin(subject: string, lastEvents: EndOfRun['lastEvents']): Finding {
  return { subject, checks: [], decided: lastEvents.get(subject) };
}

function absent(finding: Finding): Finding {
  finding.checks.push({ name: '', wanted: 'to exist', found: 'there is none', ok: false });
  return finding;
}

function decidedBy(watch: { lastEventId: number; lastTimeUs: number }): { eventId: number; timeUs: number } | undefined {
  return watch.lastEventId === 0 ? undefined : { eventId: watch.lastEventId, timeUs: watch.lastTimeUs };
}

function sortedList(ids: number[]): string {
  return `[${ids.toSorted((a, b) => a - b).join(', ')}]`;
}

function checkText(finding: Finding, name: string, wanted: string | undefined, found: string): void {
  if (wanted !== undefined) finding.checks.push({ name, wanted, found, ok: wanted === found });
}

function checkAmount(finding: Finding, name: string, wanted: Amount | undefined, found: number): void {
  if (wanted === undefined) return;
  finding.checks.push({ name, wanted: amountText(wanted), found: String(found), ok: isWithin(wanted, found) });
}

function isWithin(wanted: Amount, found: number): boolean {
  if (typeof wanted === 'number') return wanted === found;
  return (wanted.min === undefined || found >= wanted.min) && (wanted.max === undefined || found <= wanted.max) && (wanted.not === undefined || found !== wanted.not);
}

function amountText(wanted: Amount): string {
  if (typeof wanted === 'number') return String(wanted);
  const parts: string[] = [];
  if (wanted.min !== undefined) parts.push(`at least ${wanted.min}`);
  if (wanted.max !== undefined) parts.push(`at most ${wanted.max}`);
  if (wanted.not !== undefined) parts.push(`not ${wanted.not}`);
  return parts.join(' and ');
}

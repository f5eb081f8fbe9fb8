/** The sentences of "why?": one for each kind of fact and of input. All of them stand here, so that they can be read, and put right, together. */
import type { EventView, FactView } from '#engine/contract/envelope.ts';
import { commandWords } from '#renderer/state/timeline-store.ts';
import type { LaneMark } from '#renderer/state/timeline-store.ts';
import { ruleSentence, timerSentence } from '#renderer/texts/rules.ts';

export interface WhyStep {
  eventId: number;
  timeUs: number;
  sentence: string;
  /** The rule in words, then the settings that decided. */
  rule: readonly string[] | undefined;
  shape: 'command' | 'control' | 'message' | 'timer';
}

type P = Record<string, unknown>;
const str = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value ?? '?'));
const part = (p: P): string => `${str(p['topic'])}-${str(p['partition'])}`;

const factSentences: Record<string, (p: P) => string> = {
  'node.started': (p) => (Number(p['incarnation']) > 1 ? `It starts again, life ${str(p['incarnation'])}` : 'It starts'),
  'node.halted': (p) => `It stops: ${str(p['reason'])}`,
  'broker.registered': (p) => `Broker ${str(p['broker'])} is registered, broker epoch ${str(p['brokerEpoch'])}`,
  'broker.fenced': (p) => `The controller fences broker ${str(p['broker'])}`,
  'broker.unfenced': (p) => `The controller lets broker ${str(p['broker'])} take part again`,
  'disk.failed': (p) => `A disk of broker ${str(p['broker'])} fails: ${str(p['message'])}`,
  'quorum.candidate': (p) => `Broker ${str(p['broker'])} asks for votes${p['preVote'] === true ? ', for now without claiming an epoch' : ` in epoch ${str(p['epoch'])}`}`,
  'quorum.voted': (p) => `Broker ${str(p['broker'])} ${p['granted'] === true ? 'votes for' : 'refuses its vote to'} broker ${str(p['candidate'])} in epoch ${str(p['epoch'])}`,
  'quorum.leader': (p) => `Broker ${str(p['broker'])} becomes the controller, quorum epoch ${str(p['epoch'])}`,
  'quorum.resigned': (p) => `Broker ${str(p['broker'])} gives up the quorum of epoch ${str(p['epoch'])}`,
  'metadata.appended': (p) => `Controller ${str(p['broker'])} appends metadata ${str(p['fromOffset'])} to ${str(p['toOffset'])}: ${records(p['records'])}`,
  'metadata.committed': (p) => `Metadata is committed up to ${str(p['highWatermark'])}: a majority of voters holds it`,
  'topic.created': (p) => `Topic ${str(p['topic'])} is created with ${str(p['partitions'])} partitions`,
  'topic.deleted': (p) => `Topic ${str(p['topic'])} is deleted`,
  'partition.leaderElected': (p) =>
    Number(p['leader']) < 0
      ? `${part(p)} is left without a leader: nobody in the ISR lives`
      : `The controller chooses broker ${str(p['leader'])} to lead ${part(p)}, epoch ${str(p['leaderEpoch'])}${p['unclean'] === true ? ', although it was not in sync' : ''}`,
  'partition.isrChanged': (p) => `The controller commits ISR ${str(p['to']) || 'empty'} for ${part(p)}, before ${str(p['from']) || 'empty'}; partition epoch ${str(p['partitionEpoch'])}`,
  'replica.becameLeader': (p) => `Broker ${str(p['broker'])} takes the lead of ${part(p)} at offset ${str(p['logEndOffset'])}`,
  'replica.becameFollower': (p) => `Broker ${str(p['broker'])} follows broker ${str(p['leader'])} in ${part(p)}`,
  'replica.appended': (p) => `Broker ${str(p['broker'])} appends ${part(p)} ${str(p['fromOffset'])} to ${str(p['toOffset'])}`,
  'replica.highWatermark': (p) => `The high watermark of ${part(p)} on broker ${str(p['broker'])} moves from ${str(p['from'])} to ${str(p['to'])}`,
  'replica.truncated': (p) => `Broker ${str(p['broker'])} cuts ${part(p)} back from ${str(p['from'])} to ${str(p['to'])}: another leader wrote there in between`,
  'replica.logStart': (p) => `The log of ${part(p)} on broker ${str(p['broker'])} begins at ${str(p['to'])} now`,
  'replica.compacted': (p) =>
    `Broker ${str(p['broker'])} compacts ${part(p)} up to ${str(p['toOffset'])}: ${str(p['recordsAfter'])} of ${str(p['recordsBefore'])} records stay, the newest of each key`,
  'replica.isrShrinkProposed': (p) => `The leader asks to take broker ${str(p['out'])} out of the ISR of ${part(p)}: it has not caught up for ${str(p['lagMs'])} ms`,
  'replica.isrExpandProposed': (p) => `The leader asks to take broker ${str(p['in'])} back into the ISR of ${part(p)}: it has caught up`,
  'group.state': (p) => `Group ${str(p['group'])} goes from ${str(p['from'])} to ${str(p['to'])}, generation ${str(p['generation'])}`,
  'group.memberJoined': (p) => `${str(p['clientId'])} joins group ${str(p['group'])}`,
  'group.memberLeft': (p) => `A member leaves group ${str(p['group'])}: ${str(p['reason'])}`,
  'group.assigned': (p) => `${str(p['member'])} is given ${str(p['partitions']) || 'nothing'} in generation ${str(p['generation'])}`,
  'group.offsetCommitted': (p) => `Group ${str(p['group'])} commits ${part(p)} up to ${str(p['offset'])}`,
  'client.sent': (p) => `${str(p['client'])} sends ${str(p['records'])} records to ${part(p)}${Number(p['attempt']) > 1 ? `, attempt ${str(p['attempt'])}` : ''}`,
  'client.acknowledged': (p) => `${str(p['client'])} is told that ${str(p['records'])} records of ${part(p)} are stored from ${str(p['baseOffset'])}`,
  'client.failed': (p) => `${str(p['client'])} is refused: ${str(p['error'])}${p['retriable'] === true ? '; it will try again' : ''}`,
  'client.polled': (p) => `${str(p['client'])} reads ${part(p)} ${str(p['fromOffset'])} to ${str(p['toOffset'])}`,
  'client.positionReset': (p) => `${str(p['client'])} jumps in ${part(p)} from ${str(p['from'])} to ${str(p['to'])}`,
  'client.revoked': (p) => `${str(p['client'])} gives up ${str(p['partitions']) || 'nothing'}`,
  'client.assigned': (p) => `${str(p['client'])} takes ${str(p['partitions']) || 'nothing'}`,
  'message.held': (p) => `A message from ${node(str(p['from']))} to ${node(str(p['to']))} is held`,
  'message.dropped': (p) => `A message from ${node(str(p['from']))} to ${node(str(p['to']))} is lost: ${str(p['reason'])}`,
  'trigger.refused': (p) => `The trigger ${str(p['trigger'])} could not do ${str(p['command'])}: ${str(p['message'])}`,
};

function records(value: unknown): string {
  const names = Array.isArray(value) ? value.map(String) : [];
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count === 1 ? name : `${count} × ${name}`)).join(', ') || 'nothing';
}

/** "broker/3" as "broker 3". */
export function node(id: string): string {
  return id.replace('/', ' ');
}

/** A fact as a sentence; of a kind that has none yet, its name. */
export function factSentence(fact: FactView): string {
  return factSentences[fact.kind]?.(fact.payload) ?? fact.kind;
}

function inputSentence(event: EventView): string {
  const { input } = event;
  switch (input.type) {
    case 'start':
      return `${capital(node(event.node))} starts`;
    case 'command':
      return `You gave the command: ${commandWords(input.command).words}`;
    case 'message':
      return `${capital(node(event.node))} receives ${input.response ? 'an answer' : 'a request'} from ${node(input.from)}`;
    case 'timer':
      return `${capital(node(event.node))} ${timerSentence(input.kind)}`;
    case 'failure':
      return `${capital(node(event.node))} gets no answer: ${input.reason}`;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function shapeOf(event: EventView, told: FactView | undefined): WhyStep['shape'] {
  if (event.input.type === 'command') return 'command';
  if (told !== undefined && /^(quorum|metadata|partition|broker)\./.test(told.kind)) return 'control';
  return event.input.type === 'timer' ? 'timer' : 'message';
}

/** What an event is told by: the fact that was asked about, else its weightiest. Traffic that goes on all the time tells nothing. */
const weights: readonly RegExp[] = [/^partition\./, /^broker\./, /^quorum\.(leader|resigned)/, /^topic\./, /^group\.(state|member)/, /^replica\.(truncated|isr|became)/, /^disk\./, /^node\./, /^client\.failed/, /^metadata\.appended/, /^quorum\./];

function tellingFact(event: EventView, asked: (fact: FactView) => boolean): FactView | undefined {
  const wanted = event.facts.find(asked);
  if (wanted !== undefined) return wanted;
  for (const weight of weights) {
    const found = event.facts.find((fact) => weight.test(fact.kind) && !isRoutine(fact));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The controller writes an empty record every now and then, only to be heard of. */
function isRoutine(fact: FactView): boolean {
  const written = fact.payload['records'];
  return fact.kind === 'metadata.appended' && Array.isArray(written) && written.every((name) => name === 'NoOpRecord');
}

function ruleOf(fact: FactView | undefined): readonly string[] | undefined {
  if (fact === undefined) return undefined;
  const settings = Object.entries(fact.settings ?? {}).map(([name, value]) => `${name.replaceAll('.', '.\u200b')} = ${String(value)}`);
  const lines = [...(fact.rule === null ? [] : [ruleSentence(fact.rule)]), ...settings];
  return lines.length === 0 ? undefined : lines;
}

/**
 * A fault is seldom a cause in the strict sense: a broker that crashed causes nothing any more, and just that is why a session
 * runs out. So the last fault that concerns the same broker begins the story.
 */
export function withFault(steps: readonly WhyStep[], faults: readonly LaneMark[], brokers: readonly number[]): WhyStep[] {
  const last = steps.at(-1);
  const fault = faults.findLast((mark) => last !== undefined && mark.eventId < last.eventId && /^(crash|power|pause|cut|slow|full|failed|skew|latency|loss|shut)/.test(mark.label) && brokers.some((broker) => new RegExp(`(broker|on|cut|to) ${broker}\\b`).test(mark.label)));
  if (fault === undefined || steps.some((step) => step.eventId === fault.eventId)) return [...steps];
  const step: WhyStep = { eventId: fault.eventId, timeUs: fault.timeUs, sentence: `You gave the command: ${fault.label}`, rule: undefined, shape: 'command' };
  // What came before the fault is how the broker lived, not why it fell.
  return [step, ...steps.filter((candidate) => candidate.eventId > fault.eventId)];
}

/** What happened to a node is told by its name. */
function sentenceOf(event: EventView, fact: FactView): string {
  const sentence = factSentence(fact);
  return fact.kind.startsWith('node.') ? sentence.replace(/^It/, capital(node(event.node))) : sentence;
}

/**
 * A chain of causes, oldest first, as steps. Events that only carried a message onward and say nothing new are left out; what
 * was asked about is always told.
 */
export function stepsOf(events: readonly EventView[], asked: (fact: FactView) => boolean): WhyStep[] {
  const steps: WhyStep[] = [];
  events.forEach((event, at) => {
    const fact = tellingFact(event, asked);
    const speaks = fact !== undefined || at === events.length - 1 || event.input.type === 'command' || event.input.type === 'start' || event.input.type === 'failure';
    if (!speaks) return;
    const sentence = event.input.type === 'command' || fact === undefined ? inputSentence(event) : sentenceOf(event, fact);
    if (steps.at(-1)?.sentence === sentence) return;
    steps.push({ eventId: event.eventId, timeUs: event.timeUs, sentence, rule: ruleOf(fact), shape: shapeOf(event, fact) });
  });
  return steps;
}

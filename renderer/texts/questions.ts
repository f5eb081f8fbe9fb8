/** Which "why?" the inspector asks about a thing in its present state, and which fact would answer it. */
import type { FactView } from '#engine/contract/envelope.ts';
import type { BrokerView, PartitionView, ReplicaView } from '#engine/contract/state.ts';

export interface Question {
  text: string;
  /** Subject of the history to look through. */
  subject: string;
  /** Where to look when that says nothing. */
  alsoLookAt: readonly string[];
  /** Kinds of fact that can answer it. */
  kinds: readonly string[];
  /** The newest event with such a fact is the one to explain. */
  answers(fact: FactView): boolean;
  /** Changes when the answer may have changed. */
  version: string;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function partitionQuestion(topic: string, part: PartitionView, replica: ReplicaView | undefined): Question {
  const isHere = (fact: FactView): boolean => fact.payload['topic'] === topic && Number(fact.payload['partition']) === part.partition;
  const isBirth = (fact: FactView): boolean => fact.kind === 'topic.created' && fact.payload['topic'] === topic;
  const base = { subject: `partition/${topic}/${part.partition}`, alsoLookAt: [`topic/${topic}`], version: `${part.leader} ${part.leaderEpoch} ${part.partitionEpoch} ${part.isr.join()}` };
  const wentOut = (broker: number) => (fact: FactView): boolean => fact.kind === 'partition.isrChanged' && isHere(fact) && list(fact.payload['from']).includes(broker) && !list(fact.payload['to']).includes(broker);
  const cameIn = (broker: number) => (fact: FactView): boolean => fact.kind === 'partition.isrChanged' && isHere(fact) && list(fact.payload['to']).includes(broker) && !list(fact.payload['from']).includes(broker);
  const isr = ['partition.isrChanged'];
  if (replica !== undefined && !replica.inSync) return { ...base, kinds: isr, text: 'Why is it out of the ISR?', answers: wentOut(replica.broker) };
  if (part.leader < 0) return { ...base, kinds: ['partition.leaderElected'], text: 'Why does nobody lead?', answers: (fact) => fact.kind === 'partition.leaderElected' && isHere(fact) };
  if (replica !== undefined && replica.broker !== part.leader) {
    const joined = cameIn(replica.broker);
    return { ...base, kinds: [...isr, 'topic.created'], text: 'Why is it in the ISR?', answers: (fact) => joined(fact) || isBirth(fact) };
  }
  return { ...base, kinds: ['partition.leaderElected', 'topic.created'], text: `Why does broker ${part.leader} lead?`, answers: (fact) => (fact.kind === 'partition.leaderElected' && isHere(fact)) || isBirth(fact) };
}

export function brokerQuestion(broker: BrokerView, isController: boolean): Question {
  const base = { subject: `broker/${broker.id}`, alsoLookAt: [], version: `${broker.status} ${broker.registration} ${isController}` };
  const isIt = (fact: FactView): boolean => Number(fact.payload['broker'] ?? broker.id) === broker.id;
  if (broker.status !== 'running') return { ...base, kinds: ['broker.fenced', 'node.halted'], text: `Why is it ${broker.status}?`, answers: (fact) => isIt(fact) && (fact.kind === 'broker.fenced' || fact.kind === 'node.halted') };
  if (broker.registration === 'fenced') return { ...base, kinds: ['broker.fenced'], text: 'Why is it fenced?', answers: (fact) => isIt(fact) && fact.kind === 'broker.fenced' };
  if (isController) return { ...base, kinds: ['quorum.leader'], text: 'Why is it the controller?', answers: (fact) => isIt(fact) && fact.kind === 'quorum.leader' };
  return { ...base, kinds: ['broker.unfenced', 'broker.registered', 'node.started'], text: 'What happened to it last?', answers: (fact) => isIt(fact) && (fact.kind === 'broker.unfenced' || fact.kind === 'broker.registered' || fact.kind === 'node.started') };
}

export function groupQuestion(group: string, state: string, generation: number): Question {
  return { text: state === 'Stable' ? `Why generation ${generation}?` : `Why is it ${state}?`, subject: `group/${group}`, alsoLookAt: [], kinds: ['group.state'], version: `${state} ${generation}`, answers: (fact) => fact.kind === 'group.state' };
}

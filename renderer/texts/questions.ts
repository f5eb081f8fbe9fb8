/** Which "why?" the inspector asks about a thing in its present state, and which fact would answer it. */
import type { FactView } from '#engine/contract/envelope.ts';
import type { BrokerView, PartitionView, ReplicaView } from '#engine/contract/state.ts';

export interface Question {
  text: string;
  /** Subject of the history to look through. */
  subject: string;
  /** The newest event with such a fact is the one to explain. */
  answers(fact: FactView): boolean;
  /** Changes when the answer may have changed. */
  version: string;
}

const list = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

export function partitionQuestion(topic: string, part: PartitionView, replica: ReplicaView | undefined): Question {
  const subject = `partition/${topic}/${part.partition}`;
  const version = `${part.leader} ${part.leaderEpoch} ${part.partitionEpoch} ${part.isr.join()}`;
  if (replica !== undefined && !replica.inSync) {
    return {
      text: 'Why is it out of the ISR?', subject, version,
      answers: (fact) => fact.kind === 'partition.isrChanged' && list(fact.payload['from']).includes(replica.broker) && !list(fact.payload['to']).includes(replica.broker),
    };
  }
  if (part.leader < 0) return { text: 'Why does nobody lead?', subject, version, answers: (fact) => fact.kind === 'partition.leaderElected' || fact.kind === 'partition.isrChanged' };
  if (replica !== undefined && replica.broker !== part.leader) {
    return {
      text: 'Why is it in the ISR?', subject, version,
      answers: (fact) => fact.kind === 'partition.isrChanged' && list(fact.payload['to']).includes(replica.broker) && !list(fact.payload['from']).includes(replica.broker),
    };
  }
  return { text: `Why does broker ${part.leader} lead?`, subject, version, answers: (fact) => fact.kind === 'partition.leaderElected' || fact.kind === 'topic.created' };
}

export function brokerQuestion(broker: BrokerView, isController: boolean): Question {
  const subject = `broker/${broker.id}`;
  const version = `${broker.status} ${broker.registration} ${isController}`;
  if (broker.status !== 'running') return { text: `Why is it ${broker.status}?`, subject, version, answers: (fact) => fact.kind === 'broker.fenced' || fact.kind === 'node.halted' };
  if (broker.registration === 'fenced') return { text: 'Why is it fenced?', subject, version, answers: (fact) => fact.kind === 'broker.fenced' };
  if (isController) return { text: 'Why is it the controller?', subject, version, answers: (fact) => fact.kind === 'quorum.leader' };
  return { text: 'What happened to it last?', subject, version, answers: (fact) => fact.kind === 'broker.unfenced' || fact.kind === 'broker.registered' || fact.kind === 'node.started' };
}

export function groupQuestion(group: string, state: string, generation: number): Question {
  return { text: state === 'Stable' ? `Why generation ${generation}?` : `Why is it ${state}?`, subject: `group/${group}`, version: `${state} ${generation}`, answers: (fact) => fact.kind === 'group.state' };
}

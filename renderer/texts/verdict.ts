/** The state of what was promised, in one sentence, and what to think of it in a second. */
import { countText } from '#renderer/texts/numbers.ts';

export interface Promise {
  acknowledged: number;
  atRisk: number;
  lost: number;
  awaiting: number;
  underReplicated: number;
  leaderless: number;
  down: readonly number[];
}

export function verdictText(promise: Promise): { say: string; more: string } {
  return { say: verdict(promise), more: circumstances(promise) };
}

function verdict({ acknowledged, lost }: Promise): string {
  if (lost > 0) return `${countText(lost)} acknowledged ${lost === 1 ? 'record is' : 'records are'} lost.`;
  return acknowledged === 0 ? 'Nothing has been acknowledged yet.' : 'Nothing acknowledged is lost.';
}

function circumstances({ atRisk, awaiting, underReplicated, leaderless, down }: Promise): string {
  if (leaderless > 0) return `${leaderless} ${leaderless === 1 ? 'partition has' : 'partitions have'} no leader: nobody can write or read there.`;
  if (atRisk > 0) return `${countText(atRisk)} ${atRisk === 1 ? 'is' : 'are'} not on every in-sync replica yet: a crash could take ${atRisk === 1 ? 'it' : 'them'}.`;
  if (down.length > 0) return `${down.length === 1 ? `Broker ${down[0]} is` : `Brokers ${down.join(', ')} are`} down; the others carry on.`;
  if (underReplicated > 0) return `${underReplicated} ${underReplicated === 1 ? 'partition has' : 'partitions have'} a replica out of the ISR.`;
  return awaiting > 0 ? `${countText(awaiting)} ${awaiting === 1 ? 'record awaits' : 'records await'} an answer.` : 'All replicas are in sync.';
}

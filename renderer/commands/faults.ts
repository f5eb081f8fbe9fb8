/** What can be broken by hand: each fault with what it may be put on, what has to be asked first, and the command it becomes. */
import type { Command } from '#engine/contract/commands.ts';
import type { Target } from '#renderer/model/target.ts';

export interface FaultQuestion {
  name: string;
  label: string;
  unit: string;
  value: number;
  min: number;
  max: number;
  step: number;
}

export interface FaultKind {
  id: string;
  label: string;
  /** In a sentence: "Crash broker 2". */
  verb: string;
  says: string;
  targets: 'brokers' | 'members';
  questions: readonly FaultQuestion[];
  /** Asks which other broker the link leads to; none chosen: all. */
  asksPeer: boolean;
  command(target: Target, answers: Record<string, number>, peer: number | undefined): Command | undefined;
}

const brokerOf = (target: Target): number | undefined => (target.kind === 'broker' || target.kind === 'replica' ? target.broker : undefined);

function onBroker(id: string, label: string, verb: string, says: string, build: (broker: number) => Command): FaultKind {
  return {
    id, label, verb, says, targets: 'brokers', questions: [], asksPeer: false,
    command(target) {
      const broker = brokerOf(target);
      return broker === undefined ? undefined : build(broker);
    },
  };
}

function asking(id: string, label: string, verb: string, says: string, questions: FaultQuestion[], asksPeer: boolean, build: (broker: number, answers: Record<string, number>, peer: number | undefined) => Command): FaultKind {
  return {
    id, label, verb, says, targets: 'brokers', questions, asksPeer,
    command(target, answers, peer) {
      const broker = brokerOf(target);
      return broker === undefined ? undefined : build(broker, answers, peer);
    },
  };
}

const toPeer = (peer: number | undefined): { to?: number } => (peer === undefined ? {} : { to: peer });

export const faultKinds: readonly FaultKind[] = [
  onBroker('crash', 'Crash', 'Crash', 'The process dies at once. What it had committed to its disk is kept, connections are reset.', (broker) => ({ kind: 'broker.crash', broker })),
  onBroker('powerLoss', 'Power loss', 'Cut the power of', 'The machine goes dark: what was not flushed is gone, and nobody is told.', (broker) => ({ kind: 'broker.powerLoss', broker })),
  onBroker('pause', 'Pause', 'Pause', 'The process stands still, as in a long garbage collection. Its clock goes on.', (broker) => ({ kind: 'broker.pause', broker })),
  onBroker('shutdown', 'Shut down', 'Shut down', 'A controlled shutdown: leadership moves away first.', (broker) => ({ kind: 'broker.shutdown', broker })),
  asking('cut', 'Cut link', 'Cut the links of', 'Nothing passes any more, in either direction. Nobody is told.', [], true, (from, _, peer) => ({ kind: 'link.cut', from, ...toPeer(peer), oneWay: false })),
  asking('latency', 'Latency', 'Slow the links of', 'Every message takes this long, one way.', [{ name: 'latencyMs', label: 'Latency', unit: 'ms', value: 200, min: 0, max: 600_000, step: 1 }], true, (from, answers, peer) => ({
    kind: 'link.shape', from, ...toPeer(peer), latencyMs: answers['latencyMs'] ?? 200,
  })),
  asking('loss', 'Loss', 'Lose messages of', 'Each message is lost with this probability.', [{ name: 'loss', label: 'Lost', unit: '%', value: 20, min: 0, max: 100, step: 1 }], true, (from, answers, peer) => ({
    kind: 'link.shape', from, ...toPeer(peer), loss: (answers['loss'] ?? 20) / 100,
  })),
  onBroker('holdNext', 'Hold next', 'Hold the next message of', 'The next message that it sends stands still until it is released; what follows it on its connection waits.', (from) => ({ kind: 'message.intercept', action: 'hold', from, count: 1, probability: 1 })),
  onBroker('dropNext', 'Drop next', 'Drop the next message of', 'The next message that it sends never arrives. The receiver finds out by its timeout.', (from) => ({ kind: 'message.intercept', action: 'drop', from, count: 1, probability: 1 })),
  asking('slowDisk', 'Slow disk', 'Slow the disk of', 'Every write waits this long.', [{ name: 'latencyMs', label: 'Each write', unit: 'ms', value: 500, min: 0, max: 600_000, step: 1 }], false, (broker, answers) => ({
    kind: 'disk.slow', broker, latencyMs: answers['latencyMs'] ?? 500,
  })),
  onBroker('fullDisk', 'Full disk', 'Fill the disk of', 'No space is left: the next write fails.', (broker) => ({ kind: 'disk.full', broker })),
  asking('skew', 'Clock', 'Skew the clock of', 'Its own clock runs ahead of the others, or behind.', [{ name: 'skewMs', label: 'Ahead by', unit: 'ms', value: 30_000, min: -86_400_000, max: 86_400_000, step: 1 }], false, (broker, answers) => ({
    kind: 'clock.skew', broker, skewMs: Math.round(answers['skewMs'] ?? 30_000),
  })),
];

export function faultKind(id: string): FaultKind | undefined {
  return faultKinds.find((fault) => fault.id === id);
}

/** What a fault is put on when it was dropped there: a replica stands for its broker. Undefined: it cannot be put there. */
export function faultTarget(fault: FaultKind, target: Target | null | undefined): Target | undefined {
  if (target === null || target === undefined) return undefined;
  const broker = brokerOf(target);
  return fault.targets === 'brokers' && broker !== undefined ? { kind: 'broker', broker } : undefined;
}

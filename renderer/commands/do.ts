/** What buttons, keys and the palette do. Every act ends in a command of the contract or a change of the screen's own state. */
import { engineLink } from '#renderer/app/engine-link.ts';
import { toast } from '#renderer/app/toasts.ts';
import { faultKind, faultTarget } from '#renderer/commands/faults.ts';
import type { Target } from '#renderer/model/target.ts';
import { engineStore } from '#renderer/state/engine-store.ts';
import { openDialog, screenStore } from '#renderer/state/screen-store.ts';

export function togglePlay(): void {
  const paused = engineStore.getState().clock?.paused === true;
  void engineLink().run({ kind: paused ? 'clock.resume' : 'clock.pause' });
}

/** A step is taken from a standstill: a running cluster is stopped first. */
async function stopped(): Promise<boolean> {
  return engineStore.getState().clock?.paused === true || engineLink().run({ kind: 'clock.pause' });
}

export async function stepEvent(): Promise<void> {
  if (await stopped()) await engineLink().run({ kind: 'clock.step', events: 1 });
}

export interface NextKind {
  fact: string;
  label: string;
}
export const nextKinds: readonly NextKind[] = [
  { fact: 'partition.leaderElected', label: 'election' },
  { fact: 'partition.isrChanged', label: 'ISR change' },
  { fact: 'group.state', label: 'rebalance' },
  { fact: 'client.failed', label: 'client error' },
  { fact: 'replica.truncated', label: 'truncation' },
  { fact: 'metadata.committed', label: 'metadata commit' },
];

export async function stepToFact(fact: string): Promise<void> {
  if (await stopped()) await engineLink().run({ kind: 'clock.step', untilFact: fact });
}

export function setRate(rate: number | 'max'): void {
  void engineLink().run({ kind: 'clock.rate', rate });
}

/** Puts a fault on a target, asking first what it needs to know. */
export function applyFault(id: string, target: Target | null | undefined): void {
  const fault = faultKind(id);
  if (fault === undefined) return;
  const legal = faultTarget(fault, target);
  if (legal === undefined) {
    toast({ title: `${fault.label} needs a broker`, text: target === undefined || target === null ? 'Select a broker first, or drag the fault onto one.' : 'It can only be put on a broker.', isBad: true });
    return;
  }
  if (fault.questions.length > 0 || fault.asksPeer) {
    openDialog({ name: 'fault', fault: id, target: legal });
    return;
  }
  const command = fault.command(legal, {}, undefined);
  if (command !== undefined) void engineLink().run(command);
}

/** The broker that a fault means when none was pointed at: the one that is selected in any way. */
export function selectedBroker(): Target | undefined {
  const { selected } = screenStore.getState();
  return selected?.kind === 'broker' || selected?.kind === 'replica' ? { kind: 'broker', broker: selected.broker } : undefined;
}

export function restartBroker(broker: number): void {
  void engineLink().run({ kind: 'broker.restart', broker });
}

/** Undoes an active fault by the command that the engine named for it. */
export function undoFault(inverse: string): void {
  try {
    void engineLink().run(JSON.parse(inverse) as Parameters<ReturnType<typeof engineLink>['run']>[0]);
  } catch {
    toast({ title: 'Cannot be undone', text: `The engine named no command: ${inverse}`, isBad: true });
  }
}

export function holdMessage(message: number): void {
  void engineLink().run({ kind: 'message.hold', message });
}
export function dropMessage(message: number): void {
  void engineLink().run({ kind: 'message.drop', message });
}
export function delayMessage(message: number, delayMs: number): void {
  void engineLink().run({ kind: 'message.delay', message, delayMs });
}
export function duplicateMessage(message: number): void {
  void engineLink().run({ kind: 'message.duplicate', message });
}

export function zoomBy(change: number): void {
  const room = document.querySelector('.stage');
  engineLink().worker.post({ type: 'zoom', change, x: (room?.clientWidth ?? 1_000) / 2, y: (room?.clientHeight ?? 600) / 2 });
}
export function zoomTo(zoom: number | undefined): void {
  engineLink().worker.post({ type: 'camera', camera: { zoom, panX: 0, panY: 0 } });
}

/** The built-in client behind a node id, as commands name it. */
export function clientName(node: string): string {
  return node.slice(node.indexOf('/') + 1);
}

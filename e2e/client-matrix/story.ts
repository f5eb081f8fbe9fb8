/** What every story has at hand: the client, the witness, names of its own. */
import type { Driver } from './driver.ts';
import type { MemberView, SeenRecord, SentRecord } from './operations.ts';
import type { Witness } from './witness.ts';

export interface Stage {
  driver: Driver;
  witness: Witness;
  /** Whether its producer takes the partition of a record. */
  choosesPartition: boolean;
  /** A name that no other client and no other story uses. */
  name(suffix: string): string;
}

export interface Story {
  /** Names the row in docs/clients.md. */
  capability: string;
  /** Ends when the client did it, throws `Absent` when the client has no such thing, else throws what was wrong. */
  tell(stage: Stage): Promise<void>;
}

export function expectEqual(what: string, actual: unknown, expected: unknown): void {
  const [left, right] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (left !== right) throw new Error(`${what}: ${String(left).slice(0, 300)} instead of ${String(right).slice(0, 300)}`);
}

export function numbers(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index);
}

export function ascending(list: readonly number[]): number[] {
  return list.toSorted((left, right) => left - right);
}

export function recordsFor(partitions: number, count: number): SentRecord[] {
  return numbers(count).map((index) => ({ partition: index % partitions, key: `key ${index}`, value: `value ${index}` }));
}

/** Writes "value 0" … over all partitions without the client under test. */
export async function fill({ witness }: Stage, topic: string, partitions: number, count: number, from = 0): Promise<void> {
  const indexes = numbers(count).map((index) => from + index);
  for (const partition of numbers(partitions)) {
    const values = indexes.filter((index) => index % partitions === partition).map((index) => `value ${index}`);
    await witness.append(topic, partition, values);
  }
}

/** By partition and offset, as Kafka promises their order. */
export function inOrder(seen: readonly SeenRecord[]): SeenRecord[] {
  return seen.toSorted((left, right) => left.partition - right.partition || left.offset - right.offset);
}

export async function viewOf({ driver }: Stage, member: string): Promise<MemberView> {
  return driver.call('view', { member });
}

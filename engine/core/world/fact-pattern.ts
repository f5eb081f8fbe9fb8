/** Which facts are meant: of one kind, with these values in their payload. Scenarios, triggers and predicates say it in this form. */
import type { Fact } from '#engine/core/facts.ts';

export interface FactPattern {
  fact: string;
  /** An array must be equal element by element. Offsets are bigint in facts and plain numbers here. */
  where: Record<string, unknown>;
}

export function matches(pattern: FactPattern, fact: Fact): boolean {
  if (fact.kind !== pattern.fact) return false;
  const payload = fact.payload as Record<string, unknown>;
  return Object.entries(pattern.where).every(([name, wanted]) => isSame(payload[name], wanted));
}

function isSame(actual: unknown, wanted: unknown): boolean {
  if (Array.isArray(wanted)) return Array.isArray(actual) && actual.length === wanted.length && wanted.every((item, index) => isSame(actual[index], item));
  if (typeof actual === 'bigint') return isInteger(wanted) && actual === BigInt(wanted);
  return actual === wanted;
}

function isInteger(value: unknown): value is number | string {
  return (typeof value === 'number' && Number.isInteger(value)) || (typeof value === 'string' && /^-?\d+$/.test(value));
}

export function patternText({ fact, where }: FactPattern): string {
  const conditions = Object.entries(where).map(([name, value]) => `${name} ${Array.isArray(value) ? `[${value.join(', ')}]` : String(value)}`);
  return conditions.length === 0 ? fact : `${fact} (${conditions.join(', ')})`;
}

/** The SASL mechanisms that a broker here knows (RFC 4616, RFC 5802, RFC 7677); those of SCRAM with the numbers that requests and records use. */
import type { HashName } from '#engine/ports/cryptography.ts';

export const scramMechanisms = ['SCRAM-SHA-256', 'SCRAM-SHA-512'] as const;
/** In the order in which Kafka tells them, whatever the order of sasl.enabled.mechanisms. */
export const mechanisms = ['PLAIN', 'SCRAM-SHA-512', 'SCRAM-SHA-256'] as const;
export type ScramMechanism = (typeof scramMechanisms)[number];
export type Mechanism = (typeof mechanisms)[number];

export function mechanismOf(name: string): Mechanism | undefined {
  return mechanisms.find((mechanism) => mechanism === name);
}

/** Kafka's ScramMechanism.type: 1 and 2. */
export function scramMechanismOfType(type: number): ScramMechanism | undefined {
  return scramMechanisms[type - 1];
}

export function typeOfScramMechanism(mechanism: ScramMechanism): number {
  return scramMechanisms.indexOf(mechanism) + 1;
}

export function hashOf(mechanism: ScramMechanism): HashName {
  return mechanism === 'SCRAM-SHA-256' ? 'SHA-256' : 'SHA-512';
}

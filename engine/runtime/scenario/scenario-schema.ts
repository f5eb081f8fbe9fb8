/**
 * What a scenario file may say. A scenario is a run as a document: a cluster, what is done to it and when, and what must then be true.
 *
 * Times are virtual and count from the moment the cluster is up (brokers unfenced, topics with full ISRs, clients started).
 * A duration is a number of milliseconds or a text like "500ms", "5s", "2m".
 */
import { z } from 'zod';
import { brokerSpecSchema, clusterSpecSchema } from '#engine/contract/cluster-spec.ts';

const durationText = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/;
const unitMs: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

export const durationSchema = z.union([z.number().min(0), z.string().regex(durationText, 'a duration looks like 500ms, 5s, 2m or 1h, or is a number of milliseconds')]).transform((value) => {
  if (typeof value === 'number') return value;
  const [, amount, unit] = durationText.exec(value) ?? [];
  return Number(amount) * (unitMs[unit ?? ''] ?? 1);
});

/** A number that must be met exactly, or bounds. */
export const amountSchema = z.union([
  z.number(),
  z.strictObject({ min: z.number().optional(), max: z.number().optional(), not: z.number().optional() }),
]);
export type Amount = z.infer<typeof amountSchema>;

/** Facts of one kind whose payload has these values; an array value must be equal, element by element. */
export const factPatternSchema = z.strictObject({
  fact: z.string().min(1),
  where: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))])).default({}),
});
export type FactPattern = z.infer<typeof factPatternSchema>;

/** Checked again by the schema of its kind; broker numbers may also be names (references.ts), such as "leader of orders-0". */
const commandSchema = z.looseObject({ kind: z.string() });
const commandsSchema = z.union([commandSchema, z.array(commandSchema).min(1)]).transform((value) => (Array.isArray(value) ? value : [value]));

export const stepSchema = z
  .strictObject({
    /** Since the cluster is up. */
    at: durationSchema.optional(),
    /** Since the step before. */
    after: durationSchema.optional(),
    /** When such a fact is published, after the step before; `count` of them. */
    when: factPatternSchema.extend({ count: z.int().min(1).default(1) }).optional(),
    /** How long to wait for `when` before the run fails. */
    within: durationSchema.default(60_000),
    /** Absent: it only waits. */
    do: commandsSchema.default([]),
    /** For the reader. */
    note: z.string().optional(),
  })
  .refine((step) => [step.at, step.after, step.when].filter((time) => time !== undefined).length === 1, 'a step has exactly one of "at", "after" and "when"');
export type ScenarioStep = z.infer<typeof stepSchema>;

const partitionName = z.string().regex(/^[^\s]+-\d+$/, 'a partition looks like orders-0');

/** Each expectation names its subject in its first field. */
export const expectationSchemas = {
  partition: z.strictObject({
    partition: partitionName,
    leader: amountSchema.optional(),
    leaderEpoch: amountSchema.optional(),
    isr: z.array(z.int()).optional(),
    isrSize: amountSchema.optional(),
    logEndOffset: amountSchema.optional(),
    highWatermark: amountSchema.optional(),
    /** Every replica that is online ends where the leader ends. */
    replicasEqual: z.boolean().optional(),
  }),
  broker: z.strictObject({
    broker: z.int(),
    status: z.enum(['running', 'crashed', 'paused', 'stopped']).optional(),
    registration: z.enum(['unregistered', 'fenced', 'unfenced', 'shuttingDown']).optional(),
  }),
  group: z.strictObject({
    group: z.string(),
    state: z.string().optional(),
    members: amountSchema.optional(),
    generation: amountSchema.optional(),
    /** Over all partitions it has committed. */
    lag: amountSchema.optional(),
    /** Each partition of these topics belongs to exactly one member. */
    covers: z.array(z.string()).optional(),
  }),
  producer: z.strictObject({
    producer: z.string(),
    sent: amountSchema.optional(),
    acknowledged: amountSchema.optional(),
    failed: amountSchema.optional(),
    retries: amountSchema.optional(),
  }),
  consumer: z.strictObject({
    consumer: z.string(),
    consumed: amountSchema.optional(),
    status: z.enum(['running', 'paused', 'crashed', 'stopped']).optional(),
    partitions: amountSchema.optional(),
  }),
  controller: z.strictObject({ controller: amountSchema }),
  fact: factPatternSchema.extend({ count: amountSchema.default({ min: 1 }) }),
  /** These facts in this order, others between them. */
  order: z.strictObject({ order: z.array(factPatternSchema).min(2) }),
  /** Records that a built-in producer was told are written and that the partition's leader does not hold any more. */
  acknowledgedLost: z.strictObject({ acknowledgedLost: amountSchema, producer: z.string().optional() }),
  /** Longest time, in virtual milliseconds, in which this producer got no acknowledgement. */
  longestGapMs: z.strictObject({ longestGapMs: amountSchema, producer: z.string() }),
} as const;
export type ExpectationKind = keyof typeof expectationSchemas;
export type ExpectationOf<K extends ExpectationKind> = z.infer<(typeof expectationSchemas)[K]>;
export type Expectation = { [K in ExpectationKind]: { kind: K; value: ExpectationOf<K> } }[ExpectationKind];

/** `brokers: 3` is short for three brokers numbered from 1, each in a rack of its own when `racks` says so. */
const brokersSchema = z.union([
  z.int().min(1).max(1000).transform((count) => Array.from({ length: count }, (_, index) => brokerSpecSchema.parse({ id: index + 1 }))),
  z.array(brokerSpecSchema).min(1).max(1000),
]);

export const scenarioSchema = z.strictObject({
  name: z.string().min(1),
  /** What it shows, for the reader. */
  about: z.string().optional(),
  seed: z.int().min(0).default(1),
  cluster: clusterSpecSchema.extend({ brokers: brokersSchema }),
  steps: z.array(stepSchema).default([]),
  until: durationSchema,
  /** A screen that opens it first runs to here, as fast as it can, and stops the clock. Absent: it opens at the beginning, and lives. */
  opensAt: durationSchema.optional(),
  /** Each one is checked by the schema of its subject. */
  expect: z.array(z.looseObject({})).default([]),
});
export type ScenarioFile = z.infer<typeof scenarioSchema>;

export interface Scenario extends Omit<ScenarioFile, 'expect'> {
  expectations: Expectation[];
}

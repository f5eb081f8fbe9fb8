/**
 * What a cluster has to remember besides its brokers' disks, so that it goes on where it was: its specification as the
 * commands left it, its seed, how often it was started, and a virtual time that it has not passed.
 *
 * The time is reserved ahead, like a block of ids: it is written before the clock may run past it, so that after a sudden
 * death virtual time continues without ever repeating a moment.
 */
import { z } from 'zod';
import { clusterSpecSchema } from '#engine/contract/cluster-spec.ts';
import type { ClusterSpec } from '#engine/contract/cluster-spec.ts';
import type { Command } from '#engine/contract/commands.ts';

/** One small text that is replaced as a whole; a cluster in memory has none. */
export interface ClusterMetaStore {
  /** Undefined: a fresh cluster. */
  read(): string | undefined;
  write(text: string): void;
}

const clusterMetaSchema = z.strictObject({
  format: z.literal('terrarium-cluster'),
  version: z.literal(1),
  clusterId: z.string(),
  seed: z.int().min(0),
  spec: clusterSpecSchema,
  /** Starts before this one. */
  restarts: z.int().min(0),
  /** Virtual time that no run before has passed. */
  reservedUntilUs: z.int().min(0),
});
export type ClusterMeta = Omit<z.output<typeof clusterMetaSchema>, 'format' | 'version'>;

/** The data folder is not one of ours, or does not fit what was asked for. */
export class ClusterMetaError extends Error {
  override readonly name = 'ClusterMetaError';
}

export function readClusterMeta(text: string): ClusterMeta {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new ClusterMetaError(`the cluster's description is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
  const parsed = clusterMetaSchema.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    throw new ClusterMetaError(`the cluster's description is not one of ours: ${issue?.path.map(String).join('.') ?? ''} ${issue?.message ?? ''}`);
  }
  const { format: _format, version: _version, ...meta } = parsed.data;
  return meta;
}

export function clusterMetaText(meta: ClusterMeta): string {
  return `${JSON.stringify({ format: 'terrarium-cluster', version: 1, ...meta }, undefined, 2)}\n`;
}

/**
 * The specification with which an existing cluster goes on: its own, at the places where it is to be found now, and with what
 * was asked for in addition. The brokers must be the same, because the disks are.
 */
export function continuedSpec(existing: ClusterSpec, asked: ClusterSpec): ClusterSpec {
  const brokers = existing.brokers.map((broker) => {
    const place = asked.brokers.find(({ id }) => id === broker.id);
    return place === undefined ? broker : { ...broker, host: place.host, port: place.port };
  });
  const unknown = asked.brokers.filter(({ id }) => !existing.brokers.some((broker) => broker.id === id));
  if (unknown.length > 0) throw new ClusterMetaError(`the data folder holds a cluster of the brokers ${idsOf(existing)}, not ${idsOf(asked)}; leave the number of brokers out, or give a fresh folder`);
  return {
    ...existing,
    brokers,
    preset: asked.preset,
    settings: { ...existing.settings, ...asked.settings },
    topics: withMissing(existing.topics, asked.topics, ({ name }) => name),
    producers: withMissing(existing.producers, asked.producers, ({ id }) => id),
    consumers: withMissing(existing.consumers, asked.consumers, ({ id }) => id),
  };
}

function idsOf({ brokers }: ClusterSpec): string {
  return brokers.map(({ id }) => id).join(', ');
}

function withMissing<T>(have: T[], more: T[], nameOf: (item: T) => string): T[] {
  return [...have, ...more.filter((item) => !have.some((other) => nameOf(other) === nameOf(item)))];
}

function without<T>(items: T[], isIt: (item: T) => boolean): T[] {
  return items.filter((item) => !isIt(item));
}

/** The specification after a command that was carried out; undefined when it changes none. */
export function specAfter(spec: ClusterSpec, command: Command): ClusterSpec | undefined {
  switch (command.kind) {
    case 'broker.add':
      return { ...spec, brokers: [...spec.brokers, command.broker] };
    case 'topic.create':
      return { ...spec, topics: [...without(spec.topics, ({ name }) => name === command.topic.name), command.topic] };
    case 'topic.delete':
      return { ...spec, topics: without(spec.topics, ({ name }) => name === command.topic) };
    case 'producer.start':
      return { ...spec, producers: [...without(spec.producers, ({ id }) => id === command.producer.id), command.producer] };
    case 'producer.stop':
      return { ...spec, producers: without(spec.producers, ({ id }) => id === command.producer) };
    case 'consumer.start':
      return { ...spec, consumers: [...without(spec.consumers, ({ id }) => id === command.consumer.id), command.consumer] };
    case 'consumer.stop':
      return { ...spec, consumers: without(spec.consumers, ({ id }) => id === command.consumer) };
    default:
      return undefined;
  }
}

/** The seed of a run on the same disks: another one each time, so that no random id comes twice; the same for the same start. */
export function seedOfRun(seed: number, restarts: number): number {
  if (restarts === 0) return seed;
  // Knuth's multiplicative step within 2^53; only that it differs counts.
  return Number((BigInt(seed) + BigInt(restarts) * 0x9e_3779_b97f_4a7n) % (2n ** 53n));
}

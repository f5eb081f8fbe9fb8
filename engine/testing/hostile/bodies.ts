/**
 * Bodies of requests as an enemy would fill them in: any value that the definition allows, and in half of the places one that means
 * something in the cluster under fire, so that requests get past the first look.
 *
 * What a request may leave behind is drawn from small sets of names and numbers (topics, groups, partitions, timeouts): a cluster keeps what it
 * is asked to keep, and a run that asked for a million topics would measure that.
 */
import * as fc from 'fast-check';
import { handlerOf } from '#engine/core/broker/api/registry.ts';
import { ApiKey, apis, type Api } from '#engine/protocol/api-keys.ts';
import { encodeBatch } from '#engine/protocol/record-batch.ts';
import type { Chance } from '#engine/testing/hostile/chance.ts';
import { bodyArbitrary } from '#engine/testing/message-arbitrary.ts';

export type Body = Record<string, unknown>;

/** What the enemy knows of the cluster. */
export interface Target {
  /** Topics that it may harm. */
  topics: readonly string[];
  /** The ids of some of them, as far as they are known; whoever names a topic by its id may delete it. */
  topicIds: readonly string[];
}

/** Whoever may unregister a broker that runs has it unregistered, in Kafka too: that is no harm done by nonsense. */
const attackedApis: readonly Api[] = apis.filter(({ key }) => key !== ApiKey.UnregisterBroker);
/** Requests for the others end their connection before they are looked into. */
const servedApis = attackedApis.filter(({ key }) => handlerOf(key) !== undefined);

export function anyApi(chance: Chance): Api {
  return chance.pick(chance.isTrue(0.9) ? servedApis : attackedApis);
}

export const hostileTopics: readonly string[] = Array.from({ length: 12 }, (_, index) => `hostile-${index}`);
export const hostileGroups: readonly string[] = Array.from({ length: 6 }, (_, index) => `hostile-group-${index}`);

const drawnAtOnce = 40;
const drawn = new Map<string, Body[]>();

/** A body by chance. Bodies are drawn some at a time, because fast-check is slow to begin. */
export function anyBody({ request, key }: Api, version: number, chance: Chance): Body {
  const name = `${key} ${version}`;
  let bodies = drawn.get(name);
  if (bodies === undefined || bodies.length === 0) {
    bodies = fc.sample(bodyArbitrary(request, version), { seed: chance.below(2 ** 31), numRuns: drawnAtOnce });
    drawn.set(name, bodies);
  }
  return bodies.pop()!;
}

/** The same body with half of its places aimed at the target; what would grow without bound is bounded always. */
export function aimed(body: Body, target: Target, chance: Chance): Body {
  return aimedValue(body, target, chance, '') as Body;
}

const numbers = [-1, 0, 1, 2, 3, 5, 30, 100];
const bigints = [-2n, -1n, 0n, 1n, 5n, 1000n];
const words = ['__consumer_offsets', '__cluster_metadata', 'member', 'range', 'consumer', '1', '2', '', 'cleanup.policy', 'compact', 'retention.ms', 'PLAIN'];

function aimedValue(value: unknown, target: Target, chance: Chance, field: string): unknown {
  if (Array.isArray(value)) return field === 'records' && chance.isTrue(0.5) ? [smallBatch(chance)] : value.map((item) => aimedValue(item, target, chance, field));
  if (value instanceof Uint8Array || value === null) return value;
  if (typeof value === 'object') return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, aimedValue(item, target, chance, name)]));
  const bounded = boundedValue(value, target, chance, field);
  if (bounded !== undefined) return bounded;
  if (field === 'port' || field === 'controllerId' || chance.isTrue(0.5)) return value;
  if (typeof value === 'string') return /^[\w-]{22}$/.test(value) ? chance.pick(target.topicIds) : chance.pick([...target.topics, ...hostileGroups, ...words]);
  if (typeof value === 'bigint') return chance.pick(bigints);
  return typeof value === 'number' ? chance.pick(numbers) : value;
}

/** Names and sizes of what is made and kept. */
function boundedValue(value: unknown, target: Target, chance: Chance, field: string): unknown {
  if (typeof value === 'string' && /^(name|topic|topicName)$/.test(field)) return chance.isTrue(0.9) ? chance.pick(target.topics) : undefined;
  if (typeof value === 'string' && /^(group|groupId|key|coordinatorKeys)$/.test(field)) return chance.pick(hostileGroups);
  if (field === 'numPartitions' || field === 'count') return chance.pick([-1, 0, 1, 2, 4]);
  if (field === 'sessionTimeoutMs') return chance.pick([-1, 0, 6000, 10_000]);
  if (field === 'rebalanceTimeoutMs') return chance.pick([-1, 0, 100, 3000]);
  if (/^(maxWaitMs|timeoutMs|timeout)$/.test(field)) return chance.pick([-1, 0, 1, 20, 100]);
  return undefined;
}

function smallBatch(chance: Chance): Uint8Array {
  const producerId = chance.pick([-1n, -1n, 0n, 1n, 1000n]);
  return encodeBatch({
    records: Array.from({ length: 1 + chance.below(3) }, () => ({ timestamp: 1_767_225_600_000n, key: chance.isTrue(0.5) ? Uint8Array.of(7) : null, value: Uint8Array.of(1, 2, 3) })),
    producerId, producerEpoch: producerId < 0n ? -1 : 0, baseSequence: producerId < 0n ? -1 : chance.below(4), isTransactional: chance.isTrue(0.05), isControl: chance.isTrue(0.05),
  });
}

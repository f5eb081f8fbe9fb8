/**
 * AlterClientQuotas (49): this engine keeps no quotas, so it lets none be set (KIP-546; Kafka: ClientQuotaControlManager).
 * A change is checked as Kafka checks it; one that Kafka would take is refused with a message, rather than that a quota
 * seems to be set which nobody keeps. Taking away what is not set is done, as in Kafka.
 */
import { mixesAddresses, quotaEntityTypes } from '#engine/core/broker/api/client-quota-entity.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { AlterClientQuotasRequest, AlterClientQuotasResponse } from '#engine/protocol/messages/49-alter-client-quotas.ts';

type Entry = AlterClientQuotasRequest['entries'][number];
type Operation = Entry['ops'][number];
/** By type; a type that is named twice counts as named last. */
type Entity = ReadonlyMap<string, string | null>;
interface Refusal {
  errorCode: number;
  errorMessage: string | null;
}

/** Which values a quota can have. */
const quotaKinds: Readonly<Record<string, 'whole' | 'any'>> = {
  producer_byte_rate: 'whole',
  consumer_byte_rate: 'whole',
  request_percentage: 'any',
  controller_mutation_rate: 'any',
};
const addressQuotaKinds: Readonly<Record<string, 'whole' | 'any'>> = { connection_creation_rate: 'whole' };
const longMax = 2 ** 63;

export const alterClientQuotas: ApiHandler = {
  apiKey: ApiKey.AlterClientQuotas,
  handle(_state, request, context) {
    const { entries } = request.body as AlterClientQuotasRequest;
    const response: AlterClientQuotasResponse = { throttleTimeMs: 0, entries: answersTo(entries) };
    context.respond(request, response);
  },
};

/** One answer an entity; who or what is named more than once is refused. */
function answersTo(entries: readonly Entry[]): AlterClientQuotasResponse['entries'] {
  const answers = new Map<string, AlterClientQuotasResponse['entries'][number]>();
  for (const { entity: parts, ops } of entries) {
    const entity: Entity = new Map(parts.map(({ entityType, entityName }) => [entityType, entityName]));
    const name = nameOf(entity);
    const isRepeated = answers.has(name) || new Set(ops.map(({ key }) => key)).size < ops.length;
    const verdict = isRepeated ? invalid(`Ignoring duplicate entity ${name}`) : verdictOf(entity, ops);
    answers.set(name, { ...verdict, entity: [...entity].map(([entityType, entityName]) => ({ entityType, entityName })) });
  }
  return [...answers.values()];
}

function nameOf(entity: Entity): string {
  return `ClientQuotaEntity(entries={${[...entity].toSorted().map(([type, name]) => `${type}=${name}`).join(', ')}})`;
}

function verdictOf(entity: Entity, ops: readonly Operation[]): Refusal {
  const problem = entityProblem(entity) ?? firstOf(ops, (operation) => operationProblem(entity, operation));
  if (problem !== undefined) return invalid(problem);
  const set = ops.find(({ remove }) => !remove);
  if (set === undefined) return { errorCode: ErrorCode.NONE, errorMessage: null };
  return { errorCode: ErrorCode.UNSUPPORTED_VERSION, errorMessage: `Client quotas are not enforced by this cluster, so ${set.key} cannot be set.` };
}

function invalid(errorMessage: string): Refusal {
  return { errorCode: ErrorCode.INVALID_REQUEST, errorMessage };
}

function firstOf<T>(items: readonly T[], find: (item: T) => string | undefined): string | undefined {
  for (const item of items) {
    const found = find(item);
    if (found !== undefined) return found;
  }
  return undefined;
}

function entityProblem(entity: Entity): string | undefined {
  if (entity.size === 0) return 'Invalid empty client quota entity';
  for (const [type, name] of entity) {
    if (!quotaEntityTypes.includes(type)) return `Unhandled client quota entity type: ${type}`;
    if (name === '') return `Empty ${type} not supported`;
  }
  return mixesAddresses([...entity.keys()]) ? 'Invalid quota entity combination, IP entity shouldnot be combined with User or ClientId' : undefined;
}

function operationProblem(entity: Entity, { key, value, remove }: Operation): string | undefined {
  if (remove) return undefined;
  const address = entity.get('ip');
  const kinds = entity.has('ip') ? addressQuotaKinds : quotaKinds;
  if (typeof address === 'string' && !isHost(address)) return `${address} is not a valid IP or resolvable host.`;
  const kind = Object.hasOwn(kinds, key) ? kinds[key] : undefined;
  if (kind === undefined) return `Invalid configuration key ${key}`;
  if (value <= 0) return `Quota ${key} must be greater than 0`;
  if (kind === 'any' || Number.isNaN(value)) return undefined;
  if (value >= longMax) return `Proposed value for ${key} is too large for a LONG.`;
  return Number.isInteger(value) ? undefined : `${key} cannot be a fractional value.`;
}

/** An address or the name of a host; whether the name can be resolved, nobody asks here. */
function isHost(address: string): boolean {
  return /^[0-9A-Za-z_.:-]+$/.test(address);
}

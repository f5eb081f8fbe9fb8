/**
 * The check of every control message that arrives: from a screen (commands and queries by their own schemas, so that a
 * refusal names the nearest valid kind or the field that is wrong) and, on the screen's side, from the engine.
 */
import { z } from 'zod';
import { commandKinds, commandSchemas } from '#engine/contract/commands.ts';
import type { Command } from '#engine/contract/commands.ts';
import { contractVersion, querySchemas, toEngineSchema } from '#engine/contract/envelope.ts';
import type { Query, ToEngine, ToScreen } from '#engine/contract/envelope.ts';
import { nearestName } from '#engine/contract/nearest-name.ts';

export type Checked<T> = { ok: true; value: T } | { ok: false; error: string };

const idOf = z.looseObject({ requestId: z.int() });

export function checkToEngine(message: unknown): Checked<ToEngine> {
  return checked(toEngineSchema.safeParse(message), 'message');
}

/** The request that a refused message was about, so that its sender can be answered. */
export function requestIdOf(message: unknown): number | undefined {
  return idOf.safeParse(message).data?.requestId;
}

export function checkCommand(command: unknown): Checked<Command> {
  return byKind<Command>(command, 'command', commandSchemas, commandKinds);
}

export function checkQuery(query: unknown): Checked<Query> {
  return byKind<Query>(query, 'query', querySchemas, Object.keys(querySchemas));
}

function byKind<T>(value: unknown, what: string, schemas: Record<string, z.ZodObject>, kinds: readonly string[]): Checked<T> {
  const kind = typeof value === 'object' && value !== null ? (value as { kind?: unknown }).kind : undefined;
  if (typeof kind !== 'string') return { ok: false, error: `${what}: an object with a "kind" is needed, e.g. {"kind":"${kinds[0]}"}` };
  const schema = Object.hasOwn(schemas, kind) ? schemas[kind] : undefined;
  if (schema === undefined) return { ok: false, error: `${what}: unknown kind "${kind.slice(0, 60)}"; the nearest is "${nearestName(kind, kinds)}"` };
  return checked(schema.safeParse(value), kind, schema) as Checked<T>;
}

function checked<T>(result: z.ZodSafeParseResult<T>, what: string, schema?: z.ZodObject): Checked<T> {
  if (result.success) return { ok: true, value: result.data };
  // A misspelt field is also a missing one; the misspelling is what helps.
  const issue = result.error.issues.find(({ code }) => code === 'unrecognized_keys') ?? result.error.issues[0];
  if (issue === undefined) return { ok: false, error: `${what}: not valid` };
  const path = issue.path.map(String).join('.');
  const where = path === '' ? what : `${what}, field ${path}`;
  return { ok: false, error: `${where}: ${unknownField(issue, schema) ?? issue.message}` };
}

/** For a field that the schema does not have: its name, and the nearest that it has at that place. */
function unknownField(issue: z.core.$ZodIssue, schema: z.ZodObject | undefined): string | undefined {
  if (issue.code !== 'unrecognized_keys' || schema === undefined) return undefined;
  let place: unknown = schema;
  for (const step of issue.path) place = place instanceof z.ZodObject ? place.shape[String(step)] : undefined;
  const wrong = String(issue.keys[0]).slice(0, 60);
  if (!(place instanceof z.ZodObject)) return `unknown field "${wrong}"`;
  const names = Object.keys(place.shape).filter((name) => name !== 'kind');
  return names.length === 0 ? `unknown field "${wrong}"; it has none` : `unknown field "${wrong}"; the nearest is "${nearestName(wrong, names)}"`;
}

const toScreenSchema = z.discriminatedUnion('type', [
  z.looseObject({ type: z.literal('welcome'), contractVersion: z.literal(contractVersion), seed: z.number(), clusterId: z.string(), restarts: z.number() }),
  z.looseObject({
    type: z.literal('catalog'),
    catalog: z.looseObject({
      catalogId: z.number(),
      brokers: z.array(z.unknown()),
      topics: z.array(z.unknown()),
      partitions: z.array(z.unknown()),
      groups: z.array(z.unknown()),
      members: z.array(z.unknown()),
      clients: z.array(z.unknown()),
    }),
  }),
  z.looseObject({ type: z.literal('events'), events: z.array(z.looseObject({ eventId: z.number(), timeUs: z.number(), facts: z.array(z.unknown()) })) }),
  z.looseObject({ type: z.literal('clock'), clock: z.looseObject({ timeUs: z.number(), paused: z.boolean(), rate: z.number() }) }),
  z.looseObject({ type: z.literal('reply'), requestId: z.number(), ok: z.boolean() }),
  z.looseObject({ type: z.literal('heartbeat'), n: z.number() }),
  z.looseObject({ type: z.literal('fatal'), error: z.string() }),
]);

/** What a screen was sent: the outline is checked, what hangs on it is the engine's own. */
export function checkToScreen(message: unknown): Checked<ToScreen> {
  return checked(toScreenSchema.safeParse(message), 'message') as Checked<ToScreen>;
}

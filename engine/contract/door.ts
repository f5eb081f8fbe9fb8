/**
 * The check of every control message that arrives, on either side. A command or query inside is checked again by its own
 * schema where it is carried out, so that the refusal can name the nearest valid kind.
 */
import { z } from 'zod';
import { contractVersion, toEngineSchema } from '#engine/contract/envelope.ts';
import type { ToEngine, ToScreen } from '#engine/contract/envelope.ts';

export type Checked<T> = { ok: true; value: T } | { ok: false; error: string };

const idOf = z.looseObject({ requestId: z.int() });

export function checkToEngine(message: unknown): Checked<ToEngine> {
  return checked(toEngineSchema.safeParse(message));
}

/** The request that a refused message was about, so that its sender can be answered. */
export function requestIdOf(message: unknown): number | undefined {
  return idOf.safeParse(message).data?.requestId;
}

function checked<T>(result: z.ZodSafeParseResult<T>): Checked<T> {
  if (result.success) return { ok: true, value: result.data };
  const issue = result.error.issues[0];
  if (issue === undefined) return { ok: false, error: 'message: not valid' };
  const path = issue.path.map(String).join('.');
  return { ok: false, error: `message${path === '' ? '' : `, field ${path}`}: ${issue.message}` };
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
  return checked(toScreenSchema.safeParse(message)) as Checked<ToScreen>;
}

/**
 * Control messages between a screen and the engine host. Both directions are tagged unions with a schema; a message that
 * does not fit is refused with the path that is wrong, and the connection stays.
 */
import { z } from 'zod';

export const contractVersion = 1;

/** Screen to engine. */
export const toEngineSchema = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('hello'), contractVersion: z.int() }),
  /** `command` is checked again by its own schema, so that the refusal can name the nearest kind. */
  z.strictObject({ type: z.literal('command'), requestId: z.int(), command: z.looseObject({ kind: z.string() }) }),
  z.strictObject({ type: z.literal('query'), requestId: z.int(), query: z.looseObject({ kind: z.string() }) }),
  /** Frames per second wanted, 0 to 60. */
  z.strictObject({ type: z.literal('frames'), perSecond: z.number().min(0).max(60) }),
  z.strictObject({ type: z.literal('heartbeat'), n: z.int() }),
]);
export type ToEngine = z.infer<typeof toEngineSchema>;

/** Questions a screen may ask; answered from the engine's state at one event. */
export const querySchemas = {
  /** The whole `ClusterState`. */
  state: z.strictObject({ kind: z.literal('state') }),
  /** The event, its facts, and the chain of its causes, newest first. */
  why: z.strictObject({ kind: z.literal('why'), eventId: z.int(), depth: z.int().min(1).max(64).default(16) }),
  /** The latest events that concern a subject, newest first: "partition/orders/1", "broker/3", "group/billing", "replica/orders/1/3". */
  history: z.strictObject({
    kind: z.literal('history'),
    subject: z.string().min(1),
    limit: z.int().min(1).max(500).default(50),
    /** Only events with a fact of these kinds about the subject; absent: all. */
    facts: z.array(z.string().min(1)).min(1).max(32).optional(),
  }),
  /** Records of one replica's log, decoded, with their batches. */
  records: z.strictObject({
    kind: z.literal('records'),
    broker: z.int(),
    topic: z.string(),
    partition: z.int(),
    fromOffset: z.union([z.bigint(), z.int()]),
    limit: z.int().min(1).max(500).default(50),
  }),
  /** Settings of a broker or topic, with where each value comes from. */
  settings: z.strictObject({ kind: z.literal('settings'), of: z.enum(['broker', 'topic']), name: z.string() }),
  /** The text of Kafka's own tool. */
  describe: z.strictObject({ kind: z.literal('describe'), what: z.enum(['topics', 'groups', 'quorum', 'brokers']), name: z.string().optional() }),
} as const;
export type QueryKind = keyof typeof querySchemas;
export type Query = { [K in QueryKind]: z.infer<(typeof querySchemas)[K]> }[QueryKind];

/** Engine to screen. */
export type ToScreen =
  | { type: 'welcome'; contractVersion: number; seed: number; clusterId: string; preset: string; dataDirectory: string | null; bootstrap: string; restarts: number; startedMs: number }
  | { type: 'catalog'; catalog: Catalog }
  /** `omitted`: ordinary events that were left out since the last such message. */
  | { type: 'events'; events: EventView[]; omitted: number }
  | { type: 'clock'; clock: ClockView }
  | { type: 'reply'; requestId: number; ok: true; value: unknown }
  | { type: 'reply'; requestId: number; ok: false; error: string }
  | { type: 'heartbeat'; n: number }
  | { type: 'fatal'; error: string };

export interface ClockView {
  timeUs: number;
  eventId: number;
  paused: boolean;
  /** Wanted: virtual seconds per real second; Infinity is sent as -1 ("as fast as it goes"). */
  rate: number;
  /** Measured over the last second. */
  actualRate: number;
  position: 'LIVE' | 'PAST' | 'FORK';
}

/**
 * Names for the numbers in frames. Sent when it changes, and always before the first frame that uses it. Indexes are stable
 * within one `catalogId`; a frame names the one it was made with.
 */
export interface Catalog {
  catalogId: number;
  brokers: { id: number; rack: string | null; host: string; port: number }[];
  topics: { name: string; topicId: string; internal: boolean; minInsyncReplicas: number; replicationFactor: number }[];
  /** Index in this array = partition index in frames. `replicas` are broker ids, preferred leader first. */
  partitions: { topic: number; partition: number; replicas: number[] }[];
  groups: { group: string; type: string }[];
  members: { group: number; memberId: string; clientId: string; node: string | null }[];
  /** Clients: built-in and outside. */
  clients: { node: string; kind: 'producer' | 'consumer' | 'external'; clientId: string; label: string; topic: string | null; address: string | null; settings: Record<string, string> }[];
  apiNames: Record<number, string>;
}

/** One handled event with its facts, for the timeline, the event list and "why?". */
export interface EventView {
  eventId: number;
  timeUs: number;
  node: string;
  input: { type: 'start' } | { type: 'command'; command: string } | { type: 'message'; messageId: number; from: string; apiKey: number; response: boolean } | { type: 'timer'; kind: string; key: string } | { type: 'failure'; reason: string };
  /** The event whose handling sent the message or armed the timer; 0 for what came from outside. */
  causeId: number;
  facts: FactView[];
}

export interface FactView {
  kind: string;
  payload: Record<string, unknown>;
  rule: string | null;
  settings: Record<string, string | number | boolean> | null;
}

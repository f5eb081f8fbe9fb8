/**
 * Every command that a person, a script, a scenario file or a recorded run can give: one schema per kind. A new command is
 * one entry here and one entry in the engine's command table. A command that names something unknown is refused by the
 * engine with the nearest valid name; nothing is half done.
 */
import { z } from 'zod';
import { brokerSpecSchema, consumerSpecSchema, producerSpecSchema, topicSpecSchema } from '#engine/contract/cluster-spec.ts';

const broker = z.int().min(1);
/** A node by its id: "broker/1", "producer/checkout", or a bare broker number. */
const node = z.union([z.int().min(1), z.string().min(1)]);

/** A message's number, as the events tell it. */
const message = z.int().min(1);

function command<K extends string, S extends z.core.$ZodLooseShape>(kind: K, fields: S) {
  return z.strictObject({ kind: z.literal(kind), ...fields });
}

export const commandSchemas = {
  // life of a broker
  'broker.crash': command('broker.crash', { broker }),
  'broker.powerLoss': command('broker.powerLoss', { broker }),
  'broker.restart': command('broker.restart', { broker }),
  'broker.shutdown': command('broker.shutdown', { broker }),
  'broker.pause': command('broker.pause', { broker }),
  'broker.resume': command('broker.resume', { broker }),
  'broker.add': command('broker.add', { broker: brokerSpecSchema }),

  // links; `to` absent: every other node
  'link.cut': command('link.cut', { from: node, to: node.optional(), oneWay: z.boolean().default(false) }),
  'link.heal': command('link.heal', { from: node.optional(), to: node.optional() }),
  'link.shape': command('link.shape', {
    from: node,
    to: node.optional(),
    latencyMs: z.number().min(0).max(600_000).optional(),
    jitterMs: z.number().min(0).max(600_000).optional(),
    /** Probability per message. */
    loss: z.number().min(0).max(1).optional(),
    duplicate: z.number().min(0).max(1).optional(),
    /** Bytes per second. */
    bandwidth: z.number().min(1).optional(),
  }),

  // single messages between nodes; one on its way is named by its number
  'message.intercept': command('message.intercept', {
    action: z.enum(['hold', 'drop', 'delay', 'duplicate', 'reorder']),
    from: node.optional(),
    to: node.optional(),
    /** Kafka's name of it, such as "Fetch". */
    api: z.string().min(1).optional(),
    direction: z.enum(['request', 'response']).optional(),
    /** How many messages it takes. */
    count: z.int().min(1).max(1_000_000).default(1),
    /** For each message that fits. */
    probability: z.number().gt(0).max(1).default(1),
    delayMs: z.number().min(0).max(600_000).optional(),
  }),
  'message.hold': command('message.hold', { message }),
  'message.drop': command('message.drop', { message }),
  'message.delay': command('message.delay', { message, delayMs: z.number().min(0).max(600_000) }),
  'message.duplicate': command('message.duplicate', { message }),
  /** One that is held, or a rule; neither: all. */
  'message.release': command('message.release', { message: message.optional(), rule: z.int().min(1).optional() }),

  // commands that wait: for a fact, or for a time
  'trigger.set': command('trigger.set', {
    /** Its name; absent: a number. */
    trigger: z.string().regex(/^\S{1,60}$/, 'a name without spaces').optional(),
    when: z.strictObject({ fact: z.string().min(1), where: z.record(z.string(), z.unknown()).default({}) }).optional(),
    /** How many facts that fit it lets pass first. */
    skip: z.int().min(0).max(1_000_000).default(0),
    /** Virtual time of the run. */
    atMs: z.number().min(0).optional(),
    afterMs: z.number().min(0).max(86_400_000).optional(),
    everyMs: z.number().min(1).max(86_400_000).optional(),
    times: z.int().min(1).max(1_000_000).default(1),
    probability: z.number().gt(0).max(1).default(1),
    /** Each checked by the schema of its kind; brokers may be named as in a scenario: "leader of orders-0". */
    do: z.array(z.looseObject({ kind: z.string() })).min(1).max(20),
  }),
  'trigger.clear': command('trigger.clear', { trigger: z.string().min(1).optional() }),

  // disks
  'disk.slow': command('disk.slow', { broker, latencyMs: z.number().min(0).max(600_000) }),
  'disk.full': command('disk.full', { broker }),
  'disk.fail': command('disk.fail', { broker }),
  'disk.heal': command('disk.heal', { broker }),

  // the clock of the run
  'clock.rate': command('clock.rate', { rate: z.union([z.number().min(0.000_1).max(1_000_000), z.literal('max')]) }),
  'clock.pause': command('clock.pause', {}),
  'clock.resume': command('clock.resume', {}),
  /** While paused: one event, or on to a virtual time, or until a fact of this kind is published. */
  'clock.step': command('clock.step', {
    events: z.int().min(1).max(1_000_000).optional(),
    untilMs: z.number().min(0).optional(),
    untilFact: z.string().min(1).optional(),
  }),
  /** The clock of one node runs ahead of (or behind) the world's. */
  'clock.skew': command('clock.skew', { broker, skewMs: z.int().min(-86_400_000).max(86_400_000) }),

  // topics
  'topic.create': command('topic.create', { topic: topicSpecSchema }),
  'topic.delete': command('topic.delete', { topic: z.string().min(1) }),
  'topic.alter': command('topic.alter', {
    topic: z.string().min(1),
    partitions: z.int().min(1).optional(),
    config: z.record(z.string(), z.string().nullable()).optional(),
  }),

  // built-in clients
  'producer.start': command('producer.start', { producer: producerSpecSchema }),
  'producer.stop': command('producer.stop', { producer: z.string().min(1) }),
  'consumer.start': command('consumer.start', { consumer: consumerSpecSchema }),
  'consumer.stop': command('consumer.stop', { consumer: z.string().min(1) }),
  'consumer.crash': command('consumer.crash', { consumer: z.string().min(1) }),
  'consumer.pause': command('consumer.pause', { consumer: z.string().min(1) }),
  'consumer.resume': command('consumer.resume', { consumer: z.string().min(1) }),
} as const;

export type CommandKind = keyof typeof commandSchemas;
export type Command = { [K in CommandKind]: z.infer<(typeof commandSchemas)[K]> }[CommandKind];
export type CommandOf<K extends CommandKind> = z.infer<(typeof commandSchemas)[K]>;
export const commandKinds = Object.keys(commandSchemas) as CommandKind[];

/** Commands that change only how the run is paced; they are not part of the journal. */
export function isPacingCommand(kind: CommandKind): boolean {
  return kind === 'clock.rate' || kind === 'clock.pause' || kind === 'clock.resume' || kind === 'clock.step';
}

/**
 * What a cluster is made of before it starts: `serve` builds one from its flags, a scenario file carries one under
 * `cluster`, a recorded run repeats one. Times in milliseconds, sizes in bytes.
 */
import { z } from 'zod';

export const presetNames = ['kafka', 'classroom'] as const;

export const brokerSpecSchema = z.strictObject({
  id: z.int().min(1).max(999_999),
  rack: z.string().min(1).max(64).optional(),
  /** Where clients outside find it; the gateway fills it in. */
  host: z.string().default('127.0.0.1'),
  port: z.int().min(0).max(65_535).default(0),
});

export const topicSpecSchema = z.strictObject({
  name: z.string().min(1).max(249),
  partitions: z.int().min(1).max(100_000),
  replicationFactor: z.int().min(1).max(32_767),
  config: z.record(z.string(), z.string()).default({}),
});

export const producerSpecSchema = z.strictObject({
  id: z.string().min(1).max(64),
  topic: z.string().min(1),
  recordsPerSecond: z.number().min(0).max(1_000_000).default(5),
  valueBytes: z.int().min(0).max(1_000_000).default(64),
  /** How many distinct keys; 0 sends records without a key. */
  keys: z.int().min(0).max(1_000_000).default(16),
  /** Stops by itself after so many records; absent: never. */
  recordsMax: z.int().min(1).optional(),
  /** Kafka producer settings by name, e.g. {"acks": "1"}. */
  config: z.record(z.string(), z.string()).default({}),
});

export const consumerSpecSchema = z.strictObject({
  id: z.string().min(1).max(64),
  group: z.string().min(1).max(249),
  topics: z.array(z.string().min(1)).min(1),
  /** How fast the application handles records; absent: at once. */
  recordsPerSecond: z.number().min(0).optional(),
  /** Kafka consumer settings by name. */
  config: z.record(z.string(), z.string()).default({}),
});

export const networkSpecSchema = z.strictObject({
  /** One way, between any two nodes; each link can be shaped later. */
  latencyMs: z.number().min(0).max(60_000).default(0.25),
  jitterMs: z.number().min(0).max(60_000).default(0.05),
});

export const clusterSpecSchema = z.strictObject({
  brokers: z.array(brokerSpecSchema).min(1).max(1000),
  preset: z.enum(presetNames).default('kafka'),
  /** Broker settings by Kafka's name, for every broker. */
  settings: z.record(z.string(), z.string()).default({}),
  topics: z.array(topicSpecSchema).default([]),
  producers: z.array(producerSpecSchema).default([]),
  consumers: z.array(consumerSpecSchema).default([]),
  network: networkSpecSchema.default({ latencyMs: 0.25, jitterMs: 0.05 }),
  /** Virtual time zero, in milliseconds since the Unix epoch; fixed, so that a run repeats. */
  startEpochMs: z.int().min(0).default(1_767_225_600_000),
  /** How followers find where to cut their log: before KIP-101, with KIP-101, or as today. */
  truncation: z.enum(['highWatermark', 'leaderEpoch', 'fetch']).optional(),
});

export type BrokerSpec = z.infer<typeof brokerSpecSchema>;
export type TopicSpec = z.infer<typeof topicSpecSchema>;
export type ProducerSpec = z.infer<typeof producerSpecSchema>;
export type ConsumerSpec = z.infer<typeof consumerSpecSchema>;
export type NetworkSpec = z.infer<typeof networkSpecSchema>;
export type ClusterSpec = z.infer<typeof clusterSpecSchema>;
/** As written by a person: everything with a default may be left out. */
export type ClusterSpecInput = z.input<typeof clusterSpecSchema>;

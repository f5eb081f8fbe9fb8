/**
 * What a world is made of, as the core needs it: the fields of the contract's ClusterSpec (which core may not import), all
 * defaults filled in. Plain data; it stays in the world's state, so that a snapshot knows what it is a snapshot of.
 */
import type { MutationName } from '#engine/core/mutations.ts';

export interface WorldBrokerSpec {
  id: number;
  rack?: string | undefined;
  host: string;
  port: number;
}

export interface WorldTopicSpec {
  name: string;
  partitions: number;
  replicationFactor: number;
  config: Record<string, string>;
}

export interface WorldProducerSpec {
  id: string;
  topic: string;
  recordsPerSecond: number;
  valueBytes: number;
  keys: number;
  recordsMax?: number | undefined;
  config: Record<string, string>;
}

export interface WorldConsumerSpec {
  id: string;
  group: string;
  topics: string[];
  recordsPerSecond?: number | undefined;
  config: Record<string, string>;
}

export interface WorldSpec {
  brokers: WorldBrokerSpec[];
  preset: 'kafka' | 'classroom';
  settings: Record<string, string>;
  topics: WorldTopicSpec[];
  producers: WorldProducerSpec[];
  consumers: WorldConsumerSpec[];
  network: { latencyMs: number; jitterMs: number };
  startEpochMs: number;
  /** How followers cut their logs: one of Kafka's eras (core/replication/truncation-era.ts). Absent: as today, 'fetch'. */
  truncation?: 'highWatermark' | 'leaderEpoch' | 'fetch' | undefined;
  /** Bugs that are on. The contract has no such field: only a test's or the simulator's world has any. */
  mutations?: readonly MutationName[] | undefined;
}

/** What a driver is asked and what it answers: the same for every client, as lines of JSON. */

/** A record to send. Null is Kafka's null, and a timestamp that is not there is left to the client. */
export interface SentRecord {
  partition: number;
  key: string | null;
  value: string | null;
  headers?: Record<string, string>;
  timestamp?: number;
}

export interface SeenRecord {
  partition: number;
  offset: number;
  key: string | null;
  value: string | null;
  headers: Record<string, string>;
  timestamp: number;
}

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';

export interface ProduceArguments {
  topic: string;
  acks: -1 | 0 | 1;
  idempotent: boolean;
  compression: Compression;
  records: SentRecord[];
}

export interface ConsumeArguments {
  topic: string;
  partitions: number[];
  from: 'earliest' | 'latest' | 'offset';
  /** Where each partition is read from, when that is an offset. */
  offset: number;
  /** Reads until it has so many. */
  count: number;
}

/** Kafka's names of the assignors of the classic protocol; "any" is what the client takes by itself. */
export type Strategy = 'any' | 'range' | 'roundrobin' | 'sticky' | 'cooperative-sticky';

/** What a member of a group has lived through since it joined. */
export interface MemberView {
  assignment: number[];
  records: { partition: number; offset: number; value: string | null }[];
  /** The partitions of each revocation, in order, as far as the client tells. */
  revoked: number[][];
  /** How often it was given an assignment. */
  assignments: number;
}

export interface JoinArguments {
  member: string;
  group: string;
  topic: string;
  strategy: Strategy;
  instanceId?: string;
}

type None = Record<string, never>;
type PerPartition = Record<string, number>;

/** Arguments and answer of every operation. */
export interface Operations {
  /** Some choose the partition of a record by its key alone. */
  open: [{ bootstrap: string }, { version: string; choosesPartition?: boolean }];
  metadata: [None, { brokers: number[]; topics: Record<string, number> }];
  describeCluster: [None, { clusterId: string; brokers: number[] }];
  describeLogDirs: [{ topic: string }, { bytes: PerPartition }];
  createTopic: [{ topic: string; partitions: number; replicas: number; configs: Record<string, string> }, unknown];
  createPartitions: [{ topic: string; total: number }, unknown];
  deleteTopic: [{ topic: string }, unknown];
  describeConfigs: [{ topic: string }, { configs: Record<string, string> }];
  alterConfigs: [{ topic: string; configs: Record<string, string> }, unknown];
  /** The offset of each record; -1 where the client does not tell. */
  produce: [ProduceArguments, { offsets: number[] }];
  /** Reads without a group. */
  consume: [ConsumeArguments, { records: SeenRecord[] }];
  listOffsets: [{ topic: string; partitions: number[] }, { earliest: PerPartition; latest: PerPartition }];
  offsetForTime: [{ topic: string; partition: number; timestamp: number }, { offset: number }];
  deleteRecords: [{ topic: string; partition: number; before: number }, unknown];
  join: [JoinArguments, unknown];
  view: [{ member: string }, MemberView];
  /** Commits behind all that the member has seen, with this metadata where there is some. */
  commit: [{ member: string; metadata?: string }, unknown];
  leave: [{ member: string }, unknown];
  listGroups: [None, { groups: string[] }];
  describeGroup: [{ group: string }, { state: string; members: number }];
  committed: [{ group: string; topic: string; partitions: number[] }, { offsets: PerPartition }];
  lag: [{ group: string; topic: string }, { lag: PerPartition }];
  resetOffsets: [{ group: string; topic: string; offsets: PerPartition }, unknown];
  deleteOffsets: [{ group: string; topic: string; partitions: number[] }, unknown];
  deleteGroup: [{ group: string }, unknown];
  /** Sends "load 0", "load 1" … to all partitions, idempotently with acks=all, until told to stop. */
  loadStart: [{ topic: string; partitions: number }, unknown];
  loadStatus: [None, { acknowledged: number }];
  loadStop: [None, { acknowledged: { index: number; partition: number; offset: number }[]; failed: string[] }];
}

/**
 * What the brokers really hold, asked over a bare socket in Kafka's own protocol. It judges what a client says it did, on Terrarium and on
 * Apache Kafka alike.
 */
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { compressionType, decodeRecords, encodeBatch, forEachBatch, producerId } from '#engine/protocol/record-batch.ts';
import type { DescribeConfigsResponse } from '#engine/protocol/messages/32-describe-configs.ts';
import type { CreateTopicsResponse } from '#engine/protocol/messages/19-create-topics.ts';
import type { DescribeGroupsResponse } from '#engine/protocol/messages/15-describe-groups.ts';
import type { FetchResponse } from '#engine/protocol/messages/01-fetch.ts';
import type { FindCoordinatorResponse } from '#engine/protocol/messages/10-find-coordinator.ts';
import type { ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';
import type { MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import type { OffsetFetchResponse } from '#engine/protocol/messages/09-offset-fetch.ts';
import type { OffsetCommitResponse } from '#engine/protocol/messages/08-offset-commit.ts';
import type { ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { Session, type Body } from '../oracle/session.ts';
import { until } from './until.ts';

export interface PartitionFacts {
  partition: number;
  leader: number;
  replicas: number[];
  isr: number[];
}

export interface BatchFacts {
  compression: string;
  isIdempotent: boolean;
}

const earliest = -2n;
const latest = -1n;

export class Witness {
  readonly bootstrap: string;
  #session: Session;

  private constructor(bootstrap: string, session: Session) {
    this.bootstrap = bootstrap;
    this.#session = session;
  }

  /** Learns the brokers from the first address. */
  static async of(bootstrap: string): Promise<Witness> {
    const first = Number(bootstrap.split(',')[0]?.split(':').at(-1));
    const session = new Session('terrarium', new Map([[1, first]]));
    session.story = 'the client matrix';
    const { brokers } = (await session.call('Metadata', 12, { topics: [] })) as unknown as MetadataResponse;
    await session.close();
    const whole = new Session('terrarium', new Map(brokers.map((broker) => [broker.nodeId, broker.port])));
    whole.story = session.story;
    return new Witness(bootstrap, whole);
  }

  async close(): Promise<void> {
    await this.#session.close();
  }

  async #ask<Answer>(api: keyof typeof ApiKey, version: number, body: Body, broker = 1): Promise<Answer> {
    return (await this.#session.call(api, version, body, { broker })) as unknown as Answer;
  }

  /** The partitions of a topic as a broker knows them; undefined when it knows no such topic. */
  async topic(name: string, broker = 1): Promise<PartitionFacts[] | undefined> {
    const { topics } = await this.#ask<MetadataResponse>('Metadata', 12, { topics: [{ name }], allowAutoTopicCreation: false }, broker);
    if (topics[0]?.errorCode !== 0) return undefined;
    const partitions = topics[0].partitions.map((one) => ({ partition: one.partitionIndex, leader: one.leaderId, replicas: one.replicaNodes, isr: one.isrNodes }));
    return partitions.toSorted((left, right) => left.partition - right.partition);
  }

  /** Waits until every broker says so. */
  async untilTopic(name: string, what: string, holds: (partitions: PartitionFacts[] | undefined) => boolean): Promise<PartitionFacts[] | undefined> {
    for (const broker of this.#session.ports.keys()) await until(`${what} of ${name}, says broker ${broker}`, () => this.topic(name, broker), holds);
    return this.topic(name);
  }

  async makeTopic(name: string, partitions: number, configs: Record<string, string> = {}): Promise<void> {
    const asked = { name, numPartitions: partitions, replicationFactor: 3, configs: Object.entries(configs).map(([key, value]) => ({ name: key, value })) };
    const { topics } = await this.#ask<CreateTopicsResponse>('CreateTopics', 7, { topics: [asked] });
    if (topics[0]?.errorCode !== 0) throw new Error(`topic ${name} was refused: ${topics[0]?.errorCode} ${topics[0]?.errorMessage ?? ''}`);
    await this.untilTopic(name, 'leaders and whole ISR', (found) => found?.length === partitions && found.every((one) => one.leader > 0 && one.isr.length === 3));
  }

  async #leaderOf(topic: string, partition: number): Promise<number> {
    const leader = (await this.topic(topic))?.[partition]?.leader;
    if (leader === undefined || leader < 0) throw new Error(`${topic}-${partition} has no leader`);
    return leader;
  }

  async #offset(topic: string, partition: number, timestamp: bigint): Promise<number> {
    const body = { replicaId: -1, topics: [{ name: topic, partitions: [{ partitionIndex: partition, timestamp }] }] };
    const { topics } = await this.#ask<ListOffsetsResponse>('ListOffsets', 8, body, await this.#leaderOf(topic, partition));
    const found = topics[0]?.partitions[0];
    if (found?.errorCode !== 0) throw new Error(`the offsets of ${topic}-${partition} cannot be listed: ${found?.errorCode}`);
    return Number(found.offset);
  }

  logStart(topic: string, partition: number): Promise<number> {
    return this.#offset(topic, partition, earliest);
  }

  highWatermark(topic: string, partition: number): Promise<number> {
    return this.#offset(topic, partition, latest);
  }

  /** The sum of all high watermarks: how many records a topic has from which nothing was deleted. */
  async recordCount(topic: string): Promise<number> {
    const partitions = (await this.topic(topic)) ?? [];
    const ends = await Promise.all(partitions.map((one) => this.highWatermark(topic, one.partition)));
    return ends.reduce((sum, end) => sum + end, 0);
  }

  /** The bytes of a partition from its first offset on. */
  async #runs(topic: string, partition: number): Promise<Uint8Array[]> {
    const body = { maxWaitMs: 100, topics: [{ topic, partitions: [{ partition, fetchOffset: 0n, partitionMaxBytes: 1 << 24 }] }] };
    const answer = await this.#ask<FetchResponse>('Fetch', 12, body, await this.#leaderOf(topic, partition));
    return answer.responses[0]?.partitions[0]?.records ?? [];
  }

  async batches(topic: string, partition: number): Promise<BatchFacts[]> {
    const facts: BatchFacts[] = [];
    for (const run of await this.#runs(topic, partition)) {
      forEachBatch(run, (bytes, at) => facts.push({ compression: compressionType(bytes, at) ?? 'unknown', isIdempotent: producerId(bytes, at) >= 0n }));
    }
    return facts;
  }

  /** The values of a partition whose batches are not compressed. */
  async values(topic: string, partition: number): Promise<(string | null)[]> {
    const found: (string | null)[] = [];
    for (const run of await this.#runs(topic, partition)) {
      forEachBatch(run, (bytes, at) => {
        for (const { value } of decodeRecords(bytes, at)) found.push(value === null ? null : Buffer.from(value).toString());
      });
    }
    return found;
  }

  /** Writes without the client under test; answers the first offset. */
  async append(topic: string, partition: number, values: string[], timestamp = BigInt(Date.now())): Promise<number> {
    const records = [encodeBatch({ records: values.map((value) => ({ timestamp, key: null, value: Buffer.from(value) })) })];
    const body = { acks: -1, timeoutMs: 10_000, topicData: [{ name: topic, partitionData: [{ index: partition, records }] }] };
    const { responses } = await this.#ask<ProduceResponse>('Produce', 9, body, await this.#leaderOf(topic, partition));
    const found = responses[0]?.partitionResponses[0];
    if (found?.errorCode !== 0) throw new Error(`writing to ${topic}-${partition} was refused: ${found?.errorCode} ${found?.errorMessage ?? ''}`);
    return Number(found.baseOffset);
  }

  async #coordinatorOf(group: string): Promise<number> {
    const found = await until(
      `a coordinator of ${group}`,
      async () => (await this.#ask<FindCoordinatorResponse>('FindCoordinator', 4, { keyType: 0, coordinatorKeys: [group] })).coordinators[0],
      (coordinator) => coordinator?.errorCode === 0,
    );
    return found?.nodeId ?? -1;
  }

  /** A group that does not exist is "Dead". */
  async group(name: string): Promise<{ state: string; protocol: string; members: number }> {
    const { groups } = await this.#ask<DescribeGroupsResponse>('DescribeGroups', 5, { groups: [name] }, await this.#coordinatorOf(name));
    const found = groups[0];
    if (found === undefined) throw new Error(`nothing was said of group ${name}`);
    return { state: found.groupState, protocol: found.protocolData, members: found.members.length };
  }

  /** Committed offset and metadata of each partition that has some. */
  async committed(group: string, topic: string): Promise<Map<number, { offset: number; metadata: string | null }>> {
    const partitionIndexes = ((await this.topic(topic)) ?? []).map((one) => one.partition);
    const { topics } = await this.#ask<OffsetFetchResponse>('OffsetFetch', 7, { groupId: group, topics: [{ name: topic, partitionIndexes }] }, await this.#coordinatorOf(group));
    const found = (topics[0]?.partitions ?? []).filter((one) => one.committedOffset >= 0n);
    return new Map(found.map((one) => [one.partitionIndex, { offset: Number(one.committedOffset), metadata: one.metadata }]));
  }

  /** Commits for a group that has no members, as a consumer with partitions by hand does. */
  async commit(group: string, topic: string, partition: number, offset: number): Promise<void> {
    const topics = [{ name: topic, partitions: [{ partitionIndex: partition, committedOffset: BigInt(offset), committedMetadata: '' }] }];
    const answer = await this.#ask<OffsetCommitResponse>('OffsetCommit', 8, { groupId: group, topics }, await this.#coordinatorOf(group));
    const code = answer.topics[0]?.partitions[0]?.errorCode;
    if (code !== 0) throw new Error(`a commit for ${group} was refused: ${code}`);
  }

  async configs(topic: string): Promise<Record<string, string | null>> {
    const { results } = await this.#ask<DescribeConfigsResponse>('DescribeConfigs', 4, { resources: [{ resourceType: 2, resourceName: topic, configurationKeys: null }] });
    return Object.fromEntries((results[0]?.configs ?? []).map((one) => [one.name, one.value]));
  }
}

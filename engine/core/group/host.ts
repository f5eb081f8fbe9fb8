/**
 * What the group coordinator needs of the broker that it lives in; the broker gives it for one handling and it is never
 * kept. Kafka: PartitionWriter, CoordinatorLoader, MetadataImage, AutoTopicCreationManager as GroupCoordinatorService sees
 * them. The coordinator answers requests and arms its timers ("group.…") through the NodeContext itself.
 */
import type { RequestMessage } from '#engine/core/node.ts';

export const OFFSETS_TOPIC = '__consumer_offsets';

/** The broker settings that rule groups, by Kafka's names: a part of the broker's settings. */
export interface GroupSettings {
  'group.min.session.timeout.ms': number;
  'group.max.session.timeout.ms': number;
  'group.initial.rebalance.delay.ms': number;
  'group.max.size': number;
  'offset.metadata.max.bytes': number;
  'offsets.retention.minutes': number;
  'offsets.retention.check.interval.ms': number;
  'offsets.commit.timeout.ms': number;
  'offsets.topic.compression.codec': number;
  'offsets.topic.num.partitions': number;
}

export interface CoordinatorHost {
  readonly brokerId: number;
  readonly settings: GroupSettings;

  /** How many partitions `__consumer_offsets` has in this broker's metadata; 0 when the topic does not exist (yet). */
  offsetsPartitionCount(): number;
  /** Leader of a partition of `__consumer_offsets` in this broker's metadata; -1: none. */
  offsetsPartitionLeader(partition: number): number;
  /** Asks the controller to create `__consumer_offsets`; does nothing while such a request is under way. */
  createOffsetsTopic(): void;
  /** Where clients find a live broker on the listener that the request came by; undefined when it is not alive. */
  brokerEndpoint(brokerId: number, request: RequestMessage): { host: string; port: number } | undefined;
  /** The client's address as Kafka writes it into member metadata, e.g. "/127.0.0.1". */
  clientHost(request: RequestMessage): string;

  /** Topic ids of this broker's metadata; undefined when unknown. */
  topicIdOf(topic: string): string | undefined;
  topicNameOf(topicId: string): string | undefined;
  /** Undefined when the topic does not exist. */
  partitionCountOf(topic: string): number | undefined;

  /**
   * Appends one batch (as `encodeBatch` made it, base offset 0) to the local log of a partition of `__consumer_offsets`
   * with origin 'coordinator', as acks=all. An error code other than 0 means that nothing was appended and no completion
   * will come. Otherwise the broker calls `onAppendCompleted(state, token, 0, …)` once the high watermark has passed the
   * batch; never during this call, always after the handling that appended has returned. When leadership is lost the
   * broker calls `onOffsetsPartitionResigned` instead and forgets the tokens of that partition.
   */
  append(partition: number, leaderEpoch: number, batch: Uint8Array, token: string): HostAppendResult;
  /** Completes `token` as `append` does once the high watermark is at or past `offset`. */
  awaitCommitted(partition: number, offset: bigint, token: string): void;

  /** Offsets of the local log of a partition of `__consumer_offsets`; undefined when this broker has no such replica. */
  logOffsets(partition: number): { logStartOffset: bigint; highWatermark: bigint; logEndOffset: bigint } | undefined;
  /** Whole batches from `fromOffset` on, up to the log end; at least one when there is any. */
  readBatches(partition: number, fromOffset: bigint, maxBytes: number): Uint8Array[];
}

export interface HostAppendResult {
  errorCode: number;
  /** Valid when errorCode is 0. */
  firstOffset: bigint;
  lastOffset: bigint;
}

/**
 * Leaders and ISRs when brokers come and go, and elections that are asked for (Kafka: ReplicationControlManager
 * .generateLeaderAndIsrUpdates, electLeaders, maybeBalancePartitionLeaders; KIP-460, KIP-631, KIP-966).
 *
 * Simplified: partitions are found by a walk over all of them, not by an index from brokers to partitions.
 */
import type { NodeContext } from '#engine/core/node.ts';
import { isMutated } from '#engine/core/mutations.ts';
import { assert } from '#engine/ports/assert.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import { isActive, noLeader, type ClusterImage, type PartitionImage, type TopicImage } from '#engine/core/metadata/image.ts';
import type { MetadataRecord } from '#engine/core/metadata/metadata-record.ts';
import { mergePartitionChange } from '#engine/core/metadata/replay.ts';
import { changePartition, type Election, type PartitionChange, type PartitionChangeInput } from '#engine/core/controller/partition-change.ts';
import { isElrEnabled, topicPolicy } from '#engine/core/controller/topic-policy.ts';
import type { ActiveController } from '#engine/core/controller/active-controller.ts';

/** What makes the partitions be looked at again. */
export interface BrokerTransition {
  /** The rule's name, for "why?". */
  rule: string;
  /** Leaves every ISR. */
  leaving?: number;
  /** May lead from now on, though the image does not say so yet. */
  joining?: number;
  /** Came back without an orderly shutdown: leaves every ISR and every ELR. */
  uncleanShutdown?: number;
}

/** Every partition that the transition concerns, changed; the records are added in the order of topics and partitions. */
export function updateLeadersAndIsrs(active: ActiveController, transition: BrokerTransition, records: MetadataRecord[], context: NodeContext): void {
  const { leaving, joining, uncleanShutdown } = transition;
  const gone = [leaving, uncleanShutdown].filter((broker) => broker !== undefined);
  const mayLead = (broker: number): boolean => !gone.includes(broker) && (broker === joining || isActive(active.image, broker));
  forEachPartition(active.image, (topic, partitionId, partition) => {
    if (!concerns(partition, transition)) return;
    const change = changeOf(active, topic, partitionId, partition, electionFor(active, topic), {
      mayLead,
      targetIsr: partition.isr.filter((broker) => !gone.includes(broker)),
      ...(uncleanShutdown === undefined ? {} : { uncleanShutdown: [uncleanShutdown] }),
    });
    if (change !== undefined) record(active, topic, partitionId, partition, change, transition.rule, records, context);
  });
}

function concerns(partition: PartitionImage, { leaving, joining, uncleanShutdown }: BrokerTransition): boolean {
  if (leaving !== undefined && partition.isr.includes(leaving)) return true;
  if (uncleanShutdown !== undefined && (partition.isr.includes(uncleanShutdown) || partition.elr.includes(uncleanShutdown))) return true;
  return joining !== undefined && !isMutated('leaderless-forever') && partition.leader === noLeader && partition.replicas.includes(joining);
}

function electionFor(active: ActiveController, topic: TopicImage): Election {
  return topicPolicy(active.image, active.settings, topic.name).uncleanElection ? 'unclean' : 'any';
}

type ChangeWish = Pick<PartitionChangeInput, 'mayLead'> & Partial<Omit<PartitionChangeInput, 'topicId' | 'partitionId' | 'partition' | 'election'>>;

function changeOf(
  active: ActiveController,
  topic: TopicImage,
  partitionId: number,
  partition: PartitionImage,
  election: Election,
  wish: ChangeWish,
): PartitionChange | undefined {
  return changePartition({
    topicId: topic.id,
    partitionId,
    partition,
    election,
    minInsyncReplicas: Math.min(topicPolicy(active.image, active.settings, topic.name).minInsyncReplicas, partition.replicas.length),
    elrEnabled: isElrEnabled(active.image),
    directoryOf: (broker) => active.image.brokers.get(broker)?.logDirs[0] ?? zeroUuid,
    ...wish,
  });
}

/** A change of one partition that somebody asked for: AlterPartition, reassignment. Publishes what it means. */
export function proposeChange(
  active: ActiveController,
  topic: TopicImage,
  partitionId: number,
  wish: Omit<ChangeWish, 'mayLead'>,
  rule: string,
  records: MetadataRecord[],
  context: NodeContext,
): PartitionImage {
  const partition = topic.partitions[partitionId];
  assert(partition !== undefined, `topic ${topic.name} has no partition ${partitionId}`);
  const change = changeOf(active, topic, partitionId, partition, electionFor(active, topic), { mayLead: (broker) => isActive(active.image, broker), ...wish });
  if (change === undefined) return partition;
  return record(active, topic, partitionId, partition, change, rule, records, context);
}

/** Elects for one partition; undefined when nobody else can be elected. */
export function electLeader(
  active: ActiveController,
  topic: TopicImage,
  partitionId: number,
  election: Election,
  rule: string,
  records: MetadataRecord[],
  context: NodeContext,
): PartitionImage | undefined {
  const partition = topic.partitions[partitionId];
  assert(partition !== undefined, `topic ${topic.name} has no partition ${partitionId}`);
  const change = changeOf(active, topic, partitionId, partition, election, { mayLead: (broker) => isActive(active.image, broker) });
  return change === undefined ? undefined : record(active, topic, partitionId, partition, change, rule, records, context);
}

/** Adds the record and tells what it means; answers the partition as it will be. */
function record(
  active: ActiveController,
  topic: TopicImage,
  partitionId: number,
  before: PartitionImage,
  change: PartitionChange,
  rule: string,
  records: MetadataRecord[],
  context: NodeContext,
): PartitionImage {
  records.push(change.record);
  const after = mergePartitionChange(before, change.record.data);
  const ref = { topic: topic.name, partition: partitionId };
  const policy = topicPolicy(active.image, active.settings, topic.name);
  const settings = { 'min.insync.replicas': policy.minInsyncReplicas, 'unclean.leader.election.enable': policy.uncleanElection };
  if (after.leaderEpoch !== before.leaderEpoch) {
    context.publish(
      'partition.leaderElected',
      { ...ref, leader: after.leader, leaderEpoch: after.leaderEpoch, previousLeader: before.leader, isr: [...after.isr], unclean: change.unclean },
      { rule: change.rule, settings: { ...settings, because: rule } },
    );
  }
  if (after.isr.length !== before.isr.length || !after.isr.every((broker) => before.isr.includes(broker))) {
    context.publish(
      'partition.isrChanged',
      { ...ref, leaderEpoch: after.leaderEpoch, partitionEpoch: after.partitionEpoch, from: [...before.isr], to: [...after.isr] },
      { rule, settings },
    );
  }
  return after;
}

/** How many leaders one balance check moves at most (Kafka: MAX_ELECTIONS_PER_IMBALANCE). */
const electionsPerBalanceMax = 1_000;

/** Gives partitions back to their preferred leaders, where those are in the ISR and alive. */
export function balanceLeaders(active: ActiveController, records: MetadataRecord[], context: NodeContext): void {
  forEachPartition(active.image, (topic, partitionId, partition) => {
    if (records.length >= electionsPerBalanceMax || partition.leader === noLeader || partition.leader === partition.replicas[0]) return;
    electLeader(active, topic, partitionId, 'preferred', 'controller.leaderBalance', records, context);
  });
}

/** Elects whoever is alive for partitions that have no leader, where the topic allows it. */
export function electUncleanLeaders(active: ActiveController, records: MetadataRecord[], context: NodeContext): void {
  forEachPartition(active.image, (topic, partitionId, partition) => {
    if (records.length >= electionsPerBalanceMax || partition.leader !== noLeader) return;
    if (electionFor(active, topic) === 'unclean') electLeader(active, topic, partitionId, 'unclean', 'controller.uncleanElection', records, context);
  });
}

export function hasLeaderships(image: ClusterImage, broker: number): boolean {
  for (const topic of image.topics.values()) {
    if (topic.partitions.some((partition) => partition.leader === broker)) return true;
  }
  return false;
}

function forEachPartition(image: ClusterImage, visit: (topic: TopicImage, partitionId: number, partition: PartitionImage) => void): void {
  for (const topic of image.topics.values()) {
    for (const [partitionId, partition] of topic.partitions.entries()) visit(topic, partitionId, partition);
  }
}

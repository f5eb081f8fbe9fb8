/**
 * Committing positions. Kafka: ConsumerCoordinator.maybeAutoCommitOffsetsAsync, sendOffsetCommitRequest.
 *
 * Invariants: what is committed is the position, the offset of the next record to hand to the application, so a record counts
 * as consumed only once poll() was called again after it; one commit at a time.
 */
import type { NodeContext, PendingRequest } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { retryBackoffMs } from '#engine/core/clients/backoff.ts';
import { partitionKey } from '#engine/core/clients/assignment.ts';
import { topicById } from '#engine/core/clients/metadata.ts';
import type { AssignedPartition, ConsumerState } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { OffsetCommitRequest, type OffsetCommitResponse } from '#engine/protocol/messages/08-offset-commit.ts';

export const COMMIT_KIND = 'offsetCommit';
export const AUTO_COMMIT_TIMER = 'autoCommit';
/** Version 10 names topics by id. */
const COMMIT_VERSION = 10;

/** Due by the clock and the application is inside poll(): commits, or arms the timer for when it will be. */
export function autoCommit(state: ConsumerState, context: NodeContext): void {
  const { settings, membership } = state;
  if (!settings['enable.auto.commit'] || membership.phase !== 'stable' || state.assignment.size === 0) return;
  if (context.nowMs >= state.nextAutoCommitMs && state.commitInFlight === -1) {
    state.nextAutoCommitMs = context.nowMs + settings['auto.commit.interval.ms'];
    commitPositions(state, context);
  }
  context.arm(AUTO_COMMIT_TIMER, '', Math.max(state.nextAutoCommitMs - context.nowMs, 1));
}

/** False without a coordinator, or when no position is known: then nothing is sent. */
export function commitPositions(state: ConsumerState, context: NodeContext): boolean {
  const { membership, config, settings } = state;
  const topics = topicsToCommit(state);
  if (membership.coordinator === -1 || topics.length === 0) return false;
  if (state.commitInFlight !== -1) context.forget(state.commitInFlight);
  const body = create(OffsetCommitRequest, {
    groupId: config.group,
    generationIdOrMemberEpoch: membership.generation,
    memberId: membership.memberId,
    groupInstanceId: settings['group.instance.id'],
    topics,
  });
  state.commitInFlight = context.request({
    to: brokerNodeId(membership.coordinator),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.OffsetCommit,
    apiVersion: COMMIT_VERSION,
    body,
    kind: COMMIT_KIND,
    key: '',
    timeoutMs: settings['request.timeout.ms'],
    channel: 'coordinator',
  });
  return true;
}

function topicsToCommit(state: ConsumerState): OffsetCommitRequest['topics'] {
  const byTopic = new Map<string, AssignedPartition[]>();
  for (const assigned of state.assignment.values()) {
    if (assigned.phase === 'fetching' || assigned.phase === 'validate') byTopic.set(assigned.topic, [...(byTopic.get(assigned.topic) ?? []), assigned]);
  }
  return [...byTopic].flatMap(([topic, partitions]) => {
    const topicId = state.metadata.topics.get(topic)?.topicId;
    if (topicId === undefined) return [];
    return [{
      name: topic,
      topicId,
      partitions: partitions.map(({ partition, position, offsetEpoch }) => ({
        partitionIndex: partition, committedOffset: position, committedLeaderEpoch: offsetEpoch, committedMetadata: '',
      })),
    }];
  });
}

/** Answers the error that says something of the membership, for membership.ts; NONE when all is well. */
export function onCommitted(state: ConsumerState, pending: PendingRequest, body: OffsetCommitResponse, context: NodeContext): number {
  state.commitInFlight = -1;
  const sent = new Map((pending.body as OffsetCommitRequest).topics.flatMap(({ topicId, partitions }) =>
    partitions.map(({ partitionIndex, committedOffset }) => [`${topicId}-${partitionIndex}`, committedOffset]),
  ));
  let worst: number = ErrorCode.NONE;
  for (const { topicId, partitions } of body.topics) {
    for (const { partitionIndex, errorCode } of partitions) {
      if (errorCode !== ErrorCode.NONE) worst = errorCode;
      else rememberCommitted(state, topicId, partitionIndex, sent.get(`${topicId}-${partitionIndex}`));
    }
  }
  if (worst === ErrorCode.NONE) return worst;
  state.nextAutoCommitMs = Math.min(state.nextAutoCommitMs, context.nowMs + retryBackoffMs(state.settings, 1, context.random));
  return isAboutPartitions(worst) ? ErrorCode.NONE : worst;
}

function rememberCommitted(state: ConsumerState, topicId: string, partition: number, offset: bigint | undefined): void {
  const topic = topicById(state.metadata, topicId);
  const assigned = topic === undefined ? undefined : state.assignment.get(partitionKey(topic.name, partition));
  if (assigned !== undefined && offset !== undefined) assigned.committed = offset;
}

function isAboutPartitions(errorCode: number): boolean {
  return errorCode === ErrorCode.UNKNOWN_TOPIC_OR_PARTITION || errorCode === ErrorCode.UNKNOWN_TOPIC_ID || errorCode === ErrorCode.OFFSET_METADATA_TOO_LARGE;
}

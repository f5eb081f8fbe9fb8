/**
 * Where to read: the committed offset, else the reset policy; and whether a position is still there after a new leader was
 * elected. Kafka: ConsumerCoordinator.initWithCommittedOffsetsIfNeeded, OffsetFetcher, SubscriptionState's fetch states
 * (KIP-320).
 *
 * Invariants: a partition is fetched only in phase "fetching", with its position checked under the leader epoch that the
 * fetch names; a reset is published, because it skips or repeats records. Timer "positions": the next attempt.
 */
import type { NodeContext, PendingRequest } from '#engine/core/node.ts';
import { brokerNodeId } from '#engine/core/node.ts';
import { retryBackoffMs } from '#engine/core/clients/backoff.ts';
import { partitionKey } from '#engine/core/clients/assignment.ts';
import { isStaleMetadataError, leaderOf, requestMetadataUpdate, topicById } from '#engine/core/clients/metadata.ts';
import { resetTimestamp } from '#engine/core/clients/offset-reset.ts';
import type { AssignedPartition, ConsumerState } from '#engine/core/clients/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import { ListOffsetsRequest, type ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';
import { OffsetFetchRequest, type OffsetFetchResponse } from '#engine/protocol/messages/09-offset-fetch.ts';
import { OffsetForLeaderEpochRequest, type OffsetForLeaderEpochResponse } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';

export const OFFSET_FETCH_KIND = 'offsetFetch';
export const LIST_OFFSETS_KIND = 'listOffsets';
export const VALIDATE_KIND = 'validatePosition';
export const POSITIONS_TIMER = 'positions';

/** Asks whatever is not known yet and may be asked now. */
export function advancePositions(state: ConsumerState, context: NodeContext): void {
  checkLeaderEpochs(state);
  fetchCommittedOffsets(state, context);
  let nextMs = Infinity;
  for (const assigned of state.assignment.values()) {
    if (assigned.retryAtMs > context.nowMs) {
      nextMs = Math.min(nextMs, assigned.retryAtMs);
      continue;
    }
    if (assigned.inFlight !== -1) continue;
    if (assigned.phase === 'reset') listOffsets(state, assigned, context);
    else if (assigned.phase === 'validate') validatePosition(state, assigned, context);
  }
  if (nextMs !== Infinity) context.arm(POSITIONS_TIMER, '', nextMs - context.nowMs);
}

export function backOffPartition(state: ConsumerState, assigned: AssignedPartition, context: NodeContext): void {
  assigned.retryAtMs = context.nowMs + retryBackoffMs(state.settings, 1, context.random);
}

/** A new leader epoch: the log may have been truncated below the position. */
function checkLeaderEpochs(state: ConsumerState): void {
  for (const assigned of state.assignment.values()) {
    if (assigned.phase !== 'fetching') continue;
    const leader = leaderOf(state.metadata, assigned.topic, assigned.partition);
    if (leader === undefined || leader.leaderEpoch <= assigned.validatedEpoch) continue;
    // Without the epoch of a record before the position there is nothing to compare.
    if (assigned.offsetEpoch < 0) assigned.validatedEpoch = leader.leaderEpoch;
    else assigned.phase = 'validate';
  }
}

function fetchCommittedOffsets(state: ConsumerState, context: NodeContext): void {
  const { membership, metadata } = state;
  if (state.offsetFetchInFlight !== -1 || membership.coordinator === -1 || membership.phase !== 'stable') return;
  const byTopic = new Map<string, number[]>();
  for (const { topic, partition, phase, retryAtMs } of state.assignment.values()) {
    if (phase === 'committed' && retryAtMs <= context.nowMs && metadata.topics.get(topic)?.errorCode === ErrorCode.NONE) byTopic.set(topic, [...(byTopic.get(topic) ?? []), partition]);
  }
  if (byTopic.size === 0) return;
  const topics = [...byTopic].map(([name, partitionIndexes]) => ({ name, topicId: metadata.topics.get(name)?.topicId ?? '', partitionIndexes }));
  state.offsetFetchInFlight = context.request({
    to: brokerNodeId(membership.coordinator),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.OffsetFetch,
    apiVersion: 10,
    body: create(OffsetFetchRequest, { groups: [{ groupId: state.config.group, memberId: null, memberEpoch: -1, topics }], requireStable: true }),
    kind: OFFSET_FETCH_KIND,
    key: '',
    timeoutMs: state.settings['request.timeout.ms'],
    channel: 'coordinator',
  });
}

/** Answers the group's error, for membership.ts. Undefined body: the answer was lost. */
export function onOffsetsFetched(state: ConsumerState, body: OffsetFetchResponse | undefined, context: NodeContext): number {
  state.offsetFetchInFlight = -1;
  const group = body?.groups[0];
  const errorCode = group?.errorCode ?? ErrorCode.COORDINATOR_NOT_AVAILABLE;
  if (group === undefined || errorCode !== ErrorCode.NONE) {
    for (const assigned of state.assignment.values()) if (assigned.phase === 'committed') backOffPartition(state, assigned, context);
    return errorCode;
  }
  for (const { topicId, partitions } of group.topics) {
    const topic = topicById(state.metadata, topicId);
    for (const partition of partitions) {
      const assigned = topic === undefined ? undefined : state.assignment.get(partitionKey(topic.name, partition.partitionIndex));
      if (assigned?.phase === 'committed') takeCommitted(state, assigned, partition, context);
    }
  }
  return ErrorCode.NONE;
}

function takeCommitted(
  state: ConsumerState,
  assigned: AssignedPartition,
  { committedOffset, committedLeaderEpoch, errorCode }: { committedOffset: bigint; committedLeaderEpoch: number; errorCode: number },
  context: NodeContext,
): void {
  if (errorCode !== ErrorCode.NONE) {
    if (isStaleMetadataError(errorCode)) requestMetadataUpdate(state.metadata, state.settings, context);
    backOffPartition(state, assigned, context);
    return;
  }
  if (committedOffset < 0n) {
    assigned.phase = 'reset';
    return;
  }
  assigned.committed = committedOffset;
  assigned.position = committedOffset;
  assigned.offsetEpoch = committedLeaderEpoch;
  assigned.phase = 'fetching';
}

function leaderToAsk(state: ConsumerState, assigned: AssignedPartition, context: NodeContext): { leader: number; leaderEpoch: number } | undefined {
  const leader = leaderOf(state.metadata, assigned.topic, assigned.partition);
  if (leader === undefined) {
    requestMetadataUpdate(state.metadata, state.settings, context);
    backOffPartition(state, assigned, context);
  }
  return leader;
}

function listOffsets(state: ConsumerState, assigned: AssignedPartition, context: NodeContext): void {
  const timestamp = resetTimestamp(state.settings['auto.offset.reset'], context.nowMs);
  const leader = leaderToAsk(state, assigned, context);
  if (leader === undefined || timestamp === undefined) return;
  const partitions = [{ partitionIndex: assigned.partition, currentLeaderEpoch: leader.leaderEpoch, timestamp }];
  assigned.inFlight = context.request({
    to: brokerNodeId(leader.leader),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.ListOffsets,
    apiVersion: 11,
    body: create(ListOffsetsRequest, {
      replicaId: -1,
      isolationLevel: state.settings['isolation.level'] === 'read_committed' ? 1 : 0,
      topics: [{ name: assigned.topic, partitions }],
      timeoutMs: state.settings['request.timeout.ms'],
    }),
    kind: LIST_OFFSETS_KIND,
    key: partitionKey(assigned.topic, assigned.partition),
    timeoutMs: state.settings['request.timeout.ms'],
  });
}

export function onOffsetsListed(state: ConsumerState, pending: PendingRequest, body: ListOffsetsResponse | undefined, context: NodeContext): void {
  const assigned = partitionAsked(state, pending);
  if (assigned === undefined) return;
  const result = body?.topics[0]?.partitions[0];
  if (result === undefined || result.errorCode !== ErrorCode.NONE) return onPartitionError(state, assigned, context);
  if (assigned.phase !== 'reset') return;
  moveTo(state, assigned, result.offset < 0n ? 0n : result.offset, result.leaderEpoch, context, 'auto-offset-reset');
}

function partitionAsked(state: ConsumerState, pending: PendingRequest): AssignedPartition | undefined {
  const assigned = state.assignment.get(pending.key);
  if (assigned?.inFlight !== pending.correlationId) return undefined;
  assigned.inFlight = -1;
  return assigned;
}

function onPartitionError(state: ConsumerState, assigned: AssignedPartition, context: NodeContext): void {
  requestMetadataUpdate(state.metadata, state.settings, context);
  backOffPartition(state, assigned, context);
}

function moveTo(state: ConsumerState, assigned: AssignedPartition, offset: bigint, epoch: number, context: NodeContext, rule: string): void {
  const { topic, partition, position } = assigned;
  assigned.position = offset;
  assigned.offsetEpoch = epoch;
  assigned.phase = 'fetching';
  assigned.buffer = null;
  context.publish('client.positionReset', { topic, partition, client: state.config.id, from: position, to: offset }, {
    rule,
    settings: { 'auto.offset.reset': state.settings['auto.offset.reset'] },
  });
}

function validatePosition(state: ConsumerState, assigned: AssignedPartition, context: NodeContext): void {
  const leader = leaderToAsk(state, assigned, context);
  if (leader === undefined) return;
  const partitions = [{ partition: assigned.partition, currentLeaderEpoch: leader.leaderEpoch, leaderEpoch: assigned.offsetEpoch }];
  assigned.inFlight = context.request({
    to: brokerNodeId(leader.leader),
    listener: 'PLAINTEXT',
    apiKey: ApiKey.OffsetForLeaderEpoch,
    apiVersion: 4,
    body: create(OffsetForLeaderEpochRequest, { replicaId: -1, topics: [{ topic: assigned.topic, partitions }] }),
    kind: VALIDATE_KIND,
    key: partitionKey(assigned.topic, assigned.partition),
    timeoutMs: state.settings['request.timeout.ms'],
  });
}

export function onPositionValidated(state: ConsumerState, pending: PendingRequest, body: OffsetForLeaderEpochResponse | undefined, context: NodeContext): void {
  const assigned = partitionAsked(state, pending);
  if (assigned === undefined || assigned.phase !== 'validate') return;
  const result = body?.topics[0]?.partitions[0];
  if (result === undefined || result.errorCode !== ErrorCode.NONE) return onPartitionError(state, assigned, context);
  const { topics } = pending.body as OffsetForLeaderEpochRequest;
  assigned.validatedEpoch = topics[0]?.partitions[0]?.currentLeaderEpoch ?? -1;
  const isTruncated = result.endOffset < assigned.position;
  if (result.endOffset < 0n || result.leaderEpoch < 0) beginReset(assigned);
  else if (isTruncated) moveTo(state, assigned, result.endOffset, result.leaderEpoch, context, 'log-truncation-detected');
  else assigned.phase = 'fetching';
}

/** By the reset policy; a policy of "none" is the caller's to see. */
export function beginReset(assigned: AssignedPartition): void {
  assigned.phase = 'reset';
  assigned.buffer = null;
  assigned.offsetEpoch = -1;
}

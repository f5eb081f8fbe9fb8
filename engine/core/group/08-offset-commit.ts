/**
 * OffsetCommit (8), versions 2 to 10. Kafka: KafkaApis.handleOffsetCommitRequest, OffsetMetadataManager.commitOffset,
 * ClassicGroup.validateOffsetCommit. Version notes: a retention of its own in 2 to 4, leader epochs from 6, static members
 * from 7, GROUP_ID_NOT_FOUND where it was ILLEGAL_GENERATION from 9 (KIP-848), topic ids instead of names from 10.
 * A commit without member and generation is for those who assign partitions themselves: only an empty group takes it.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import { appendRecords } from '#engine/core/group/append.ts';
import { validateMember } from '#engine/core/group/classic-group.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { createGroup, placeOfGroup } from '#engine/core/group/coordination.ts';
import { restartSession } from '#engine/core/group/responses.ts';
import type { ClassicGroup, OffsetChange } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { OffsetCommitRequest, OffsetCommitResponse } from '#engine/protocol/messages/08-offset-commit.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

type RequestedPartition = OffsetCommitRequest['topics'][number]['partitions'][number];
/** A partition's place in the answer, with what to commit; error codes are filled in as they become known. */
interface CommitRow {
  topic: string;
  topicId: string;
  /** The topic as the request names it. */
  asked: OffsetCommitRequest['topics'][number];
  requested: RequestedPartition;
  answer: { partitionIndex: number; errorCode: number };
}

export function offsetCommit(coordination: Coordination, request: RequestMessage): void {
  const { context } = coordination;
  const body = request.body as OffsetCommitRequest;
  const rows = rowsOf(coordination, body, request.apiVersion);
  const response = responseOf(rows);
  const valid = rows.filter(({ answer }) => answer.errorCode === ErrorCode.NONE);
  const errorCode = valid.length === 0 ? ErrorCode.NONE : commit(coordination, request, valid, response);
  if (errorCode === undefined) return;
  for (const { answer } of valid) answer.errorCode ||= errorCode;
  context.respond(request, response);
}

function rowsOf({ host }: Coordination, body: OffsetCommitRequest, apiVersion: number): CommitRow[] {
  return body.topics.flatMap((topic) => {
    const name = apiVersion >= 10 ? host.topicNameOf(topic.topicId) : topic.name;
    const partitionCount = name === undefined ? undefined : host.partitionCountOf(name);
    const topicId = name === undefined ? topic.topicId : (host.topicIdOf(name) ?? zeroUuid);
    return topic.partitions.map((requested): CommitRow => {
      const errorCode = unknownPartitionError(requested.partitionIndex, partitionCount, apiVersion);
      return { topic: name ?? '', topicId, asked: topic, requested, answer: { partitionIndex: requested.partitionIndex, errorCode } };
    });
  });
}

/** In Kafka's order: what the broker refuses by itself comes first, then what the coordinator answers. */
function responseOf(rows: CommitRow[]): OffsetCommitResponse {
  const topics = new Map<object, OffsetCommitResponse['topics'][number]>();
  const isRefused = ({ answer }: CommitRow) => answer.errorCode !== ErrorCode.NONE;
  for (const { asked, answer } of [...rows.filter(isRefused), ...rows.filter((row) => !isRefused(row))]) {
    const topic = topics.get(asked);
    if (topic === undefined) topics.set(asked, { name: asked.name, topicId: asked.topicId, partitions: [answer] });
    else topic.partitions.push(answer);
  }
  return { throttleTimeMs: 0, topics: [...topics.values()] };
}

function unknownPartitionError(partition: number, partitionCount: number | undefined, apiVersion: number): number {
  if (partitionCount === undefined) return apiVersion >= 10 ? ErrorCode.UNKNOWN_TOPIC_ID : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  return partition >= 0 && partition < partitionCount ? ErrorCode.NONE : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
}

/** An error for all rows, NONE when nothing is left to write, undefined when the answer waits for the append. */
function commit(
  coordination: Coordination,
  request: RequestMessage,
  rows: CommitRow[],
  response: OffsetCommitResponse,
): number | undefined {
  const body = request.body as OffsetCommitRequest;
  const place = placeOfGroup(coordination, body.groupId);
  if (typeof place === 'number') return place;
  const { partition } = place;
  if (place.group === undefined && body.generationIdOrMemberEpoch >= 0) {
    return request.apiVersion >= 9 ? ErrorCode.GROUP_ID_NOT_FOUND : ErrorCode.ILLEGAL_GENERATION;
  }
  const group = place.group ?? createGroup(coordination, partition, body.groupId);
  const problem = validateCommit(group, body);
  if (problem !== ErrorCode.NONE) return problem;
  keepSession(coordination, group, body.memberId);
  const offsets = changesOf(coordination, body, rows);
  if (offsets.length === 0) return ErrorCode.NONE;
  const errorCode = appendRecords(coordination, { partition, offsets, completion: { kind: 'offsetCommit', request, body: response } });
  return errorCode === ErrorCode.NONE ? undefined : errorCode;
}

function validateCommit(group: ClassicGroup, body: OffsetCommitRequest): number {
  const { memberId, groupInstanceId, generationIdOrMemberEpoch: generation } = body;
  if (group.state === 'Dead') return ErrorCode.COORDINATOR_NOT_AVAILABLE;
  if (generation < 0 && group.state === 'Empty') return ErrorCode.NONE;
  if (generation >= 0 || memberId !== '' || groupInstanceId !== null) {
    const problem = validateMember(group, memberId, groupInstanceId);
    if (problem !== ErrorCode.NONE) return problem;
    if (generation !== group.generation) return ErrorCode.ILLEGAL_GENERATION;
  } else if (group.state !== 'Empty') return ErrorCode.UNKNOWN_MEMBER_ID;
  // The member has seen the new generation and not its assignment: what it commits is of the one before.
  return group.state === 'CompletingRebalance' ? ErrorCode.REBALANCE_IN_PROGRESS : ErrorCode.NONE;
}

function keepSession(coordination: Coordination, group: ClassicGroup, memberId: string): void {
  const member = group.members.get(memberId);
  if (member !== undefined && (group.state === 'Stable' || group.state === 'PreparingRebalance')) restartSession(coordination, group, member);
}

function changesOf({ host, context }: Coordination, body: OffsetCommitRequest, rows: CommitRow[]): OffsetChange[] {
  const commitTimestampMs = BigInt(context.nowMs);
  const expireTimestampMs = body.retentionTimeMs === -1n ? -1n : commitTimestampMs + body.retentionTimeMs;
  const changes: OffsetChange[] = [];
  for (const { topic, topicId, requested, answer } of rows) {
    const metadata = requested.committedMetadata ?? '';
    // Kafka counts UTF-16 units, not bytes.
    if (metadata.length > host.settings['offset.metadata.max.bytes']) {
      answer.errorCode = ErrorCode.OFFSET_METADATA_TOO_LARGE;
      continue;
    }
    const { committedOffset: offset, committedLeaderEpoch: leaderEpoch } = requested;
    changes.push({
      group: body.groupId,
      topic,
      partition: requested.partitionIndex,
      value: { offset, leaderEpoch, metadata, commitTimestampMs, expireTimestampMs, topicId },
    });
  }
  return changes;
}

/** The append is committed, or is not and every partition that was in it says so. */
export function completeOffsetCommit({ context }: Coordination, request: RequestMessage, response: OffsetCommitResponse, errorCode: number): void {
  if (errorCode !== ErrorCode.NONE) {
    for (const topic of response.topics) for (const partition of topic.partitions) partition.errorCode ||= errorCode;
  }
  context.respond(request, response);
}

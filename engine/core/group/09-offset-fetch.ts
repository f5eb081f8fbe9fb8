/**
 * OffsetFetch (9), versions 1 to 10. Kafka: KafkaApis.handleOffsetFetchRequest, OffsetMetadataManager.fetchOffsets. Version
 * notes: all topics of a group (null) from 2, "require stable" from 7, several groups from 8, topic ids from 10.
 * Without "require stable" a fetch reads what the high watermark has passed; with it the fetch also waits for what is
 * written and not yet committed, as Kafka does by running it as a write that writes nothing.
 * Left out: UNSTABLE_OFFSET_COMMIT, until offsets can be part of a transaction.
 */
import { assert } from '#engine/ports/assert.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { awaitLog } from '#engine/core/group/append.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { placeOfGroup } from '#engine/core/group/coordination.ts';
import { beginGathering, gatherPart } from '#engine/core/group/gathering.ts';
import type { OffsetAndMetadata, OffsetRow, OffsetsPartitionState } from '#engine/core/group/state.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { OffsetFetchRequest, OffsetFetchResponse } from '#engine/protocol/messages/09-offset-fetch.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

type GroupAnswer = OffsetFetchResponse['groups'][number];
type TopicAnswer = GroupAnswer['topics'][number];
type PartitionAnswer = TopicAnswer['partitions'][number];
type GroupQuestion = OffsetFetchRequest['groups'][number];

/** What a client is told where nothing is committed. */
const NO_OFFSET = -1n;

export function offsetFetch(coordination: Coordination, request: RequestMessage): void {
  const body = request.body as OffsetFetchRequest;
  const groups = groupsOf(body, request.apiVersion);
  beginGathering(coordination, request, groups.length, respondOffsetFetch);
  for (const [part, question] of groups.entries()) {
    const place = placeOfGroup(coordination, question.groupId);
    if (typeof place === 'number') {
      const answer = { groupId: question.groupId, topics: failedTopics(question, place, request.apiVersion), errorCode: place };
      gatherPart(coordination, request.id, part, answer, respondOffsetFetch);
    } else if (body.requireStable && hasPendingOffsets(coordination, place.partition)) {
      const logEndOffset = coordination.host.logOffsets(place.partition.partition)?.logEndOffset;
      assert(logEndOffset !== undefined, `offsets partition ${place.partition.partition} is led and has no log`);
      awaitLog(coordination, place.partition, logEndOffset, [], { kind: 'offsetFetch', requestId: request.id, part });
    } else gatherPart(coordination, request.id, part, answerOf(coordination, place.partition, question, request.apiVersion, 'committed'), respondOffsetFetch);
  }
}

/** The log has committed up to where it ended when the fetch came, or did not within the time limit. */
export function completeOffsetFetch(coordination: Coordination, partition: OffsetsPartitionState | undefined, requestId: number, part: number, errorCode: number): void {
  const gathering = coordination.state.gatherings.get(requestId);
  if (gathering === undefined) return;
  const { request } = gathering;
  const question = groupsOf(request.body as OffsetFetchRequest, request.apiVersion)[part];
  assert(question !== undefined, `request ${requestId} has no group number ${part}`);
  const answer = errorCode === ErrorCode.NONE && partition !== undefined
    ? answerOf(coordination, partition, question, request.apiVersion, 'latest')
    : { groupId: question.groupId, topics: failedTopics(question, errorCode, request.apiVersion), errorCode };
  gatherPart(coordination, requestId, part, answer, respondOffsetFetch);
}

function groupsOf(body: OffsetFetchRequest, apiVersion: number): GroupQuestion[] {
  if (apiVersion >= 8) return body.groups;
  const topics = body.topics?.map(({ name, partitionIndexes }) => ({ name, topicId: zeroUuid, partitionIndexes })) ?? null;
  return [{ groupId: body.groupId, memberId: null, memberEpoch: -1, topics }];
}

function hasPendingOffsets({ state }: Coordination, partition: OffsetsPartitionState): boolean {
  for (const pending of state.pendingAppends.values()) if (pending.partition === partition.partition && pending.offsets.length > 0) return true;
  return false;
}

function answerOf(coordination: Coordination, partition: OffsetsPartitionState, question: GroupQuestion, apiVersion: number, view: keyof OffsetRow): GroupAnswer {
  const stored = partition.offsets.get(question.groupId);
  const topics = question.topics === null
    ? allTopics(coordination, stored, apiVersion, view)
    : question.topics.map((topic) => topicAnswer(coordination, stored, topic, apiVersion, view));
  return { groupId: question.groupId, topics, errorCode: ErrorCode.NONE };
}

function topicAnswer(
  { host }: Coordination,
  stored: ReadonlyMap<string, ReadonlyMap<number, OffsetRow>> | undefined,
  topic: { name: string; topicId: string; partitionIndexes: number[] },
  apiVersion: number,
  view: keyof OffsetRow,
): TopicAnswer {
  const name = apiVersion >= 10 ? host.topicNameOf(topic.topicId) : topic.name;
  if (name === undefined) {
    const partitions = topic.partitionIndexes.map((partition) => partitionAnswer(partition, null, ErrorCode.UNKNOWN_TOPIC_ID));
    return { name: topic.name, topicId: topic.topicId, partitions };
  }
  const rows = stored?.get(name);
  const partitions = topic.partitionIndexes.map((partition) => partitionAnswer(partition, rows?.get(partition)?.[view] ?? null));
  return { name, topicId: topic.topicId, partitions };
}

function allTopics(
  { host }: Coordination,
  stored: ReadonlyMap<string, ReadonlyMap<number, OffsetRow>> | undefined,
  apiVersion: number,
  view: keyof OffsetRow,
): TopicAnswer[] {
  const topics: TopicAnswer[] = [];
  for (const [name, rows] of stored ?? []) {
    const topicId = host.topicIdOf(name);
    // A topic that is gone has no id to be named by.
    if (apiVersion >= 10 && topicId === undefined) continue;
    const partitions = [...rows].flatMap(([partition, row]) => (row[view] === null ? [] : [partitionAnswer(partition, row[view])]));
    if (partitions.length > 0) topics.push({ name, topicId: topicId ?? zeroUuid, partitions });
  }
  return topics;
}

function partitionAnswer(partitionIndex: number, value: OffsetAndMetadata | null, errorCode: number = ErrorCode.NONE): PartitionAnswer {
  return {
    partitionIndex,
    committedOffset: value?.offset ?? NO_OFFSET,
    committedLeaderEpoch: value?.leaderEpoch ?? -1,
    metadata: value?.metadata ?? '',
    errorCode,
  };
}

/** Version 1 has no error for the group: each partition carries it. */
function failedTopics(question: GroupQuestion, errorCode: number, apiVersion: number): TopicAnswer[] {
  if (apiVersion >= 2) return [];
  return (question.topics ?? []).map(({ name, topicId, partitionIndexes }) => ({
    name, topicId, partitions: partitionIndexes.map((partition) => partitionAnswer(partition, null, errorCode)),
  }));
}

function respondOffsetFetch({ context }: Coordination, request: RequestMessage, parts: unknown[]): void {
  const groups = parts as GroupAnswer[];
  const single = groups[0];
  const response: OffsetFetchResponse = request.apiVersion >= 8 || single === undefined
    ? { throttleTimeMs: 0, topics: [], errorCode: ErrorCode.NONE, groups }
    : { throttleTimeMs: 0, topics: single.topics.map(({ name, partitions }) => ({ name, partitions })), errorCode: single.errorCode, groups: [] };
  context.respond(request, response);
}

/**
 * Access to committed offsets: OffsetFetch (Kafka: KafkaApis.handleOffsetFetchRequest). A group must be describable, and so must be each
 * topic of which an offset is told; where all topics are asked for, the others are left out.
 */
import { allowsGroup, allowsTopic, type Access } from '#engine/core/broker/access/access.ts';
import { accessRule, split, type AccessRule } from '#engine/core/broker/access/access-rule.ts';
import { AclOperation } from '#engine/core/security/acl.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { OffsetFetchRequest, OffsetFetchResponse } from '#engine/protocol/messages/09-offset-fetch.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

type GroupQuestion = OffsetFetchRequest['groups'][number];
type GroupAnswer = OffsetFetchResponse['groups'][number];
type TopicQuestion = NonNullable<GroupQuestion['topics']>[number];
type TopicAnswer = GroupAnswer['topics'][number];

/** In the order of the request; topics null: the whole group is refused. */
type RefusedGroups = { groupId: string; topics: TopicQuestion[] | null }[];

const { DESCRIBE } = AclOperation;

export const offsetFetchRule: AccessRule = accessRule<OffsetFetchRequest, OffsetFetchResponse, RefusedGroups>(ApiKey.OffsetFetch, {
  admit(access, body, { apiVersion }) {
    const questions = apiVersion >= 8 ? body.groups : [singleQuestion(body)];
    const refused = questions.map((question) => refusedOf(access, question, apiVersion));
    if (refused.every(({ topics }) => topics?.length === 0)) return undefined;
    const [only] = refused;
    if (apiVersion < 8) {
      if (only?.topics === null) return { answer: refusedAnswer(body, apiVersion) };
      const topics = body.topics?.filter(({ name }) => only?.topics?.some((topic) => topic.name === name) !== true) ?? null;
      return { body: { ...body, topics }, refused };
    }
    const groups = body.groups.flatMap((question, index) => {
      const topics = refused[index]?.topics ?? null;
      return topics === null ? [] : [{ ...question, topics: question.topics?.filter((topic) => !topics.includes(topic)) ?? null }];
    });
    return { body: { ...body, groups }, refused };
  },
  complete(access, answer, refused, request) {
    if (request.apiVersion < 8) {
      const topics = answer.topics.filter(({ name }) => allowsTopic(access, DESCRIBE, name));
      return { ...answer, topics: answer.errorCode === ErrorCode.NONE ? [...topics, ...(refused?.[0]?.topics ?? []).map(refusedTopic)] : answer.topics };
    }
    if (refused === undefined) return { ...answer, groups: answer.groups.map((group) => withoutHidden(access, group, request.apiVersion)) };
    const answered = [...answer.groups];
    const groups = refused.map(({ groupId, topics }): GroupAnswer => {
      const group = topics === null ? undefined : answered.shift();
      if (group === undefined) return { groupId, topics: [], errorCode: ErrorCode.GROUP_AUTHORIZATION_FAILED };
      if (group.errorCode !== ErrorCode.NONE) return group;
      const seen = withoutHidden(access, group, request.apiVersion);
      return { ...seen, topics: [...seen.topics, ...(topics ?? []).map(refusedTopic)] };
    });
    return { ...answer, groups };
  },
});

function singleQuestion({ groupId, topics }: OffsetFetchRequest): GroupQuestion {
  return { groupId, memberId: null, memberEpoch: -1, topics: topics?.map((topic) => ({ ...topic, topicId: zeroUuid })) ?? null };
}

function refusedOf(access: Access, { groupId, topics }: GroupQuestion, apiVersion: number): RefusedGroups[number] {
  if (!allowsGroup(access, DESCRIBE, groupId)) return { groupId, topics: null };
  return { groupId, topics: split(topics ?? [], (topic) => mayDescribe(access, topic, apiVersion)).refused };
}

function mayDescribe(access: Access, { name, topicId }: { name: string; topicId: string }, apiVersion: number): boolean {
  const known = apiVersion >= 10 ? access.state.image.topics.get(topicId)?.name : name;
  return known === undefined || allowsTopic(access, DESCRIBE, known);
}

function withoutHidden(access: Access, group: GroupAnswer, apiVersion: number): GroupAnswer {
  return { ...group, topics: group.topics.filter((topic) => mayDescribe(access, topic, apiVersion)) };
}

function refusedTopic({ name, topicId, partitionIndexes }: TopicQuestion): TopicAnswer {
  return { name, topicId, partitions: partitionIndexes.map((partitionIndex) => refusedPartition(partitionIndex, ErrorCode.TOPIC_AUTHORIZATION_FAILED)) };
}

function refusedPartition(partitionIndex: number, errorCode: number): TopicAnswer['partitions'][number] {
  return { partitionIndex, committedOffset: -1n, committedLeaderEpoch: -1, metadata: '', errorCode };
}

/** Version 1 has no error for the whole: each partition carries it. */
function refusedAnswer({ topics }: OffsetFetchRequest, apiVersion: number): OffsetFetchResponse {
  const errorCode = ErrorCode.GROUP_AUTHORIZATION_FAILED;
  const told = apiVersion >= 2 ? [] : (topics ?? []).map(({ name, partitionIndexes }) => ({ name, partitions: partitionIndexes.map((index) => refusedPartition(index, errorCode)) }));
  return { throttleTimeMs: 0, topics: told, errorCode, groups: [] };
}

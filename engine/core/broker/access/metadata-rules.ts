/** Who may see what there is: Metadata, DescribeCluster, DescribeTopicPartitions (Kafka: KafkaApis.handleTopicMetadataRequest, AuthHelper.computeDescribeClusterResponse). */
import { allowsCluster, allowsTopic, authorizedOperations, type Access } from '#engine/core/broker/access/access.ts';
import { accessRule, split, type AccessRule } from '#engine/core/broker/access/access-rule.ts';
import { operationsNotAsked } from '#engine/core/broker/authorized-operations.ts';
import { isInternalTopic } from '#engine/core/broker/metadata-cache.ts';
import { AclOperation, clusterName, ResourceType } from '#engine/core/security/acl.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { MetadataRequest, MetadataResponse } from '#engine/protocol/messages/03-metadata.ts';
import type { DescribeClusterRequest, DescribeClusterResponse } from '#engine/protocol/messages/60-describe-cluster.ts';
import type { DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse } from '#engine/protocol/messages/75-describe-topic-partitions.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';

const { CREATE, DESCRIBE } = AclOperation;

/** The first version that asks by topic id. */
const topicIdsVersion = 12;

type AskedTopic = NonNullable<MetadataRequest['topics']>[number];
type TopicAnswer = MetadataResponse['topics'][number];

interface RefusedTopics {
  topics: { name: string | null; topicId: string; isInternal: boolean }[];
  /** Nothing is left of what was asked for, which in version 0 would be to ask for everything. */
  isAll: boolean;
}

const metadata = accessRule<MetadataRequest, MetadataResponse, RefusedTopics>(ApiKey.Metadata, {
  admit(access, body, { apiVersion }) {
    if (body.topics === null || (apiVersion === 0 && body.topics.length === 0)) return undefined;
    // What is malformed is refused as a whole, by the handler.
    if (body.topics.some(({ name, topicId }) => name === null && (apiVersion < topicIdsVersion || topicId === zeroUuid))) return undefined;
    const seen = split(body.topics, (asked) => mayDescribe(access, asked));
    const mayCreate = apiVersion < 4 || body.allowAutoTopicCreation;
    const made = mayCreate && !allowsCluster(access, CREATE) ? split(seen.allowed, (asked) => existsOrMayBeCreated(access, asked)) : { allowed: seen.allowed, refused: [] };
    const refused = [
      ...made.refused.map(({ name }) => ({ name, topicId: zeroUuid, isInternal: name !== null && isInternalTopic(name) })),
      // Ids are no secret, names are.
      ...seen.refused.map(({ name, topicId }) => ({ name, topicId: name === null ? topicId : zeroUuid, isInternal: false })),
    ];
    return refused.length === 0 ? undefined : { body: { ...body, topics: made.allowed }, refused: { topics: refused, isAll: made.allowed.length === 0 } };
  },
  complete(access, answer, refused, request) {
    const isEverything = refused === undefined && ((request.body as MetadataRequest).topics ?? []).length === 0;
    const told = refused?.isAll === true ? [] : answer.topics.filter(({ name }) => !isEverything || name === null || allowsTopic(access, DESCRIBE, name));
    return {
      ...answer,
      topics: [...told.map((topic) => withOperations(access, topic)), ...(refused?.topics ?? []).map(refusedTopic)],
      clusterAuthorizedOperations: answer.clusterAuthorizedOperations === operationsNotAsked ? operationsNotAsked : clusterOperations(access),
    };
  },
});

/** An id that nobody knows is let through, to be answered as such. */
function mayDescribe(access: Access, { name, topicId }: AskedTopic): boolean {
  const known = name ?? access.state.image.topics.get(topicId)?.name;
  return known === undefined || allowsTopic(access, DESCRIBE, known);
}

function existsOrMayBeCreated(access: Access, { name }: AskedTopic): boolean {
  const { image, settings } = access.state;
  return name === null || !settings['auto.create.topics.enable'] || image.topicIds.has(name) || allowsTopic(access, CREATE, name);
}

function withOperations<Topic extends { name: string | null; topicAuthorizedOperations: number }>(access: Access, topic: Topic): Topic {
  if (topic.topicAuthorizedOperations === operationsNotAsked || topic.name === null) return topic;
  return { ...topic, topicAuthorizedOperations: authorizedOperations(access, ResourceType.TOPIC, topic.name) };
}

function refusedTopic(refused: RefusedTopics['topics'][number]): TopicAnswer {
  return { errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, ...refused, partitions: [], topicAuthorizedOperations: operationsNotAsked };
}

function clusterOperations(access: Access): number {
  return allowsCluster(access, DESCRIBE) ? authorizedOperations(access, ResourceType.CLUSTER, clusterName) : 0;
}

const describeCluster = accessRule<DescribeClusterRequest, DescribeClusterResponse>(ApiKey.DescribeCluster, {
  complete(access, answer) {
    return answer.clusterAuthorizedOperations === operationsNotAsked ? answer : { ...answer, clusterAuthorizedOperations: clusterOperations(access) };
  },
});

const describeTopicPartitions = accessRule<DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse, string[]>(ApiKey.DescribeTopicPartitions, {
  admit(access, body) {
    const isEverything = body.topics.length === 0;
    const asked = isEverything ? [...access.state.image.topicIds.keys()].map((name) => ({ name })) : body.topics;
    const { allowed, refused } = split(asked, ({ name }) => allowsTopic(access, DESCRIBE, name));
    if (refused.length === 0) return undefined;
    const names = isEverything ? [] : refused.map(({ name }) => name);
    if (allowed.length > 0) return { body: { ...body, topics: allowed }, refused: names };
    return { answer: { throttleTimeMs: 0, topics: names.map(refusedPage), nextCursor: null } };
  },
  complete(access, answer, refused = []) {
    return { ...answer, topics: [...answer.topics.map((topic) => withOperations(access, topic)), ...refused.map(refusedPage)] };
  },
});

function refusedPage(name: string): DescribeTopicPartitionsResponse['topics'][number] {
  return { errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, name, topicId: zeroUuid, isInternal: false, partitions: [], topicAuthorizedOperations: operationsNotAsked };
}

export const metadataRules: readonly AccessRule[] = [metadata, describeCluster, describeTopicPartitions];

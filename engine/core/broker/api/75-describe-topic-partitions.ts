/**
 * DescribeTopicPartitions (75): topics page by page, with the eligible leader replicas (KIP-966; Kafka:
 * DescribeTopicPartitionsRequestHandler). Topics come in the order of their names; the cursor is where the next page begins.
 */
import { topicByName, type PartitionImage, type TopicImage } from '#engine/core/metadata/image.ts';
import { allTopicOperations, operationsNotAsked } from '#engine/core/broker/authorized-operations.ts';
import { isValidTopicName } from '#engine/core/broker/auto-topic-creation.ts';
import { isInternalTopic, offlineReplicas } from '#engine/core/broker/metadata-cache.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { zeroUuid } from '#engine/protocol/uuid.ts';
import type { DescribeTopicPartitionsRequest, DescribeTopicPartitionsResponse } from '#engine/protocol/messages/75-describe-topic-partitions.ts';

type TopicAnswer = DescribeTopicPartitionsResponse['topics'][number];
type PartitionAnswer = TopicAnswer['partitions'][number];

export const describeTopicPartitions: ApiHandler = {
  apiKey: ApiKey.DescribeTopicPartitions,
  handle(state, request, context) {
    const body = request.body as DescribeTopicPartitionsRequest;
    const response: DescribeTopicPartitionsResponse = { throttleTimeMs: 0, topics: [], nextCursor: null };
    const { cursor } = body;
    const asked = body.topics.length === 0 ? [...state.image.topicIds.keys()] : body.topics.map(({ name }) => name);
    const names = [...new Set(asked)].toSorted().filter((name) => cursor === null || name >= cursor.topicName);
    // A page goes on with a topic that is asked for.
    const isAstray = cursor !== null && body.topics.length > 0 && names[0] !== cursor.topicName;
    if (isAstray || (cursor !== null && cursor.partitionIndex < 0)) {
      response.topics = body.topics.map(({ name }) => ({ ...unknown(name), errorCode: ErrorCode.INVALID_REQUEST, topicAuthorizedOperations: operationsNotAsked }));
      context.respond(request, response);
      return;
    }
    let left = Math.max(1, Math.min(body.responsePartitionLimit, state.settings['max.request.partition.size.limit']));
    for (const name of names) {
      const first = cursor !== null && cursor.topicName === name ? cursor.partitionIndex : 0;
      const topic = topicByName(state.image, name);
      if (left === 0) {
        response.nextCursor = { topicName: name, partitionIndex: first };
        break;
      }
      if (topic === undefined) {
        response.topics.push(unknown(name));
        continue;
      }
      const page = describe(state, topic, first, left);
      response.topics.push(page);
      left -= page.partitions.length;
      if (first + page.partitions.length < topic.partitions.length) {
        response.nextCursor = { topicName: name, partitionIndex: first + page.partitions.length };
        break;
      }
    }
    context.respond(request, response);
  },
};

function unknown(name: string): TopicAnswer {
  const errorCode = isValidTopicName(name) ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.INVALID_TOPIC_EXCEPTION;
  return { errorCode, name, topicId: zeroUuid, isInternal: isInternalTopic(name), partitions: [], topicAuthorizedOperations: allTopicOperations };
}

function describe(state: BrokerState, topic: TopicImage, first: number, limit: number): TopicAnswer {
  return {
    errorCode: ErrorCode.NONE,
    name: topic.name,
    topicId: topic.id,
    isInternal: isInternalTopic(topic.name),
    partitions: topic.partitions.slice(first, first + limit).map((partition, index) => describePartition(state, partition, first + index)),
    topicAuthorizedOperations: allTopicOperations,
  };
}

function describePartition(state: BrokerState, partition: PartitionImage, partitionIndex: number): PartitionAnswer {
  const leader = state.image.brokers.get(partition.leader);
  const leaderIsAlive = leader !== undefined && !leader.fenced;
  return {
    errorCode: leaderIsAlive ? ErrorCode.NONE : ErrorCode.LEADER_NOT_AVAILABLE,
    partitionIndex,
    leaderId: leaderIsAlive ? partition.leader : -1,
    leaderEpoch: partition.leaderEpoch,
    replicaNodes: [...partition.replicas],
    isrNodes: [...partition.isr],
    eligibleLeaderReplicas: [...partition.elr],
    lastKnownElr: [...partition.lastKnownElr],
    offlineReplicas: offlineReplicas(state, partition),
  };
}

/** Access to records: Produce, ListOffsets, DeleteRecords, OffsetForLeaderEpoch, DescribeProducers, InitProducerId (Kafka: KafkaApis). */
import { allows, allowsCluster, allowsSomeTopic, allowsTopic } from '#engine/core/broker/access/access.ts';
import { accessRule, split, type AccessRule } from '#engine/core/broker/access/access-rule.ts';
import { AclOperation, ResourceType } from '#engine/core/security/acl.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import type { ListOffsetsRequest, ListOffsetsResponse } from '#engine/protocol/messages/02-list-offsets.ts';
import type { DeleteRecordsRequest, DeleteRecordsResponse } from '#engine/protocol/messages/21-delete-records.ts';
import type { InitProducerIdRequest, InitProducerIdResponse } from '#engine/protocol/messages/22-init-producer-id.ts';
import type { OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse } from '#engine/protocol/messages/23-offset-for-leader-epoch.ts';
import type { DescribeProducersRequest, DescribeProducersResponse } from '#engine/protocol/messages/61-describe-producers.ts';
import { isTransactional } from '#engine/protocol/record-batch.ts';

const { READ, WRITE, DELETE, DESCRIBE, CLUSTER_ACTION, IDEMPOTENT_WRITE } = AclOperation;
const batchHeaderBytes = 61;

interface RefusedProduce {
  name: string;
  topicId: string;
  partitions: number[];
}

const produce = accessRule<ProduceRequest, ProduceResponse, RefusedProduce[]>(ApiKey.Produce, {
  admit(access, body, { apiVersion }) {
    const mayBeTransactional = body.transactionalId !== null && allows(access, WRITE, ResourceType.TRANSACTIONAL_ID, body.transactionalId);
    if (!mayBeTransactional && hasTransactionalBatch(body)) {
      if (body.acks === 0) return { closes: true };
      return { answer: { responses: refusedTopics(body.topicData.map(refusedOf), ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED), throttleTimeMs: 0, nodeEndpoints: [] } };
    }
    const { allowed, refused } = split(body.topicData, (topic) => {
      const name = apiVersion >= 13 ? access.state.image.topics.get(topic.topicId)?.name : topic.name;
      return name === undefined || allowsTopic(access, WRITE, name);
    });
    return refused.length === 0 ? undefined : { body: { ...body, topicData: allowed }, refused: refused.map(refusedOf) };
  },
  complete(_access, answer, refused) {
    return refused === undefined ? answer : { ...answer, responses: [...answer.responses, ...refusedTopics(refused, ErrorCode.TOPIC_AUTHORIZATION_FAILED)] };
  },
});

function hasTransactionalBatch({ topicData }: ProduceRequest): boolean {
  return topicData.some(({ partitionData }) => partitionData.some(({ records }) => records?.some((run) => run.length >= batchHeaderBytes && isTransactional(run, 0)) === true));
}

function refusedOf({ name, topicId, partitionData }: ProduceRequest['topicData'][number]): RefusedProduce {
  return { name, topicId, partitions: partitionData.map(({ index }) => index) };
}

function refusedTopics(refused: readonly RefusedProduce[], errorCode: number): ProduceResponse['responses'] {
  return refused.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitionResponses: partitions.map((index) => ({
      index,
      errorCode,
      baseOffset: -1n,
      logAppendTimeMs: -1n,
      logStartOffset: -1n,
      recordErrors: [],
      errorMessage: null,
      currentLeader: { leaderId: -1, leaderEpoch: -1 },
    })),
  }));
}

const listOffsets = accessRule<ListOffsetsRequest, ListOffsetsResponse, ListOffsetsRequest['topics']>(ApiKey.ListOffsets, {
  admit(access, body) {
    const { allowed, refused } = split(body.topics, ({ name }) => allowsTopic(access, DESCRIBE, name));
    return refused.length === 0 ? undefined : { body: { ...body, topics: allowed }, refused };
  },
  complete(_access, answer, refused = []) {
    const topics = refused.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, timestamp: -1n, offset: -1n, leaderEpoch: -1 })),
    }));
    return { ...answer, topics: [...answer.topics, ...topics] };
  },
});

const deleteRecords = accessRule<DeleteRecordsRequest, DeleteRecordsResponse, DeleteRecordsRequest['topics']>(ApiKey.DeleteRecords, {
  admit(access, body) {
    const { allowed, refused } = split(body.topics, ({ name }) => allowsTopic(access, DELETE, name));
    return refused.length === 0 ? undefined : { body: { ...body, topics: allowed }, refused };
  },
  complete(_access, answer, refused = []) {
    const topics = refused.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, lowWatermark: -1n, errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED })),
    }));
    return { ...answer, topics: [...answer.topics, ...topics] };
  },
});

const offsetForLeaderEpoch = accessRule<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse, OffsetForLeaderEpochRequest['topics']>(ApiKey.OffsetForLeaderEpoch, {
  admit(access, body) {
    if (allowsCluster(access, CLUSTER_ACTION)) return undefined;
    const { allowed, refused } = split(body.topics, ({ topic }) => allowsTopic(access, DESCRIBE, topic));
    return refused.length === 0 ? undefined : { body: { ...body, topics: allowed }, refused };
  },
  complete(_access, answer, refused = []) {
    const topics = refused.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => ({ errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, partition, leaderEpoch: -1, endOffset: -1n })),
    }));
    return { ...answer, topics: [...answer.topics, ...topics] };
  },
});

const describeProducers = accessRule<DescribeProducersRequest, DescribeProducersResponse, DescribeProducersRequest['topics']>(ApiKey.DescribeProducers, {
  admit(access, body) {
    const { allowed, refused } = split(body.topics, ({ name }) => allowsTopic(access, READ, name));
    return refused.length === 0 ? undefined : { body: { ...body, topics: allowed }, refused };
  },
  complete(_access, answer, refused = []) {
    const topics = refused.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode: ErrorCode.TOPIC_AUTHORIZATION_FAILED, errorMessage: 'Topic authorization failed.', activeProducers: [] })),
    }));
    return { ...answer, topics: [...answer.topics, ...topics] };
  },
});

/** An idempotent producer needs no more than a topic that it may write to (KIP-679). */
const initProducerId = accessRule<InitProducerIdRequest, InitProducerIdResponse>(ApiKey.InitProducerId, {
  admit(access, { transactionalId }) {
    if (transactionalId !== null) return allows(access, WRITE, ResourceType.TRANSACTIONAL_ID, transactionalId) ? undefined : { answer: noProducerId(ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED) };
    if (allowsCluster(access, IDEMPOTENT_WRITE) || allowsSomeTopic(access, WRITE)) return undefined;
    return { answer: noProducerId(ErrorCode.CLUSTER_AUTHORIZATION_FAILED) };
  },
});

function noProducerId(errorCode: number): InitProducerIdResponse {
  return { throttleTimeMs: 0, errorCode, producerId: -1n, producerEpoch: -1, ongoingTxnProducerId: -1n, ongoingTxnProducerEpoch: -1 };
}

export const recordRules: readonly AccessRule[] = [produce, listOffsets, deleteRecords, offsetForLeaderEpoch, describeProducers, initProducerId];

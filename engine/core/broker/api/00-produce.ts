/**
 * Produce (0) (Kafka: KafkaApis.handleProduceRequest, ReplicaManager.appendRecords).
 *
 * Topic names up to v12, ids from v13. acks=1 is answered after the leader's append, acks=all when the high watermark has
 * passed it, acks=0 not at all: an error then closes the connection, since nothing else can tell the producer.
 * The batch is not taken apart: the log walks over it and sets offset and epoch in place.
 * Left out: quotas; transactional batches are refused, for there is no transaction coordinator.
 */
import { LogError } from '#engine/core/log/log.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import { awaitReplicas } from '#engine/core/broker/delayed-produce.ts';
import { isInternalTopic, nodeEndpoints } from '#engine/core/broker/metadata-cache.ts';
import { appendToLeader, findLeaderReplica } from '#engine/core/broker/replica-manager.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerContext } from '#engine/core/broker/broker-context.ts';
import type { BrokerState, DelayedPartition } from '#engine/core/broker/state.ts';
import type { RequestMessage } from '#engine/core/node.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { ProduceRequest, ProduceResponse } from '#engine/protocol/messages/00-produce.ts';
import { batchSizeBytes, compressionType, isTransactional, magic } from '#engine/protocol/record-batch.ts';

type PartitionData = ProduceRequest['topicData'][number]['partitionData'][number];
type PartitionAnswer = ProduceResponse['responses'][number]['partitionResponses'][number];

/** Kafka's own admin tools may write to internal topics. */
const adminClientId = '__admin_client';
const batchHeaderBytes = 61;
/** Up to the magic, without which nothing can be said of a batch. */
const batchPrefixBytes = 17;
/** The smallest that a record of any format can be. */
const recordSizeMin = 14;

export const produce: ApiHandler = {
  apiKey: ApiKey.Produce,
  handle(state, request, context) {
    const { acks, timeoutMs } = request.body as ProduceRequest;
    const topicData = onceEach((request.body as ProduceRequest).topicData);
    const response: ProduceResponse = { responses: [], throttleTimeMs: 0, nodeEndpoints: [] };
    const waiting: DelayedPartition[] = [];
    let failed = false;
    for (const [topicIndex, topic] of topicData.entries()) {
      const name = request.apiVersion >= 13 ? state.image.topics.get(topic.topicId)?.name : topic.name;
      const partitionResponses = topic.partitionData.map((data, partitionIndex) => {
        const answer = appendOne(state, request, name, data, context);
        if (typeof answer === 'number') {
          failed = true;
          return errorAnswer(state, request, name, data.index, answer);
        }
        failed ||= answer.errorCode !== ErrorCode.NONE;
        if (answer.waiting !== undefined) waiting.push({ ...answer.waiting, topicIndex, partitionIndex });
        return answer.answer;
      });
      response.responses.push({ name: topic.name, topicId: topic.topicId, partitionResponses });
    }
    if (acks === 0) {
      if (failed) context.refuse(request);
      else context.finishWithoutResponse(request);
      return;
    }
    if (failed) response.nodeEndpoints = leadersTold(state, response);
    if (waiting.length === 0) context.respond(request, response);
    else awaitReplicas(state, { request, response, waiting }, timeoutMs, context);
  },
};

type TopicData = ProduceRequest['topicData'][number];

/** Kafka keeps what is sent by partition: of two for the same one the last counts, and there is one answer. */
function onceEach(topics: readonly TopicData[]): readonly TopicData[] {
  const byTopic = new Map<string, TopicData>();
  let isRepeated = false;
  for (const { name, topicId, partitionData } of topics) {
    const key = `${name}/${topicId}`;
    const before = byTopic.get(key)?.partitionData ?? [];
    const distinct = new Map([...before, ...partitionData].map((data) => [data.index, data]));
    isRepeated ||= before.length > 0 || distinct.size < partitionData.length;
    byTopic.set(key, { name, topicId, partitionData: [...distinct.values()] });
  }
  return isRepeated ? [...byTopic.values()] : topics;
}

interface Appended {
  errorCode: number;
  answer: PartitionAnswer;
  waiting?: { key: string; requiredOffset: bigint };
}

/** The error code alone says that nothing more is known of the partition's log. */
function appendOne(state: BrokerState, request: RequestMessage, topic: string | undefined, data: PartitionData, context: BrokerContext): Appended | number {
  const { acks, transactionalId } = request.body as ProduceRequest;
  if (acks < -1 || acks > 1) return ErrorCode.INVALID_REQUIRED_ACKS;
  if (topic === undefined) return ErrorCode.UNKNOWN_TOPIC_ID;
  if (topicByName(state.image, topic)?.partitions[data.index] === undefined) return ErrorCode.UNKNOWN_TOPIC_OR_PARTITION;
  const refusal = checkRecords(request, data, transactionalId);
  if (refusal instanceof LogError) return refusedByLog(refusal, data.index, -1n);
  if (refusal !== ErrorCode.NONE) return refusal;
  if (isInternalTopic(topic) && request.clientId !== adminClientId) return ErrorCode.INVALID_TOPIC_EXCEPTION;
  const partition = findLeaderReplica(state, topic, data.index);
  if (typeof partition === 'number') return partition;
  try {
    const result = appendToLeader(state, partition, data.records ?? [], 'client', acks, context);
    const answer = answerOf(data.index, ErrorCode.NONE, result.firstOffset, result.logAppendTimeMs, result.logStartOffset);
    return acks === -1
      ? { errorCode: ErrorCode.NONE, answer, waiting: { key: partition.key, requiredOffset: result.lastOffset + 1n } }
      : { errorCode: ErrorCode.NONE, answer };
  } catch (error) {
    if (!(error instanceof LogError)) throw error;
    return refusedByLog(error, data.index, partition.log.logStartOffset);
  }
}

/** What the request must be, whatever the log says: exactly one batch of the present format per partition. */
function checkRecords(request: RequestMessage, data: PartitionData, transactionalId: string | null): number | LogError {
  const run = data.records?.[0];
  if (run === undefined || run.length < batchPrefixBytes || data.records?.length !== 1) return ErrorCode.INVALID_RECORD;
  const announced = recordSize(run);
  if (announced < recordSizeMin) return corrupt(`Record size ${announced} is less than the minimum record overhead (${recordSizeMin})`);
  if (magic(run, 0) < 0 || magic(run, 0) > 2) return corrupt(`Invalid magic found in record: ${magic(run, 0)}`);
  const sizeBytes = batchSizeBytes(run, 0);
  if (magic(run, 0) !== 2 || sizeBytes > run.length || sizeBytes < batchHeaderBytes) return ErrorCode.INVALID_RECORD;
  // What follows is another batch, or too little to be one and left out.
  if (run.length - sizeBytes >= batchPrefixBytes) return ErrorCode.INVALID_RECORD;
  if (sizeBytes < run.length) data.records = [run.subarray(0, sizeBytes)];
  if (compressionType(run, 0) === 'zstd' && request.apiVersion < 7) return ErrorCode.UNSUPPORTED_COMPRESSION_TYPE;
  if (isTransactional(run, 0)) return transactionalId === null ? ErrorCode.TRANSACTIONAL_ID_AUTHORIZATION_FAILED : ErrorCode.INVALID_TXN_STATE;
  return ErrorCode.NONE;
}

/** What the length field says, which leaves itself and the base offset out. */
function recordSize(run: Uint8Array): number {
  return batchSizeBytes(run, 0) - 12;
}

function corrupt(words: string): LogError {
  return new LogError(ErrorCode.CORRUPT_MESSAGE, words, [], words);
}

function refusedByLog(error: LogError, index: number, logStartOffset: bigint): Appended {
  const knowsLogStart = error.code !== ErrorCode.MESSAGE_TOO_LARGE && error.code !== ErrorCode.RECORD_LIST_TOO_LARGE && error.code !== ErrorCode.CORRUPT_MESSAGE;
  const answer = answerOf(index, error.code, -1n, -1n, knowsLogStart ? logStartOffset : -1n);
  answer.recordErrors = error.recordErrors.map(({ batchIndex, message }) => ({ batchIndex, batchIndexErrorMessage: message }));
  answer.errorMessage = error.wireMessage;
  return { errorCode: error.code, answer };
}

function answerOf(index: number, errorCode: number, baseOffset: bigint, logAppendTimeMs: bigint, logStartOffset: bigint): PartitionAnswer {
  return { index, errorCode, baseOffset, logAppendTimeMs, logStartOffset, recordErrors: [], errorMessage: null, currentLeader: { leaderId: -1, leaderEpoch: -1 } };
}

/** KIP-951: who is the leader, for a producer that asked somebody else. */
function errorAnswer(state: BrokerState, request: RequestMessage, topic: string | undefined, index: number, errorCode: number): PartitionAnswer {
  const answer = answerOf(index, errorCode, -1n, -1n, -1n);
  const partition = topic === undefined ? undefined : topicByName(state.image, topic)?.partitions[index];
  if (errorCode === ErrorCode.NOT_LEADER_OR_FOLLOWER && request.apiVersion >= 10 && partition !== undefined) {
    answer.currentLeader = { leaderId: partition.leader, leaderEpoch: partition.leaderEpoch };
  }
  return answer;
}

function leadersTold(state: BrokerState, response: ProduceResponse): ProduceResponse['nodeEndpoints'] {
  const leaders = new Set<number>();
  for (const topic of response.responses) {
    for (const { currentLeader } of topic.partitionResponses) if (currentLeader.leaderId !== -1) leaders.add(currentLeader.leaderId);
  }
  return nodeEndpoints(state, [...leaders]);
}

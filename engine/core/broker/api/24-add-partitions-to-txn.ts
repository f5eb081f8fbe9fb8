/**
 * AddPartitionsToTxn (24), while no broker coordinates transactions (Kafka: KafkaApis.handleAddPartitionsToTxnRequest,
 * TransactionCoordinator.handleAddPartitionsToTransaction): partitions that cannot be added are told apart from those that
 * could, and the rest is told that the coordinator is elsewhere. Up to version 3 one transaction of a client, from 4 on
 * several from a broker.
 */
import { isInternalTopic } from '#engine/core/broker/metadata-cache.ts';
import { coordinatorRefusal } from '#engine/core/broker/api/transaction-coordinator.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import { topicByName } from '#engine/core/metadata/image.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { AddPartitionsToTxnRequest, AddPartitionsToTxnResponse } from '#engine/protocol/messages/24-add-partitions-to-txn.ts';

type AskedTopic = AddPartitionsToTxnRequest['v3AndBelowTopics'][number];
type TopicResult = AddPartitionsToTxnResponse['resultsByTopicV3AndBelow'][number];

export const addPartitionsToTxn: ApiHandler = {
  apiKey: ApiKey.AddPartitionsToTxn,
  handle(state, request, context) {
    const body = request.body as AddPartitionsToTxnRequest;
    const response: AddPartitionsToTxnResponse = { throttleTimeMs: 0, errorCode: ErrorCode.NONE, resultsByTransaction: [], resultsByTopicV3AndBelow: [] };
    if (request.apiVersion < 4) response.resultsByTopicV3AndBelow = resultsOf(state, body.v3AndBelowTransactionalId, body.v3AndBelowTopics);
    else response.resultsByTransaction = body.transactions.map(({ transactionalId, topics }) => ({ transactionalId, topicResults: resultsOf(state, transactionalId, topics) }));
    context.respond(request, response);
  },
};

/** All or nothing: where one partition cannot be added, no other is tried. */
function resultsOf(state: BrokerState, transactionalId: string, topics: readonly AskedTopic[]): TopicResult[] {
  const refusals = topics.map(({ name, partitions }) => ({ name, codes: partitions.map((partition) => refusalOf(state, name, partition)), partitions }));
  const isAnyRefused = refusals.some(({ codes }) => codes.some((code) => code !== ErrorCode.NONE));
  const others = isAnyRefused ? ErrorCode.OPERATION_NOT_ATTEMPTED : coordinatorRefusal(transactionalId);
  return refusals.map(({ name, codes, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex, position) => ({ partitionIndex, partitionErrorCode: codes[position] || others })),
  }));
}

function refusalOf(state: BrokerState, topic: string, partition: number): number {
  if (isInternalTopic(topic)) return ErrorCode.TOPIC_AUTHORIZATION_FAILED;
  return topicByName(state.image, topic)?.partitions[partition] === undefined ? ErrorCode.UNKNOWN_TOPIC_OR_PARTITION : ErrorCode.NONE;
}

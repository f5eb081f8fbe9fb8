/** DescribeProducers (61): the idempotent producers that a replica's log remembers (KIP-664; Kafka: Partition.activeProducerState). */
import { topicByName } from '#engine/core/metadata/image.ts';
import { findReplica } from '#engine/core/broker/replica-manager.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import type { BrokerState } from '#engine/core/broker/state.ts';
import type { ProducerEntry } from '#engine/core/log/log.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { DescribeProducersRequest, DescribeProducersResponse } from '#engine/protocol/messages/61-describe-producers.ts';

type PartitionAnswer = DescribeProducersResponse['topics'][number]['partitions'][number];

export const describeProducers: ApiHandler = {
  apiKey: ApiKey.DescribeProducers,
  handle(state, request, context) {
    const body = request.body as DescribeProducersRequest;
    const response: DescribeProducersResponse = {
      throttleTimeMs: 0,
      topics: body.topics.map(({ name, partitionIndexes }) => ({ name, partitions: partitionIndexes.map((index) => describe(state, name, index)) })),
    };
    context.respond(request, response);
  },
};

function describe(state: BrokerState, topic: string, partitionIndex: number): PartitionAnswer {
  const partition = findReplica(state, topic, partitionIndex);
  if (typeof partition === 'number') {
    const errorMessage = topicByName(state.image, topic) === undefined ? 'This server does not host this topic-partition.' : null;
    return { partitionIndex, errorCode: partition, errorMessage, activeProducers: [] };
  }
  return { partitionIndex, errorCode: ErrorCode.NONE, errorMessage: null, activeProducers: [...partition.log.producers.values()].map(producerOf) };
}

function producerOf(entry: ProducerEntry): PartitionAnswer['activeProducers'][number] {
  return {
    producerId: entry.producerId,
    producerEpoch: entry.producerEpoch,
    lastSequence: entry.batches.at(-1)?.lastSequence ?? -1,
    lastTimestamp: entry.lastTimestamp,
    coordinatorEpoch: entry.coordinatorEpoch,
    currentTxnStartOffset: -1n,
  };
}

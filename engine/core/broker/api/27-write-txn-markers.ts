/**
 * WriteTxnMarkers (27): a coordinator, or an administrator who ends a hanging transaction, has partitions write how a
 * transaction ended (Kafka: KafkaApis.handleWriteTxnMarkersRequest). There are no transactions here, so no leader writes a
 * marker: it says that the transaction is in no state to end. Kafka writes the marker without looking.
 */
import { findLeaderReplica } from '#engine/core/broker/replica-manager.ts';
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { WriteTxnMarkersRequest, WriteTxnMarkersResponse } from '#engine/protocol/messages/27-write-txn-markers.ts';

export const writeTxnMarkers: ApiHandler = {
  apiKey: ApiKey.WriteTxnMarkers,
  handle(state, request, context) {
    const { markers } = request.body as WriteTxnMarkersRequest;
    const errorOf = (topic: string, partition: number) => {
      const replica = findLeaderReplica(state, topic, partition);
      return typeof replica === 'number' ? replica : ErrorCode.INVALID_TXN_STATE;
    };
    const response: WriteTxnMarkersResponse = {
      markers: markers.map(({ producerId, topics }) => ({
        producerId,
        topics: topics.map(({ name, partitionIndexes }) => ({ name, partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex, errorCode: errorOf(name, partitionIndex) })) })),
      })),
    };
    context.respond(request, response);
  },
};

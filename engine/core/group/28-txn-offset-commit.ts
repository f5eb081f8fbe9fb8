/**
 * TxnOffsetCommit (28), versions 0 to 5, while no broker coordinates transactions. Kafka: KafkaApis.handleTxnOffsetCommitRequest,
 * GroupCoordinatorService.commitTransactionalOffsets. The group's coordinator asks the transaction's whether the commit
 * belongs to it; there is none to ask, so nothing is committed: COORDINATOR_NOT_AVAILABLE.
 */
import type { RequestMessage } from '#engine/core/node.ts';
import type { Coordination } from '#engine/core/group/coordination.ts';
import { placeOfGroup } from '#engine/core/group/coordination.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { TxnOffsetCommitRequest, TxnOffsetCommitResponse } from '#engine/protocol/messages/28-txn-offset-commit.ts';

export function txnOffsetCommit(coordination: Coordination, request: RequestMessage): void {
  const { host, context } = coordination;
  const { groupId, topics } = request.body as TxnOffsetCommitRequest;
  const refusal = refusalOf(coordination, groupId);
  const isKnown = (topic: string, partition: number) => partition >= 0 && partition < (host.partitionCountOf(topic) ?? 0);
  const response: TxnOffsetCommitResponse = {
    throttleTimeMs: 0,
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => ({ partitionIndex, errorCode: isKnown(name, partitionIndex) ? refusal : ErrorCode.UNKNOWN_TOPIC_OR_PARTITION })),
    })),
  };
  context.respond(request, response);
}

function refusalOf(coordination: Coordination, groupId: string): number {
  if (groupId === '') return ErrorCode.INVALID_GROUP_ID;
  const place = placeOfGroup(coordination, groupId);
  return typeof place === 'number' ? place : ErrorCode.COORDINATOR_NOT_AVAILABLE;
}

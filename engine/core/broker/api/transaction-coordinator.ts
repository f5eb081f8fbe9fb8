/**
 * What a broker says of transactions of which it is not the coordinator (Kafka: TransactionCoordinator over
 * TransactionStateManager): AddOffsetsToTxn (25), EndTxn (26) and DescribeTransactions (65). No broker here coordinates
 * transactions, so that is said of every transactional id. What a client is told before it gets so far, FindCoordinator says.
 */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import { create } from '#engine/protocol/message.ts';
import type { AddOffsetsToTxnRequest, AddOffsetsToTxnResponse } from '#engine/protocol/messages/25-add-offsets-to-txn.ts';
import type { EndTxnRequest, EndTxnResponse } from '#engine/protocol/messages/26-end-txn.ts';
import { DescribeTransactionsResponse, type DescribeTransactionsRequest } from '#engine/protocol/messages/65-describe-transactions.ts';

export function coordinatorRefusal(transactionalId: string): number {
  return transactionalId === '' ? ErrorCode.INVALID_REQUEST : ErrorCode.NOT_COORDINATOR;
}

const addOffsetsToTxn: ApiHandler = {
  apiKey: ApiKey.AddOffsetsToTxn,
  handle(_state, request, context) {
    const { transactionalId } = request.body as AddOffsetsToTxnRequest;
    const response: AddOffsetsToTxnResponse = { throttleTimeMs: 0, errorCode: coordinatorRefusal(transactionalId) };
    context.respond(request, response);
  },
};

const endTxn: ApiHandler = {
  apiKey: ApiKey.EndTxn,
  handle(_state, request, context) {
    const { transactionalId } = request.body as EndTxnRequest;
    const response: EndTxnResponse = { throttleTimeMs: 0, errorCode: coordinatorRefusal(transactionalId), producerId: -1n, producerEpoch: -1 };
    context.respond(request, response);
  },
};

const describeTransactions: ApiHandler = {
  apiKey: ApiKey.DescribeTransactions,
  handle(_state, request, context) {
    const { transactionalIds } = request.body as DescribeTransactionsRequest;
    const transactionStates = transactionalIds.map((transactionalId) => ({ transactionalId, errorCode: coordinatorRefusal(transactionalId) }));
    context.respond(request, create(DescribeTransactionsResponse, { transactionStates }));
  },
};

export const transactionCoordinatorApis: readonly ApiHandler[] = [addOffsetsToTxn, endTxn, describeTransactions];

/**
 * ListTransactions (66): the transactions that this broker coordinates, which are none (KIP-664, KIP-994, KIP-1152; Kafka:
 * TransactionStateManager.listTransactionStates). What is asked for is looked at all the same: states that do not exist are
 * named, a pattern that is none is refused.
 */
import type { ApiHandler } from '#engine/core/broker/api/api-handler.ts';
import { ApiKey } from '#engine/protocol/api-keys.ts';
import { ErrorCode } from '#engine/protocol/errors.ts';
import type { ListTransactionsRequest, ListTransactionsResponse } from '#engine/protocol/messages/66-list-transactions.ts';

const states: ReadonlySet<string> = new Set(['Empty', 'Ongoing', 'PrepareCommit', 'PrepareAbort', 'CompleteCommit', 'CompleteAbort', 'PrepareEpochFence', 'Dead']);

export const listTransactions: ApiHandler = {
  apiKey: ApiKey.ListTransactions,
  handle(_state, request, context) {
    const { stateFilters, transactionalIdPattern } = request.body as ListTransactionsRequest;
    const isPattern = transactionalIdPattern === null || isRegularExpression(transactionalIdPattern);
    const response: ListTransactionsResponse = {
      throttleTimeMs: 0,
      errorCode: isPattern ? ErrorCode.NONE : ErrorCode.INVALID_REGULAR_EXPRESSION,
      unknownStateFilters: isPattern ? [...new Set(stateFilters.filter((name) => !states.has(name)))] : [],
      transactionStates: [],
    };
    context.respond(request, response);
  },
};

/** Kafka's patterns are RE2's, which know flags in front, but neither look around nor refer back. */
function isRegularExpression(pattern: string): boolean {
  if (/\(\?<?[=!]|\\[1-9]/.test(pattern)) return false;
  try {
    return new RegExp(pattern.replaceAll(/\(\?[imsU]+\)/g, '').replaceAll('(?P<', '(?<')) instanceof RegExp;
  } catch {
    return false;
  }
}

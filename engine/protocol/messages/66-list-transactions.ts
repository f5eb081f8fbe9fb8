/**
 * ListTransactions (66): the transactions that a broker coordinates (KIP-664).
 *
 * 1: only those that have lasted for so long (KIP-994). 2: only those whose id matches a pattern (KIP-1152).
 */
import { array, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const ListTransactionsRequest = message('ListTransactionsRequest', { apiKey: 66, versions: '0-2', flexible: '0+' }, {
  stateFilters: array(string()),
  producerIdFilters: array(int64()),
  durationFilter: int64({ versions: '1+', default: -1n }),
  transactionalIdPattern: string({ versions: '2+', nullable: '2+', default: null }),
});
export type ListTransactionsRequest = MessageOf<typeof ListTransactionsRequest>;

export const ListTransactionsResponse = message('ListTransactionsResponse', { apiKey: 66, versions: '0-2', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  unknownStateFilters: array(string()),
  transactionStates: array({ transactionalId: string(), producerId: int64(), transactionState: string() }),
});
export type ListTransactionsResponse = MessageOf<typeof ListTransactionsResponse>;

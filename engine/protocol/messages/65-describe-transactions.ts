/**
 * DescribeTransactions (65): state of transactions, as their coordinator has it (KIP-664).
 */
import { array, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeTransactionsRequest = message('DescribeTransactionsRequest', { apiKey: 65, versions: '0', flexible: '0+' }, {
  transactionalIds: array(string()),
});
export type DescribeTransactionsRequest = MessageOf<typeof DescribeTransactionsRequest>;

export const DescribeTransactionsResponse = message('DescribeTransactionsResponse', { apiKey: 65, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  transactionStates: array({
    errorCode: int16(),
    transactionalId: string(),
    transactionState: string(),
    transactionTimeoutMs: int32(),
    transactionStartTimeMs: int64(),
    producerId: int64(),
    producerEpoch: int16(),
    topics: array({ topic: string(), partitions: array(int32()) }),
  }),
});
export type DescribeTransactionsResponse = MessageOf<typeof DescribeTransactionsResponse>;

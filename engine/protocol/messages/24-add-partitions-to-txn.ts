/**
 * AddPartitionsToTxn (24): partitions join a transaction before they are written to.
 *
 * 1: throttling as in KIP-219. 2: PRODUCER_FENCED. 3: flexible. 4: several transactions in one request, from brokers only, which may ask
 * without adding (KIP-890); clients stay with 3. 5: TRANSACTION_ABORTABLE.
 */
import { array, bool, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

const addPartitionsToTxnTopic = {
  name: string(),
  partitions: array(int32()),
};

export const AddPartitionsToTxnRequest = message('AddPartitionsToTxnRequest', { apiKey: 24, versions: '0-5', flexible: '3+' }, {
  transactions: array({
    transactionalId: string(),
    producerId: int64(),
    producerEpoch: int16(),
    verifyOnly: bool(),
    topics: array(addPartitionsToTxnTopic),
  }, { versions: '4+' }),
  v3AndBelowTransactionalId: string({ versions: '0-3' }),
  v3AndBelowProducerId: int64({ versions: '0-3' }),
  v3AndBelowProducerEpoch: int16({ versions: '0-3' }),
  v3AndBelowTopics: array(addPartitionsToTxnTopic, { versions: '0-3' }),
});
export type AddPartitionsToTxnRequest = MessageOf<typeof AddPartitionsToTxnRequest>;

const addPartitionsToTxnPartitionResult = {
  partitionIndex: int32(),
  partitionErrorCode: int16(),
};

const addPartitionsToTxnTopicResult = {
  name: string(),
  resultsByPartition: array(addPartitionsToTxnPartitionResult),
};

export const AddPartitionsToTxnResponse = message('AddPartitionsToTxnResponse', { apiKey: 24, versions: '0-5', flexible: '3+' }, {
  throttleTimeMs: int32(),
  errorCode: int16({ versions: '4+' }),
  resultsByTransaction: array({ transactionalId: string(), topicResults: array(addPartitionsToTxnTopicResult) }, { versions: '4+' }),
  resultsByTopicV3AndBelow: array(addPartitionsToTxnTopicResult, { versions: '0-3' }),
});
export type AddPartitionsToTxnResponse = MessageOf<typeof AddPartitionsToTxnResponse>;

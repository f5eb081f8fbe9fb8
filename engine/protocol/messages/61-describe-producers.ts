/**
 * DescribeProducers (61): the producers that a partition's leader remembers, with epoch, last sequence and open transaction (KIP-664).
 */
import { array, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeProducersRequest = message('DescribeProducersRequest', { apiKey: 61, versions: '0', flexible: '0+' }, {
  topics: array({ name: string(), partitionIndexes: array(int32()) }),
});
export type DescribeProducersRequest = MessageOf<typeof DescribeProducersRequest>;

export const DescribeProducersResponse = message('DescribeProducersResponse', { apiKey: 61, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  topics: array({
    name: string(),
    partitions: array({
      partitionIndex: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
      activeProducers: array({
        producerId: int64(),
        producerEpoch: int32(),
        lastSequence: int32({ default: -1 }),
        lastTimestamp: int64({ default: -1n }),
        coordinatorEpoch: int32(),
        currentTxnStartOffset: int64({ default: -1n }),
      }),
    }),
  }),
});
export type DescribeProducersResponse = MessageOf<typeof DescribeProducersResponse>;

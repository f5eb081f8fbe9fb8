/**
 * ReadShareGroupStateSummary (87): start offsets of share partitions, without the batches (KIP-932).
 *
 * 1: how many records are done for good, for the lag (KIP-1226).
 */
import { array, int16, int32, int64, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ReadShareGroupStateSummaryRequest = message('ReadShareGroupStateSummaryRequest', { apiKey: 87, versions: '0-1', flexible: '0+' }, {
  groupId: string(),
  topics: array({
    topicId: uuid(),
    partitions: array({ partition: int32(), leaderEpoch: int32() }),
  }),
});
export type ReadShareGroupStateSummaryRequest = MessageOf<typeof ReadShareGroupStateSummaryRequest>;

export const ReadShareGroupStateSummaryResponse = message('ReadShareGroupStateSummaryResponse', { apiKey: 87, versions: '0-1', flexible: '0+' }, {
  results: array({
    topicId: uuid(),
    partitions: array({
      partition: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
      stateEpoch: int32(),
      leaderEpoch: int32(),
      startOffset: int64(),
      deliveryCompleteCount: int32({ versions: '1+', default: -1 }),
    }),
  }),
});
export type ReadShareGroupStateSummaryResponse = MessageOf<typeof ReadShareGroupStateSummaryResponse>;

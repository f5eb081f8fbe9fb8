/**
 * WriteShareGroupState (85): a partition's leader writes the state of a share partition (KIP-932).
 *
 * 1: how many records are done for good, for the lag (KIP-1226).
 */
import { array, int16, int32, int64, int8, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const WriteShareGroupStateRequest = message('WriteShareGroupStateRequest', { apiKey: 85, versions: '0-1', flexible: '0+' }, {
  groupId: string(),
  topics: array({
    topicId: uuid(),
    partitions: array({
      partition: int32(),
      stateEpoch: int32(),
      leaderEpoch: int32(),
      startOffset: int64(),
      deliveryCompleteCount: int32({ versions: '1+', default: -1 }),
      stateBatches: array({ firstOffset: int64(), lastOffset: int64(), deliveryState: int8(), deliveryCount: int16() }),
    }),
  }),
});
export type WriteShareGroupStateRequest = MessageOf<typeof WriteShareGroupStateRequest>;

export const WriteShareGroupStateResponse = message('WriteShareGroupStateResponse', { apiKey: 85, versions: '0-1', flexible: '0+' }, {
  results: array({
    topicId: uuid(),
    partitions: array({
      partition: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
    }),
  }),
});
export type WriteShareGroupStateResponse = MessageOf<typeof WriteShareGroupStateResponse>;

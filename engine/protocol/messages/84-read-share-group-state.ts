/**
 * ReadShareGroupState (84): a partition's leader reads the state of a share partition (KIP-932).
 */
import { array, int16, int32, int64, int8, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const ReadShareGroupStateRequest = message('ReadShareGroupStateRequest', { apiKey: 84, versions: '0', flexible: '0+' }, {
  groupId: string(),
  topics: array({
    topicId: uuid(),
    partitions: array({ partition: int32(), leaderEpoch: int32() }),
  }),
});
export type ReadShareGroupStateRequest = MessageOf<typeof ReadShareGroupStateRequest>;

export const ReadShareGroupStateResponse = message('ReadShareGroupStateResponse', { apiKey: 84, versions: '0', flexible: '0+' }, {
  results: array({
    topicId: uuid(),
    partitions: array({
      partition: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
      stateEpoch: int32(),
      startOffset: int64(),
      stateBatches: array({ firstOffset: int64(), lastOffset: int64(), deliveryState: int8(), deliveryCount: int16() }),
    }),
  }),
});
export type ReadShareGroupStateResponse = MessageOf<typeof ReadShareGroupStateResponse>;

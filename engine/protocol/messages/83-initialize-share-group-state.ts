/**
 * InitializeShareGroupState (83): the group coordinator has the share coordinator begin the state of share partitions (KIP-932).
 */
import { array, int16, int32, int64, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const InitializeShareGroupStateRequest = message('InitializeShareGroupStateRequest', { apiKey: 83, versions: '0', flexible: '0+' }, {
  groupId: string(),
  topics: array({
    topicId: uuid(),
    partitions: array({ partition: int32(), stateEpoch: int32(), startOffset: int64() }),
  }),
});
export type InitializeShareGroupStateRequest = MessageOf<typeof InitializeShareGroupStateRequest>;

export const InitializeShareGroupStateResponse = message('InitializeShareGroupStateResponse', { apiKey: 83, versions: '0', flexible: '0+' }, {
  results: array({
    topicId: uuid(),
    partitions: array({
      partition: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
    }),
  }),
});
export type InitializeShareGroupStateResponse = MessageOf<typeof InitializeShareGroupStateResponse>;

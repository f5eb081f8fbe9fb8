/**
 * DeleteShareGroupState (86): the state of share partitions goes with its group (KIP-932).
 */
import { array, int16, int32, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const DeleteShareGroupStateRequest = message('DeleteShareGroupStateRequest', { apiKey: 86, versions: '0', flexible: '0+' }, {
  groupId: string(),
  topics: array({
    topicId: uuid(),
    partitions: array({ partition: int32() }),
  }),
});
export type DeleteShareGroupStateRequest = MessageOf<typeof DeleteShareGroupStateRequest>;

export const DeleteShareGroupStateResponse = message('DeleteShareGroupStateResponse', { apiKey: 86, versions: '0', flexible: '0+' }, {
  results: array({
    topicId: uuid(),
    partitions: array({
      partition: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
    }),
  }),
});
export type DeleteShareGroupStateResponse = MessageOf<typeof DeleteShareGroupStateResponse>;

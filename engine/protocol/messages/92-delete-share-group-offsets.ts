/**
 * DeleteShareGroupOffsets (92): start offsets of an empty share group go, topic by topic (KIP-932).
 */
import { array, int16, int32, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const DeleteShareGroupOffsetsRequest = message('DeleteShareGroupOffsetsRequest', { apiKey: 92, versions: '0', flexible: '0+' }, {
  groupId: string(),
  topics: array({ topicName: string() }),
});
export type DeleteShareGroupOffsetsRequest = MessageOf<typeof DeleteShareGroupOffsetsRequest>;

export const DeleteShareGroupOffsetsResponse = message('DeleteShareGroupOffsetsResponse', { apiKey: 92, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+', default: null }),
  responses: array({
    topicName: string(),
    topicId: uuid(),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
  }),
});
export type DeleteShareGroupOffsetsResponse = MessageOf<typeof DeleteShareGroupOffsetsResponse>;

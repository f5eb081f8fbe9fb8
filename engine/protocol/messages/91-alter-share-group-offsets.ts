/**
 * AlterShareGroupOffsets (91): start offsets of an empty share group are set (KIP-932).
 */
import { array, int16, int32, int64, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const AlterShareGroupOffsetsRequest = message('AlterShareGroupOffsetsRequest', { apiKey: 91, versions: '0', flexible: '0+' }, {
  groupId: string(),
  topics: array({
    topicName: string(),
    partitions: array({ partitionIndex: int32(), startOffset: int64() }),
  }),
});
export type AlterShareGroupOffsetsRequest = MessageOf<typeof AlterShareGroupOffsetsRequest>;

export const AlterShareGroupOffsetsResponse = message('AlterShareGroupOffsetsResponse', { apiKey: 91, versions: '0', flexible: '0+' }, {
  throttleTimeMs: int32(),
  errorCode: int16(),
  errorMessage: string({ nullable: '0+', default: null }),
  responses: array({
    topicName: string(),
    topicId: uuid(),
    partitions: array({
      partitionIndex: int32(),
      errorCode: int16(),
      errorMessage: string({ nullable: '0+', default: null }),
    }),
  }),
});
export type AlterShareGroupOffsetsResponse = MessageOf<typeof AlterShareGroupOffsetsResponse>;

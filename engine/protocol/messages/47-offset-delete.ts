/**
 * OffsetDelete (47): committed offsets of single partitions go, where no member subscribes to the topic (KIP-496). Never flexible.
 */
import { array, int16, int32, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const OffsetDeleteRequest = message('OffsetDeleteRequest', { apiKey: 47, versions: '0' }, {
  groupId: string(),
  topics: array({
    name: string(),
    partitions: array({ partitionIndex: int32() }),
  }),
});
export type OffsetDeleteRequest = MessageOf<typeof OffsetDeleteRequest>;

export const OffsetDeleteResponse = message('OffsetDeleteResponse', { apiKey: 47, versions: '0' }, {
  errorCode: int16(),
  throttleTimeMs: int32(),
  topics: array({
    name: string(),
    partitions: array({ partitionIndex: int32(), errorCode: int16() }),
  }),
});
export type OffsetDeleteResponse = MessageOf<typeof OffsetDeleteResponse>;

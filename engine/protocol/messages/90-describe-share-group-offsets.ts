/**
 * DescribeShareGroupOffsets (90): start offsets of share groups (KIP-932).
 *
 * 1: lag (KIP-1226).
 */
import { array, int16, int32, int64, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const DescribeShareGroupOffsetsRequest = message('DescribeShareGroupOffsetsRequest', { apiKey: 90, versions: '0-1', flexible: '0+' }, {
  groups: array({
    groupId: string(),
    topics: array({ topicName: string(), partitions: array(int32()) }, { nullable: '0+' }),
  }),
});
export type DescribeShareGroupOffsetsRequest = MessageOf<typeof DescribeShareGroupOffsetsRequest>;

export const DescribeShareGroupOffsetsResponse = message('DescribeShareGroupOffsetsResponse', { apiKey: 90, versions: '0-1', flexible: '0+' }, {
  throttleTimeMs: int32(),
  groups: array({
    groupId: string(),
    topics: array({
      topicName: string(),
      topicId: uuid(),
      partitions: array({
        partitionIndex: int32(),
        startOffset: int64(),
        leaderEpoch: int32(),
        lag: int64({ versions: '1+', default: -1n }),
        errorCode: int16(),
        errorMessage: string({ nullable: '0+', default: null }),
      }),
    }),
    errorCode: int16(),
    errorMessage: string({ nullable: '0+', default: null }),
  }),
});
export type DescribeShareGroupOffsetsResponse = MessageOf<typeof DescribeShareGroupOffsetsResponse>;

/**
 * OffsetCommit (8).
 */
import { array, int16, int32, int64, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const OffsetCommitRequest = message('OffsetCommitRequest', { apiKey: 8, versions: '2-10', flexible: '8+' }, {
  groupId: string(),
  generationIdOrMemberEpoch: int32({ default: -1 }),
  memberId: string(),
  groupInstanceId: string({ versions: '7+', nullable: '7+', default: null }),
  retentionTimeMs: int64({ versions: '2-4', default: -1n }),
  topics: array({
    name: string({ versions: '0-9' }),
    topicId: uuid({ versions: '10+' }),
    partitions: array({
      partitionIndex: int32(),
      committedOffset: int64(),
      committedLeaderEpoch: int32({ versions: '6+', default: -1 }),
      committedMetadata: string({ nullable: '0+' }),
    }),
  }),
});
export type OffsetCommitRequest = MessageOf<typeof OffsetCommitRequest>;

export const OffsetCommitResponse = message('OffsetCommitResponse', { apiKey: 8, versions: '2-10', flexible: '8+' }, {
  throttleTimeMs: int32({ versions: '3+' }),
  topics: array({
    name: string({ versions: '0-9' }),
    topicId: uuid({ versions: '10+' }),
    partitions: array({ partitionIndex: int32(), errorCode: int16() }),
  }),
});
export type OffsetCommitResponse = MessageOf<typeof OffsetCommitResponse>;

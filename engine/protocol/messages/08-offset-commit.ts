/**
 * OffsetCommit (8): a group's positions, kept by its coordinator.
 *
 * 2: retention time for the whole request, until 4. 3: throttle time. 4: throttling as in KIP-219. 5: retention is the broker's alone
 * (KIP-211). 6: leader epoch of the position (KIP-320). 7: static members (KIP-345). 8: flexible. 9: member epochs of the new
 * protocol: the field of the generation carries either, STALE_MEMBER_EPOCH (KIP-848). 10: topic ids (KIP-516).
 */
import { array, int16, int32, int64, message, string, uuid, type MessageOf } from '#engine/protocol/message.ts';

export const OffsetCommitRequest = message('OffsetCommitRequest', { apiKey: 8, versions: '2-10', flexible: '8+' }, {
  groupId: string(),
  /** A generation of the classic protocol, a member epoch of the new one; -1 from outside of any group. */
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

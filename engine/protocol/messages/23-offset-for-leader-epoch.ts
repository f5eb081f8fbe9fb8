/**
 * OffsetForLeaderEpoch (23): where an epoch ends in the leader's log. Followers truncate by it, consumers notice truncation by it (KIP-101).
 *
 * 2: the epoch in which the asker believes the leader to be (KIP-320). 3: replica id, -2 for a consumer. 4: flexible.
 */
import { array, int16, int32, int64, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const OffsetForLeaderEpochRequest = message('OffsetForLeaderEpochRequest', { apiKey: 23, versions: '2-4', flexible: '4+' }, {
  replicaId: int32({ versions: '3+', default: -2 }),
  topics: array({
    topic: string(),
    partitions: array({ partition: int32(), currentLeaderEpoch: int32({ default: -1 }), leaderEpoch: int32() }),
  }),
});
export type OffsetForLeaderEpochRequest = MessageOf<typeof OffsetForLeaderEpochRequest>;

export const OffsetForLeaderEpochResponse = message('OffsetForLeaderEpochResponse', { apiKey: 23, versions: '2-4', flexible: '4+' }, {
  throttleTimeMs: int32(),
  topics: array({
    topic: string(),
    partitions: array({
      errorCode: int16(),
      partition: int32(),
      leaderEpoch: int32({ default: -1 }),
      endOffset: int64({ default: -1n }),
    }),
  }),
});
export type OffsetForLeaderEpochResponse = MessageOf<typeof OffsetForLeaderEpochResponse>;

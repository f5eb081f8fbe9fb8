/**
 * OffsetForLeaderEpoch (23).
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

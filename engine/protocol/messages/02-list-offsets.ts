/**
 * ListOffsets (2).
 */
import { array, int16, int32, int64, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const ListOffsetsRequest = message('ListOffsetsRequest', { apiKey: 2, versions: '1-11', flexible: '6+' }, {
  replicaId: int32(),
  isolationLevel: int8({ versions: '2+' }),
  topics: array({
    name: string(),
    partitions: array({
      partitionIndex: int32(),
      currentLeaderEpoch: int32({ versions: '4+', default: -1 }),
      timestamp: int64(),
    }),
  }),
  timeoutMs: int32({ versions: '10+' }),
});
export type ListOffsetsRequest = MessageOf<typeof ListOffsetsRequest>;

export const ListOffsetsResponse = message('ListOffsetsResponse', { apiKey: 2, versions: '1-11', flexible: '6+' }, {
  throttleTimeMs: int32({ versions: '2+' }),
  topics: array({
    name: string(),
    partitions: array({
      partitionIndex: int32(),
      errorCode: int16(),
      timestamp: int64({ default: -1n }),
      offset: int64({ default: -1n }),
      leaderEpoch: int32({ versions: '4+', default: -1 }),
    }),
  }),
});
export type ListOffsetsResponse = MessageOf<typeof ListOffsetsResponse>;

/**
 * ListOffsets (2): the offset for a point in time, or for a special timestamp: -1 the end, -2 the start, -3 the record with the greatest
 * timestamp, -4 the local start, -5 the last tiered one, -6 the first one not yet tiered.
 *
 * 1: one offset for each partition. 2: isolation level: the end is then the last stable offset. 3: throttling as in KIP-219.
 * 4: leader epochs (KIP-320). 5: OFFSET_NOT_AVAILABLE while a new leader's high watermark lags. 6: flexible. 7: -3 (KIP-734).
 * 8: -4 (KIP-405). 9: -5 (KIP-1005). 10: a timeout, for answers that remote storage has to give (KIP-1075). 11: -6 (KIP-1023).
 */
import { array, int16, int32, int64, int8, message, string, type MessageOf } from '#engine/protocol/message.ts';

export const ListOffsetsRequest = message('ListOffsetsRequest', { apiKey: 2, versions: '1-11', flexible: '6+' }, {
  /** -1 for a consumer, -2 for a debugging one. */
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
